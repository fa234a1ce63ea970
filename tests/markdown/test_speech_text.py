"""Spoken sentences: each once, in order, none lost, however the text is split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.speech_text import CODE, MAX_SENTENCE, SentenceSplitter, SpokenSentence, spoken


def heard(*pieces: str) -> list[str]:
    """Return what is heard of a text in pieces; code as `CODE`."""
    cutter = SentenceSplitter()
    found = [one for piece in pieces for one in cutter.feed(piece)]
    return ["CODE" if one.is_code else one.words for one in [*found, *cutter.end()]]


def test_a_sentence_is_heard_when_the_next_one_starts() -> None:
    cutter = SentenceSplitter()
    assert cutter.feed("First one. ") == []
    assert cutter.feed("Then") == [SpokenSentence("First one.")]
    assert cutter.feed(" more") == []
    assert cutter.end() == [SpokenSentence("Then more")]


def test_chinese_sentences_need_no_space() -> None:
    cutter = SentenceSplitter()
    assert cutter.feed("你好。今天") == [SpokenSentence("你好。")]
    assert cutter.feed("怎么样？！") == []
    assert cutter.feed("”他说。") == [SpokenSentence("今天怎么样？！”")]
    assert cutter.end() == [SpokenSentence("他说。")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is 3.5 m, e.g. here. Yes", ["It is 3.5 m, e.g. here.", "Yes"]),
        ("Ask Dr. Who. Or J. Doe.", ["Ask Dr. Who.", "Or J. Doe."]),
        ('"Really?" he said. Yes!', ['"Really?" he said.', "Yes!"]),
        ("Wait... what? Oh", ["Wait... what?", "Oh"]),
        ("好!我们走", ["好!", "我们走"]),
        ("# Title\nText goes\non here.\n", ["Title", "Text goes on here."]),
        ("- one\n- [x] two. Three\n1. four\n", ["one", "two.", "Three", "1. four"]),
        ("> quoted\n> on\n>\n> more", ["quoted on", "more"]),
        ("Some **bold. And** `a. B` _x_ [a link](http://x.y/z) 2 * 3.", ["Some bold.", "And a. B x a link 2 * 3."]),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |\n\nAfter.", ["a, b", "1, 2", "After."]),
        ("Title\n=====\n\n---\n\nsnake_case and \\*stars\\*", ["Title", "snake_case and *stars*"]),
        ("Note[^1].\n\n![a cat](cat.png) <https://x.y>", ["Note.", "a cat https://x.y"]),
    ],
)
def test_markup_is_not_heard(text: str, expected: list[str]) -> None:
    assert heard(text) == expected


def test_code_is_announced_and_not_read() -> None:
    text = "Look:\n\n```python\nprint('A. B')\n# ``` not yet\n```\nDone. So.\n\n1. ~~~\n   x. Y\n   ~~~\n"
    assert heard(text) == ["Look:", "CODE", "Done.", "So.", "CODE"]
    assert heard(*text) == heard(text)


def test_code_is_announced_at_its_start() -> None:
    cutter = SentenceSplitter()
    assert cutter.feed("So\n\n```py") == [SpokenSentence("So")]
    assert cutter.feed("\n") == [CODE]
    assert cutter.feed("x = 1. Not heard\n" * 1_000) == []
    assert cutter.feed("```\nOn") == []
    assert cutter.end() == [SpokenSentence("On")]


def test_one_line_in_backticks_is_not_a_block() -> None:
    assert heard("```inline``` words. More") == ["inline words.", "More"]


def test_endless_text_is_split_between_words() -> None:
    words = "word " * 400
    parts = heard(words)
    assert max(map(len, parts)) <= MAX_SENTENCE
    assert " ".join(parts) == words.strip()


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Alpha beta.", "Is it so?", "Yes!", "你好。", "Cost: 3.5 or 4.", "See e.g. this one.", "他说：“好。”",
            "Wait…", "A (small) word.)", "Émile came.", "🙂 Fine.",
        ]
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip
BLOCKS = st.lists(
    st.one_of(
        SENTENCES.map(lambda said: (" ".join(said), said)),
        SENTENCES.map(lambda said: ("\n".join(f"- {one}" for one in said), said)),
        SENTENCES.map(lambda said: ("\n".join(f"> {one}" for one in said), said)),
        st.sampled_from(["```\na. B\n\n- c\n```", "~~~~ py\n~~~\nX. Y\n~~~~"]).map(lambda code: (code, ["CODE"])),
        st.just(("## A title", ["A title"])),
    ),
    min_size=1,
    max_size=6,
)


@given(BLOCKS, st.data())
def test_everything_is_heard_once_and_in_order_in_any_pieces(
    blocks: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    text = "\n\n".join([source for source, _ in blocks])
    assert heard(*in_pieces(text, data)) == [one for _, said in blocks for one in said]


@given(st.text(alphabet="ab. 1\n!?。`~#>-*|_[]()A\t", max_size=200), st.data())
def test_the_result_does_not_depend_on_the_pieces(text: str, data: st.DataObject) -> None:
    assert heard(*in_pieces(text, data)) == heard(text)


@given(st.text(alphabet="abcé中 .!?。\nAB", max_size=300))
def test_no_character_of_plain_text_is_lost(text: str) -> None:
    assert "".join("".join(heard(text)).split()) == "".join(text.split())


def test_marks_are_dropped_and_letters_kept() -> None:
    assert spoken("__init__ of **a**b, 2*3*4 and `__x__`") == "init of ab, 2*3*4 and __x__"


def in_pieces(text: str, data: st.DataObject) -> list[str]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=20)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
