"""A message that could not be prepared is prepared again the next time it is visible."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.document import TranscriptDocument
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.transcript_model import TranscriptModel


class WordsThatFailOnce(ErrorWords):
    failed = False

    def finish_state(self, message: Message) -> str:
        if not self.failed:
            self.failed = True
            raise LookupError(message.id)
        return super().finish_state(message)


def test_a_failed_preparation_is_repeated(qapp: QApplication) -> None:
    document = TranscriptDocument(RenderStyle.of(Theme(qapp)), WordsThatFailOnce())
    document.reset(TranscriptModel([Message("m", "c", None, Role.ASSISTANT, "Words.", Status.COMPLETE, 1.0)]))
    with pytest.raises(LookupError):
        document.item(0)
    item = document.item(0)
    assert item.entries
    assert document.seen(0) is item
