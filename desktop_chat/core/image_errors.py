"""What can be wrong with an image that a text names: a branch of the tree of errors that only images need.

ImageError: AddressForbidden, ImageMissing, NotAImage, ImageTooLarge, ImageBroken, TooManyRedirects
"""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class ImageError(ChatError):
    """An image could not be fetched or shown."""

    code = "image"


class AddressForbidden(ImageError):
    """The address is on this computer or in its own network, which a model's text may not reach."""

    code = "address_forbidden"


class ImageMissing(ImageError):
    """There is no image at the address, or it is not handed out."""

    code = "image_missing"


class NotAImage(ImageError):
    """What is there is not an image of a kind that is shown."""

    code = "not_an_image"


class ImageTooLarge(ImageError):
    """More bytes or more pixels than are taken."""

    code = "image_too_large"


class ImageBroken(ImageError):
    """The image is damaged or ends too early."""

    code = "image_broken"


class TooManyRedirects(ImageError):
    """The server leads on from address to address."""

    code = "too_many_redirects"
