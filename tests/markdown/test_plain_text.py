"""The visible text of a source is found in it, and in its index text."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.plain_text import _lines_of, first_hit, searchable, searchable_query
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

PIECES = [
    "word",
    "Café",
    "re\u0301sume\u0301",
    " ",
    "\n",
    "\n\n",
    "**",
    "*",
    "_",
    "`",
    "~~",
    "# ",
    "- ",
    "1. ",
    "> ",
    "[link](https://a.example/b)",
    "[",
    "](",
    ")",
    "&amp;",
    "&lt;",
    "<br>",
    "| a | b |\n|---|---|\n| c | d |\n",
    "```\ncode *x*\n```\n",
    "\\",
    "co\u00adop",
    "天气，好",
]


def lines_of(source: str) -> list[str]:
    splitter = BlockSplitter(source)
    definitions = splitter.definitions()
    return [line for block in splitter.blocks for line in _lines_of(render(block, definitions))]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.data())
@example("a\n> b", None)
def test_visible_text_is_in_the_index_and_found(source: str, data: st.DataObject | None) -> None:
    if "`" in source and ("&" in source or "](" in source):
        return  # source in code and rendered text outside may be adjacent
    for line in lines_of(source):
        start = data.draw(st.integers(0, len(line))) if data is not None else 0
        seen = line[start:]
        if not FindQuery(seen).folded.strip() or "\ufffc" in seen or unicodedata.combining(seen[0]):
            continue
        assert searchable_query(seen) in searchable(source), seen
        assert first_hit(source, FindQuery(seen)) is not None, seen


def test_of_ascii_only_letters_and_digits_are_compared_like_of_any_text() -> None:
    letters = "".join(map(chr, range(128)))
    assert searchable_query(letters) == searchable_query(letters + "\u4f60").removesuffix("\u4f60")
    assert searchable_query(letters) == "0123456789" + "abcdefghijklmnopqrstuvwxyz" * 2
