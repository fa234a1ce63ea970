"""Files that are damaged, cut, wrongly encoded, huge or made to do harm: nothing raises, nothing is lost silently."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_exports import Read, gpt, gpt_node, simple_gpt, written, zipped

from desktop_chat.core.importing import (
    ImportDamaged,
    ImportedConversation,
    ImportKind,
    ImportUnknown,
    ImportUnreadable,
    ImportUnsafe,
    Unread,
    one_line,
)
from desktop_chat.core.tree import MessageTree
from desktop_chat.services.imports import import_files, json_stream
from desktop_chat.services.imports.detection import reader_of
from desktop_chat.services.imports.import_files import OneFile
from desktop_chat.services.imports.values import seconds


def test_a_cut_file_gives_what_is_whole_and_says_where_it_ends(tmp_path: Path) -> None:
    whole = json.dumps([simple_gpt("c1"), simple_gpt("c2")]).encode()
    read = Read(written(tmp_path / "conversations.json", whole[: len(whole) - 40]))
    assert [len(each.messages) for each in read.found] == [2]
    assert [(each.where, each.reason.value) for each in read.unread] == [("conversations.json, 2", "damaged")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    content = json.dumps([simple_gpt(answer="Größe 你好")], ensure_ascii=False).encode(encoding)
    assert Read(written(tmp_path / "conversations.json", content)).texts[1] == ("assistant", "Größe 你好")


def test_bytes_that_are_not_utf_8_are_read_as_windows_wrote_them(tmp_path: Path) -> None:
    content = json.dumps([simple_gpt(answer="Größe")], ensure_ascii=False).encode("latin-1")
    assert Read(written(tmp_path / "conversations.json", content)).texts[1] == ("assistant", "Größe")


def test_names_that_climb_out_are_listed_and_not_read(tmp_path: Path) -> None:
    entries = {"conversations.json": [simple_gpt()], "../../etc/passwd": b"x", "D:x.png": b"x", "/srv/x": b"x"}
    read = Read(zipped(tmp_path / "export.zip", entries))
    assert len(read.found) == 1
    assert read.reasons == ["unsafe_name"] * 3


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path / "bomb.zip", {"conversations.json": b"[" + b" " * (65 * 1024 * 1024)})
    with pytest.raises(ImportUnsafe):
        Read(file)


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "MAX_ENTRIES", 10)
    with pytest.raises(ImportUnsafe):
        Read(zipped(tmp_path / "many.zip", {f"{n}.json": b"" for n in range(11)}))


def test_a_damaged_zip_is_refused_with_a_reason(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "export.zip", {"conversations.json": [simple_gpt()]}).read_bytes()
    with pytest.raises(ImportDamaged):
        Read(written(tmp_path / "cut.zip", whole[:-30]))


def test_a_damaged_entry_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("conversations.json", json.dumps([simple_gpt()]))
    content = bytearray(file.read_bytes())
    content[content.index(b"Hello.")] ^= 1
    read = Read(written(tmp_path / "damaged.zip", bytes(content)), ImportKind.CHATGPT)
    assert read.reasons == ["damaged"]


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"\x00\x01", b"{}", b"[1, 2]", b"words"):
        with pytest.raises(ImportUnknown):
            Read(written(tmp_path / "file.bin", content))
    with pytest.raises(ImportUnreadable):
        Read(tmp_path / "missing")


def test_one_endless_conversation_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "MAX_VALUE", 100_000)
    chats = [simple_gpt("c1"), simple_gpt("c2", "x" * 400_000)]
    read = Read(written(tmp_path / "conversations.json", chats))
    assert len(read.found) == 1
    assert read.reasons == ["too_large"]


def test_a_cycle_and_a_lost_parent_lose_nothing(tmp_path: Path) -> None:
    nodes = [
        gpt_node("a", "b", "user", "A"),
        gpt_node("b", "a", "assistant", "B"),
        gpt_node("c", "gone", "user", "C"),
        gpt_node("d", "d", "user", "D"),
    ]
    read = Read(written(tmp_path / "conversations.json", [gpt(nodes, "b")]))
    assert sorted(text for _, text in read.texts) == ["A", "B", "C", "D"]
    tree = MessageTree(read.messages)
    assert all(tree.path_to(message.id)[-1] is message for message in read.messages)


def test_titles_are_one_line_without_characters_that_hide(tmp_path: Path) -> None:
    title = "<script>x</script>\n\u202egnp.exe\x1b[31m\x00" + "y" * 10_000
    read = Read(written(tmp_path / "conversations.json", [{**simple_gpt(), "title": title}]))
    shown = read.found[0].conversation.title
    assert shown.startswith("<script>x</script> gnp.exe [31m")
    assert shown.isprintable()
    assert len(shown) <= 200


def test_an_id_that_occurs_twice_is_listed_if_it_differs(tmp_path: Path) -> None:
    twice = [{"uuid": "q", "sender": "human", "text": "One"}, {"uuid": "q", "sender": "human", "text": "Two"}]
    read = Read(written(tmp_path / "conversations.json", [{"uuid": "c", "name": "", "chat_messages": twice}]))
    assert read.texts == [("user", "One")]
    assert read.reasons == ["duplicate"]


def test_ten_thousand_levels_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    nodes = [gpt_node("0", None, "user", "0")] + [
        gpt_node(str(n), str(n - 1), ("user", "assistant")[n % 2], str(n)) for n in range(1, 10_000)
    ]
    assert len(Read(written(tmp_path / "conversations.json", [gpt(nodes, "9999")])).messages) == 10_000


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1700000000, 1700000000.0),
        (1700000000123, 1700000000.123),
        ("2025-01-01T00:00:00Z", 1735689600.0),
        ("1700000000", 1700000000.0),
        (0, None),
        (-5, None),
        (4e9, None),
        (1e400, None),
        (10**400, None),
        ("tomorrow", None),
        (True, None),
        (None, None),
    ],
)
def test_moments(value: Any, moment: float | None) -> None:
    assert seconds(value) == (pytest.approx(moment) if moment is not None else None)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["id", "uuid", "title", "name", "mapping", "chat_messages", "chat", "history", "messages", "messagesTree",
     "children", "role", "sender", "author", "content", "parts", "content_type", "text", "type", "parent", "metadata",
     "message",
     "attachments", "files", "versions", "steps", "session:x", "contentParts", "thoughts", "create_time", "tool_calls",
     "messageId", "isCreatedByUser", "currentlySelected", "output", "threads", "messageForksHash", "localStorage"]
)  # fmt: skip
SHAPED = st.recursive(
    JSON
    | st.sampled_from(["user", "assistant", "tool", "text", "multimodal_text", "thoughts", "tool_use", "tool-call"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [kind for kind in ImportKind if kind is not ImportKind.OWN])
@given(value=st.lists(st.dictionaries(NAMES, SHAPED, max_size=8), max_size=3) | SHAPED)
def test_no_value_of_about_that_shape_raises_or_vanishes(
    tmp_path_factory: pytest.TempPathFactory, kind: ImportKind, value: Any
) -> None:
    name = {ImportKind.MARKDOWN: "x.md", ImportKind.JAN: "messages.jsonl", ImportKind.JSONL: "x.jsonl"}
    file = tmp_path_factory.getbasetemp() / name.get(kind, "conversations.json")
    file.write_text(json.dumps(value), encoding="utf-8")
    items = list(reader_of(kind, OneFile(file), lambda _: "0" * 64).items())
    found = [item for item in items if isinstance(item, ImportedConversation)]
    for each in found:
        assert each.messages
        assert all(message.conversation_id == each.conversation.id for message in each.messages)
        assert len({message.id for message in each.messages}) == len(each.messages)
        assert each.conversation.title == one_line(each.conversation.title)
    if kind in {ImportKind.CHATGPT, ImportKind.CLAUDE} and isinstance(value, list):
        assert len(found) + len({item.where.partition(":")[0] for item in items if isinstance(item, Unread)}) >= len(
            value
        )


def _message(role: str, content: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    author = {"role": role, "name": "python"}
    return {"author": author, "content": content, "metadata": metadata, "create_time": 1.7e9, "recipient": "all"}


def _chatgpt() -> list[Any]:
    """An export with a node of each kind that is read in a way of its own."""
    source = {"url": "https://a.example", "title": "A"}
    image = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1", "metadata": {"dalle": {}}}
    profile = {"content_type": "user_editable_context", "user_profile": "Kind", "user_instructions": "Short"}
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "", "content": "", "chunks": ["So", "it is"]}]}
    said = [
        _message("user", profile, is_visually_hidden_from_conversation=True),
        _message("user", {"content_type": "multimodal_text", "parts": ["Hi", image]}, attachments=[{"id": "file-2"}]),
        _message("assistant", thoughts),
        {**_message("assistant", {"content_type": "code", "text": "1", "language": "python"}), "recipient": "python"},
        _message("tool", {"content_type": "execution_output", "text": "1"}),
        _message("assistant", {"content_type": "text", "parts": ["One"]}, content_references=[{"items": [source]}]),
    ]
    nodes = {str(at): {"id": str(at), "parent": str(at - 1), "message": each} for at, each in enumerate(said)}
    return [{"title": "T", "mapping": nodes, "current_node": "5", "create_time": 1.7e9, "id": "c"}]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container in a value with the key of each of its members."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


@pytest.mark.parametrize("odd", [None, True, 7, "x", [], [7], [[]], {}, {"a": {}}])
def test_any_value_of_a_chatgpt_export_may_be_something_else(tmp_path: Path, odd: Any) -> None:
    export = _chatgpt()
    file = tmp_path / "conversations.json"
    for place, key in list(_places(export)):
        before, place[key] = place[key], odd
        file.write_text(json.dumps(export), encoding="utf-8")
        assert list(reader_of(ImportKind.CHATGPT, OneFile(file), lambda _: "0" * 64).items())
        place[key] = before
