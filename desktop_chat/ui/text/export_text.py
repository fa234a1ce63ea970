"""Words of exports: those inside exported documents, and why an export failed."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import ChatError
from desktop_chat.core.exporting import ExportFormat, ExportResult
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.ui.text.error_text import ErrorWords, sentence
from desktop_chat.ui.text.message_markdown import call_words
from desktop_chat.ui.text.summary_text import summary_mark
from desktop_chat.ui.text.translation import tr

_ENDINGS = ErrorWords()


def document_words() -> dict[str, object]:
    """Return the members of `ExportWords`, by name, in the current language."""
    return {
        "language": tr("en"),
        "you": tr("You"),
        "model": tr("Model"),
        "system": tr("System"),
        "untitled": tr("New conversation"),
        "reasoning": tr("Reasoning"),
        "sources": tr("Sources"),
        "demo": tr("Canned reply of the demo, no AI"),
        "call": call_words(),
        "attached": _attached,
        "ending": _ending,
        "call_state": _call_state,
        "summary": summary_mark,
        "version": _version,
        "moment": _moment,
        "page": _page,
    }


def format_name(kind: ExportFormat) -> str:
    """Return a format's name."""
    names = {
        ExportFormat.JSON: tr("JSON, complete"),
        ExportFormat.JSONL: tr("JSONL for fine-tuning"),
        ExportFormat.MARKDOWN: tr("Markdown"),
        ExportFormat.HTML: tr("Web page (HTML)"),
        ExportFormat.PDF: tr("PDF"),
        ExportFormat.DOCX: tr("Word document"),
        ExportFormat.TEXT: tr("Plain text"),
    }
    return names[kind]


def format_use(kind: ExportFormat) -> str:
    """Say what a format is good for."""
    uses = {
        ExportFormat.JSON: tr("Everything, with all branches and attachments. Can be imported again."),
        ExportFormat.JSONL: tr("One conversation per line, as chat messages."),
        ExportFormat.MARKDOWN: tr("Readable text, with images and files beside it."),
        ExportFormat.HTML: tr("One file to read, share or print, with the images inside."),
        ExportFormat.PDF: tr("For printing and reading. The text can be selected."),
        ExportFormat.DOCX: tr("For editing in Word or LibreOffice."),
        ExportFormat.TEXT: tr("Without any formatting."),
    }
    return uses[kind]


def export_problem(error: ChatError) -> str:
    """Return why an export failed and what helps."""
    found = _SENTENCES.get(error.code)
    return found(error.detail) if found is not None else sentence(error)


def export_done(result: ExportResult) -> str:
    """Return what was written."""
    done = tr("%n conversation(s) exported to {file}.", n=result.conversations, file=str(result.path))
    if not result.missing:
        return done
    return tr("{sentence} {more}", sentence=done, more=attachments_missing(result.missing))


def attachments_missing(count: int) -> str:
    """Return how many contents were missing on disk."""
    return tr("%n attachment(s) were missing.", n=count)


def export_progress(done: int, of: int) -> str:
    """Return how far an export is."""
    return tr("{done} of {all} conversations", done=done, all=of)


_SENTENCES: dict[str, Callable[[str], str]] = {
    "export": lambda detail: tr("The export could not be written: {detail}.", detail=detail),
    "export_target_exists": lambda detail: tr("{file} already exists. Choose another name.", file=detail),
    "export_disk_full": lambda detail: tr("The disk is full, so {file} was not written.", file=detail),
    "export_forbidden": lambda detail: tr("{file} cannot be written. Choose another folder.", file=detail),
    "export_folder_missing": lambda detail: tr("The folder {folder} does not exist.", folder=detail),
    "nothing_to_export": lambda _: tr("There is no such conversation to export."),
    "exporter_unavailable": lambda _: tr("The program that exports stopped unexpectedly. Nothing was written."),
}
"""By code, for each error in `core/export_errors.py`."""


def _attached(names: str) -> str:
    return tr("Attached: {names}", names=names)


def _ending(message: Message) -> str:
    if message.summary is not None and message.status is Status.COMPLETE:
        return ""  # its mark says whether it is sent
    return _ENDINGS.sentence(message)


def _call_state(call: ToolCall) -> str:
    states = {
        CallStatus.FAILED: tr("The tool reported an error."),
        CallStatus.REFUSED: tr("Refused by you."),
        CallStatus.STOPPED: tr("Stopped before it ended."),
    }
    return states.get(call.status, "")


def _version(number: int, versions: int) -> str:
    return tr("Version {number} of {count}", number=number, count=versions)


def _moment(seconds: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (ValueError, OverflowError, OSError):  # beyond what the system's calendar has
        return ""


def _page(number: int, count: int) -> str:
    return tr("Page {number} of {count}", number=number, count=count)
