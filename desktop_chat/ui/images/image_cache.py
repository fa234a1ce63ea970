"""Keeps the images of this run in memory, as far as there is room: those not seen for longest go first."""

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
    """How far an image is."""

    UNASKED = "unasked"
    LOADING = "loading"
    FAILED = "failed"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class ImageState:
    """What is known of the image at an address."""

    stage: Stage = Stage.UNASKED
    natural: QSize | None = None
    """The size in pixels that it was made in, once that is known."""
    image: QImage | None = None
    """As it is shown, perhaps smaller than it was made."""
    content: bytes = b""
    """As it came."""
    error: ChatError | None = None

    @property
    def cost(self) -> int:
        """What it takes of the memory."""
        return len(self.content) + (self.image.sizeInBytes() if self.image is not None else 0)


_UNASKED = ImageState()
_LONGEST_KEY = 2_000


def image_key(address: str) -> str:
    """Return what stands for an address; one that is itself a large image is not kept for that."""
    return address if len(address) <= _LONGEST_KEY else f"{address[:5].lower()}{len(address)}:{hash(address)}"


class ImageCache(QObject):
    """Images by address, never stored anywhere else."""

    changed = Signal(str)
    """The key of an address whose image came, went, or is at another stage."""

    def __init__(self, most_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        self._states: OrderedDict[str, ImageState] = OrderedDict()
        self._bytes = 0

    def state_of(self, address: str) -> ImageState:
        """Return what is known of an image."""
        return self._states.get(image_key(address), _UNASKED)

    def note_seen(self, address: str) -> None:
        """Keep an image longer than those not seen since."""
        if (key := image_key(address)) in self._states:
            self._states.move_to_end(key)

    def put(self, address: str, state: ImageState) -> None:
        """Take what has become known of an image, and let go of others where the room is needed."""
        self._bytes += state.cost - self.state_of(address).cost
        key = image_key(address)
        self._states[key] = state
        self._states.move_to_end(key)
        for changed in [*self._make_room(key), key]:
            self.changed.emit(changed)

    def forget(self, address: str) -> None:
        """Let go of an image: its place is empty again."""
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
                if key.startswith("data:"):  # its size stays known, and so its room
                    self._states[key] = replace(state, image=None)
                else:
                    del self._states[key]
        return gone
