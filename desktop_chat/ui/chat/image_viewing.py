"""Opens images in the viewer, and copies and saves them; everything stops when the tab closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import ChatError
from desktop_chat.core.file_names import file_stem
from desktop_chat.core.image_files import format_of
from desktop_chat.ui.images.image_decoding import Decoded, decode, fitted
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.save_dialog import ask_new_file, write_bytes

if TYPE_CHECKING:
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.ui.images.image_cache import ImageCache, ShownImage
    from desktop_chat.ui.images.image_viewer import ImageViewer
    from desktop_chat.ui.style.theme import Theme

_OVERVIEW = QSize(2_560, 1_600)
"""Pixels of a second, smaller copy of a very large image, for viewing it as a whole."""
_SUFFIXES = {"jpeg": "jpg"}


class ImageViewing(QObject):
    """`content` returns the bytes of an image by its address, or raises ChatError; `name_of` its name for people."""

    def __init__(
        self,
        content: Callable[[str], Awaitable[bytes]],
        name_of: Callable[[str], str],
        tasks: Tasks,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._content = content
        self._name_of = name_of
        self._tasks = tasks
        self._theme = theme
        self._widget = parent
        self._decoding = asyncio.Lock()
        self._viewer: ImageViewer | None = None
        self._cancel_full: Callable[[], None] = lambda: None

    def open(self, shown: Sequence[ShownImage], address: str, image_cache: ImageCache) -> ImageViewer:
        """Open one of the images in the viewer; return it."""
        from desktop_chat.ui.images.image_viewer import ImageViewer  # noqa: PLC0415  (seldom needed)

        viewer = ImageViewer(self._theme, image_cache, self._widget)
        viewer.full_requested.connect(self._fill_viewer)
        viewer.copy_requested.connect(self.copy)
        viewer.save_requested.connect(self.save)
        viewer.finished.connect(self._forget_viewer)
        self._viewer = viewer
        viewer.show_images(shown, address)
        return viewer

    def copy(self, address: str) -> None:
        """Copy an image to the clipboard in full size."""
        start_for(self._widget, self._tasks, self._copy(address), "copy an image")

    def save(self, address: str) -> None:
        """Ask for a file and save the image's original bytes to it."""
        start_for(self._widget, self._tasks, self._save(address), "save an image")

    async def decoded(self, content: bytes, room: QSize | None) -> Decoded:
        """Decode one image at a time, as each may need much memory. Raises ImageError."""
        async with self._decoding:
            return await asyncio.to_thread(decode, content, room)

    def _fill_viewer(self, address: str) -> None:
        self._cancel_full()
        if self._viewer is not None:
            work = self._show_full(self._viewer, address)
            self._cancel_full = start_for(self._viewer, self._tasks, work, "decode an image in full")

    async def _show_full(self, viewer: ImageViewer, address: str) -> None:
        with suppress(ChatError):  # the viewer keeps showing the smaller copy
            content = await self._content(address)
            full = await self.decoded(content, None)
            small = fitted(full.natural, _OVERVIEW)
            overview = full if small == full.natural else await self.decoded(content, _OVERVIEW)
            viewer.set_full(address, full.image, overview.image)

    def _forget_viewer(self) -> None:
        self._cancel_full()
        if self._viewer is not None:
            self._viewer.deleteLater()
            self._viewer = None

    async def _copy(self, address: str) -> None:
        try:
            content = await self._content(address)
            full = await self.decoded(content, None)
        except ChatError as error:
            await self._tell(sentence(error))
        else:
            QGuiApplication.clipboard().setImage(full.image)
            if self._viewer is not None:
                self._viewer.say_copied()

    async def _save(self, address: str) -> None:
        try:
            content = await self._content(address)
        except ChatError as error:
            await self._tell(sentence(error))
            return
        suffix = _SUFFIXES.get(format_of(content), format_of(content))
        patterns = [f"{suffix.upper()} (*.{suffix})", tr("All files (*)")]
        name = f"{file_stem(self._name_of(address)) or tr('Image')}.{suffix}"
        path = await ask_new_file(self._dialog_parent(), tr("Save image as..."), name, patterns)
        if path is not None and (reason := await asyncio.to_thread(write_bytes, path, content)):
            await self._tell(tr("Could not write {name}: {reason}", name=path.name, reason=reason))

    async def _tell(self, words: str) -> None:
        question = Question(self._dialog_parent(), tr("Image"), tr("Close"), can_cancel=False)
        question.add_text(words)
        await ask(question)

    def _dialog_parent(self) -> QWidget:
        return self._viewer if self._viewer is not None else self._widget
