"""The tokens of messages are counted once, and are those of the messages as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core import message_weights
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.message_weights import MessageWeights
from desktop_chat.core.prompt_size import tokens_in, tokens_in_messages, tokens_of
from desktop_chat.core.sent_calls import RESULT_LIMIT
from desktop_chat.core.tools import CallStatus, ToolCall

IMAGE = Attachment(AttachmentKind.IMAGE, "a", "image/png", 9, "a" * 64, width=280, height=560)
CALL = ToolCall("1", "look", "{}", CallStatus.DONE, "x" * (RESULT_LIMIT + 1))
MESSAGES = st.builds(
    Message,
    id=st.sampled_from("abcdef"),
    conversation_id=st.just("c"),
    parent_id=st.none(),
    role=st.sampled_from(Role),
    text=st.text(),
    status=st.just(Status.COMPLETE),
    created_at=st.just(1.0),
    attachments=st.sampled_from([(), (IMAGE,), (IMAGE, replace(IMAGE, text_size=7))]),
    tool_calls=st.sampled_from([(), (CALL,)]),
)


@given(st.lists(st.lists(MESSAGES)))
def test_the_tokens_are_those_of_the_messages_as_they_are(paths: list[list[Message]]) -> None:
    weights = MessageWeights()
    for path in paths:
        texts = [text for each in path for text in (each.text, *(_sent(call) for call in each.tool_calls))]
        attached = [found for each in path if each.role is Role.USER for found in each.attachments]
        expected = tokens_in(texts) + sum(map(tokens_of, attached))
        assert weights.tokens_in(path) == tokens_in_messages(path) == expected


def _sent(call: ToolCall) -> str:
    return call.arguments + call.result[:RESULT_LIMIT]


def test_a_message_is_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []
    weigh = message_weights.weight_of

    def noted(message: Message) -> int:
        weighed.append(message.id)
        return weigh(message)

    monkeypatch.setattr(message_weights, "weight_of", noted)
    weights = MessageWeights()
    path = [Message(name, "c", None, Role.USER, "four" * 100, Status.COMPLETE, 1.0) for name in "abc"]
    assert [weights.tokens_in(path[:2]), weights.tokens_in(path), weights.tokens_in(path[1:])] == [200, 300, 200]
    assert weights.tokens_in([*path[:2], replace(path[2], text="")]) == 200, "another version"
    assert weighed == ["a", "b", "c", "c"]
