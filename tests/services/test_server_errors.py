"""What a server's error means, and how little of its words is worth showing."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.errors import ModelNotFound, ProviderError, ProviderFault, RequestRejected, WrongAddress
from desktop_chat.services.provider.reply_reader import ReplyReader
from desktop_chat.services.provider.server_errors import WORDS_LIMIT, error_for, error_in, retry_after_s, words_of

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_when_to_come_back(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "Plain"}}, "Plain"),
        ({"error": "Plain"}, "Plain"),
        ({"detail": "Plain"}, "Plain"),
        ({"message": "Plain"}, "Plain"),
        ('{"error": {"message": "Plain"}}', "Plain"),
        ("two\n\tlines", "two lines"),
        ("<!DOCTYPE html><html><title>\n Oh  no </title><body>secret", "Oh no"),
        ("<html><body>no title</body></html>", ""),
        ({"error": {"message": "<html><title>Inside</title></html>"}}, "Inside"),
        ("\x89PNG\x00\x00", ""),
        (None, ""),
        (5, ""),
        ({"error": {"code": 5}}, ""),
    ],
)
def test_words(body: object, words: str) -> None:
    assert words_of(body) == words


@given(
    st.text() | st.recursive(st.none() | st.text(), lambda v: st.dictionaries(st.sampled_from(["error", "message"]), v))
)
def test_words_are_short_and_plain(body: object) -> None:
    words = words_of(body)
    assert len(words) <= WORDS_LIMIT
    assert words.isprintable()


@given(
    st.integers(300, 599), st.text() | st.dictionaries(st.sampled_from(["error", "code"]), st.integers() | st.text())
)
def test_every_status_is_an_error(status: int, body: object) -> None:
    assert isinstance(error_for(status, body, {}), ProviderError)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "invalid model ID", ModelNotFound),
        (400, "Unknown parameter", RequestRejected),
        (404, "Invalid URL (POST /v1/x)", WrongAddress),
        (500, "boom", ProviderFault),
    ],
)
def test_kinds(status: int, message: str, kind: type[ProviderError]) -> None:
    assert type(error_for(status, {"error": {"message": message}}, {})) is kind


@pytest.mark.parametrize("body", [{"choices": [], "error": None}, {"choices": []}, [], None, {"data": []}, {"x": 1}])
def test_what_is_no_error(body: object) -> None:
    assert error_in(body) is None


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_what_is_nested_as_deep_as_can_just_be_read_is_an_error_like_others(begin: str, end: str) -> None:
    for depth in range(900, 1_000):
        deep = begin * depth + "1" + end * depth
        for text in (f'{{"error":{deep}}}', f'{{"error":{{"message":{deep}}}}}', f'{{"error":{{"code":{deep}}}}}'):
            reader = ReplyReader("text/event-stream")
            reader.feed(f"data: {text}\n\n".encode())
            reader.end()
            assert isinstance(reader.failure, ProviderError)
            with suppress(RecursionError):
                assert isinstance(error_for(400, json.loads(text), {}), ProviderError)
