"""Puts an export together: conversations, words, highlighting, and Qt for PDF alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from desktop_chat.markdown.node_html import Marks
from desktop_chat.markdown.nodes import Code
from desktop_chat.services.blobs import stored_content
from desktop_chat.services.exports.entries import ExportedDocument
from desktop_chat.services.exports.export_job import ExportTools
from desktop_chat.services.exports.export_words import ExportWords
from desktop_chat.services.paths import Paths
from desktop_chat.ui.text.export_text import document_words

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

    from desktop_chat.services.highlight_process import HighlightProcess


def export_words() -> ExportWords:
    """Return the words of documents in the current language."""
    return ExportWords(**cast(dict[str, Any], document_words()))


@contextmanager
def export_tools(paths: Paths) -> Iterator[ExportTools]:
    """Yield what an export in this process needs."""
    highlighting = _Highlighting()
    try:
        yield ExportTools(export_words(), partial(stored_content, paths.blob_folder), highlighting, _Pdf())
    finally:
        highlighting.close()


class _Highlighting:
    """Highlights code; what that takes is loaded by the first code."""

    def __init__(self) -> None:
        self._process: HighlightProcess | None = None

    def __call__(self, code: Code) -> Marks:
        from desktop_chat.services.exports.code_marks import marks_of  # noqa: PLC0415

        if self._process is None:
            from desktop_chat.services.highlight_process import HighlightProcess  # noqa: PLC0415

            self._process = HighlightProcess()
        return marks_of(code, self._process)

    def close(self) -> None:
        """End the process that highlights."""
        if self._process is not None:
            self._process.close()


class _Pdf:
    """Paints PDF without a display; Qt is loaded by the first document."""

    def __init__(self) -> None:
        self._app: QGuiApplication | None = None

    def __call__(
        self,
        document: ExportedDocument,
        words: ExportWords,
        content_of: Callable[[str], bytes | None],
        marks_of: Callable[[Code], Marks],
    ) -> bytes:
        self._load_qt(words.language)
        from desktop_chat.ui.export.pdf import pdf_of  # noqa: PLC0415

        entries = [
            (each.author, each.details, each.notes, each.reasoning, each.body, each.is_question)
            for each in document.entries
        ]
        return pdf_of(
            document.title,
            document.details,
            entries,
            reasoning=words.reasoning,
            page=words.page,
            content_of=content_of,
            marks_of=marks_of,
        )

    def _load_qt(self, language: str) -> None:
        if self._app is not None:
            return
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from desktop_chat.app.import_hook import load_qt  # noqa: PLC0415

        load_qt()
        from PySide6.QtGui import QGuiApplication  # noqa: PLC0415

        from desktop_chat.ui.languages import Languages  # noqa: PLC0415

        self._app = QGuiApplication(["desktop-chat"])
        languages = Languages(self._app)
        languages.setParent(self._app)  # or it would take its translators along
        languages.set_language("zh_CN" if language.startswith("zh") else "en")
