"""State shared by the parts of a long code block or table, and kept when their layouts are dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.highlight import Mark
from desktop_chat.ui.transcript.render_style import RenderStyle

CODE_KINDS = frozenset({Kind.CODE, Kind.INDENTED})


@dataclass(slots=True)
class Extent:
    """A width shared by several panes."""

    width: float = 0.0


@dataclass(slots=True)
class CodeState:
    """How a piece of code or a table is shown, and how much there is of it."""

    wrap: bool | None = None
    """Whether long lines of code wrap; None until the user chooses."""
    wrap_cells: bool | None = None
    """Whether table cells wrap; None until the user chooses."""
    done: str = ""
    """The control that briefly shows that its action was done."""
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
        """Count the lines of the `part`th part, and forget those of later parts."""
        del self._counts[part:]
        self._counts.append(code_lines(block))

    def reset_scrolling(self) -> None:
        """Forget how far it was scrolled sideways, and how wide it was."""
        self.offset.clear()
        self.extent.width = 0.0


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How the code of a block is shown."""

    marks_of: Callable[[int, str], Sequence[tuple[Mark, ...]]]
    """Returns the highlighting of the block's first, second, ... code, by line; lines beyond it are plain."""
    state: CodeState = field(default_factory=CodeState)
    starts: bool = True
    """It is the first part of its code block, with the card's head."""
    ends: bool = True
    is_all: bool = False
    """The block is one piece of code, or a part of one, and nothing else."""

    def wraps(self, render_style: RenderStyle) -> bool:
        """Return whether long lines wrap."""
        return render_style.wrap_code if self.state.wrap is None else self.state.wrap


def code_lines(block: Block) -> int:
    """Return how many lines of code a block, or a part of one, has without its fences."""
    lines = block.source.count("\n") + 1
    if block.kind is not Kind.CODE:
        return lines
    opening, closing = not block.continues, block.closed and "\n" in block.source
    return max(0, lines - opening - closing)
