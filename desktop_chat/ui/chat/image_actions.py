"""Fetches, decodes, enlarges, copies and saves a transcript's images; everything stops when the tab closes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_chat.core.errors import ChatError
from desktop_chat.ui.chat.image_viewing import ImageViewing
from desktop_chat.ui.images.image_cache import ImageState, Stage, is_attachment
from desktop_chat.ui.images.image_decoding import embedded_content, is_at_hand, is_embedded
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.core.ports import Blobs, ImageLoader
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.ui.style.theme import Theme
    from desktop_chat.ui.transcript.images.transcript_images import TranscriptImages

_Read = Callable[[str], Awaitable[bytes]]
"""Returns the bytes of an image by its address. Raises ChatError."""


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
        self._widget = parent
        self._busy: set[str] = set()
        self._viewing = ImageViewing(self._content, self._name_of, tasks, theme, parent)
        images.load_requested.connect(self.load)
        images.decode_requested.connect(self.decode)
        images.open_requested.connect(self.open)
        images.copy_requested.connect(self._viewing.copy)
        images.save_requested.connect(self._viewing.save)

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
        shown = self._images.shown()
        if any(image.address == address for image in shown):
            self._viewing.open(shown, address, self._images.image_cache)

    def _start(self, address: str, read: _Read, name: str) -> None:
        self._busy.add(address)
        start_for(self._widget, self._tasks, self._show(address, read), name)

    async def _show(self, address: str, read: _Read) -> None:
        """Read an image's bytes and decode them for the transcript."""
        image_cache = self._images.image_cache
        try:
            content = await read(address)
            decoded = await self._viewing.decoded(content, self._images.room_for(address))
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

    def _name_of(self, address: str) -> str:
        """Return an image's alternative text."""
        return next((each.alternative for each in self._images.shown() if each.address == address), "")
