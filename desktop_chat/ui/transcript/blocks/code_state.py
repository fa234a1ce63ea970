"""What the parts of one long code block or table share, and what outlives their layouts."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_chat.markdown.block import Block, Kind

CODE_KINDS = frozenset({Kind.CODE, Kind.INDENTED})


@dataclass(slots=True)
class Extent:
    """How wide something is; all who share it see when it becomes wider."""

    width: float = 0.0


@dataclass(slots=True)
class CodeState:
    """How a piece of code or a table is shown, and how much there is of it."""

    wrap: bool | None = None
    """Whether long lines of code wrap; None as long as nobody chose."""
    wrap_cells: bool | None = None
    """Likewise for the cells of a table."""
    done: str = ""
    """The name of the control that was just pressed with success, and says so for a moment."""
    offset: dict[int, float] = field(default_factory=dict)
    """How far its panes are scrolled sideways, by their number."""
    extent: Extent = field(default_factory=Extent)
    """The widest line of all parts seen so far: they scroll as one."""
    _counts: list[int] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Lines of code in all parts."""
        return sum(self._counts)

    def count(self, part: int, block: Block) -> None:
        """Take what there is in the `part`th part, which is the last one until another is counted."""
        del self._counts[part:]
        self._counts.append(code_lines(block))

    def stand_at_start(self) -> None:
        """Forget how far it was scrolled sideways, and how wide it was."""
        self.offset.clear()
        self.extent.width = 0.0


def code_lines(block: Block) -> int:
    """Return how many lines of code a block or a part of one has, fences left out."""
    lines = block.source.count("\n") + 1
    if block.kind is not Kind.CODE:
        return lines
    opening, closing = not block.continues, block.closed and "\n" in block.source
    return max(0, lines - opening - closing)
