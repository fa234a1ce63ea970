"""How much of the context window a conversation takes: counted where the server counted, else estimated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core.context_use import ContextUse, tokens_used
from desktop_chat.core.entities import Message, Role, Status, Summary, Usage

QUESTION = Message("q", "talk", None, Role.USER, "x" * 400, Status.COMPLETE, 0.0)
REPLY = replace(QUESTION, id="r", role=Role.ASSISTANT, usage=Usage(1_000, 300, 100, 0))
SUMMARY = replace(REPLY, id="s", usage=Usage(9_000, 100), summary=Summary(2), created_at=5.0)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ((), (25, True)),
        ((QUESTION, REPLY), (1_200, False)),
        ((QUESTION, REPLY, QUESTION), (1_300, True)),
        ((QUESTION, REPLY, QUESTION, replace(REPLY, status=Status.FAILED, usage=None)), (1_300, True)),
        ((QUESTION, replace(REPLY, usage=None)), (225, True)),
        ((QUESTION, replace(REPLY, usage=Usage(1_000, None))), (225, True)),
        ((SUMMARY, QUESTION, REPLY), (325, True)),
        ((SUMMARY, QUESTION, REPLY, QUESTION, replace(REPLY, created_at=7.0)), (1_200, False)),
    ],
    ids=["empty", "counted", "and a question", "failed", "not counted", "half counted", "summarised", "and gone on"],
)
def test_the_tokens_of_a_path(sent: tuple[Message, ...], found: tuple[int, bool]) -> None:
    assert tokens_used(sent, "y" * 100, lambda message: message.usage) == found


def test_a_share_of_the_window() -> None:
    assert ContextUse(50, 200).share == 0.25
    assert ContextUse(300, 200).share == 1.0
    assert ContextUse(300, 0).share == 0.0
    assert not ContextUse(159, 200).is_near_end
    assert ContextUse(160, 200).is_near_end
