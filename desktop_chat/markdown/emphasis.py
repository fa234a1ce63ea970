"""Lets emphasis start and end next to Chinese, Japanese and Korean characters, which are written without spaces.

CommonMark requires a space or punctuation on one side of `**` if there is punctuation on the other. Models that write
Chinese often put `**` between a full-width colon and the next word, and mean bold.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_CJK = re.compile(
    r"[\u2e80-\u2fdf\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def flanking(before: str, after: str, mark: str, count: int) -> tuple[bool, bool]:
    """Return whether a run of `count` marks between two characters can open and close emphasis: CommonMark's rule with
    the above exception. A space represents the start and the end of the text."""
    opens = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
    closes = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
    if mark == "_":
        return opens and (not closes or _is_punctuation(before)), closes and (not opens or _is_punctuation(after))
    if mark == "~" and count == 1:
        return opens and not before.isalnum(), closes and not after.isalnum()
    is_beside = _CJK.match(before) or _CJK.match(after)
    return (True, True) if is_beside and not before.isspace() and not after.isspace() else (opens, closes)


def _is_punctuation(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


@cache
def inline_state() -> type[StateInline]:
    """Return the parser's state class with the wider rule; created lazily because importing the parser is slow."""
    from markdown_it.rules_inline import StateInline  # noqa: PLC0415
    from markdown_it.rules_inline.state_inline import Scanned  # noqa: PLC0415

    class WiderState(StateInline):
        """A run of `*` or `~~` next to a CJK character can open and close, unless there is a space on its other side.

        A single `~` strikes through whole words only: between digits or letters it means a range.
        """

        def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 -- the parser's names
            scanned = super().scanDelims(start, canSplitWord)
            end = start + scanned.length
            before = self.src[start - 1] if start else " "
            after = self.src[end] if end < self.posMax else " "
            if scanned.length == 1 and self.src[start] == "~":
                return Scanned(scanned.can_open and not before.isalnum(), scanned.can_close and not after.isalnum(), 1)
            if not canSplitWord or before.isspace() or after.isspace():
                return scanned
            extras = _CJK.match(before) or _CJK.match(after)
            return Scanned(True, True, scanned.length) if extras else scanned

    return WiderState
