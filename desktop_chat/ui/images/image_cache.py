"""Caches this run's images in memory, up to a limit; the least recently seen are dropped first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from desktop_chat.core.errors import ChatError

MAX_BYTES = 64 * 1024 * 1024


class Stage(StrEnum):
    """The state of an image."""

    UNASKED = "unasked"
    LOADING = "loading"
    FAILED = "failed"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class ImageState:
    """What is known about the image at an address."""

    stage: Stage = Stage.UNASKED
    natural: QSize | None = None
    """Its original size in pixels, once known."""
    image: QImage | None = None
    """The displayed image, possibly scaled down."""
    content: bytes = b""
    """The original bytes."""
    error: ChatError | None = None

    @property
    def cost(self) -> int:
        """Its memory in bytes."""
        return len(self.content) + (self.image.sizeInBytes() if self.image is not None else 0)


@dataclass(frozen=True, slots=True)
class ShownImage:
    """An image that the viewer can show."""

    address: str
    alternative: str


_UNASKED = ImageState()
_MAX_KEY = 2_000


def image_key(address: str) -> str:
    """Return a short key for an address, which may contain a large image itself."""
    return address if len(address) <= _MAX_KEY else f"{address[:5].lower()}{len(address)}:{hash(address)}"


def is_attachment(address: str) -> bool:
    """Return whether an image is stored with the conversation; then it is read from there whenever it is needed."""
    return address.startswith("attachment:")


class ImageCache(QObject):
    """Images by address, kept in memory only."""

    changed = Signal(str)
    """The key of an image that was added, dropped, or changed its stage."""

    def __init__(self, most_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        self._states: OrderedDict[str, ImageState] = OrderedDict()
        self._bytes = 0

    def state_of(self, address: str) -> ImageState:
        """Return what is known about an image."""
        return self._states.get(image_key(address), _UNASKED)

    def note_seen(self, address: str) -> None:
        """Note that an image is in view, so that it is kept longer."""
        if (key := image_key(address)) in self._states:
            self._states.move_to_end(key)

    def note_size(self, address: str, natural: QSize) -> None:
        """Note the size of an image that is at hand but not decoded, so that its place is laid out beforehand."""
        if natural.width() > 0 and natural.height() > 0:
            self._states.setdefault(image_key(address), ImageState(Stage.READY, natural))

    def put(self, address: str, state: ImageState) -> None:
        """Set an image's state, and drop others if there is no room."""
        self._bytes += state.cost - self.state_of(address).cost
        key = image_key(address)
        self._states[key] = state
        self._states.move_to_end(key)
        for changed in [*self._make_room(key), key]:
            self.changed.emit(changed)

    def forget(self, address: str) -> None:
        """Drop an image; its card is shown again."""
        key = image_key(address)
        state = self._states.pop(key, None)
        if state is not None:
            self._bytes -= state.cost
            self.changed.emit(key)

    def _make_room(self, kept: str) -> list[str]:
        gone = []
        for key, state in list(self._states.items()):
            if self._bytes <= self._most_bytes:
                break
            if key != kept and state.cost:
                self._bytes -= state.cost
                gone.append(key)
                if key.startswith(("data:", "attachment:")):  # its size is kept for the layout
                    self._states[key] = replace(state, image=None)
                else:
                    del self._states[key]
        return gone
