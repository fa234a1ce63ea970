"""How a caller of the local endpoint is named."""

from __future__ import annotations

import pytest

from desktop_chat.core.endpoint_callers import LONGEST_NAME, UNKNOWN, caller_of

OPENAI = "OpenAI/Python 3.54.0"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-caller": " my script ", "origin": "https://a.example", "user-agent": OPENAI}, "my script"),
        ({"x-caller": "x" * LONGEST_NAME}, "x" * LONGEST_NAME),
        ({"x-caller": "x" * (LONGEST_NAME + 1), "user-agent": "curl/8.5.0"}, "curl"),
        ({"x-caller": "a\x1b[31m", "user-agent": "curl/8.5.0"}, "curl"),
        ({"x-caller": "", "origin": "https://a.example:8443", "user-agent": "Mozilla/5.0 (X11)"}, "a.example:8443"),
        ({"origin": "null", "user-agent": "node"}, "node"),
        ({"origin": "http://[bad", "user-agent": "node"}, "node"),
        ({"user-agent": OPENAI}, "OpenAI/Python"),
        ({"user-agent": "python-requests/2.32"}, "python-requests"),
        ({"user-agent": "tool/v1.2"}, "tool"),
        ({"user-agent": "\x7f"}, UNKNOWN),
        ({"x-caller": "sk-abcdefghijkl1234", "user-agent": "curl/8.5.0"}, "curl"),
        ({"user-agent": "y" * 65}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_caller_is_named_by_the_first_that_says_something(headers: dict[str, str], name: str) -> None:
    assert caller_of(headers) == name
