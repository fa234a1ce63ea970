"""Finding text as users expect: all Unicode variants, and whole words on request."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTextBoundaryFinder

from desktop_chat.markdown.find_prefilter import FindPrefilter
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.folding import folded, folded_with_offsets, joins
from desktop_chat.markdown.word_boundaries import is_word_boundary

LETTERS = "aAbBé\u0301ßſKÉ中文가나 .'’_-1\u2028\u00a0🙂İ\u00adＡｶﾞガ\u200bй…"
MARKED = "aéий\u0301\u0306\u0323\u3099\u20d7かが\u200bᄀ가\u11a8ﾡﾞ\u0e01\u0e48ﬁ½\u05d0\u05b7 "
"""Letters, and marks and parts of syllables that go with them in any order and number."""
texts = st.text(st.sampled_from(LETTERS), max_size=30) | st.text(st.sampled_from(MARKED), max_size=12)


@pytest.mark.parametrize(
    ("find_query", "text", "found"),
    [
        ("Needle", "a needle, a NEEDLE", ["needle", "NEEDLE"]),
        ("strasse", "Die Straße, die STRASSE", ["Straße", "STRASSE"]),
        ("s", "ß", []),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", ["σίσυφος"]),
        ("中文", "学中文，说中文", ["中文", "中文"]),
        ("café", "cafe\u0301 and caf\u00e9", ["cafe\u0301", "caf\u00e9"]),
        ("cafe\u0301", "CAFÉ", ["CAFÉ"]),
        ("가나", unicodedata.normalize("NFD", "가나다"), [unicodedata.normalize("NFD", "가나")]),
        ("cafe", "Café, cafe\u0301, CAFÉ", ["Café", "cafe\u0301", "CAFÉ"]),
        ("café", "cafe", ["cafe"]),
        ("resume", "Un re\u0301sume\u0301", ["re\u0301sume\u0301"]),
        ("αθηνα", "Αθήνα", ["Αθήνα"]),
        ("и", "й", []),
        ("か", "が", []),
        ("й", "й\u0301 и\u0306\u0301", ["й\u0301", "и\u0306\u0301"]),
        ("й", "й\u0323 и\u0306\u0323 и\u0323\u0306", ["й\u0323", "и\u0306\u0323", "и\u0323\u0306"]),
        ("й", "и" + "\u0323" * 20 + "\u0306!", ["и" + "\u0323" * 20 + "\u0306"]),
        ("й", "и\u0301\u0306", []),
        ("и\u0323", "и\u0323\u0301", ["и\u0323\u0301"]),
        ("\u0323!", "и\u0323\u0301! и\u0301\u0323!", []),
        ("\u0301!", "и\u0323\u0301! и\u0301\u0323!", ["и\u0323\u0301!", "и\u0301\u0323!"]),
        ("が", "が\u0301 か\u3099\u0301", ["が\u0301", "か\u3099\u0301"]),
        ("か", "が\u0301 か\u3099\u0301", []),
        ("é", "e\u0301\u20d7 \u00e9\u20d7\u0301", ["e\u0301\u20d7", "\u00e9\u20d7\u0301"]),
        ("カタカナ", "ｶﾀｶﾅ カタカナ", ["ｶﾀｶﾅ", "カタカナ"]),
        ("ガ", "ｶﾞ", ["ｶﾞ"]),
        ("ｱ", "ｱﾞｱ", ["ｱﾞ", "ｱ"]),
        ("ᄀ", "ﾡﾡ ﾡￂ", ["ﾡ", "ﾡ"]),
        ("f", "ﬁ", []),
        ("ABC 123", "ＡＢＣ　１２３", ["ＡＢＣ　１２３"]),
        ("（注）", "(注)", ["(注)"]),
        ("cooperation", "co\u00adoperation", ["co\u00adoperation"]),
        ("zerowidth", "zero\u200bwidth", ["zero\u200bwidth"]),
        ("\u00ad", "any\u00adthing", []),
        ("two words", "two\u202fwords", ["two\u202fwords"]),
        ("محمد", "مُحَمَّد", ["مُحَمَّد"]),
        ("don't", "don\u2019t", ["don\u2019t"]),
        ("two words", "two\u2028words, two\u00a0words", ["two\u2028words", "two\u00a0words"]),
        ("aa", "aaaaa", ["aa", "aa"]),
        ("", "anything", []),
        ("🙂", "a🙂b🙂", ["🙂", "🙂"]),
    ],
)
def test_it_finds_what_users_expect(find_query: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in FindQuery(find_query).find(text)] == found


@pytest.mark.parametrize(
    ("find_query", "text", "count"),
    [
        ("cat", "cat, concat, cats, the cat.", 2),
        ("can", "I can't", 0),
        ("can't", "I can\u2019t.", 1),
        ("self", "self.name", 1),
        ("3", "3.14 or 3", 1),
        ("snake", "snake_case", 0),
        ("中", "中文", 1),
        ("aa", "aaa aa", 1),
        ("слово", "слово и словом", 1),
        ("->", "a->b", 1),
    ],
)
def test_whole_words_only(find_query: str, text: str, count: int) -> None:
    assert len(FindQuery(find_query, whole_words=True).find(text)) == count


def test_case_matters_on_request() -> None:
    assert FindQuery("Set", case=True).find("set Set SET") == [(4, 7)]
    assert FindQuery("É", case=True).find("e\u0301 E\u0301") == [(3, 5)]


def test_offsets_are_also_available_in_utf16() -> None:
    assert FindQuery("b").find_utf16("🙂b🙂🙂b") == [(2, 3), (7, 8)]
    assert FindQuery("🙂").find_utf16("a🙂") == [(1, 3)]
    assert FindQuery("文").find_utf16("中文") == [(1, 2)]


@given(text=texts, find_query=texts.filter(bool), case=st.booleans())
def test_every_hit_is_real_and_they_do_not_overlap(text: str, find_query: str, case: bool) -> None:
    last = 0
    for start, end in FindQuery(find_query, case=case).find(text):
        assert last <= start < end
        letters, wanted = folded(text[start:end], case=case), folded(find_query, case=case)
        before, _, after = letters.partition(wanted)
        assert wanted in letters
        assert all(map(joins, after))
        assert not before or (joins(wanted[0]) and all(map(joins, before[1:])))
        last = end


@given(text=texts, find_query=texts.filter(bool), case=st.booleans())
def test_no_hit_is_missed(text: str, find_query: str, case: bool) -> None:
    """In composed text where folding is one to one, hits are those of a plain scan."""
    letters = unicodedata.normalize("NFC", text)
    text = "".join(letter for letter in letters if len(folded(letter)) == 1 and not joins(letter))
    wanted, whole = folded(find_query, case=case), folded(text, case=case)
    if len(whole) == len(text) and wanted:
        found, at = [], 0
        while at <= len(whole) - len(wanted):
            if whole.startswith(wanted, at):
                found.append((at, at + len(wanted)))
                at += len(wanted)
            else:
                at += 1
        assert FindQuery(find_query, case=case).find(text) == found


@given(text=texts, find_query=texts.filter(bool))
def test_composed_and_decomposed_text_have_the_same_hits(text: str, find_query: str) -> None:
    composed, taken = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    first = [composed[start:end] for start, end in FindQuery(find_query).find(composed)]
    second = [taken[start:end] for start, end in FindQuery(find_query).find(taken)]
    assert [folded(hit) for hit in second] == [folded(hit) for hit in first]


@given(text=texts, case=st.booleans())
def test_folding_by_character_equals_folding_the_whole(text: str, case: bool) -> None:
    """The index folds whole texts, while highlighting on screen folds cluster by cluster."""
    assert folded_with_offsets(text, case=case)[0] == folded(text, case=case)


@given(text=texts, find_query=texts.filter(bool))
def test_no_text_with_a_hit_is_filtered_out(text: str, find_query: str) -> None:
    if FindQuery(find_query).find(text):
        assert FindPrefilter(FindQuery(find_query)).passes(text)


@pytest.mark.parametrize(("find_query", "text"), [("10 км", "10\u00a0км"), ("il a dit\u00a0: né", "Il a dit : NÉ")])
def test_a_no_break_space_filters_out_nothing(find_query: str, text: str) -> None:
    assert FindQuery(find_query).find(text)
    assert FindPrefilter(FindQuery(find_query)).passes(text)


@given(text=texts, find_query=texts.filter(bool))
def test_whole_word_hits_are_between_word_boundaries(text: str, find_query: str) -> None:
    for start, end in FindQuery(find_query, whole_words=True).find(text):
        assert is_word_boundary(text, start)
        assert is_word_boundary(text, end)
        assert folded(find_query) in folded(text[start:end])


@given(text=st.text(st.sampled_from("ab1_ -é\u0301中文かカナ가Яя,;\n"), max_size=24))
def test_word_boundaries_follow_unicode(text: str) -> None:
    """Except for runs of spaces, which UAX 29 keeps together."""
    text = re.sub(r"(^|\n)\u0301+", r"\1", re.sub(" +", " ", unicodedata.normalize("NFC", text)))
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    known = []
    for at in range(len(text) + 1):
        finder.setPosition(at)
        known.append(finder.isAtBoundary())
    assert [is_word_boundary(text, at) for at in range(len(text) + 1)] == known or not text
