"""Footnotes are numbered in the order of their references, wherever they are defined."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.definition_index import DefinitionIndex
from desktop_chat.markdown.nodes import Footnote, ItemList, Node, Span, Style, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

PIECES = [
    "a ", "[^1]", "[^b]", "[^1]: one\n", "[^b]: two\n", "[b]: https://x.y\n", "[b]", "\n", "\n\n", "    more\n", "`",
    "- ", "> ",
]  # fmt: skip


def nodes_of(text: str) -> list[Node]:
    splitter = BlockSplitter(text)
    return [node for block in splitter.blocks for node in render(block, splitter.definitions())]


def note(number: str, label: str) -> Span:
    return Span(number, Style.NOTE, f"#{label}")


def test_numbers_follow_the_references() -> None:
    assert nodes_of("A[^b] c[^1][^b].\n\n[^1]: One\n[^b]: Two\n[^c]: Three\n") == [
        Text((Span("A"), note("1", "b"), Span(" c"), note("2", "1"), note("1", "b"), Span("."))),
        Footnote("1", "2", (Text((Span("One"),)),)),
        Footnote("b", "1", (Text((Span("Two"),)),)),
        Footnote("c", "3", (Text((Span("Three"),)),)),
    ]


def test_a_reference_without_a_footnote_is_text() -> None:
    assert nodes_of("a[^1] and [^2] `[^2]`\n\n[^2]: x") == [
        Text((Span("a[^1] and "), note("1", "2"), Span(" "), Span("[^2]", Style.CODE))),
        Footnote("2", "1", (Text((Span("x"),)),)),
    ]
    assert nodes_of("```\n[^a]\n```\nx[^b]\n\n[^a]: 1\n[^b]: 2")[1] == Text((Span("x"), note("1", "b")))


def test_footnotes_continue_on_indented_lines() -> None:
    splitter = BlockSplitter("[^1]: One\nlazy\n\n    two\n\n    - three\n\nAfter\n")
    assert [block.kind for block in splitter.blocks] == [Kind.FOOTNOTE, Kind.PARAGRAPH]
    first, *_ = render(splitter.blocks[0], splitter.definitions())
    assert isinstance(first, Footnote)
    assert first.children[:2] == (Text((Span("One\u2028lazy"),)), Text((Span("two"),)))
    assert isinstance(first.children[2], ItemList)


def test_labels_are_case_insensitive_and_the_first_definition_wins() -> None:
    splitter = BlockSplitter("x[^Note]\n\n[^note]: one\n[^NOTE]: two\n")
    assert splitter.definitions() == {"^NOTE": ("#note", "1")}
    assert [node.number for node in nodes_of("x[^n]\n\n[^n]: a\n[^N]: b") if isinstance(node, Footnote)] == ["1", "1"]


def test_footnotes_and_links_have_separate_labels() -> None:
    first, *_ = nodes_of("[^1] [1]\n\n[^1]: https://x.y\n\n[1]: https://z.z\n")
    assert first == Text((note("1", "1"), Span(" "), Span("1", href="https://z.z")))


def test_a_definition_tells_which_references_change() -> None:
    splitter, labels = BlockSplitter(), DefinitionIndex()
    changes = []
    for piece in ("a[^x] b[^y]\n\n", "[^y]: Y", " more", "\n", "[^x]: X", "\n\nend"):
        first = splitter.feed(piece)
        changes.append(labels.update(splitter.blocks, first))
    assert changes == [set(), {"^Y"}, set(), set(), {"^X", "^Y"}, set()]
    assert labels.definitions == {"^X": ("#x", "1"), "^Y": ("#y", "2")}


def test_labels_know_their_blocks_and_what_they_affect() -> None:
    splitter, labels = BlockSplitter("a[^x] [l]\n\n`[^y]`\n\n[^x]: X\n\n[l]: https://y.z\n\n[l]\n"), DefinitionIndex()
    labels.update(splitter.blocks, 0)
    assert (labels.defined_at("^X"), labels.defined_at("^Y")) == (2, None)
    assert (labels.used_at("^X"), labels.used_at("^Y")) == (0, None)
    assert list(labels.affected({"^X"}, splitter.blocks)) == [0, 2]
    assert [splitter.blocks[place].source for place in labels.affected({"L"}, splitter.blocks)][-1] == "[l]"


def test_an_empty_footnote_and_one_in_code() -> None:
    assert nodes_of("[^1]:") == [Footnote("1", "1", ())]
    assert nodes_of("[^1]:\n\ntext")[1] == Text((Span("text"),))
    assert not any(isinstance(node, Footnote) for node in nodes_of("    [^1]: x"))


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_incremental_labels_equal_those_of_the_whole_text(pieces: list[str]) -> None:
    splitter, labels = BlockSplitter(), DefinitionIndex()
    kept = labels.definitions
    for piece in pieces:
        before = dict(kept)
        changed = labels.update(splitter.blocks, splitter.feed(piece))
        assert kept == splitter.definitions()
        assert changed == {label for label in before | kept if before.get(label) != kept.get(label)}
