"""Titles from the first words, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.titles import TITLE_LIMIT, title_for, title_from


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        (" \n\t", ""),
        ("Plan a trip", "Plan a trip"),
        ("How do I read a file? In chunks, please.", "How do I read a file?"),
        ("Fix this. It is broken.", "Fix this"),
        ("Use version 3.11 of Python", "Use version 3.11 of Python"),
        ("# Heading\ntext", "Heading"),
        ("- **Bold** item", "Bold item"),
        ("\n\n> quoted `code` here\nmore", "quoted code here"),
        ("今天天气怎么样？明天呢？", "今天天气怎么样？"),
        ("写一首诗。要短。", "写一首诗"),
        ("第一行\n第二行", "第一行"),
        ("???", "???"),
    ],
)
def test_the_first_sentence_is_the_title(text: str, title: str) -> None:
    assert title_from(text) == title


def test_a_long_sentence_is_cut_between_words() -> None:
    title = title_from("word " * 40)
    assert title == "word " * 10 + "word…"
    assert len(title) <= TITLE_LIMIT


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("a" * 31 + " " + "b" * 40, "a" * 31 + "…"),
        ("a" * 30 + " " + "b" * 40, "a" * 30 + " " + "b" * 28 + "…"),
        ("a" * 58 + " b", "a" * 58 + " b"),
        ("a" * 58 + " bc", "a" * 58 + "…"),
        ("a" * 50 + ",;: " + "b" * 40, "a" * 50 + "…"),
        ("天" * 58 + "，" + "气" * 9, "天" * 58 + "…"),
    ],
)
def test_where_a_long_sentence_is_cut(text: str, title: str) -> None:
    assert title_from(text) == title


def test_a_long_sentence_without_spaces_is_cut_anywhere() -> None:
    assert title_from("天" * 100) == "天" * (TITLE_LIMIT - 1) + "…"


@given(st.text())
def test_a_title_is_one_short_line_and_empty_only_for_blank_text(text: str) -> None:
    title = title_from(text)
    assert len(title) <= TITLE_LIMIT
    assert len(title.splitlines()) <= 1
    assert title == title.strip()
    assert title or not any(character.isalnum() for character in text)


@pytest.mark.parametrize(
    ("text", "names", "title"),
    [
        ("Look at this.", ["a.pdf"], "Look at this"),
        (" \n", ["my_long_report.pdf", "b.pdf"], "my_long_report.pdf"),
        ("", ["# a\nb.pdf"], "# a b.pdf"),
        ("", ["x" * 100], "x" * (TITLE_LIMIT - 1) + "…"),
        ("", [], ""),
    ],
)
def test_a_question_without_text_is_named_after_its_first_file(text: str, names: list[str], title: str) -> None:
    attachments = [Attachment(AttachmentKind.DOCUMENT, name, "text/plain", 1, "0") for name in names]
    assert title_for(text, attachments) == title
