"""The rule by which text is compared, and the short cut past it for text that it leaves as it is."""

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


def test_no_letter_that_is_folded_to_another_is_passed_over() -> None:
    missed = [
        hex(code)
        for code in range(0x10000)
        if code not in _SURROGATES
        and _UNCHANGED.fullmatch(chr(code)) is not None
        and letters(folded(chr(code), case=True)) != letters(chr(code))
    ]
    assert missed == []


def test_what_is_common_takes_the_short_cut() -> None:
    for text in ("Plain English, 1 + 1 = 2", "这里是中文，也有标点。", "ひらがなとカタカナ", "Привет, мир", "한국어"):
        assert _UNCHANGED.fullmatch(text) is not None
        assert folded_keeping_case(text) is text
    assert _UNCHANGED.fullmatch("beyond 😀") is None


@given(st.text(max_size=30))
def test_the_short_cut_gives_the_letters_that_folding_gives(text: str) -> None:
    assert letters(folded(folded_keeping_case(text))) == letters(folded(text))


@pytest.mark.parametrize(
    ("find_query", "text"),
    [("αλφα", "Άλφα"), ("ᾳ", "α"), ("أحمد", "احمد"), ("cafe", "CAFÉ"), ("１２", "12"), ("ﬁn", "fin")],
)
def test_the_sieve_lets_through_what_is_written_in_another_way(find_query: str, text: str) -> None:
    passes = FindPrefilter(FindQuery(find_query)).passes
    assert not FindQuery(find_query).find(text) or passes(text)
    assert not FindQuery(text).find(find_query) or FindPrefilter(FindQuery(text)).passes(find_query)
