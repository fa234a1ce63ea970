"""When a failed request is sent again, and after how long."""

from __future__ import annotations

import pytest

from desktop_chat.core.errors import AuthenticationFailed, ConnectionLost, RateLimited
from desktop_chat.core.retry import retry_delay


def test_each_wait_is_twice_the_one_before() -> None:
    delays = [retry_delay(ConnectionLost(), attempt, retries=5, longest_wait_s=60.0) for attempt in range(1, 7)]
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, None]


@pytest.mark.parametrize(("asked_s", "delay"), [(0.0, 0.0), (7.5, 7.5), (60.0, 60.0), (60.1, None)])
def test_the_server_says_how_long_to_wait_within_limits(asked_s: float, delay: float | None) -> None:
    assert retry_delay(RateLimited(retry_after_s=asked_s), 3, retries=5, longest_wait_s=60.0) == delay


def test_what_cannot_help_is_not_tried_again() -> None:
    assert retry_delay(AuthenticationFailed(), 1, retries=5, longest_wait_s=60.0) is None
    assert retry_delay(ConnectionLost(), 1, retries=0, longest_wait_s=60.0) is None
