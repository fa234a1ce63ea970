"""The splitter yields markdown-it's top-level blocks for any text, however it is split into deltas."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.chunking import CODE_LINES, TABLE_ROWS
from desktop_chat.markdown.paragraph_split import LONGEST_PARAGRAPH, PARAGRAPH_LIMIT
from desktop_chat.markdown.parser import NEWLINE, parser
from desktop_chat.markdown.splitter import BlockSplitter

PIECES = [
    "a", "b c", "word", " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "- ", "* ", "+ ", "1. ", "2) ",
    "10. ", ">", "> ",
    "```", "```py", "~~~", "`", "# ", "## ", "###", "---", "***", "===", "- - -", "|", "a|b", "-|-", "|--|--|", "|a|b|",
    "[a]: /u", "[a]", "]:", "[", "]", ":", "(", ")", '"t"', "'", "\\", "<b>", "*", "**",
    "_", "x", "é", "你好", "🙂", "[ ] ", "[x] ",
    "-", "+", "0", "1", ".", "\0", "&amp;", "https://x.y", "~~", "=", "#", "\u2028", "\f", "\xa0",
    "$", "$$", "$$\n", "\\[", "\\]", "\\]\n", "\\(", "\\)", "\\begin{align}", "\\end{align}", "\n\\end{align}\n",
    "```math\n", "[^1]", "[^1]: ", "\n[^a]: n\n", "[^", "^",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)

TOP = {
    "paragraph_open": Kind.PARAGRAPH,
    "heading_open": Kind.HEADING,
    "hr": Kind.RULE,
    "fence": Kind.CODE,
    "code_block": Kind.INDENTED,
    "blockquote_open": Kind.QUOTE,
    "table_open": Kind.TABLE,
    "bullet_list_open": Kind.ITEM,
    "ordered_list_open": Kind.ITEM,
    "math_block": Kind.MATH,
    "footnote_open": Kind.FOOTNOTE,
}


def by_the_parser(text: str) -> list[tuple[Kind, str]]:
    """Return kind and stripped source of each top-level construct of the whole text."""
    lines = NEWLINE.split(text)
    environment: dict[str, Any] = {}
    tokens = parser().parse(text, environment)
    return [
        (TOP[token.type], "\n".join(lines[token.map[0] : token.map[1]]).strip())
        for token in tokens
        if token.level == 0 and token.nesting >= 0 and token.map
    ]


def constructs(blocks: list[Block]) -> list[tuple[Kind, str]]:
    """Return the splitter's blocks, with the parts of each construct joined."""
    whole: list[tuple[Kind, str]] = []
    for block in blocks:
        source = NEWLINE.sub("\n", block.source)
        if block.continues:
            kind, start = whole[-1]
            whole[-1] = (kind, start + NEWLINE.sub("\n", block.before) + source)
        elif block.kind is not Kind.REFERENCE:
            whole.append((block.kind, source))
    return [(kind, source.strip()) for kind, source in whole]


def source_of(splitter: BlockSplitter) -> str:
    return "".join([block.before + block.source for block in splitter.blocks]) + splitter.rest


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places})
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


@given(TEXTS)
@example("- a|b\n- c|d\n-|-\n")
@example("> [foo]:\nl m")
@example("- a\n\n\n  b\n1. c")
def test_blocks_are_the_parsers_top_level_constructs(text: str) -> None:
    splitter = BlockSplitter(text)
    assert constructs(splitter.blocks) == by_the_parser(text)
    assert source_of(splitter) == text


@given(TEXTS, st.lists(st.integers(0, 400), max_size=30))
@example("```\ncode\n``` x\n```\nafter", [8, 9, 11, 12, 13, 14])
def test_any_deltas_give_the_same_blocks(text: str, places: list[int]) -> None:
    whole, pieced = BlockSplitter(text), BlockSplitter()
    for piece in cut(text, places):
        kept = list(pieced.blocks)
        first = pieced.feed(piece)
        assert pieced.blocks[:first] == kept[:first]
    assert pieced.blocks == whole.blocks
    assert source_of(pieced) == text


@given(TEXTS)
@example("# a|b\n-|-")
@example("```a|b\n-|-\nc")
@example("[a]\n[a]: /u\nb $$\n\n\n  $$")
@example("[a]: /u\n1. \r\n\n[a]: /u\n")
def test_one_character_at_a_time(text: str) -> None:
    splitter = BlockSplitter()
    for end, letter in enumerate(text, 1):
        splitter.feed(letter)
        assert constructs(splitter.blocks) == by_the_parser(text[:end]), text[:end]
    assert splitter.blocks == BlockSplitter(text).blocks


@pytest.mark.parametrize("rows", [1, CODE_LINES - 1, CODE_LINES, CODE_LINES + 1, 3 * CODE_LINES + 5])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_long_code_is_split_into_parts(rows: int, closed: bool, step: int) -> None:
    text = "```py\n" + "\n".join(f"x = {row}" for row in range(rows)) + ("\n```\nafter" if closed else "")
    splitter = BlockSplitter()
    for start in range(0, len(text), step):
        splitter.feed(text[start : start + step])
    code = [block for block in splitter.blocks if block.kind is Kind.CODE]
    assert len(code) == -(-rows // CODE_LINES)
    assert all(block.head == "```py" for block in code[1:])
    assert code[-1].closed is closed
    assert splitter.blocks == BlockSplitter(text).blocks
    assert constructs(splitter.blocks) == by_the_parser(text)


def test_long_tables_and_paragraphs_are_split_alike_at_once_and_in_pieces() -> None:
    table = "|a|b|\n|-|-|\n" + "".join(f"|{row}|x y|\n" for row in range(5 * TABLE_ROWS + 3))
    prose = "Words **in** a row. " * (PARAGRAPH_LIMIT // 5) + "w" * (3 * PARAGRAPH_LIMIT)
    text = f"{table}\n{prose}\n\nend"
    splitter = BlockSplitter()
    for start in range(0, len(text), 11):
        splitter.feed(text[start : start + 11])
    assert splitter.blocks == BlockSplitter(text).blocks
    assert sum(block.kind is Kind.TABLE for block in splitter.blocks) == 6
    assert max(len(block.source) for block in splitter.blocks) <= LONGEST_PARAGRAPH
    assert constructs(splitter.blocks) == by_the_parser(text)


def test_items_are_numbered_through_their_list() -> None:
    splitter = BlockSplitter()
    for letter in "7. a\n1. b\n\n1. c\n\ntext\n\n- d\n":
        splitter.feed(letter)
    assert [block.ordinal for block in splitter.blocks] == [7, 8, 9, None, None]
    assert [block.continues for block in splitter.blocks] == [False, True, True, False, False]


def test_the_first_definition_of_a_label_wins() -> None:
    splitter = BlockSplitter("[a]: /one 'T'\n\ntext [a]\n\n> [a]: /two\n> [b]: /three\n")
    assert splitter.definitions() == {"A": ("/one", "T"), "B": ("/three", "")}
