"""Keeps the pictures of this run in memory, as far as there is room: those not seen for longest go first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from desktop_chat.core.errors import ChatError

MOST_BYTES = 64 * 1024 * 1024


class Stage(StrEnum):
    """How far a picture is."""

    UNASKED = "unasked"
    LOADING = "loading"
    FAILED = "failed"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class PictureState:
    """What is known of the picture at an address."""

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


_UNASKED = PictureState()


class PictureShelf(QObject):
    """Pictures by address, never stored anywhere else."""

    changed = Signal(str)
    """An address whose picture came, went, or is at another stage."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self._most_bytes = most_bytes
        self._states: OrderedDict[str, PictureState] = OrderedDict()
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """What all pictures take."""
        return self._bytes

    def state_of(self, address: str) -> PictureState:
        """Return what is known of a picture."""
        return self._states.get(address, _UNASKED)

    def note_seen(self, address: str) -> None:
        """Keep a picture longer than those not seen since."""
        if address in self._states:
            self._states.move_to_end(address)

    def put(self, address: str, state: PictureState) -> None:
        """Take what has become known of a picture, and let go of others where the room is needed."""
        self._bytes += state.cost - self.state_of(address).cost
        self._states[address] = state
        self._states.move_to_end(address)
        gone = self._make_room(address)
        for changed in [*gone, address]:
            self.changed.emit(changed)

    def forget(self, address: str) -> None:
        """Let go of a picture: its place is empty again."""
        state = self._states.pop(address, None)
        if state is not None:
            self._bytes -= state.cost
            self.changed.emit(address)

    def _make_room(self, kept: str) -> list[str]:
        gone = []
        for address, state in list(self._states.items()):
            if self._bytes <= self._most_bytes:
                break
            if address != kept and state.cost:
                self._bytes -= state.cost
                gone.append(address)
                if address.startswith("data:"):  # its size stays known, and so its room
                    self._states[address] = replace(state, image=None, content=b"")
                else:
                    del self._states[address]
        return gone
