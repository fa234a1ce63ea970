"""The lines between the window and the serving process: what is written is read, and anything else is skipped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core import endpoint_control as control
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.caller_record import AskedCall, AskedMessage
from desktop_chat.core.deltas import (
    FinishDelta,
    ReasoningDelta,
    RecastDelta,
    RefusalDelta,
    SourcesDelta,
    TextDelta,
    ToolCallDelta,
)
from desktop_chat.core.endpoint_control import (
    ControlCommand,
    ControlEvent,
    StartServing,
    decode_command,
    decode_event,
    encode,
)
from desktop_chat.core.entities import Api, Connection, ConnectionKind, Source, Usage

COMMANDS: list[ControlCommand] = [
    StartServing("secret"),
    StartServing(
        token="secret",
        host="0.0.0.0",
        port=8_123,
        origins=("http://localhost:3000",),
        default_connection="c1",
        default_model="m",
        blocked=("curl",),
        keys={"c1": ("sk-1", "https://api.example:443")},
        connections=(
            Connection(
                "environment",
                "Environment",
                "https://token-in-path.example/v1",
                (("X-Org", "o"),),
                "m",
                ConnectionKind.ENVIRONMENT,
                Api.RESPONSES,
            ),
        ),
    ),
    control.StopStream("1"),
    control.BlockCaller("curl"),
    control.UnblockCaller("curl"),
    control.ChangeToken("new"),
    control.AllowOrigins(()),
    control.AllowOrigins(("https://a.example", "https://b.example")),
    control.ReloadSettings(),
    control.RecordQuestions(on=True),
    control.RecordQuestions(on=False),
    control.StopServing(),
]
USAGE = Usage(1, 2, None, 4)
IMAGE = Attachment(AttachmentKind.IMAGE, "image-1.png", "image/png", 9, "ab" * 32, 3, 2)
EVENTS: list[ControlEvent] = [
    control.EndpointReady("http://127.0.0.1:1"),
    control.EndpointFailed("port_taken", "8000"),
    control.StreamBegan("1", "curl", "OpenAI", "gpt", "/v1/chat/completions", 1.5),
    control.StreamsGrew({"1": 5, "2": 6}),
    control.StreamEnded("1", "complete", USAGE),
    control.StreamEnded("1", "failed", None, "rate_limited"),
    control.QuestionAsked(
        "1", (AskedMessage("system", "be kind"), AskedMessage("user", "hi\nthere", (IMAGE,))), "gpt", "c"
    ),
    control.QuestionAsked(
        "1",
        (
            AskedMessage("assistant", calls=(AskedCall("a", "weather", "{}"), AskedCall("b", "time", ""))),
            AskedMessage("tool", "sunny", call_id="a"),
        ),
        "gpt",
        "c",
    ),
    control.AnswerGrew(
        "1",
        (
            TextDelta("Hel\nlo\ud800"),
            ReasoningDelta("hm"),
            RecastDelta(),
            RefusalDelta("no"),
            ToolCallDelta(0, "a", "weather", "{"),
            SourcesDelta((Source("https://a.example", "A"),)),
            FinishDelta("stop"),
            IMAGE,
        ),
    ),
    control.QuestionAnswered("1", "complete", USAGE),
]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_is_one_line_and_read_as_it_was(command: ControlCommand) -> None:
    line = encode(command)
    assert line.find(b"\n") == len(line) - 1
    assert decode_command(line) == command
    assert decode_event(line) is None


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_an_event_is_one_line_and_read_as_it_was(event: ControlEvent) -> None:
    line = encode(event)
    assert line.find(b"\n") == len(line) - 1
    assert decode_event(line) == event
    assert decode_command(line) is None


def test_the_lines_have_the_agreed_shape() -> None:
    assert json.loads(encode(control.StopStream("7"))) == {"stop_stream": "7"}
    assert json.loads(encode(control.ReloadSettings())) == {"reload": True}
    assert json.loads(encode(control.StreamsGrew({"7": 3}))) == {"progress": {"7": 3}}
    assert json.loads(encode(control.EndpointReady("u"))) == {"ready": {"url": "u"}}


@pytest.mark.parametrize("text", ["token='", "sk-1", "token-in-path"])
def test_no_secret_is_in_what_is_logged_of_a_command(text: str) -> None:
    assert all(text not in repr(command) for command in COMMANDS)


UNREADABLE = [
    b"",
    b"not json",
    b"[]",
    b"{}",
    b"7",
    b'{"stop_stream": 7}',
    b'{"origins": "all"}',
    b'{"start": {}}',
    b'{"start": {"token": "t", "port": "x"}}',
    b'{"start": {"token": "t", "keys": {"c1": ["only"]}}}',
    b'{"start": {"token": "t", "connections": [{"id": "c1"}]}}',
    b'{"from_a_newer_version": 1}',
    b'{"ended": {"id": "1"}}',
    b'{"asked": {"id": "1", "messages": [1], "model": ""}}',
    b'{"asked": {"id": "1", "messages": [{"role": "user", "text": "", "calls": [["a"]]}], "model": ""}}',
    b'{"answer": {"id": "1", "pieces": [["text"]]}}',
    b'{"answer": {"id": "1", "pieces": [["newer", 1]]}}',
    b'{"answer": {"id": "1", "pieces": [["image", ["a"]]]}}',
    b'{"answer": {"id": "1", "pieces": [["text", 7]]}}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("line", UNREADABLE, ids=lambda line: line[:40].decode())
def test_what_cannot_be_read_is_skipped(line: bytes) -> None:
    assert decode_command(line) is None
    assert decode_event(line) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    st.sampled_from(["start", "token", "stream", "progress", "ended", "asked", "answer", "answered", "record"]), JSON
)
def test_any_content_is_read_or_skipped(name: str, content: Any) -> None:
    line = json.dumps({name: content}).encode()
    decode_command(line)
    decode_event(line)
