"""Attachments and tool calls survive their columns, whatever they lack; what nobody can show is ignored."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.services.sqlite.part_rows import (
    attachments_from,
    attachments_value,
    tool_calls_from,
    tool_calls_value,
)

words = st.text(max_size=3)
counts = st.integers(0, 2**31 - 1)
images = st.builds(
    Attachment, kind=st.sampled_from(AttachmentKind), name=words, media_type=words, size=counts, sha256=words,
    width=counts, page_sha256s=st.lists(words, max_size=2).map(tuple),
)  # fmt: skip
calls = st.builds(
    ToolCall, id=words, name=words, arguments=words, status=st.sampled_from(CallStatus), result=words,
    images=st.lists(images, max_size=2).map(tuple), round=counts, text_at=counts,
    seconds=st.none() | st.floats(0, 1_000),
)  # fmt: skip


@given(st.lists(images, max_size=3).map(tuple), st.lists(calls, max_size=3).map(tuple))
def test_all_parts_are_read_as_they_were_written(
    attachments: tuple[Attachment, ...], tool_calls: tuple[ToolCall, ...]
) -> None:
    assert attachments_from(attachments_value(attachments)) == attachments
    assert tool_calls_from(tool_calls_value(tool_calls)) == tool_calls


def test_a_call_stopped_at_its_name_is_kept() -> None:
    stopped = (ToolCall("a", "weather", "", CallStatus.STOPPED), ToolCall("b", "", "{}", CallStatus.FAILED))
    assert tool_calls_from(tool_calls_value(stopped)) == stopped


@pytest.mark.parametrize("number", [-1, 2**31, 10**400, float("inf"), float("nan")])
def test_numbers_that_nobody_can_show_are_ignored(number: float) -> None:
    image = {"kind": "image", "name": "a", "media_type": "image/png", "size": 1, "sha256": "0" * 64}
    call = {"id": "a", "name": "b", "arguments": "{}", "status": "done"}
    assert len(attachments_from(json.dumps([image, image | {"width": number}]))) == 1
    assert len(tool_calls_from(json.dumps([call, call | {"seconds": number}, call | {"text_at": number}]))) == 1
