"""No text costs more than a small, fixed amount of work at a time, and none of it is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown import block_parser, inline, render
from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.parse_budget import BLOCK_BUDGET, MAX_BLOCK_LENGTH, block_cost, inline_cost
from desktop_chat.markdown.parser import MAX_NESTING, block_tokens
from desktop_chat.markdown.splitter import BlockSplitter

SHAPES = {
    "deep list": "".join("  " * level + "- a\n" for level in range(600)),
    "deep quotes": "".join(">" * level + " a\n" for level in range(1_200)),
    "deep in one line": "> - " * 20_000,
    "lazy lines in deep quotes": ">" * 60 + "a\n" + "b\n" * 10_000,
    "mixed": "".join("> " * (n % 40) + "- " * (n % 15) + "1. a\n" for n in range(4_000)),
    "brackets": "[" * 20_000,
    "brackets in brackets": ("[" * 20 + "]" * 20) * 1_000,
    "bracket lines": "[\n" * 10_000,
    "definitions": "[a]: b\n" * 6_000,
    "backticks": "` ``" * 10_000,
    "fences": "```\n" * 6_000,
    "asterisks": "*a" * 20_000,
    "asterisks in a heading": "# " + "*a " * 15_000,
    "pipes": "|" * 50_000,
    "wide table": "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|\n" * 5_000,
    "long cell": "|" + "*a " * 20_000 + "|b|\n|-|-|\n|" + "*a " * 20_000 + "|b|",
    "one word": "w" * 200_000,
    "table": "|a|b|\n|-|-|\n" + "|1 **b**|2 `c`|\n" * 5_000,
    "table of odd rows": "a|b\n-|-\n" + "-a|b\n" * 5_000,
    "one item": "- a\n\n" + "  b\n\n" * 6_000,
    "code with carriage returns": "```py\r\n" + "x = 1\r\n" * 5_000 + "```\r\nend",
    "dollars": "$" * 20_000,
    "dollars apart": "$a " * 20_000,
    "dollar lines": "$$\n" * 10_000,
    "formulas without end": "\\[ a\n" * 10_000,
    "formulas without end in a line": "\\( a " * 10_000,
    "environments in environments": "\\begin{align}" * 8_000,
    "environment lines": "\\begin{align}\n" * 8_000,
    "environments that do not match": "\\begin{align}\n\\end{gather}\n" * 4_000,
    "a formula without end": "$$\n" + "x + y\n" * 20_000,
    "formulas": "$$\nx + y\n$$\n" * 5_000,
    "footnotes": "".join(f"[^{n}]: note {n}\n" for n in range(5_000)),
    "references": "[^a] " * 20_000,
    "one long footnote": "[^1]: a\n\n" + "    b\n\n" * 5_000,
    "footnotes in footnotes": "[^1]: " * 10_000,
    "nothing": "\n" * 100_000 + "a" + " " * 100_000,
}
PIECES = [
    "- ",
    "> ",
    "  ",
    "\n",
    "1. ",
    "a",
    "[",
    "]",
    "`",
    "```\n",
    "*",
    "|",
    "|-|-|\n",
    "[a]: b\n",
    "\r\n",
    "w" * 300,
    "$",
    "$$\n",
    "\\[ ",
    "\\( ",
    "\\begin{align}\n",
    "[^1]: ",
    "[^1]",
]


SLOW = ("deep quotes", "deep list", "mixed", "wide table", "definitions")
"""Shapes that take more than half of the time of all."""
MOST = 3 * BLOCK_BUDGET + 100
"""The limit per step, for splitting a piece or rendering a block, including rounding."""


class Work:
    """Records what the parsers are given."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = self.most = self.total = 0

        def counted_blocks(text: str, environment: dict[str, Any]) -> Any:
            self._add(block_cost(text, MAX_NESTING))
            return block_tokens(text, environment)

        spans = inline._spans

        def counted_spans(source: str, environment: dict[str, Any]) -> Any:
            self._add(inline_cost(source))
            return spans(source, environment)

        patch.setattr(block_parser, "block_tokens", counted_blocks)
        patch.setattr(render, "block_tokens", counted_blocks)
        patch.setattr(inline, "_spans", counted_spans)

    def _add(self, effort: int) -> None:
        self.now += effort
        self.total += effort
        self.most = max(self.most, self.now)

    def step(self) -> None:
        self.now = 0


def follow(text: str, step: int, work: Work) -> BlockSplitter:
    """Feed a text in pieces, as it streams, then render every block once."""
    splitter = BlockSplitter()
    for start in range(0, len(text), step):
        for _ in splitter.feeds(text[start : start + step]):
            work.step()
    for block in splitter.blocks:
        inline._cached_spans.cache_clear()
        render.render(block)
        work.step()
    return splitter


def text_of(splitter: BlockSplitter) -> str:
    return "".join([block.before + block.source for block in splitter.blocks]) + splitter.rest


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.thorough) if name in SLOW else name for name in SHAPES]
)
def test_work_is_limited_and_no_text_is_lost(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, work = SHAPES[name], Work(monkeypatch)
    splitter = follow(text, 700, work)
    assert text_of(splitter) == text
    assert work.most <= MOST
    assert work.total <= 12 * len(text)
    assert max(len(block.source) for block in splitter.blocks) <= MAX_BLOCK_LENGTH + 4_096


@pytest.mark.thorough
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 400)), max_size=12), st.integers(50, 5_000))
def test_any_combination_of_odd_pieces_is_limited_and_complete(heap: list[tuple[str, int]], step: int) -> None:
    text = "".join(piece * times for piece, times in heap)
    with pytest.MonkeyPatch.context() as patch:
        work = Work(patch)
        assert text_of(follow(text, step, work)) == text
        assert work.most <= MOST


def test_long_but_ordinary_texts_keep_their_structure() -> None:
    rows = "|name|what it *is*|\n|-|-|\n" + "|a|some words|\n" * 3_000
    items = "".join(f"- item {n}\n" for n in range(3_000))
    code = "1. Run this:\n\n   ```py\n" + "   print('hello')\n" * 400 + "   ```\n\n2. Done\n"
    assert {block.kind for block in BlockSplitter(rows).blocks} == {Kind.TABLE}
    assert [block.kind for block in BlockSplitter(items).blocks] == [Kind.ITEM] * 3_000
    assert [block.ordinal for block in BlockSplitter(code).blocks] == [1, 2]
    carriage = "```py\r\n" + "x = 1\r\n" * 2_000 + "```\r\nend"
    blocks = BlockSplitter(carriage).blocks
    assert {block.kind for block in blocks[:-1]} == {Kind.CODE}
    assert blocks[-2].closed
    assert blocks[-1].source == "end"
