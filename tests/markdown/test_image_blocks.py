"""Images on lines of their own are distinguished from those in text, and their data may have any length."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown import inline
from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.nodes import Image, Node, Span, Style, Text
from desktop_chat.markdown.paragraph_split import PARAGRAPH_LIMIT
from desktop_chat.markdown.render import appended, render
from desktop_chat.markdown.splitter import BlockSplitter

CAT = "https://x.y/cat.png"
SMALL = "data:image/png;base64,iVBORw0KGgo="
BIG = "data:image/png;base64," + base64.b64encode(random.Random(1).randbytes(1_500_000)).decode()
MIDDLE = BIG[:9_000]


def nodes_of(text: str) -> list[Node]:
    splitter = BlockSplitter(text)
    return [node for block in splitter.blocks for node in render(block, splitter.definitions())]


def text_of(splitter: BlockSplitter) -> str:
    return "".join([block.before + block.source for block in splitter.blocks]) + splitter.rest


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (f"![a cat]({CAT})", [Image(CAT, "a cat")]),
        (f"![]({CAT})", [Image(CAT)]),
        (f'![a cat]({CAT} "A title")', [Image(CAT, "a cat")]),
        (f"[![a cat]({CAT})](https://z.z)", [Image(CAT, "a cat")]),
        (f"![a]({CAT}) ![b](http://b.c/d)", [Image(CAT, "a"), Image("http://b.c/d", "b")]),
        (f"![a]({CAT})\n![b]({CAT})", [Image(CAT, "a"), Image(CAT, "b")]),
        (f"![a][cat]\n\n[cat]: {CAT}", [Image(CAT, "a")]),
        (f"![a]({SMALL})", [Image(SMALL, "a")]),
        (f"![a]({SMALL})\n![b]({SMALL})", [Image(SMALL, "a"), Image(SMALL, "b")]),
        (f"[![a]({SMALL})](https://z.z)", [Image(SMALL, "a")]),
        (f"[![a]({MIDDLE})](https://z.z)", [Image(MIDDLE, "a")]),
        (f"![a]({MIDDLE})", [Image(MIDDLE, "a")]),
        (f"![a]({BIG})", [Image(BIG, "a")]),
    ],
)  # fmt: skip
def test_images_on_lines_of_their_own(text: str, images: list[Image]) -> None:
    assert nodes_of(text) == images


@pytest.mark.parametrize(
    "text",
    [
        f"see ![a]({CAT})",
        f"![a]({CAT}) is a cat",
        "![a](file:///etc/passwd)",
        "![a](ftp://x.y/z)",
        "![a](cat.png)",
        "![a](data:text/html;base64,aGk=)",
        "![a](data:image/svg+xml;base64,aGk=)",
        "![a]",
        "![a](javascript:alert(1))",
        f"`![a]({CAT})`",
        f"![a]({SMALL}) is small",
    ],
)
def test_other_images_stay_text(text: str) -> None:
    assert [type(node) for node in nodes_of(text)] == [Text]


def test_an_image_in_text_is_a_span() -> None:
    assert nodes_of(f"see ![a]({CAT})") == [Text((Span("see "), Span("a", Style.IMAGE, CAT)))]


@pytest.mark.parametrize("data", [SMALL, MIDDLE, BIG])
@pytest.mark.parametrize("step", [700, 100_000, 10_000_000])
def test_data_are_one_block_at_any_length_and_in_any_pieces(data: str, step: int) -> None:
    text = f"Here it is.\n\n![a]({data})\n\nAnd *more*.\n"
    splitter = BlockSplitter()
    for start in range(0, len(text), step):
        splitter.feed(text[start : start + step])
    assert text_of(splitter) == text
    assert [block.kind for block in splitter.blocks] == [Kind.PARAGRAPH] * 3
    assert [node for block in splitter.blocks for node in render(block)] == [
        Text((Span("Here it is."),)),
        Image(data, "a"),
        Text((Span("And "), Span("more", Style.ITALIC), Span("."))),
    ]


@pytest.mark.parametrize(
    "text", [f"Here it is:\n![a]({MIDDLE})", f"Here it is: ![a]({MIDDLE})", f"![a]({MIDDLE}) after"]
)
def test_long_data_next_to_words_are_a_separate_part(text: str) -> None:
    assert Image(MIDDLE, "a") in nodes_of(text)
    assert len(nodes_of(text)) == 2


def test_incomplete_data_are_not_shown() -> None:
    for length in (30, 900, 9_000, 90_000):
        (node,) = nodes_of(f"![a]({BIG[:length]}")
        assert node == Text((Span("![a](data:…"),))
    (broken,) = nodes_of(f"![a]({BIG[:900]}\nwords")
    assert isinstance(broken, Text)
    assert broken.spans[-1].text.endswith("words")
    before, after = Block(Kind.PARAGRAPH, f"![a]({BIG[:400]}"), Block(Kind.PARAGRAPH, f"![a]({BIG[:500]}")
    assert appended(before, render(before), after) is None


def test_data_are_never_scanned_character_by_character(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0
    spans = inline._spans

    def counted(source: str, environment: dict[str, object]) -> tuple[Span, ...]:
        nonlocal longest
        longest = max(longest, len(source))
        return spans(source, environment)

    monkeypatch.setattr(inline, "_spans", counted)
    nodes_of(f"Here: ![a]({BIG}) and ![b]({BIG})\n![c]({BIG}\n\nend")
    assert longest <= PARAGRAPH_LIMIT


PIECES = [
    "a ",
    "\n",
    "\n\n",
    "![x](",
    "data:image/png;base64,",
    "A" * 50,
    "A" * 3_500,
    ")",
    "](https://y.z)",
    "[",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.integers(1, 5_000))
def test_any_deltas_keep_every_character_and_the_same_blocks(pieces: list[str], step: int) -> None:
    text = "".join(pieces)
    whole, pieced = BlockSplitter(text), BlockSplitter()
    for start in range(0, len(text), step):
        kept = list(pieced.blocks)
        first = pieced.feed(text[start : start + step])
        assert pieced.blocks[:first] == kept[:first]
    assert text_of(pieced) == text_of(whole) == text
    if len(text) < 20_000:
        assert pieced.blocks == whole.blocks
