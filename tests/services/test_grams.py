"""The index's terms: each text with a visible match has all terms of the query."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.plain_text import first_hit, searchable_query
from desktop_chat.services.sqlite.grams import MAX_TERMS, grams_of, quads_of, quads_of_query, terms_of_query

TEXT = st.text(st.sampled_from("abcéßДд 天气今日カｶ한1٣*_[]()&;#🎉…，\u0301\u200b\U00020000\n"), max_size=40)


@settings(max_examples=examples(300))
@given(TEXT, st.data())
def test_a_text_with_a_match_has_all_terms_of_the_query(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    query = text[start : start + data.draw(st.integers(1, 20))]
    letters = searchable_query(query)
    if letters and first_hit(text, FindQuery(query)) is not None:
        assert set(terms_of_query(query)) <= grams_of(text)


WORDS = st.lists(
    st.sampled_from(
        ["ab", "cdé", "Дd", "x", "天", " ", "\n", "  \n", ".", ",", "`", "``", "*", "**", "_", "~~", "[", "](", "](u ",
         ")", "][", "]", '"', "<br>", "<b>", "&amp;", "&#32;", "&shy;", "\\", "|", "# ", "> ", "- ", "1. ", "$", "![",
         "[^1]", "\t", "\u200b", "\u00a0", "\x1f", "    ", "\n\n", "```\n", "--", "!", "?", "(", "<http://a.b/", ">",
         "](<a b>)", "](u 'x ab')"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(max_examples=examples(2000))
@given(WORDS, st.data())
def test_a_text_with_a_match_has_all_pieces_of_the_words_in_the_query(text: str, data: st.DataObject) -> None:
    words = ["abab", "abcde", "cdeab", "xabx", "abcdeab", "ддab", "abx天", "xx ab", "ab cdex", "abab abab", "abxab.x"]
    query = data.draw(st.sampled_from(words))
    if first_hit(text, FindQuery(query)) is not None and set(terms_of_query(query)) <= grams_of(text):
        assert set(quads_of_query(query)) <= quads_of(text)


@pytest.mark.parametrize(
    ("text", "query", "may_match"),
    [
        ("two rd", "word", False),
        ("two\nrd, or. der", "word", False),
        ("two\nrd, or. der", "order", False),
        ("a `two` order", "word", False),
        ("wo**rd**", "word", True),
        ('[wo](http://x.y "a title")rd', "word", True),
        ("wo` rd `", "word", True),
        ("Слово и дело", "слово", True),
        ("Слово и дело", "воид", False),
        ("wo&shy;rd", "word", True),
        ("天气预报", "天气预报", True),
        ("swordfishes", "two words", False),
        ("a swords", "two words", True),
        ("[wo](<a b>)rd two\nrd", "word", True),
        ("[wo](u 'a b')rd\n\ntwo rd [a](b)", "tword", False),
    ],
)
def test_only_pieces_within_words_count(text: str, query: str, may_match: bool) -> None:
    assert (set(quads_of_query(query)) <= quads_of(text)) is may_match


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("q", ["q"]),
        ("Qu", ["qu"]),
        ("quick", ["qui", "uic", "ick"]),
        ("two words", ["two", "wow", "owo", "wor", "ord", "rds"]),
        ("天", ["天"]),
        ("天气", ["天气"]),
        ("今天天气", ["今天", "天天", "天气"]),
        ("用Python写", ["用p", "pyt", "yth", "tho", "hon", "n写"]),
        ("да", ["да"]),
        ("погода", ["пог", "ого", "год", "ода"]),
        ("🎉", ["🎉"]),
        ("done 🎉", ["don", "one"]),
        ("->", ["\ue02d", "\ue03e"]),
        ("，", ["\ue02c"]),
        ("\0", []),
        (" ", []),
    ],
)
def test_terms_of_a_query(query: str, terms: list[str]) -> None:
    assert terms_of_query(query) == terms


def test_a_long_query_has_terms_from_all_over_it() -> None:
    words = "abcdefghijklmnopqrstuvwxyz0123456789"
    terms = terms_of_query(words)
    assert len(terms) == MAX_TERMS
    assert (terms[0], terms[-1]) == ("abc", "789")


def test_terms_contain_no_space() -> None:
    assert not {term for term in grams_of("a b\u3000c\u00a0d\u2003e 天 气\n\tx") if term.split() != [term]}
