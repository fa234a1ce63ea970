"""A rate of tokens is only told where it was measured."""

from __future__ import annotations

import pytest

from desktop_chat.core.entities import Message, Role, Status, Timing, Usage
from desktop_chat.core.usage import tokens_per_second

COUNTED = Usage(prompt_tokens=3, completion_tokens=20)


def reply(usage: Usage | None, timing: Timing | None) -> Message:
    return Message("m", "c", None, Role.ASSISTANT, "text", Status.COMPLETE, 1.0, usage=usage, timing=timing)


@pytest.mark.parametrize(
    ("first_token_s", "total_s", "rate"), [(1.0, 5.0, 5.0), (0.0, 0.1, 200.0), (0.0, 0.5, 40.0), (1.0, 1.05, None)]
)
def test_the_rate_is_that_of_the_streaming(first_token_s: float, total_s: float, rate: float | None) -> None:
    timing = Timing(first_token_s=first_token_s, reasoning_s=None, total_s=total_s)
    assert tokens_per_second(reply(COUNTED, timing)) == rate


@pytest.mark.parametrize(
    ("usage", "timing"),
    [
        (None, Timing(1.0, None, 5.0)),
        (COUNTED, None),
        (Usage(prompt_tokens=3, completion_tokens=None), Timing(1.0, None, 5.0)),
        (COUNTED, Timing(None, None, 5.0)),
        (COUNTED, Timing(1.0, None, None)),
    ],
)
def test_what_was_not_measured_has_no_rate(usage: Usage | None, timing: Timing | None) -> None:
    assert tokens_per_second(reply(usage, timing)) is None
