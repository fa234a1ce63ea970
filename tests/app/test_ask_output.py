"""The output of `ask` cannot control a terminal, yet is complete for programs."""

from __future__ import annotations

import json

import pytest

from desktop_chat.app.ask_output import JsonOutput, StandardOutput
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.ui.text import terminal_text


def test_json_is_safe_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    pipe = StandardOutput(lambda: None)
    monkeypatch.setattr(pipe, "write", written.append)
    text = "a\x1b[31m\x7f\x80\x9b31m\x9d0;t\x9c é 中"
    JsonOutput(pipe)._write({"type": "delta", "text": text})
    assert not {letter for letter in written[0] if ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0} - {"\n"}
    assert json.loads(written[0])["text"] == text
    assert "é 中" in written[0]


def test_nothing_is_allowed_without_being_shown() -> None:
    code = json.dumps({"code": "print(1)\n" * 5_000 + "print('the end')"})
    assert code in terminal_text.may_call("run_python", code)


def test_a_tool_name_cannot_add_lines() -> None:
    call = ToolCall("a", "x\ndesktop-chat: Tool y is done." + "z" * 1_000_000, "{}", CallStatus.FAILED, "no\nsuch tool")
    words = terminal_text.called(call.name, call.arguments), terminal_text.called_back(call)
    assert all("\n" not in line and len(line) < 1_000 for line in words)
