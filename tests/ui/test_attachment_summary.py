"""What is said of an attachment in a few words."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.attachment_errors import FileBroken
from desktop_chat.core.attachment_reading import Progress
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.text.attachment_summary import (
    kind_letters,
    left_out_short,
    long_summary,
    reading_text,
    short_summary,
    size_text,
    spoken_summary,
    tokens_text,
    tooltip_of,
)

IMAGE = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 240_000, "a", 1_600, 900)
BOOK = Attachment(
    AttachmentKind.DOCUMENT,
    "book.pdf",
    "application/pdf",
    1_240_000,
    "b",
    text_sha256="c",
    letters=120_000,
    text_size=121_000,
    pages=340,
    pages_left_out=40,
)


@pytest.fixture(autouse=True)
def english(qapp: QApplication):
    languages = Languages(qapp)
    languages.set_language("en")
    yield
    languages.deleteLater()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1_023, "1023 bytes"),
        (1_536, "1.5 KB"),
        (204_800, "200 KB"),
        (3 * 1024**3, "3.0 GB"),
    ],
)
def test_sizes_have_a_fitting_unit(size: int, words: str) -> None:
    assert size_text(size) == words


def test_estimates_are_rounded() -> None:
    assert [tokens_text(tokens) for tokens in (0, 7, 99, 1_234, 30_250)] == [
        "~0 tokens",
        "~7 tokens",
        "~99 tokens",
        "~1,200 tokens",
        "~30,000 tokens",
    ]


def test_kinds_are_short_suffixes() -> None:
    assert [kind_letters(name) for name in ("a.pdf", "b.tar.gz", "c", ".env", "d.markdown", "e.py")] == [
        "PDF",
        "GZ",
        "",
        "",
        "",
        "PY",
    ]


def test_an_image_and_a_document_are_described() -> None:
    assert short_summary(IMAGE) == "234 KB · ~1,600 tokens"
    assert long_summary(IMAGE) == "234 KB · 1,600 × 900 · ~1,600 tokens"
    assert long_summary(BOOK) == "1.2 MB · 340 pages · 120,000 characters · ~30,000 tokens"
    assert left_out_short(BOOK) == "300 of 340 pages"
    assert left_out_short(IMAGE) == ""


def test_what_is_left_out_of_a_text_is_a_share() -> None:
    text = Attachment(AttachmentKind.DOCUMENT, "a.txt", "text/plain", 9, "a", letters=30, letters_left_out=70)
    assert left_out_short(text) == "30% of the text"


def test_tooltips_and_screen_readers_say_the_same() -> None:
    assert tooltip_of("a.png", IMAGE, None) == "a.png\n234 KB · 1,600 × 900 · ~1,600 tokens"
    assert spoken_summary("a.pdf", None, FileBroken()) == "a.pdf, The file is damaged or incomplete."
    assert tooltip_of("a.pdf", None, None) == "a.pdf\nReading..."


def test_progress_is_in_pages_if_they_are_known() -> None:
    assert reading_text(Progress(0, 0)) == "Reading..."
    assert reading_text(Progress(3, 1_200)) == "Reading page 3 of 1,200"
