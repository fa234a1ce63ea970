"""Opens an attached file: an image in the viewer, a document in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from desktop_chat.core.attachments import ADDRESS, Attachment
from desktop_chat.ui.chat.attachments.pending import Pending, PendingList
from desktop_chat.ui.chat.attachments.pending import Stage as ReadStage
from desktop_chat.ui.chat.image_viewing import ImageViewing
from desktop_chat.ui.context import Context
from desktop_chat.ui.images.image_cache import ImageCache, ImageState, ShownImage, Stage


def open_preview(parent: QWidget, context: Context, files: PendingList, item: Pending) -> None:
    """Show a file that is ready."""
    if item.attachment is None:
        return
    if item.is_image:
        images = [(each.attachment, each.name) for each in files.items if each.is_image and each.attachment]
        sizes = [(image.sha256, name, QSize(image.width, image.height)) for image, name in images]
        view_images(parent, context, sizes, item.attachment.sha256)
        return
    _show(parent, context, files, item)


def open_sent(parent: QWidget, context: Context, attachment: Attachment) -> None:
    """Show a document that was sent; it cannot be read again."""
    _show(parent, context, PendingList(), Pending(attachment.name, attachment=attachment, stage=ReadStage.READY))


def _show(parent: QWidget, context: Context, files: PendingList, item: Pending) -> None:
    from desktop_chat.ui.chat.attachments.document_preview import DocumentPreview  # noqa: PLC0415  (seldom needed)

    preview = DocumentPreview(context, files, item, parent)
    preview.page_opened.connect(partial(view_images, preview, context))
    preview.finished.connect(preview.deleteLater)
    preview.open()


def view_images(parent: QWidget, context: Context, images: Sequence[tuple[str, str, QSize]], sha256: str) -> None:
    """Open the viewer at one of some images, each given by its blob, name and size."""
    cache = ImageCache()
    names = {ADDRESS + blob: name for blob, name, _size in images}
    for blob, _name, size in images:
        cache.put(ADDRESS + blob, ImageState(Stage.READY, size))
    viewing = ImageViewing(
        lambda address: context.blobs.read(address.removeprefix(ADDRESS)),
        lambda address: names[address],
        context.tasks,
        context.theme,
        parent,
    )
    shown = [ShownImage(address, name) for address, name in names.items()]
    viewing.open(shown, ADDRESS + sha256, cache).finished.connect(viewing.deleteLater)
