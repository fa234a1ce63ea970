"""Our own format loses nothing: what is written is what is read."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from export_samples import conversations
from hypothesis import given
from hypothesis import strategies as st
from store_samples import conversation, message

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role, Status, Usage
from desktop_chat.core.exporting import ExportedConversation
from desktop_chat.core.importing import ImportedConversation, ImportTooNew, ImportUnknown, Unread, UnreadReason
from desktop_chat.core.tools import STOPPED_RESULT, CallStatus, ToolCall
from desktop_chat.services.exports.own_json import own_json
from desktop_chat.services.imports import own_json as reader
from desktop_chat.services.imports.own_json import IN_ARCHIVE, OwnJson

CONTENT = b"\x89PNG\0\xff"
NAME = hashlib.sha256(CONTENT).hexdigest()


class Files:
    """Files in memory."""

    def __init__(self, **files: bytes) -> None:
        self._files = files

    @property
    def names(self) -> list[str]:
        return list(self._files)

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self._files[name])


def put(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(
    file: bytes | dict[str, Any], put: Callable[[bytes], str] = put
) -> tuple[list[ImportedConversation], list[Unread]]:
    content = file if isinstance(file, bytes) else json.dumps(file).encode()
    items = list(OwnJson(Files(**{"export.json": content}), put).items())
    return (
        [item for item in items if isinstance(item, ImportedConversation)],
        [item for item in items if isinstance(item, Unread)],
    )


def written(*exported: ExportedConversation, contents: dict[str, bytes] | None = None) -> bytes:
    return b"".join(own_json(exported, (contents or {}).get, now=0.0))


def plain(**messages: Any) -> dict[str, Any]:
    """A file with one conversation of one message."""
    said = {"id": "m", "role": "user", "text": "Hi", "created_at": 1.5, **messages}
    one = {"id": "c", "title": "T", "created_at": 1, "updated_at": 2, "messages": [said]}
    return {"format": "desktop-chat", "version": 1, "conversations": [one]}


@pytest.mark.thorough
@given(st.lists(conversations(), max_size=2))
def test_what_is_written_is_read(exported: list[ExportedConversation]) -> None:
    found, unread = read(written(*exported))
    assert {each.reason for each in unread} <= {UnreadReason.FILE_MISSING}
    assert [(each.conversation, each.messages) for each in found] == [
        (each.conversation, each.messages) for each in exported
    ]


def test_contents_come_before_the_conversations_that_name_them() -> None:
    trip = conversation()
    image = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", len(CONTENT), NAME)
    stored: list[bytes] = []

    def store(content: bytes) -> str:
        stored.append(content)
        return NAME

    file = written(ExportedConversation(trip, (message(trip, "Look", attachments=(image,)),)), contents={NAME: CONTENT})
    found, unread = read(file, store)
    assert (stored, unread) == ([CONTENT], [])
    assert found[0].messages[0].attachments == (image,)


def test_a_content_under_a_wrong_name_is_not_taken() -> None:
    trip = conversation()
    image = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 1, NAME)
    exported = ExportedConversation(trip, (message(trip, "Look", attachments=(image,)),))
    _, unread = read(written(exported, contents={NAME: b"another"}))
    assert [each.reason for each in unread] == [UnreadReason.DAMAGED, UnreadReason.FILE_MISSING]
    _, unread = read(written(exported))
    assert [(each.reason, each.detail) for each in unread] == [(UnreadReason.FILE_MISSING, "a.png")]


def test_an_archive_has_its_contents_as_files() -> None:
    trip = conversation()
    image = Attachment(AttachmentKind.IMAGE, "a.png", "image/png", 1, NAME)
    exported = ExportedConversation(trip, (message(trip, "Look", attachments=(image,)),))
    inner = b"".join(own_json([exported], None, now=0.0))
    files = Files(**{f"blobs/{NAME}": CONTENT, "conversations.json": inner})
    stored: list[bytes] = []
    [found] = OwnJson(files, lambda content: stored.append(content) or NAME).items()  # type: ignore[func-returns-value]
    assert isinstance(found, ImportedConversation)
    assert stored == [CONTENT]


def test_unknown_members_are_ignored_and_missing_ones_have_their_defaults() -> None:
    file = plain(mood="good", usage={"prompt_tokens": 3, "carbon": 1})
    file["conversations"][0]["colour"] = "red"
    [found], unread = read(file)
    [said] = found.messages
    assert unread == []
    assert (said.status, said.usage, said.created_at) == (Status.COMPLETE, Usage(3), 1.5)


def test_a_reply_that_was_running_is_interrupted() -> None:
    call = {"id": "1", "name": "n", "arguments": "{", "status": "writing"}
    [found], _ = read(plain(role="assistant", status="running", tool_calls=[call]))
    [said] = found.messages
    assert said.status is Status.INTERRUPTED
    assert said.tool_calls == (ToolCall("1", "n", "{", CallStatus.STOPPED, STOPPED_RESULT),)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("role", "robot"),
        ("text", 3),
        ("text", ["a"]),
        ("created_at", "now"),
        ("created_at", -1),
        ("created_at", True),
        ("usage", [1]),
        ("usage", {"prompt_tokens": 2**60}),
        ("sources", "http://x"),
        ("attachments", [{"kind": "image"}]),
    ],
)
def test_a_message_of_another_shape_is_listed_and_the_others_are_read(member: str, value: Any) -> None:
    file = plain()
    first = {"id": "a", "parent_id": None, "role": "user", "text": "1", "created_at": 1}
    broken = {"id": "b", "parent_id": "a", "role": "assistant", "text": "2", "created_at": 1, member: value}
    last = {"id": "d", "parent_id": "b", "role": "user", "text": "3", "created_at": 1}
    file["conversations"][0]["messages"] = [first, broken, last, 5]
    [found], unread = read(file)
    assert [(said.id, said.parent_id) for said in found.messages] == [("a", None), ("d", "a")]
    assert [each.reason for each in unread] == [UnreadReason.NOT_UNDERSTOOD] * 2
    assert unread[0].where == "export.json, 1: T"


@pytest.mark.parametrize("parents", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": None}])
def test_children_of_lost_messages_in_a_circle_become_roots(parents: dict[str, str | None]) -> None:
    lost = [{"id": name, "parent_id": parent, "role": "ghost"} for name, parent in parents.items()]
    child = {"id": "child", "parent_id": "a", "role": "user", "text": "hi", "created_at": 1.0}
    file = json.loads(written(ExportedConversation(conversation(), ())))
    file["conversations"][0]["messages"] = [*lost, child]
    [item], unread = read(file)
    assert [(each.id, each.parent_id) for each in item.messages] == [("child", None)]
    assert len(unread) == len(lost)


def test_an_endless_content_in_an_archive_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_FILE_BYTES", 10)
    fits, endless = b"0" * 10, b"0" * 11
    files = Files(**{
        IN_ARCHIVE: written(),
        f"blobs/{put(fits)}": fits,
        f"blobs/{put(endless)}": endless,
    })  # fmt: skip
    stored: list[bytes] = []

    def keep(content: bytes) -> str:
        stored.append(content)
        return put(content)

    assert list(OwnJson(files, keep).items()) == [Unread(f"blobs/{put(endless)}", UnreadReason.TOO_LARGE)]
    assert stored == [fits]


def test_a_conversation_of_another_shape_is_listed() -> None:
    file = plain()
    file["conversations"] += [{"id": 3}, "x"]
    found, unread = read(file)
    assert len(found) == 1
    assert [(each.where, each.reason) for each in unread] == [
        ("export.json, 2", UnreadReason.NOT_UNDERSTOOD),
        ("export.json, 3", UnreadReason.NOT_UNDERSTOOD),
    ]


def test_of_a_file_that_is_cut_off_the_beginning_is_read() -> None:
    trip = conversation()
    whole = written(ExportedConversation(trip, ()), ExportedConversation(conversation(), ()))
    found, unread = read(whole[:-60])
    assert [each.conversation for each in found] == [trip]
    assert [each.reason for each in unread] == [UnreadReason.DAMAGED]


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(ImportTooNew):
        read({**plain(), "version": 2})


@pytest.mark.parametrize(
    "file", [b"{}", b"", b"[1]", b'{"format": "x", "version": 1}', b"\xff{", b'{"format": "desktop']
)
def test_another_file_is_refused(file: bytes) -> None:
    with pytest.raises(ImportUnknown):
        read(file)


def test_odd_numbers_and_halves_of_characters_are_written_as_valid_json() -> None:
    trip = conversation(created_at=float("nan"))
    odd = Message("m", trip.id, None, Role.USER, "cut \ud83d", Status.COMPLETE, 1.0)
    values = json.loads(written(ExportedConversation(trip, (odd,))))["conversations"][0]
    assert values["created_at"] is None
    assert values["messages"][0]["text"] == "cut \ud83d"
