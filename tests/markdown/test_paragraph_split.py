"""A long paragraph is split where a reader would not notice: at the end of a line or a sentence, with nothing open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.inline import inline_spans
from desktop_chat.markdown.nodes import LINE_BREAK, Span, Text
from desktop_chat.markdown.paragraph_split import LONGEST_PARAGRAPH, PARAGRAPH_LIMIT
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

WORDS = " ".join(f"river{number} stone{number}" for number in range(200))
FORMULA = r"term $a_{1} + b_{2} - c_{3} + d_{4}$ "
BRACKETS = r"so \(a + b. c + d\) and "


def streamed(text: str, step: int) -> BlockSplitter:
    splitter = BlockSplitter()
    for start in range(0, len(text), step):
        splitter.feed(text[start : start + step])
    return splitter


def parts_of(text: str) -> list[str]:
    blocks = BlockSplitter(text).blocks
    assert {block.kind for block in blocks} == {Kind.PARAGRAPH}
    return [block.source for block in blocks]


def merged(spans: list[Span]) -> list[tuple[str, int, str]]:
    """Return the spans without white space at the ends of parts, which splitting may change."""
    found: list[tuple[str, int, str]] = []
    for span in spans:
        text = "".join(span.text.replace(LINE_BREAK, "").split())
        if found and found[-1][1:] == (span.style, span.href):
            found[-1] = (found[-1][0] + text, span.style, span.href)
        elif text:
            found.append((text, span.style, span.href))
    return found


def shown(text: str) -> list[tuple[str, int, str]]:
    spans = []
    for block in BlockSplitter(text).blocks:
        (node,) = render(block)
        assert isinstance(node, Text)
        spans += node.spans
    return merged(spans)


@pytest.mark.parametrize(
    "text",
    [WORDS * 2, "潮汐随月亮而来" * 600, FORMULA * 120, "w" * 9_000, "**" + "Bold. And more. " * 240 + "End.**"],
    ids=["words", "Chinese", "formulas", "one word", "bold"],
)
def test_text_without_sentence_ends_is_not_split(text: str) -> None:
    assert PARAGRAPH_LIMIT < len(text) <= LONGEST_PARAGRAPH
    assert parts_of(text.strip()) == [text.strip()]


def test_lines_are_split_at_their_ends() -> None:
    lines = [f"entry {number:03} of the log. With some words in it" for number in range(120)]
    found = parts_of("\n".join(lines))
    assert len(found) > 1
    assert [line for part in found for line in part.split("\n")] == lines


@pytest.mark.parametrize("end", [". ", "! ", "? ", '." ', ".) ", "。", "！”", "？」"])
def test_sentences_are_split_at_their_ends(end: str) -> None:
    found = parts_of((("a few words" + end) * 600).strip())
    assert len(found) > 1
    assert all(part.endswith(end.strip()) and part.startswith("a few") for part in found)


def test_formulas_and_emphasis_hide_sentence_ends_inside() -> None:
    found = parts_of((BRACKETS * 300 + "An end. Then " + BRACKETS * 10).strip())
    assert [part[:4] for part in found] == ["so \\", "Then"]
    bold = parts_of("First. " * 100 + "**" + "Bold. " * 480 + "** Last. " + "After. " * 300)
    assert any(part.startswith("**Bold.") or "**Bold." in part for part in bold)
    assert all(part.count("**") % 2 == 0 for part in bold)


def test_unmatched_marks_and_amounts_of_money_do_not_prevent_splitting() -> None:
    for odd in ("It costs $5 to $10. ", "Pass *args on. ", "A ` alone. ", "See [1. "):
        assert len(parts_of((odd + "a few words. " * 900).strip())) > 2, odd


def test_a_very_long_paragraph_is_split_anywhere() -> None:
    assert max(map(len, parts_of("w" * 50_000))) <= LONGEST_PARAGRAPH
    spaced = parts_of(" ".join(["word"] * 10_000))
    assert max(map(len, spaced)) <= LONGEST_PARAGRAPH
    assert all(part.startswith("word") and part.endswith("word") for part in spaced)


def test_a_paragraph_full_of_formulas_is_never_shown_as_source() -> None:
    """The inline parser accepts a thousand marks per block; beyond that, the source is shown."""
    blocks = BlockSplitter((FORMULA * 400).strip()).blocks
    assert len(blocks) > 1
    assert all("$" not in span.text for block in blocks for node in render(block) for span in node.spans)  # type: ignore[union-attr]


PIECES = [
    "plain words here",
    " ",
    ". ",
    "。",
    ".",
    "\n",
    "**",
    "*",
    "_",
    "~~",
    "`",
    "$x_1. y$",
    "$",
    "$5",
    r"\(a. b\)",
    "[a link. here](https://a.example/b.c)",
    "“quoted.” ",
    "more. And more! " * 40,
    "字。" * 300,
    "w" * 700,
]
LONG_TEXTS = st.lists(st.sampled_from(PIECES), min_size=6, max_size=16).map(lambda pieces: "x" + "".join(pieces))


@settings(max_examples=examples(40))
@given(LONG_TEXTS, st.sampled_from([7, 61, 400, 2_999]))
def test_any_deltas_give_the_same_parts(text: str, step: int) -> None:
    assert streamed(text, step).blocks == BlockSplitter(text).blocks


STEADY = [
    "plain words here ",
    "A sentence. ",
    "一句话。",
    "**bold. And more.** ",
    "*it is. So* ",
    "~~gone. Away~~ ",
    "`code. Here` ",
    "$x_1. y$ ",
    r"\(a. b\) ",
    "[a link. here](https://a.example/b.c) ",
    "**粗体。再说。**后面",
    "more. And more. " * 60,
    "字。" * 200,
]


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from(STEADY), min_size=10, max_size=24))
def test_the_parts_show_what_the_whole_shows(pieces: list[str]) -> None:
    text = "x " + "".join(pieces)
    assert shown(text) == merged(list(inline_spans(text, {})))
