"""A recorded request as text: its JSON, a command or program that sends it again, a HAR file.

Keys are in none of them: programs read one from the environment variable API_KEY.
"""

from __future__ import annotations

import base64
import json
import secrets
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from desktop_chat.core.exchanges import Exchange, Headers, Mark, whole_lines
from desktop_chat.core.prompt import PromptImage

KEY_VARIABLE = "API_KEY"
HIDDEN = "[redacted]"
_CREDENTIALS = ("authorization", "api-key", "x-api-key", "proxy-authorization", "cookie", "set-cookie")
_GROUP = 32 * 1024
"""Characters that are searched for keys at once, if no string is longer."""
_LEFT_OUT = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent", "accept"})
"""What every client sets by itself."""


def request_json(exchange: Exchange, *, indented: bool = False, with_images: bool = True) -> str:
    """Return the body that was sent; without `with_images`, images are named by type and size."""
    return "".join(_request_groups(exchange, indented=indented, with_images=with_images))


def _request_groups(exchange: Exchange, *, indented: bool = False, with_images: bool = True) -> Iterator[str]:
    def text_of(value: object) -> str:
        if not isinstance(value, PromptImage):
            raise TypeError(type(value))
        data = base64.b64encode(value.content).decode() if with_images else f"... {len(value.content):,} bytes"
        return f"data:{value.media_type};base64,{data}"

    layout: dict[str, Any] = {"indent": 2} if indented else {"separators": (",", ":")}
    pieces = json.JSONEncoder(ensure_ascii=False, default=text_of, **layout).iterencode(exchange.body)
    return map(exchange.hide, _groups(pieces))


def _groups(pieces: Iterable[str]) -> Iterator[str]:
    """Join the pieces of a JSON text to groups that end with a string, so that no key is cut in two. All of a long
    conversation at once would take a second, in which a thread that does so would stop all others."""
    group: list[str] = []
    length = 0
    for piece in pieces:
        group.append(piece)
        length += len(piece)
        if length >= _GROUP and piece.endswith('"'):
            yield "".join(group)
            group, length = [], 0
    yield "".join(group)


def shown_headers(exchange: Exchange, headers: Headers) -> list[tuple[str, str]]:
    """Return headers with all credentials hidden, whatever they are."""
    return [(name, _hidden(value) if name.lower() in _CREDENTIALS else exchange.hide(value)) for name, value in headers]


def as_curl(exchange: Exchange) -> str:
    """Return a command for a POSIX shell."""
    lines = [f"curl -N {shlex.quote(exchange.hide(exchange.url))}"]
    for name, value in _sent_headers(exchange, f"${KEY_VARIABLE}"):
        quoted = f'"{name}: {value}"' if f"${KEY_VARIABLE}" in value else shlex.quote(f"{name}: {value}")
        lines.append(f"  -H {quoted}")
    lines.append(f"  --data-binary {shlex.quote(request_json(exchange))}")
    return " \\\n".join(lines) + "\n"


def as_python(exchange: Exchange) -> str:
    """Return a Python program, which needs no package."""
    headers = _program_headers(exchange, f'os.environ["{KEY_VARIABLE}"]', repr)
    return (
        "import os\nimport urllib.request\n\n"
        f"headers = {{\n{headers}}}\n"
        f"body = {request_json(exchange)!r}\n"
        f"url = {exchange.hide(exchange.url)!r}\n\n"
        "request = urllib.request.Request(url, data=body.encode(), headers=headers)\n"
        "with urllib.request.urlopen(request) as response:\n"
        "    for line in response:\n"
        '        print(line.decode(), end="", flush=True)\n'
    )


def as_node(exchange: Exchange) -> str:
    """Return a JavaScript module for Node, which needs no package."""
    headers = _program_headers(exchange, f"process.env.{KEY_VARIABLE}", _script_text)
    return (
        f"const response = await fetch({_script_text(exchange.hide(exchange.url))}, {{\n"
        '  method: "POST",\n'
        f"  headers: {{\n{headers}  }},\n"
        f"  body: {_script_text(request_json(exchange))},\n"
        "});\n"
        "for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {\n"
        "  process.stdout.write(piece);\n"
        "}\n"
    )


def har_of(exchanges: Sequence[Exchange], version: str) -> Iterator[str]:
    """Yield the text of an HTTP Archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/), in pieces. What
    HAR has no place for is in members of our own: `_events` (what was read of a stream, and when) and `_exchange`."""
    bodies = [list(_request_groups(exchange)) for exchange in exchanges]
    mark = secrets.token_hex(16)
    entries = [_entry(exchange, mark, _size_of(body)) for exchange, body in zip(exchanges, bodies, strict=True)]
    creator = {"name": "Desktop Chat", "version": version}
    archive = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
    first, *others = json.dumps(archive, ensure_ascii=False, indent=1).split(mark)
    yield first
    for body, after in zip(bodies, others, strict=True):
        yield from (json.dumps(group, ensure_ascii=False)[1:-1] for group in body)
        yield after


def _size_of(body: Iterable[str]) -> int:
    return sum(len(group.encode()) for group in body)


def phases_of(exchange: Exchange) -> list[tuple[Mark, float, float]]:
    """Return the phases that were gone through, each named by the moment it leads to, with its begin and end in seconds
    from the start."""
    reached = [(mark, exchange.marks[mark]) for mark in Mark if mark in exchange.marks]
    return [(mark, min(begin, end), end) for (_, begin), (mark, end) in pairwise([(Mark.RESOLVED, 0.0), *reached])]


def _entry(exchange: Exchange, body: str, body_size: int) -> dict[str, Any]:
    text = exchange.hide(exchange.content.decode("utf-8", "replace"))
    total = exchange.marks.get(Mark.ENDED, max(exchange.marks.values(), default=0.0))
    parts = urlsplit(exchange.url)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.started_at, UTC).isoformat(),
        "time": _ms(total),
        "request": {
            "method": "POST",
            "url": exchange.hide(exchange.url),
            "httpVersion": exchange.http_version or "HTTP/1.1",
            "cookies": [],
            "headers": _named(shown_headers(exchange, exchange.request_headers)),
            "queryString": _named([(name, exchange.hide(value)) for name, value in parse_qsl(parts.query)]),
            "postData": {"mimeType": "application/json", "text": body},
            "headersSize": -1,
            "bodySize": body_size,
        },
        "response": {
            "status": exchange.status,
            "statusText": "",
            "httpVersion": exchange.http_version or "HTTP/1.1",
            "cookies": [],
            "headers": _named(shown_headers(exchange, exchange.response_headers)),
            "content": {"size": exchange.received, "mimeType": exchange.header("content-type"), "text": text},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": exchange.received,
            "_error": exchange.error_code,
        },
        "cache": {},
        "timings": _timings(exchange, total),
        "_events": [
            {"time": _ms(at_s), "data": exchange.hide(piece.decode("utf-8", "replace"))}
            for at_s, piece in whole_lines(exchange.pieces)
        ],
        "_exchange": {
            "reply_id": exchange.reply_id,
            "conversation_id": exchange.conversation_id,
            "connection_id": exchange.connection_id,
            "connection_name": exchange.hide(exchange.connection_name),
            "api": exchange.api,
            "model": exchange.model,
            "started_at": exchange.started_at,
            "marks": exchange.marks,
            "finish_reason": exchange.finish_reason,
            "usage": None if exchange.usage is None else astuple(exchange.usage),
            "error_detail": exchange.hide(exchange.error_detail),
            "is_stopped": exchange.is_stopped,
        },
    }


def _timings(exchange: Exchange, total_s: float) -> dict[str, float]:
    """Return HAR's phases in milliseconds; -1 for what was not gone through. HAR counts TLS as part of connecting."""
    at = exchange.marks
    answered = at.get(Mark.ANSWERED, total_s)
    opened = at.get(Mark.SECURED, at.get(Mark.CONNECTED, 0.0))
    sent = min(at.get(Mark.SENT, opened), answered)
    resolved = at.get(Mark.RESOLVED, 0.0)
    return {
        "blocked": -1,
        "dns": _ms(resolved) if Mark.RESOLVED in at else -1,
        "connect": _ms(opened - resolved) if Mark.CONNECTED in at else -1,
        "ssl": _ms(at[Mark.SECURED] - at.get(Mark.CONNECTED, 0.0)) if Mark.SECURED in at else -1,
        "send": _ms(max(0.0, sent - opened)),
        "wait": _ms(answered - sent),
        "receive": _ms(total_s - answered),
    }


def _sent_headers(exchange: Exchange, key: str) -> list[tuple[str, str]]:
    """Return the headers that a client must be told, with `key` in the place of each credential."""
    return [
        (name, _with_key(value, key) if name.lower() in _CREDENTIALS else exchange.hide(value))
        for name, value in exchange.request_headers
        if name.lower() not in _LEFT_OUT and not name.lower().startswith("x-stainless-")
    ]


def _program_headers(exchange: Exchange, key: str, quoted: Callable[[str], str]) -> str:
    lines = []
    for name, value in _sent_headers(exchange, "\0"):
        before, is_credential, _ = value.partition("\0")
        words = f"{quoted(before)} + {key}" if is_credential else quoted(value)
        lines.append(f"    {quoted(name)}: {words},\n")
    return "".join(lines)


def _with_key(value: str, key: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {key}" if space else key


def _hidden(value: str) -> str:
    return _with_key(value, HIDDEN)


def _named(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _script_text(text: str) -> str:
    """Return a text as a JavaScript literal: JSON is one since ES2019."""
    return json.dumps(text, ensure_ascii=False)
