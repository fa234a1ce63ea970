"""Finish reasons mean the same, however a server spells them."""

from __future__ import annotations

import pytest

from desktop_chat.core.finish_reasons import Ending, ending_of


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("stop", Ending.NORMAL),
        (" STOP ", Ending.NORMAL),
        ("FinishReason.MAX_TOKENS", Ending.LENGTH),
        ("finish_reason_max_tokens", Ending.LENGTH),
        ("FINISH_REASON_SAFETY", Ending.FILTERED),
        ("content-filter", Ending.FILTERED),
        ("end of turn", Ending.UNKNOWN),
        ("end turn", Ending.NORMAL),
        ("network_error", Ending.LOST),
        ("timed-out", Ending.FAULT),
        ("telepathy", Ending.UNKNOWN),
        ("", Ending.UNKNOWN),
    ],
)
def test_what_a_finish_reason_means(reason: str, ending: Ending) -> None:
    assert ending_of(reason) is ending
