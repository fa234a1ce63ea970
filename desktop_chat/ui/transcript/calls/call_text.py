"""The words of a tool call: its state, its name, and what is said about its result."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from desktop_chat.core.tools import CallStatus
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.calls.shown_call import ShownCall

_LONGEST_NAME = 120
_MARKS = {
    CallStatus.WRITING: ("edit", "muted"),
    CallStatus.WAITING: ("lock", "accent"),
    CallStatus.RUNNING: ("clock", "accent"),
    CallStatus.DONE: ("check", "success"),
    CallStatus.FAILED: ("error", "danger"),
    CallStatus.REFUSED: ("close", "muted"),
    CallStatus.STOPPED: ("stop", "muted"),
}


def mark_of(status: CallStatus) -> tuple[str, str]:
    """Return the icon of a state, and its colour."""
    return _MARKS[status]


def state_words(status: CallStatus, seconds: float | None) -> str:
    """Return the state of a call; `seconds` is how long it has run."""
    if seconds is not None and seconds >= 1:
        if status is CallStatus.RUNNING:
            return tr("Running... {seconds} s", seconds=int(seconds))
        if status is CallStatus.DONE:
            return tr("Done in {seconds} s", seconds=f"{seconds:.1f}")
    return {
        CallStatus.WRITING: lambda: tr("Writing..."),
        CallStatus.WAITING: lambda: tr("Waiting for approval"),
        CallStatus.RUNNING: lambda: tr("Running..."),
        CallStatus.DONE: lambda: tr("Done"),
        CallStatus.FAILED: lambda: tr("Failed"),
        CallStatus.REFUSED: lambda: tr("Refused"),
        CallStatus.STOPPED: lambda: tr("Stopped"),
    }[status]()


def tool_name(call: ShownCall) -> str:
    """Return the name of the tool, safe to show."""
    return visible_line((call.own_name or call.name)[:_LONGEST_NAME]) or tr("Tool")


def server_name(call: ShownCall) -> str:
    """Return where the tool is from; empty for a built-in one."""
    if not call.own_name and call.status not in {CallStatus.WRITING, CallStatus.WAITING}:
        return tr("unknown tool")
    return visible_line(call.server[:_LONGEST_NAME])


def request_words(call: ShownCall) -> str:
    """Return what the model asks for."""
    if server := server_name(call):
        return tr("The model asks to use {tool} of {server}.", tool=tool_name(call), server=server)
    return tr("The model asks to use {tool}.", tool=tool_name(call))


def result_words(length: int, sent: int) -> str:
    """Return how long a result is, and how much of it the model gets."""
    number = QLocale().toString(length)
    if length > sent:
        return tr("{number} characters, {sent} are sent to the model", number=number, sent=QLocale().toString(sent))
    return tr("{number} characters", number=number)
