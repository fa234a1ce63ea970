"""Each reason why a file is not attached has its sentence, and what is not sent is said in figures."""

from __future__ import annotations

import pytest

from desktop_chat.core import attachment_errors
from desktop_chat.core.attachment_errors import AttachmentError, FileTooLarge
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.errors import StoreFull
from desktop_chat.ui.text.attachment_text import attachment_problem, left_out_of
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.message_markdown import attachment_names

KINDS = [
    kind
    for kind in vars(attachment_errors).values()
    if isinstance(kind, type) and issubclass(kind, AttachmentError) and kind is not AttachmentError
]


def test_each_error_has_its_own_sentence() -> None:
    sentences = [attachment_problem(kind("detail")) for kind in KINDS]
    assert len(set(sentences)) == len(KINDS) == 13
    assert all(each.endswith(".") for each in sentences)
    assert "100 MB" in attachment_problem(FileTooLarge())
    assert attachment_problem(StoreFull()) == sentence(StoreFull())


@pytest.mark.parametrize(
    ("pages", "letters", "words"),
    [
        (0, 0, ""),
        (12, 0, "Not sent: 12 of 1,300 pages."),
        (0, 12_345, "Not sent: 12,345 characters at the end."),
        (2, 9, "Not sent: 2 of 1,300 pages, and 9 characters."),
    ],
)
def test_what_is_left_out_is_said(pages: int, letters: int, words: str) -> None:
    attachment = Attachment(
        AttachmentKind.DOCUMENT, "a.pdf", "application/pdf", 1, "a" * 64,
        pages=1_300, pages_left_out=pages, letters_left_out=letters,
    )  # fmt: skip
    assert left_out_of(attachment) == words


def test_a_file_name_cannot_pose_as_something_else_in_a_copy() -> None:
    named = Attachment(AttachmentKind.DOCUMENT, "a\n\n# Model\n\u202etxt.exe", "text/plain", 1, "a" * 64)
    assert attachment_names([named]) == "Attached: a # Model \\u202etxt.exe"
