"""Fetches, decodes, enlarges, copies and saves a transcript's images; everything stops when the tab closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import ChatError
from desktop_chat.core.image_files import format_of
from desktop_chat.ui.images.image_cache import ImageState, Stage, is_attachment
from desktop_chat.ui.images.image_decoding import Decoded, decode, embedded_content, fitted, is_at_hand, is_embedded
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.save_dialog import ask_new_file, file_stem, write_bytes

if TYPE_CHECKING:
    from desktop_chat.core.ports import Blobs, ImageLoader
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.ui.images.image_viewer import ImageViewer
    from desktop_chat.ui.style.theme import Theme
    from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages

_OVERVIEW = QSize(2_560, 1_600)
"""Pixels of a second, smaller copy of a very large image, for viewing it as a whole."""
_Read = Callable[[str], Awaitable[bytes]]
"""Returns the bytes of an image by its address. Raises ChatError."""
_SUFFIXES = {"jpeg": "jpg"}


class ImageActions(QObject):
    """The image actions of one tab."""

    def __init__(
        self,
        images: TranscriptImages,
        loader: ImageLoader,
        tasks: Tasks,
        theme: Theme,
        parent: QWidget,
        *,
        blobs: Callable[[], Blobs],
    ) -> None:
        super().__init__(parent)
        self._blobs = blobs
        self._images = images
        self._loader = loader
        self._tasks = tasks
        self._theme = theme
        self._widget = parent
        self._busy: set[str] = set()
        self._decoding = asyncio.Lock()
        self._viewer: ImageViewer | None = None
        self._cancel_full: Callable[[], None] = lambda: None
        images.load_requested.connect(self.load)
        images.decode_requested.connect(self.decode)
        images.open_requested.connect(self.open)
        images.copy_requested.connect(self.copy)
        images.save_requested.connect(self.save)

    def load(self, address: str) -> None:
        """Fetch an image, or decode one embedded in the text, at the user's request."""
        if address not in self._busy:
            self._images.image_cache.put(address, ImageState(Stage.LOADING))
            self._start(address, self._content if is_at_hand(address) else self._loader.load, "load an image")

    def decode(self, address: str) -> None:
        """Decode an image whose bytes are available."""
        if address not in self._busy:
            self._start(address, self._content, "decode an image")

    def open(self, address: str) -> None:
        """Open an image in the viewer."""
        from desktop_chat.ui.images.image_viewer import ImageViewer  # noqa: PLC0415  (seldom needed)

        shown = self._images.shown()
        if not any(image.address == address for image in shown):
            return
        viewer = ImageViewer(self._theme, self._images.image_cache, self._widget)
        viewer.full_requested.connect(self._fill_viewer)
        viewer.copy_requested.connect(self.copy)
        viewer.save_requested.connect(self.save)
        viewer.finished.connect(self._forget_viewer)
        self._viewer = viewer
        viewer.show_images(shown, address)

    def copy(self, address: str) -> None:
        """Copy an image to the clipboard in full size."""
        start_for(self._widget, self._tasks, self._copy(address), "copy an image")

    def save(self, address: str) -> None:
        """Ask for a file and save the image's original bytes to it."""
        start_for(self._widget, self._tasks, self._save(address), "save an image")

    def _start(self, address: str, read: _Read, name: str) -> None:
        self._busy.add(address)
        start_for(self._widget, self._tasks, self._show(address, read), name)

    async def _show(self, address: str, read: _Read) -> None:
        """Read an image's bytes and decode them for the transcript."""
        image_cache = self._images.image_cache
        try:
            content = await read(address)
            decoded = await self._decoded(content, self._images.room_for(address))
            kept = b"" if is_at_hand(address) else content
            image_cache.put(address, ImageState(Stage.READY, decoded.natural, decoded.image, kept))
        except ChatError as error:
            image_cache.put(address, ImageState(Stage.FAILED, error=error))
        finally:
            self._busy.discard(address)
            if image_cache.state_of(address).stage is Stage.LOADING:
                image_cache.forget(address)

    async def _content(self, address: str) -> bytes:
        """Return the bytes of an image. Raises ImageError, StoreError."""
        if is_attachment(address):
            from desktop_chat.core.attachments import ADDRESS  # noqa: PLC0415  (few conversations have any)

            return await self._blobs().read(address.removeprefix(ADDRESS))
        if is_embedded(address):
            return await asyncio.to_thread(embedded_content, address)
        return self._images.image_cache.state_of(address).content

    async def _decoded(self, content: bytes, room: QSize | None) -> Decoded:
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
            full = await self._decoded(content, None)
            small = fitted(full.natural, _OVERVIEW)
            overview = full if small == full.natural else await self._decoded(content, _OVERVIEW)
            viewer.set_full(address, full.image, overview.image)

    def _forget_viewer(self) -> None:
        self._cancel_full()
        if self._viewer is not None:
            self._viewer.deleteLater()
            self._viewer = None

    async def _copy(self, address: str) -> None:
        try:
            content = await self._content(address)
            full = await self._decoded(content, None)
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
        name = f"{self._file_name(address)}.{suffix}"
        path = await ask_new_file(self._dialog_parent(), tr("Save image as..."), name, patterns)
        if path is not None and (reason := await asyncio.to_thread(write_bytes, path, content)):
            await self._tell(tr("Could not write {name}: {reason}", name=path.name, reason=reason))

    def _file_name(self, address: str) -> str:
        """Return a file name based on the image's alternative text."""
        name = next((each.alternative for each in self._images.shown() if each.address == address), "")
        return file_stem(name) or tr("Image")

    async def _tell(self, words: str) -> None:
        question = Question(self._dialog_parent(), tr("Image"), tr("Close"), can_cancel=False)
        question.add_text(words)
        await ask(question)

    def _dialog_parent(self) -> QWidget:
        return self._viewer if self._viewer is not None else self._widget
