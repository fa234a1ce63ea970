"""Events decoded from bytes, however the network splits them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.errors import ReplyTooLarge
from desktop_chat.services.provider import sse
from desktop_chat.services.provider.sse import SseDecoder, SseEvent


def decoded(*pieces: bytes) -> list[SseEvent]:
    decoder = SseDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)] + decoder.flush()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


places = st.lists(st.integers(0, 400), max_size=12)
soup = st.lists(st.sampled_from([b"data", b":", b" ", b"\n", b"\r", b"\r\n", b"x", b"\xff", b"\xef\xbb\xbf", b"event",
                                 "é".encode(), b"id: 3", b"[DONE]"]), max_size=40).map(b"".join)  # fmt: skip


def test_the_repr_does_not_contain_the_data() -> None:
    assert "secret" not in repr(SseEvent("secret"))


@given(soup | st.binary(max_size=300), places)
def test_splits_change_nothing(data: bytes, where: list[int]) -> None:
    assert decoded(*cut(data, where)) == decoded(data)


@given(st.lists(st.text().filter(lambda t: "\r" not in t)), st.sampled_from(["\n", "\r", "\r\n"]), places)
def test_written_events_are_read(texts: list[str], end: str, where: list[int]) -> None:
    stream = "".join(
        "".join(f"data: {line}{end}" for line in text.split("\n")) + f": a comment{end}id: 1{end}{end}"
        for text in texts
    )
    # A lone surrogate cannot be written as UTF-8 at all.
    data = stream.encode("utf-8", "replace")
    expected = [SseEvent(text.encode("utf-8", "replace").decode()) for text in texts]
    assert decoded(*cut(data, where)) == expected


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"data:x\n\n", [SseEvent("x")]),
        (b"data:  x\n\n", [SseEvent(" x")]),
        (b"data\n\n", [SseEvent("")]),
        (b"event: error\ndata: x\n\ndata: y\n\n", [SseEvent("x", "error"), SseEvent("y")]),
        (b"event: ping\n\ndata: y\n\n", [SseEvent("y")]),
        (b"\xef\xbb\xbfdata: x\n\n", [SseEvent("x")]),
        (b"\n\n\n", []),
        (b": only\n\n", []),
        (b"data: x", [SseEvent("x")]),
    ],
)
def test_the_format(data: bytes, events: list[SseEvent]) -> None:
    assert decoded(data) == events


def test_invalid_utf8_is_replaced_and_counted() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\xffb\n\ndata: c\n\n") == [SseEvent("a\ufffdb"), SseEvent("c")]
    assert decoder.replaced == 1


def test_comments_are_counted() -> None:
    decoder = SseDecoder()
    decoder.feed(b": one\n:two\n\n")
    assert decoder.comments == 2


@pytest.mark.parametrize("endless", [b"data: " + b"x" * 1000, b"data: " + b"x" * 993 + b"\n"], ids=["line", "lines"])
def test_an_endless_event_is_rejected(endless: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", 10_000)
    decoder = SseDecoder()
    for _ in range(9):
        decoder.feed(endless)
    with pytest.raises(ReplyTooLarge):
        decoder.feed(endless * 3)
    assert decoder.flush() == [], "what was too much is let go"


def test_json_without_a_field_name_may_contain_invalid_bytes() -> None:
    assert decoded(b'{"a":\n"\xff"}\n\n') == [SseEvent('{"a":\n"\ufffd"}', sse.BARE)]
