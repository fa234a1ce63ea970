"""The size of a request, and when the user is asked about it: rarely, and never twice for the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role, Status, Usage
from desktop_chat.core.prompt_size import (
    MAX_IMAGE_TOKENS,
    MAX_KNOWN_WINDOW,
    TYPICAL_TOKENS,
    UNUSUAL_FACTOR,
    RequestSize,
    context_window_in,
    last_request,
    start_within,
    tokens_in,
    tokens_in_json,
    tokens_in_messages,
    tokens_in_tools,
    tokens_of,
)
from desktop_chat.core.sent_calls import RESULT_LIMIT
from desktop_chat.core.tools import CallStatus, Tool, ToolCall


def turns(*texts: str, usage: Usage | None = None) -> list[Message]:
    """Alternating questions and replies."""
    roles = (Role.USER, Role.ASSISTANT)
    return [
        Message(f"m{n}", "c", None, roles[n % 2], text, Status.COMPLETE, 1.0, usage=usage if n % 2 else None)
        for n, text in enumerate(texts)
    ]


def is_asked(size: RequestSize, agreed: int = 0) -> bool:
    return size.tokens > size.limit(agreed)


def test_an_attachment_has_the_tokens_of_its_text_pages_and_pixels() -> None:
    text = "\u4e00" * 100
    document = Attachment(AttachmentKind.DOCUMENT, "a", "text/plain", 9, "a" * 64, text_size=len(text.encode()))
    assert tokens_of(document) == tokens_in([text]) == 75
    assert tokens_of(replace(document, page_sha256s=("b", "c"))) == 75 + 2 * 1_600
    image = Attachment(AttachmentKind.IMAGE, "a", "image/png", 9, "a" * 64, width=28, height=56)
    assert tokens_of(image) == 2
    assert tokens_of(replace(image, width=2_048, height=2_048)) == 1_600


def test_tokens_are_a_quarter_of_the_bytes() -> None:
    assert tokens_in(["four" * 100]) == 100
    assert tokens_in(["\u4e00" * 100]) == 75
    assert tokens_in(["ab", "cd", "\ud83d"]) == 1


def test_what_just_fits_is_sent() -> None:
    path = turns("a" * 40, "b" * 40, "c" * 40, "d" * 40)
    assert start_within(path, 40) == 0
    assert start_within(path, 39) == 2
    assert start_within(path, 20) == 2
    assert start_within(path, 19) == len(path)


def test_normal_growth_never_asks() -> None:
    before = 0
    for tokens in range(0, 200_000, 5_000):
        assert not is_asked(RequestSize(tokens, before))
        before = tokens


def test_a_far_larger_request_asks_once() -> None:
    assert not is_asked(RequestSize(UNUSUAL_FACTOR * TYPICAL_TOKENS, 100))
    large = RequestSize(UNUSUAL_FACTOR * TYPICAL_TOKENS + 1, 100)
    assert is_asked(large)
    assert not is_asked(large, agreed=large.tokens)
    assert not is_asked(RequestSize(2 * large.tokens, 100), agreed=large.tokens)
    assert not is_asked(RequestSize(300_000, 100_000))
    assert is_asked(RequestSize(500_000, 100_000))


def test_a_whole_archive_asks_whatever_precedes_it() -> None:
    """Like after an import: many messages that no server ever counted."""
    archive = RequestSize(3_500_000, 3_499_000)
    assert is_asked(archive)
    assert not is_asked(archive, agreed=3_500_000)
    assert not is_asked(RequestSize(MAX_KNOWN_WINDOW + 1_000, MAX_KNOWN_WINDOW, counted=True)), (
        "a server has read as much"
    )


def test_more_than_the_context_window_asks() -> None:
    assert not is_asked(RequestSize(8_000, 7_000, window=8_192))
    assert is_asked(RequestSize(8_400, 7_000, window=8_192))
    assert not is_asked(RequestSize(8_400, 7_000, window=8_192), agreed=8_400)
    assert not is_asked(RequestSize(900_000, 100, window=1_000_000)), "it is known to fit"


def test_the_last_request_is_the_one_that_was_last_answered() -> None:
    assert last_request([]) == (0, False)
    assert last_request(turns("x" * 400)) == (0, False)
    assert last_request(turns("x" * 400, "y" * 40, "z")) == (100, False)
    assert last_request(turns("x" * 400, "y" * 40, "z", "")) == (100, False), "the last failed"
    assert last_request(turns("x", "y", usage=Usage(1_234, 5))) == (1_234, True)


def test_a_reply_with_tools_took_several_requests() -> None:
    path = turns("x" * 400, "", usage=Usage(1_234, 5))
    calls = (ToolCall("1", "f", "a" * 40, CallStatus.DONE, "r" * 4 * RESULT_LIMIT),)
    path[1] = replace(path[1], tool_calls=calls)
    assert last_request(path) == (100, False), "the server counted them all"
    assert tokens_in_messages(path) == 100 + 10 + RESULT_LIMIT // 4, "as much as is sent"


def test_tools_count_with_all_that_describes_them() -> None:
    tool = Tool("n" * 8, "", "f", "d" * 36, {"type": "object"}, "1")
    assert tokens_in_tools([tool, tool]) == 2 * (8 + 36 + 18) // 4


@pytest.mark.parametrize(
    ("words", "tokens"),
    [
        ("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", 8192),
        ("the request exceeds the available context size (4096 tokens), try increasing it", 4096),
        ("maximum context length is 131,072 tokens", 131_072),
        ("prompt is too long for the context window of 200000 tokens", 200_000),
        ("n_ctx: 2048", 2048),
        ("Too many tokens.", 0),
        ("context length exceeded", 0),
        ("", 0),
    ],
)
def test_the_context_window_is_read_from_a_servers_message(words: str, tokens: int) -> None:
    assert context_window_in(words) == tokens


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 1_000))
def test_what_is_kept_starts_with_a_question_and_fits(lengths: list[int], most: int) -> None:
    path = turns(*("x" * length for length in lengths))
    start = start_within(path, most)
    assert 0 <= start <= len(path)
    assert tokens_in(message.text for message in path[start:]) <= most + len(path)
    if start < len(path):
        assert path[start].role is Role.USER
    if tokens_in(message.text for message in path) + len(path) <= most and path:
        assert start == 0


def test_the_window_of_the_shipped_table_is_a_limit_of_what_is_usual() -> None:
    assert is_asked(RequestSize(9_000, listed=8_000))
    assert RequestSize(9_000, listed=8_000).is_over_window
    assert not is_asked(RequestSize(9_000, listed=8_000), agreed=9_000)
    assert not is_asked(RequestSize(7_000, listed=8_000))
    assert is_asked(RequestSize(150_000, listed=1_050_000)), "it fits, but is unusual"
    assert not RequestSize(150_000, listed=1_050_000).is_over_window
    assert not RequestSize(9_000, window=10_000, listed=8_000).is_over_window, "the server knows better"
    assert not RequestSize(9_000).is_over_window


def test_images_in_a_request_count_by_what_models_see_of_them_not_by_their_bytes() -> None:
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{'A' * 4_000_000}"}}
    recording = {"type": "input_audio", "input_audio": {"data": "A" * 4_000_000, "format": "wav"}}
    said = {"messages": [{"content": [image, recording, {"type": "text", "text": "x" * 400}]}], "stream": True}
    assert MAX_IMAGE_TOKENS + 100 <= tokens_in_json(said) < MAX_IMAGE_TOKENS + 150


def test_a_request_is_measured_however_deep_it_is() -> None:
    value: object = "x" * 40
    for _ in range(10_000):
        value = [value]
    assert tokens_in_json(value) == 10
