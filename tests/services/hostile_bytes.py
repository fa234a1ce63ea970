"""Endless streams of bytes that a hostile server can send, by name: none may grow a reader's memory without limit."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

from desktop_chat.core.entities import Api, Message, Role, Status
from desktop_chat.core.reply import Reply
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.reply_reader import ReplyReader

PIECE_BYTES = 64 * 1024
STREAMS: dict[str, tuple[bytes, bytes]] = {
    "a line without end": (b"data: ", b"x"),
    "an event without end": (b"", b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"),
    "an event of tiny lines": (b"", b"data:x\n"),
    "an event of empty lines": (b"", b"data:\n"),
    "an event of lines without a colon": (b"", b"data\n"),
    "a field without end": (b"event: ", b"x"),
    "a type that changes for ever": (b"", b"event: x\n"),
    "ids and waiting times": (b"", b"id: 1\nretry: 1\n"),
    "comments": (b"", b": still there\n\n"),
    "one comment without end": (b"", b":"),
    "empty lines": (b"", b"\n"),
    "carriage returns": (b"", b"\r"),
    "empty events": (b"", b"data: {}\n\n"),
    "events that are no JSON": (b"", b"data: x\n\n"),
    "events that are no text": (b"", b"data: \xff\n\n"),
    "events without a choice": (b"", b'data: {"choices":[]}\n\n'),
    "text": (b"", b'data: {"choices":[{"delta":{"content":"word "}}]}\n\n'),
    "text in long events": (b"", b'data: {"choices":[{"delta":{"content":"' + b"word " * 1_500 + b'"}}]}\n\n'),
    "text of the Responses API": (b"", b'data: {"type":"response.output_text.delta","delta":"word "}\n\n'),
    "thoughts": (b"", b'data: {"choices":[{"delta":{"reasoning":"word "}}]}\n\n'),
    "calls of tools": (b"", b'data: {"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}\n\n'),
    "numbers": (b"", b'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\ndata: {"choices":[],"usage":{}}\n\n'),
    "one JSON answer": (b"{", b" "),
    "zeros": (b"", b"\0"),
    "white space": (b"", b" "),
}


def most_memory(name: str, api: Api, total_bytes: int, on_end: Callable[[int], None] = lambda _: None) -> int:
    """Read this much of a stream, like a reply, and return the peak memory in bytes.

    `on_end` is called with the number of bytes after which the reader stopped.
    """
    begin, unit = STREAMS[name]
    piece = unit * (PIECE_BYTES // len(unit))
    reader = ReplyReader("text/event-stream", DIALECTS[api])
    reply = Reply(Message("m", "c", None, Role.ASSISTANT, "", Status.RUNNING, 0.0))
    tracemalloc.start()
    try:
        read = len(begin)
        for delta in reader.feed(begin) if begin else ():
            reply.take(delta)
        while read < total_bytes and not reader.done and reader.failure is None:
            read += len(piece)
            for delta in reader.feed(bytes(bytearray(piece))):
                reply.take(delta)
        if not reader.done and reader.failure is None:
            for delta in reader.end():
                reply.take(delta)
        reply.ended(reader.failure, cancelled=False)
        on_end(read)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
