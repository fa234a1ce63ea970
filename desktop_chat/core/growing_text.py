"""Text that arrives in pieces, kept so that adding and reading its end cost only what is added or read."""

from __future__ import annotations


class GrowingText:
    """A text stored as the pieces that arrived; they are joined only when the whole text is needed."""

    def __init__(self, text: str = "") -> None:
        self._pieces = [text] if text else []
        self._length = len(text)

    def __len__(self) -> int:
        return self._length

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def after(self, position: int) -> str:
        """Return the text after the first `position` characters; the cost depends only on that part's length."""
        missing = self._length - position
        found: list[str] = []
        for piece in reversed(self._pieces):
            if missing <= 0:
                break
            found.append(piece[-missing:] if missing < len(piece) else piece)
            missing -= len(piece)
        return "".join(reversed(found))

    def whole(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""
