"""Reads our own format, which docs/formats.md describes and `services/exports/own_json.py` writes.

Nothing in a file is trusted: values of a wrong type are not taken over, and contents must have the name that they come
under.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import ijson  # type: ignore[import-untyped]  # it has no types

from desktop_chat.core.attachment_reading import MAX_FILE_BYTES
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import (
    ChatOptions,
    Conversation,
    Failure,
    Message,
    Source,
    Status,
    Summary,
    Timing,
    Usage,
)
from desktop_chat.core.importing import (
    ImportedConversation,
    ImportFiles,
    ImportTooNew,
    ImportUnknown,
    ImportUnreadable,
    Put,
    Unread,
    UnreadReason,
    one_line,
)
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.tools import ToolCall, stopped

FORMAT, VERSION = "desktop-chat", 1
IN_ARCHIVE = "conversations.json"
_BLOBS = "blobs/"
_TOO_LARGE = 2**53
T = TypeVar("T")


class _Misshapen(Exception):
    """A value has another shape than the format's."""


class OwnJson:
    """Implements `core.importing.ImportSource`. Contents of attachments are stored before the conversations that name
    them, so a file is read twice."""

    def __init__(self, files: ImportFiles, put: Put) -> None:
        self._files = files
        self._put = put
        self._name = IN_ARCHIVE if IN_ARCHIVE in files.names else files.names[0]
        self._stored: set[str] = set()

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`. Raises ImportUnknown, ImportTooNew."""
        self._check_head()
        yield from self._contents()
        yield from self._conversations()

    def _check_head(self) -> None:
        found: dict[str, Any] = {}
        with closing(self._files.open(self._name)) as stream:
            try:
                for name, event, value in ijson.parse(stream, use_float=True):
                    if name in {"format", "version"} and event in {"string", "number"}:
                        found[name] = value
                    if name in {"conversations", "blobs"}:
                        break
            except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
                raise ImportUnknown(str(error)) from error
        if found.get("format") != FORMAT or type(found.get("version")) is not int:
            raise ImportUnknown(self._name)
        if found["version"] > VERSION:
            raise ImportTooNew(str(found["version"]))

    def _contents(self) -> Iterator[Unread]:
        for name in self._files.names:
            if name.startswith(_BLOBS):
                content = self._content(name)
                if content is not None and len(content) > MAX_FILE_BYTES:
                    yield Unread(one_line(name), UnreadReason.TOO_LARGE)
                else:
                    yield from self._take(name.removeprefix(_BLOBS), content)
        with closing(self._files.open(self._name)) as stream:
            try:
                for name, value in ijson.kvitems(stream, "blobs", use_float=True):
                    yield from self._take(name, _decoded(value))
            except (ijson.JSONError, UnicodeDecodeError):
                return  # reading the conversations says so

    def _content(self, name: str) -> bytes | None:
        with suppress(ImportUnreadable), closing(self._files.open(name)) as stream:
            return stream.read(MAX_FILE_BYTES + 1)
        return None

    def _take(self, name: str, content: bytes | None) -> Iterator[Unread]:
        if content is None or hashlib.sha256(content).hexdigest() != name:
            yield Unread(f"{_BLOBS}{one_line(name, 64)}", UnreadReason.DAMAGED)
            return
        self._put(content)
        self._stored.add(name)

    def _conversations(self) -> Iterator[ImportedConversation | Unread]:
        number = 0
        with closing(self._files.open(self._name)) as stream:
            try:
                for number, value in enumerate(ijson.items(stream, "conversations.item", use_float=True), 1):
                    yield from self._conversation(number, value)
            except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
                yield Unread(f"{self._name}, {number + 1}", UnreadReason.DAMAGED, str(error)[:200])

    def _conversation(self, number: int, value: Any) -> Iterator[ImportedConversation | Unread]:
        place = f"{self._name}, {number}"
        try:
            conversation = made(Conversation, value)
        except _Misshapen as error:
            yield Unread(place, UnreadReason.NOT_UNDERSTOOD, str(error))
            return
        place = f"{place}: {one_line(conversation.title)}"
        messages: list[Message] = []
        lost: dict[str, str | None] = {}
        """Messages that could not be read, with their parents, to which their children are attached."""
        for each in _list_in(value, "messages"):
            try:
                message = _message(each, conversation.id)
            except _Misshapen as error:
                yield Unread(place, UnreadReason.NOT_UNDERSTOOD, str(error))
                if isinstance(each, dict) and isinstance(each.get("id"), str):
                    lost[each["id"]] = each["parent_id"] if isinstance(each.get("parent_id"), str) else None
                continue
            if message.parent_id in lost:
                message = replace(message, parent_id=_read_above(message.parent_id, lost))
            if lost and message.summary is not None:  # it may stand for fewer messages now
                message = replace(message, summary=replace(message.summary, in_use=False))
            messages.append(message)
        yield from self._missing(place, conversation, messages)
        yield ImportedConversation(conversation, tuple(messages))

    def _missing(self, place: str, conversation: Conversation, messages: list[Message]) -> Iterator[Unread]:
        attached = [*conversation.draft_attachments]
        for message in messages:
            attached += [*message.attachments, *(image for call in message.tool_calls for image in call.images)]
        for one in attached:
            if one.sha256 not in self._stored:
                yield Unread(place, UnreadReason.FILE_MISSING, one_line(one.name))


def _read_above(parent_id: str | None, lost: Mapping[str, str | None]) -> str | None:
    """Return the nearest message above that could be read; None if the lost ones name each other in a circle."""
    passed: set[str] = set()
    while parent_id is not None and parent_id in lost:
        if parent_id in passed:
            return None
        passed.add(parent_id)
        parent_id = lost[parent_id]
    return parent_id


def _message(value: Any, conversation_id: str) -> Message:
    if not isinstance(value, dict):
        raise _Misshapen("message")
    usual = {"status": "complete", "text": "", "parent_id": None}
    message = made(Message, {**usual, **value, "conversation_id": conversation_id})
    if message.status is Status.RUNNING:
        return replace(message, status=Status.INTERRUPTED, tool_calls=stopped(message.tool_calls))
    return message


def made(kind: type[T], value: Any) -> T:
    """Return a value of one of our classes from the members of an object. Raises _Misshapen for one that is missing or
    of another type."""
    if not isinstance(value, dict):
        raise _Misshapen(kind.__name__)
    hints = _hints(kind)
    values: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]  # all of them are dataclasses
        if each.name in value and not (value[each.name] is None and each.default is not MISSING):
            values[each.name] = _member(each.name, hints[each.name], value[each.name])
        elif each.default is MISSING:
            raise _Misshapen(each.name)
    return kind(**values)


_KNOWN: dict[type, dict[str, Any]] = {}
_NAMES = {"Attachment": Attachment, "ToolCall": ToolCall}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _KNOWN:
        _KNOWN[kind] = get_type_hints(kind, localns=_NAMES)
    return _KNOWN[kind]


def _member(name: str, hint: Any, value: Any) -> Any:
    if get_origin(hint) is UnionType:
        if value is None:
            return None
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return _tuple(name, get_args(hint)[0], value)
    if hint in _OBJECTS:
        return made(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word(name, hint, value)
    return _simple(name, hint, value)


_OBJECTS = frozenset({Attachment, ChatOptions, Failure, Source, Summary, Timing, ToolCall, Usage})


def _tuple(name: str, hint: Any, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Misshapen(name)
    if hint is LeftOut:  # a later version may know more
        return tuple(part for part in LeftOut if part in value)
    return tuple(_member(name, hint, each) for each in value)


def _word(name: str, hint: type[StrEnum], value: Any) -> StrEnum:
    try:
        return hint(value)
    except ValueError as error:
        raise _Misshapen(name) from error


def _simple(name: str, hint: Any, value: Any) -> Any:
    if hint is float and type(value) is int:
        value = float(value) if abs(value) < _TOO_LARGE else math.inf
    fits = type(value) is hint
    if fits and isinstance(value, int | float) and not isinstance(value, bool):
        fits = math.isfinite(value) and 0 <= value < _TOO_LARGE
    if not fits:
        raise _Misshapen(name)
    return value


def _decoded(value: Any) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else None
    except binascii.Error:
        return None


def _list_in(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []
