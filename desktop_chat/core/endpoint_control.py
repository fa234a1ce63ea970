"""What the window and the process that serves the local endpoint tell each other: typed values, one JSON object a line.

The window writes commands to the process's standard input and reads events from its standard output. Each object has
one member, whose name says what it is. What one side does not know or cannot read is skipped, so that either may be
newer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from desktop_chat.core.caller_record import (
    AnswerPiece,
    AskedMessage,
    plain_message,
    plain_piece,
    read_message,
    read_piece,
)
from desktop_chat.core.entities import Api, Connection, ConnectionKind, Usage

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; what a caller asks may have images."""


@dataclass(frozen=True, slots=True)
class StartServing:
    """The first command. `connections` are those that exist for this run only, and are in no file; `keys`: key and host
    by connection id, for keys that are in the window's memory alone. Without `default_connection` (an id), it is that
    of new conversations; port 0 is any free one."""

    token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    origins: tuple[str, ...] = ()
    default_connection: str = ""
    default_model: str = ""
    blocked: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    connections: tuple[Connection, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StopStream:
    """End a stream; its caller is told that it was stopped."""

    id: str


@dataclass(frozen=True, slots=True)
class BlockCaller:
    """Refuse a caller from now on, and end its streams."""

    name: str


@dataclass(frozen=True, slots=True)
class UnblockCaller:
    """Serve a caller again."""

    name: str


@dataclass(frozen=True, slots=True)
class ChangeToken:
    """Accept this token alone from now on."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AllowOrigins:
    """Let the pages of these origins, and no others, use the endpoint."""

    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReloadSettings:
    """Read the settings and connections again."""


@dataclass(frozen=True, slots=True)
class RecordQuestions:
    """Whether to report what callers ask, and the answers."""

    on: bool


@dataclass(frozen=True, slots=True)
class StopServing:
    """End all streams, and the process."""


ControlCommand: TypeAlias = (
    StartServing
    | StopStream
    | BlockCaller
    | UnblockCaller
    | ChangeToken
    | AllowOrigins
    | ReloadSettings
    | RecordQuestions
    | StopServing
)


@dataclass(frozen=True, slots=True)
class EndpointReady:
    """The endpoint listens at `url`."""

    url: str


@dataclass(frozen=True, slots=True)
class EndpointFailed:
    """The endpoint could not start. `code` is an error's (`port_taken`, ...)."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StreamBegan:
    """A caller's request began. `connection` is a name, `started_at` seconds since the epoch."""

    id: str
    caller: str
    connection: str
    model: str
    path: str
    started_at: float


@dataclass(frozen=True, slots=True)
class StreamsGrew:
    """How many tokens, or pieces of an answer, the running streams have so far, by id; those that grew. It is empty
    once what a request used is kept."""

    tokens: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """A request ended. `status` is that of a reply (`core.entities.Status`); `detail` an error's code, or empty."""

    id: str
    status: str
    usage: Usage | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """What a caller asked, while questions are recorded."""

    id: str
    messages: tuple[AskedMessage, ...]
    model: str
    connection_id: str


@dataclass(frozen=True, slots=True)
class AnswerGrew:
    """What the model has answered since the last one of these."""

    id: str
    pieces: tuple[AnswerPiece, ...]


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The answer to a question has ended; all of it was told."""

    id: str
    status: str
    usage: Usage | None = None


ControlEvent: TypeAlias = (
    EndpointReady
    | EndpointFailed
    | StreamBegan
    | StreamsGrew
    | StreamEnded
    | QuestionAsked
    | AnswerGrew
    | QuestionAnswered
)


def encode(value: ControlCommand | ControlEvent) -> bytes:
    """Return a command or an event as one line, with its end."""
    name = _NAMES[type(value)]
    members = {key: _plain(getattr(value, key)) for key in value.__dataclass_fields__}
    content = members if name not in _BARE else next(iter(members.values()), True)
    return json.dumps({name: content}, separators=(",", ":")).encode() + b"\n"


def decode_command(line: bytes) -> ControlCommand | None:
    """Return the command in a line; None if it is unknown or cannot be read."""
    command: ControlCommand | None = _decoded(line, _COMMANDS)
    return command


def decode_event(line: bytes) -> ControlEvent | None:
    """Return the event in a line; None if it is unknown or cannot be read."""
    event: ControlEvent | None = _decoded(line, _EVENTS)
    return event


def _decoded(line: bytes, readers: Mapping[str, Callable[[Any], Any]]) -> Any:
    try:
        body = json.loads(line)
        (name, content), *_ = body.items()
        return readers[name](content)
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None


def _plain(value: object) -> object:
    if isinstance(value, Usage):
        return {name: getattr(value, name) for name in _USAGE}
    if isinstance(value, Connection):
        return {name: getattr(value, name) for name in Connection.__dataclass_fields__}
    if isinstance(value, AskedMessage):
        return plain_message(value)
    if isinstance(value, AnswerPiece):
        return plain_piece(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


_USAGE = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")


def _usage(content: Any) -> Usage | None:
    if content is None:
        return None
    return Usage(**{name: None if (count := content.get(name)) is None else int(count) for name in _USAGE})


def _texts(content: Any) -> tuple[str, ...]:
    if not isinstance(content, list):
        raise TypeError
    return tuple(_text(item) for item in content)


def _text(content: Any) -> str:
    if not isinstance(content, str):
        raise TypeError
    return content


def _start(content: Any) -> StartServing:
    keys = {_text(name): (_text(key), _text(host)) for name, (key, host) in content.get("keys", {}).items()}
    return StartServing(
        token=_text(content["token"]),
        host=_text(content.get("host", "127.0.0.1")),
        port=int(content.get("port", 0)),
        origins=_texts(content.get("origins", [])),
        default_connection=_text(content.get("default_connection", "")),
        default_model=_text(content.get("default_model", "")),
        blocked=_texts(content.get("blocked", [])),
        keys=keys,
        connections=tuple(_connection(item) for item in content.get("connections", [])),
    )


def _connection(content: Any) -> Connection:
    texts = {name: _text(content[name]) for name in ("id", "name", "base_url", "default_model")}
    headers = tuple((_text(name), _text(value)) for name, value in content["headers"])
    return Connection(**texts, headers=headers, kind=ConnectionKind(content["kind"]), api=Api(content["api"]))


def _began(content: Any) -> StreamBegan:
    texts = {name: _text(content[name]) for name in ("id", "caller", "connection", "model", "path")}
    return StreamBegan(**texts, started_at=float(content["started_at"]))


def _asked(content: Any) -> QuestionAsked:
    messages = tuple(read_message(message) for message in content["messages"])
    return QuestionAsked(
        _text(content["id"]), messages, _text(content["model"]), _text(content.get("connection_id", ""))
    )


def _answered(content: Any) -> QuestionAnswered:
    return QuestionAnswered(_text(content["id"]), _text(content["status"]), _usage(content.get("usage")))


def _grew(content: Any) -> AnswerGrew:
    return AnswerGrew(_text(content["id"]), tuple(read_piece(piece) for piece in content["pieces"]))


_COMMANDS: Mapping[str, Callable[[Any], ControlCommand]] = {
    "start": _start,
    "stop_stream": lambda content: StopStream(_text(content)),
    "block": lambda content: BlockCaller(_text(content)),
    "unblock": lambda content: UnblockCaller(_text(content)),
    "token": lambda content: ChangeToken(_text(content)),
    "origins": lambda content: AllowOrigins(_texts(content)),
    "reload": lambda _: ReloadSettings(),
    "record": lambda content: RecordQuestions(content is True),
    "quit": lambda _: StopServing(),
}
_EVENTS: Mapping[str, Callable[[Any], ControlEvent]] = {
    "ready": lambda content: EndpointReady(_text(content["url"])),
    "failed": lambda content: EndpointFailed(_text(content["code"]), _text(content.get("detail", ""))),
    "stream": _began,
    "progress": lambda content: StreamsGrew({_text(name): int(count) for name, count in content.items()}),
    "ended": lambda content: StreamEnded(
        _text(content["id"]), _text(content["status"]), _usage(content.get("usage")), _text(content.get("detail", ""))
    ),
    "asked": _asked,
    "answer": _grew,
    "answered": _answered,
}
_NAMES: Mapping[type, str] = {
    StartServing: "start",
    StopStream: "stop_stream",
    BlockCaller: "block",
    UnblockCaller: "unblock",
    ChangeToken: "token",
    AllowOrigins: "origins",
    ReloadSettings: "reload",
    RecordQuestions: "record",
    StopServing: "quit",
    EndpointReady: "ready",
    EndpointFailed: "failed",
    StreamBegan: "stream",
    StreamsGrew: "progress",
    StreamEnded: "ended",
    QuestionAsked: "asked",
    AnswerGrew: "answer",
    QuestionAnswered: "answered",
}
_BARE = frozenset({"stop_stream", "block", "unblock", "token", "origins", "reload", "record", "quit", "progress"})
"""Those whose content is their one member itself."""
