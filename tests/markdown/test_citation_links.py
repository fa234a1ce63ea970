"""Numbers in brackets link to the sources of an answer; the visible text does not change."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.citation_links import linked
from desktop_chat.markdown.nodes import Footnote, ItemList, Node, Quote, Span, Table, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

ONE, TWO = "https://example.org/1", "https://example.org/2"
CASES = [
    ("Tides[1][2].", [("[1]", ONE), ("[2]", TWO)]),
    ("**Bold [2]**, *[1]*", [("[2]", TWO), ("[1]", ONE)]),
    ("- item [1]\n  > quoted [2]", [("[1]", ONE), ("[2]", TWO)]),
    ("# Title [1]", [("[1]", ONE)]),
    ("| a [1] | b |\n|---|---|\n| [2] | c |", [("[1]", ONE), ("[2]", TWO)]),
    ("Both [1, 2] and [1,2]", [("1", ONE), ("2", TWO), ("1", ONE), ("2", TWO)]),
    ("潮汐【1】和【2】", [("【1】", ONE), ("【2】", TWO)]),
    ("`[1]` and ``[2]``", []),
    ("```\n[1]\n```", []),
    ("    [1]", []),
    ("[1](https://other.example)", [("1", "https://other.example")]),
    ("[1]\n\n[1]: https://other.example", [("1", "https://other.example")]),
    ("[0] [3] [1, 3] [x] [1.5] [01x]", []),
    ("$x[1]$ and \\(y[2]\\)", []),
    ("https://example.org/[1]", [("https://example.org/[1]", "https://example.org/[1]")]),
]


def spans_of(nodes: Iterable[Node]) -> list[Span]:
    found: list[Span] = []
    for node in nodes:
        match node:
            case Text(spans):
                found += spans
            case Quote(children) | Footnote(_, _, children):
                found += spans_of(children)
            case ItemList(items):
                found += [span for item in items for span in spans_of(item.children)]
            case Table(_, header, rows):
                found += [span for row in (header, *rows) for cell in row for span in cell]
    return found


def read(source: str, addresses: list[str]) -> tuple[list[Span], list[Span]]:
    """Return the spans of a text without and with links to sources."""
    splitter = BlockSplitter()
    splitter.feed(source)
    nodes = [node for block in splitter.blocks for node in render(block, splitter.definitions())]
    return spans_of(nodes), spans_of(linked(nodes, addresses))


@pytest.mark.parametrize(("source", "links"), CASES)
def test_which_citations_become_links(source: str, links: list[tuple[str, str]]) -> None:
    _, spans = read(source, [ONE, TWO])
    assert [(span.text, span.href) for span in spans if span.href] == links


@given(st.lists(st.sampled_from(["[1]", "[2]", "[1, 2]", "【1】", "[", "]", "1", "`", "*", "a ", "\n", "[^1]", "$"])))
def test_the_text_does_not_change(pieces: list[str]) -> None:
    before, after = read("".join(pieces), [ONE, TWO])
    assert "".join(span.text for span in after) == "".join(span.text for span in before)


def test_without_sources_nothing_is_recreated() -> None:
    nodes = (Text((Span("plain words"),)), Text((Span("and [9]"),)))
    assert linked(nodes, [ONE]) == nodes
