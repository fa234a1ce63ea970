"""Errors of fetching and showing images: a branch of the error hierarchy that only images need.

ImageError: AddressForbidden, ImageMissing, NotAImage, ImageTooLarge, ImageBroken, TooManyRedirects
"""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class ImageError(ChatError):
    """An image could not be fetched or shown."""

    code = "image"


class AddressForbidden(ImageError):
    """The address is on this computer or its local network, which a model's text may not reach."""

    code = "address_forbidden"


class ImageMissing(ImageError):
    """There is no image at the address, or the server does not hand it out."""

    code = "image_missing"


class NotAImage(ImageError):
    """The content is not in a supported image format."""

    code = "not_an_image"


class ImageTooLarge(ImageError):
    """The image has more bytes or pixels than allowed."""

    code = "image_too_large"


class ImageBroken(ImageError):
    """The image is damaged or truncated."""

    code = "image_broken"


class TooManyRedirects(ImageError):
    """The server redirects too often."""

    code = "too_many_redirects"
