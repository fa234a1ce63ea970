"""What a user types about a connection is normalised, and rejected with an explanation."""

from __future__ import annotations

import pytest

from desktop_chat.ui.connections.field_validation import (
    address_problem,
    address_warning,
    headers_of,
    headers_text,
    key_of,
    suggested_name,
    unused_name,
)


@pytest.mark.parametrize(
    "address",
    [
        *("", "ftp://example.com", "https://", "https://two words/v1", "https://me:secret@example.com/v1"),
        *("https://example.com/v1?key=x", "https://your-resource.openai.azure.com/openai/v1"),
    ],
)
def test_an_unusable_address_is_rejected_with_an_explanation(address: str) -> None:
    assert address_problem(address)


def test_a_valid_address_is_accepted() -> None:
    assert address_problem("https://api.openai.com/v1") == ""
    assert address_problem("https://example.com/v1?api-version=1") == ""
    assert address_warning("https://api.openai.com/v1") == ""
    assert address_warning("http://127.0.0.1:8080/v1") == ""
    assert "https" in address_warning("http://example.com/v1")


def test_headers_round_trip() -> None:
    headers, problem = headers_of("X-Title: Desktop Chat\n\n  HTTP-Referer:https://example.com:8080/a  \n")
    assert problem == ""
    assert headers == (("X-Title", "Desktop Chat"), ("HTTP-Referer", "https://example.com:8080/a"))
    assert headers_of(headers_text(headers)) == (headers, "")


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer abcdefghijkl",
        "X-Api-Key: abc",
        "api-key: abc",
        "Cookie: a=b",
        "X-Auth-Token: abc",
        "X-Note: Bearer abcdefghijkl",
    ],
)
def test_a_header_that_is_a_key_is_rejected(line: str) -> None:
    headers, problem = headers_of(line)
    assert headers == ()
    assert "key field" in problem
    assert line.partition(": ")[2] not in problem


@pytest.mark.parametrize("line", ["no colon", "bad name: x", "Host: example.com", "X-A: caf\u00e9"])
def test_a_header_that_cannot_be_sent_is_rejected(line: str) -> None:
    assert headers_of(line)[1]


def test_a_key_is_extracted_from_pasted_text() -> None:
    assert key_of("  Bearer abc\n") == "abc"
    assert key_of("abc ") == "abc"


def test_names_are_suggested_and_unique() -> None:
    assert suggested_name("https://api.openai.com/v1") == "OpenAI"
    assert suggested_name("https://models.example.com/v1") == "models.example.com"
    assert suggested_name("nonsense") == ""
    assert unused_name("OpenAI", ["openai", "OpenAI 2"]) == "OpenAI 3"
