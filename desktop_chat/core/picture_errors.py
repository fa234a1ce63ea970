"""What can be wrong with a picture that a text names: a branch of the tree of errors that only pictures need.

PictureError: AddressForbidden, PictureMissing, NotAPicture, PictureTooLarge, PictureBroken, TooManyRedirects
"""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class PictureError(ChatError):
    """A picture could not be fetched or shown."""

    code = "picture"


class AddressForbidden(PictureError):
    """The address is on this computer or in its own network, which a model's text may not reach."""

    code = "address_forbidden"


class PictureMissing(PictureError):
    """There is no picture at the address, or it is not handed out."""

    code = "picture_missing"


class NotAPicture(PictureError):
    """What is there is not a picture of a kind that is shown."""

    code = "not_a_picture"


class PictureTooLarge(PictureError):
    """More bytes or more pixels than are taken."""

    code = "picture_too_large"


class PictureBroken(PictureError):
    """The picture is damaged or ends too early."""

    code = "picture_broken"


class TooManyRedirects(PictureError):
    """The server leads on from address to address."""

    code = "too_many_redirects"
