"""Writes our own format: JSON without loss. docs/formats.md describes it, `services/imports/own_json.py` reads it.

Members that have their usual value are left out, which the description allows for.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from desktop_chat.core.attachments import Attachment
from desktop_chat.services.exports.source import StoredConversation
from desktop_chat.services.sqlite.message_json import encoded, message_json, plain_value
from desktop_chat.services.sqlite.plain_rows import PlainConversation

NAME = "desktop-chat"
VERSION = 1


def own_json(
    conversations: Iterable[StoredConversation], content_of: Callable[[str], bytes | None] | None, *, now: float
) -> Iterator[bytes]:
    """Yield the pieces of a file with these conversations. `content_of` returns the content of a blob, or None for one
    that is missing; without it, the contents are left to files beside this one. `now` is in seconds since the epoch."""
    head = {"format": NAME, "version": VERSION, "exported_at": datetime.fromtimestamp(now, UTC).isoformat()}
    yield encoded(head)[:-1] + b',"conversations":['
    blobs: dict[str, None] = {}
    separator = b"\n"
    for each in conversations:
        blobs.update(dict.fromkeys(blobs_of(each)))
        yield b"".join([separator, *_parts(each)])
        separator = b",\n"
    yield b"\n]"
    if content_of is not None:
        yield from _contents(blobs, content_of)
    yield b"}\n"


def _parts(exported: StoredConversation) -> tuple[bytes, ...]:
    """Return a conversation as an object, without the contents of its attachments."""
    values = encoded(plain_value(exported.conversation))
    if isinstance(exported, PlainConversation):
        messages = exported.json
    else:
        messages = b",".join(map(message_json, exported.messages))
    return values[:-1], b',"messages":[', messages, b"]}"


def blobs_of(exported: StoredConversation) -> Iterator[str]:
    """Yield the names of all contents that a conversation refers to, in order and perhaps twice."""
    for attachment in exported.conversation.draft_attachments:
        yield from _names(attachment)
    for message in exported.messages:
        if isinstance(message, tuple):
            continue
        for attachment in message.attachments:
            yield from _names(attachment)
        for call in message.tool_calls:
            for attachment in call.images:
                yield from _names(attachment)


def _names(attachment: Attachment) -> Iterator[str]:
    yield attachment.sha256
    if attachment.text_sha256:
        yield attachment.text_sha256
    yield from attachment.page_sha256s


def _contents(names: Iterable[str], content_of: Callable[[str], bytes | None]) -> Iterator[bytes]:
    yield b',"blobs":{'
    separator = b"\n"
    for name in names:
        content = content_of(name)
        if content is not None:
            yield separator + encoded(name) + b':"' + base64.b64encode(content) + b'"'
            separator = b",\n"
    yield b"}"
