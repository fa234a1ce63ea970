"""However long a line of code is, only a limited part is laid out, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.long_lines import MAX_CHARACTERS, truncated_lines
from desktop_chat.markdown.splitter import BlockSplitter

LENGTHS = st.lists(st.integers(0, 9_000), max_size=80)


@given(LENGTHS, st.sampled_from(["x", "\u4e2d", "\u0301", "\U0001f3fd"]))
def test_nothing_is_lost_and_little_is_laid_out(lengths: list[int], letter: str) -> None:
    lines = [letter * length for length in lengths]
    found = truncated_lines(lines)
    assert [shown + rest for shown, rest in found] == lines
    assert sum(len(shown) for shown, _ in found) <= 80 * 600
    assert all(len(shown) <= MAX_CHARACTERS + 100 for shown, _ in found)
    least = 267 if letter < "\U00010000" else 30
    assert all(len(shown) >= min(len(line), least) for (shown, _), line in zip(found, lines, strict=True))


def test_complex_scripts_are_cut_earlier() -> None:
    plain, joined, faces = (truncated_lines([letter * 4_000] * 20) for letter in ("x", "\u0f40", "\U0001f600"))
    assert [len(lines[0][0]) for lines in (plain, joined, faces)] == [948, 168, 168]
    assert truncated_lines(["\u2500\u2192\u201c\u4e2d" * 70] * 80) == [("\u2500\u2192\u201c\u4e2d" * 70, "")] * 80


def test_a_combining_mark_stays_with_its_letter() -> None:
    ((shown, rest),) = truncated_lines(["x" * (MAX_CHARACTERS - 1) + "e\u0301" + "y" * 500])
    assert (len(shown), rest[:2]) == (MAX_CHARACTERS - 1, "e\u0301")


@pytest.mark.thorough
@given(st.integers(20_000, 30_000), st.integers(1, 4_000))
def test_a_long_line_does_not_break_its_block(length: int, piece: int) -> None:
    """Regression: the closing fence of a block above the parsing limit was taken for another opening fence."""
    code = f"```python\n{'x = 1; ' * (length // 7)}\n```"
    text = f"before\n\n{code}\n\nafter\n"
    splitter = BlockSplitter()
    for start in range(0, len(text), piece):
        splitter.feed(text[start : start + piece])
    assert [(block.kind, block.source) for block in splitter.blocks] == [
        (Kind.PARAGRAPH, "before"),
        (Kind.CODE, code),
        (Kind.PARAGRAPH, "after"),
    ]
