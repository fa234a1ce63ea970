"""Writes an answer as it arrives: as text, or as one JSON object per line for programs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Protocol

from desktop_chat.app.terminal import print_error, without_control_characters
from desktop_chat.core.deltas import ReasoningDelta, RecastDelta, RefusalDelta, TextDelta
from desktop_chat.core.entities import Message
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.tools import ToolCall
from desktop_chat.ui.text import terminal_text

_RAW_IN_JSON = re.compile("[\x7f-\x9f]")
"""Control characters that JSON need not escape but a terminal would interpret."""


class Output(Protocol):
    """Receives a reply."""

    def grow(self, event: ReplyDelta) -> None:
        """Write a piece of it."""
        ...

    def begin_call(self, call: ToolCall) -> None:
        """Write a tool call whose arguments are whole."""
        ...

    def end_call(self, call: ToolCall) -> None:
        """Write the result of a tool call."""
        ...

    def end(self, message: Message) -> None:
        """Write how it ended."""
        ...


class StandardOutput:
    """Standard output. Everything written in one iteration of the loop goes out together at its end.

    If it can no longer be written, `problem` says why, `on_closed` is called, and the rest is dropped. A reader that
    has gone (`ask | head`) is not reported as an error: see `reader_left`.
    """

    def __init__(self, on_closed: Callable[[], None]) -> None:
        self.problem = ""
        self.reader_left = False
        self.is_terminal = sys.stdout.isatty()
        self._on_closed = on_closed
        self._pending: list[str] = []

    def write(self, text: str) -> None:
        if not self._pending:
            asyncio.get_running_loop().call_soon(self.flush)
        self._pending.append(text)

    def flush(self) -> None:
        """Write pending text now."""
        pending, self._pending = "".join(self._pending), []
        if not pending or self.problem:
            return
        try:
            sys.stdout.buffer.write(pending.encode(errors="replace"))
            sys.stdout.buffer.flush()
        except OSError as error:
            self.problem = error.strerror or str(error)
            self.reader_left = isinstance(error, BrokenPipeError)
            _discard_output()
            self._on_closed()


class TextOutput:
    """The answer on standard output, everything else on standard error."""

    def __init__(self, pipe: StandardOutput) -> None:
        self._pipe = pipe
        self._ends_line = True

    def grow(self, event: ReplyDelta) -> None:
        if isinstance(event.delta, TextDelta | RefusalDelta) and event.delta.text:
            text = event.delta.text
            self._ends_line = text.endswith("\n")
            self._pipe.write(without_control_characters(text) if self._pipe.is_terminal else text)
        elif isinstance(event.delta, RecastDelta):  # text already written stays; the answer starts below it
            self._pipe.write("\n" if self._ends_line else "\n\n")
            self._ends_line = True

    def begin_call(self, call: ToolCall) -> None:
        self._end_line()
        print_error(terminal_text.called(call.name, call.arguments))

    def end_call(self, call: ToolCall) -> None:
        print_error(terminal_text.called_back(call))

    def end(self, message: Message) -> None:
        self._end_line()
        if message.skipped_events:
            print_error(terminal_text.skipped(message.skipped_events))
        if sentence := terminal_text.outcome_with_remedy(message):
            print_error(sentence)
        if message.failure is not None and message.failure.detail:
            print_error(message.failure.detail)

    def _end_line(self) -> None:
        if not self._ends_line:
            self._pipe.write("\n")
            self._ends_line = True
        self._pipe.flush()


class JsonOutput:
    """One object per line: the deltas, the tool calls with their results, and finally the outcome with the whole text.
    "recast" says that all text deltas before it were reasoning; the arguments of a call are JSON as text, as the model
    wrote them."""

    def __init__(self, pipe: StandardOutput) -> None:
        self._pipe = pipe

    def grow(self, event: ReplyDelta) -> None:
        match event.delta:
            case TextDelta(text) | RefusalDelta(text):
                self._write({"type": "delta", "text": text})
            case ReasoningDelta(text):
                self._write({"type": "reasoning", "text": text})
            case RecastDelta():
                self._write({"type": "recast"})

    def begin_call(self, call: ToolCall) -> None:
        self._write({"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.arguments})

    def end_call(self, call: ToolCall) -> None:
        self._write({"type": "tool_result", "id": call.id, "status": call.status.value, "text": call.result})

    def end(self, message: Message) -> None:
        self._write(
            {
                "type": "end",
                "status": message.status.value,
                "error": message.failure.code if message.failure else None,
                "detail": message.failure.detail or None if message.failure else None,
                "message": terminal_text.outcome(message) or None,
                "finish_reason": message.finish_reason,
                "usage": asdict(message.usage) if message.usage else None,
                "text": message.text,
            }
        )
        self._pipe.flush()

    def _write(self, line: dict[str, Any]) -> None:
        text = _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(line, ensure_ascii=False))
        self._pipe.write(text + "\n")


def _discard_output() -> None:
    """Redirect Python's buffered output for a closed pipe to null, so that exiting does not complain."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
