"""Words are found as readers expect: Chinese and Japanese ones by dictionary, others by Unicode's rules."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.ui.transcript.blocks.text_box import len_utf16
from desktop_chat.ui.transcript.selection import word_breaks
from desktop_chat.ui.transcript.selection.copying import slice_utf16
from desktop_chat.ui.transcript.selection.word_breaks import Icu, icu, next_word, word_around


@pytest.fixture
def without_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_breaks, "icu", lambda: None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it depends on the system's own library")
def test_qt_includes_dictionaries() -> None:
    assert icu() is not None


@pytest.mark.parametrize(
    ("text", "letter", "word"),
    [
        ("我们今天去公园玩", "今", "今天"),
        ("我们今天去公园玩", "天", "今天"),
        ("我们今天去公园玩", "玩", "玩"),
        ("今日は公園で遊びました", "園", "公園"),
        ("Hello, it's fine", "s", "it's"),
        ("用 🙂 Python 写代码", "码", "代码"),
        ("🙂公园🙂", "园", "公园"),
        ("say hello-world", "w", "world"),
        ("self.name(x)", "s", "self"),
        ("self.name(x)", "a", "name"),
        ("self.name", ".", "."),
        ("it is 3.14 now", "4", "3.14"),
        ("a_b::c_d", "d", "c_d"),
    ],
)
def test_the_word_at_a_character(text: str, letter: str, word: str) -> None:
    offset = len_utf16(text[: text.rindex(letter)])
    assert slice_utf16(text, *word_around(text, offset)) == word


def test_the_end_of_a_text_belongs_to_its_last_word() -> None:
    assert word_around("one two", 7) == (4, 7)
    assert word_around("我们今天", 4) == (2, 4)
    assert word_around("", 0) == (0, 0)


def test_steps_move_from_word_to_word() -> None:
    text = "one  two 我们今天"
    stops = [0]
    while (at := next_word(text, stops[-1], forward=True)) >= 0:
        stops.append(at)
    assert stops == [0, 5, 9, 11, 13]
    back = [13]
    while (at := next_word(text, back[-1], forward=False)) >= 0:
        back.append(at)
    assert back == stops[::-1]


def test_unsuitable_libraries_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    known = list(word_breaks._candidates())
    monkeypatch.setattr(word_breaks, "_candidates", lambda: [("libnowhere.so.1", "_1"), (known[0][0], "_0"), *known])
    assert isinstance(icu.__wrapped__(), Icu)
    monkeypatch.setattr(word_breaks, "_candidates", lambda: [(known[0][0], "_0")])
    assert icu.__wrapped__() is None


def test_each_system_has_its_own_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_breaks, "_loaded", lambda: ["/usr/lib/libicuuc.so.76"])
    monkeypatch.setattr(word_breaks, "_beside_qt", list)
    monkeypatch.setattr(word_breaks.sys, "platform", "win32")
    assert list(word_breaks._candidates()) == [("icu.dll", ""), ("/usr/lib/libicuuc.so.76", "_76")]
    monkeypatch.setattr(word_breaks.sys, "platform", "darwin")
    assert next(iter(word_breaks._candidates())) == ("/usr/lib/libicucore.dylib", "")


@pytest.mark.usefixtures("without_dictionaries")
def test_without_dictionaries_unicode_rules_are_used() -> None:
    assert word_around("我们今天", 2) == (2, 3)
    assert word_around("één woord", 5) == (4, 9)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.integers(0, 40))
def test_any_position_in_any_text_is_in_one_of_its_words(text: str, letters: int) -> None:
    offset = len_utf16(text[:letters])
    start, end = word_around(text, offset)
    assert 0 <= start <= offset <= end <= len_utf16(text)
