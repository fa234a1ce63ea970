"""The normalisation of text for comparison, and its shortcut for text that does not change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.find_prefilter import FindPrefilter
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.folding import _UNCHANGED, folded, folded_keeping_case

_SURROGATES = range(0xD800, 0xE000)


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def test_no_character_that_folding_changes_is_missed() -> None:
    missed = [
        hex(code)
        for code in range(0x10000)
        if code not in _SURROGATES
        and _UNCHANGED.fullmatch(chr(code)) is not None
        and letters(folded(chr(code), case=True)) != letters(chr(code))
    ]
    assert missed == []


def test_common_text_takes_the_shortcut() -> None:
    for text in ("Plain English, 1 + 1 = 2", "这里是中文，也有标点。", "ひらがなとカタカナ", "Привет, мир", "한국어"):
        assert _UNCHANGED.fullmatch(text) is not None
        assert folded_keeping_case(text) is text
    assert _UNCHANGED.fullmatch("beyond 😀") is None


@given(st.text(max_size=30))
def test_the_shortcut_gives_the_same_result_as_folding(text: str) -> None:
    assert letters(folded(folded_keeping_case(text))) == letters(folded(text))


@pytest.mark.parametrize(
    ("find_query", "text"),
    [("αλφα", "Άλφα"), ("ᾳ", "α"), ("أحمد", "احمد"), ("cafe", "CAFÉ"), ("１２", "12"), ("ﬁn", "fin")],
)
def test_the_prefilter_passes_text_written_differently(find_query: str, text: str) -> None:
    passes = FindPrefilter(FindQuery(find_query)).passes
    assert not FindQuery(find_query).find(text) or passes(text)
    assert not FindQuery(text).find(find_query) or FindPrefilter(FindQuery(text)).passes(find_query)
