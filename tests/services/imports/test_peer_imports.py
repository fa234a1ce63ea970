"""The exports of the other programs, each with what its format can hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from peer_exports import PNG, PNG_ADDRESS, Read, written, zipped

from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.importing import ImportKind


def test_claude_with_blocks_branches_and_a_project(tmp_path: Path) -> None:
    root = "00000000-0000-4000-8000-000000000000"
    blocks = [
        {"type": "thinking", "thinking": "Let me see"},
        {"type": "tool_use", "id": "t1", "name": "search", "input": {"q": "x"}},
        {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "found"}]},
        {"type": "text", "text": "Here."},
        {"type": "hologram"},
    ]
    attached = [{"file_name": "notes.txt", "extracted_content": "Notes"}]
    messages = [
        {"uuid": "q", "sender": "human", "text": "Find", "parent_message_uuid": root, "attachments": attached,
         "files": [{"file_name": "lost.pdf"}], "created_at": "2025-01-01T00:00:00Z"},
        {"uuid": "a", "sender": "assistant", "content": blocks, "parent_message_uuid": "q"},
        {"uuid": "b", "sender": "assistant", "content": [{"type": "text", "text": "Other"}],
         "parent_message_uuid": "q"},
    ]  # fmt: skip
    chat = {"uuid": "c", "name": "Title", "chat_messages": messages, "project": {"uuid": "p"}}
    entries = {"conversations.json": [chat], "projects.json": [{"uuid": "p", "prompt_template": "Be kind."}]}
    read = Read(zipped(tmp_path / "data.zip", entries))
    question, reply, other = read.messages
    assert read.kind is ImportKind.CLAUDE
    assert read.stored[question.attachments[0].text_sha256] == b"Notes"
    assert (reply.text, reply.reasoning, reply.tool_calls[0].result) == ("Here.", "Let me see", "found")
    assert other.parent_id == reply.parent_id == question.id
    assert question.created_at == 1735689600.0
    assert read.found[0].conversation.options.system_prompt == "Be kind."
    assert sorted(read.reasons) == ["file_missing", "unknown_content"]


def test_an_older_claude_export_has_texts_only(tmp_path: Path) -> None:
    messages = [{"uuid": "q", "sender": "human", "text": "Hi"}, {"uuid": "a", "sender": "assistant", "text": "Hello"}]
    read = Read(written(tmp_path / "conversations.json", [{"uuid": "c", "name": "", "chat_messages": messages}]))
    assert read.texts == [("user", "Hi"), ("assistant", "Hello")]
    assert read.messages[1].parent_id == read.messages[0].id
    assert (read.found[0].conversation.title, read.found[0].conversation.title_is_own) == ("Hi", False)


def test_open_webui_with_reasoning_and_tools_of_two_versions(tmp_path: Path) -> None:
    old = '<details type="reasoning" done="true"><summary>Thought</summary>\n&gt; Hmm</details>\nSo.'
    output = [
        {"type": "reasoning", "content": [{"text": "Think"}]},
        {"type": "function_call", "call_id": "k", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "k", "output": [{"text": "18C"}]},
        {"type": "message", "content": [{"text": "Rain."}]},
    ]
    messages = {
        "q": {"id": "q", "parentId": None, "role": "user", "content": "Hi", "timestamp": 1700000000},
        "a": {"id": "a", "parentId": "q", "role": "assistant", "content": old, "model": "m"},
        "b": {"id": "b", "parentId": "q", "role": "assistant", "content": "-", "output": output,
              "usage": {"prompt_tokens": 3, "completion_tokens": 5}},
    }  # fmt: skip
    chat = {"title": "T", "models": ["m"], "history": {"currentId": "a", "messages": messages}}
    read = Read(written(tmp_path / "chats.json", [{"id": "c", "title": "T", "chat": chat, "pinned": True}]))
    _, first, second = read.messages
    assert read.kind is ImportKind.OPEN_WEBUI
    assert (first.text, first.reasoning) == ("So.", "Hmm")
    assert (second.text, second.reasoning, second.tool_calls[0].result) == ("Rain.", "Think", "18C")
    assert second.usage == Usage(3, 5)
    assert (read.found[0].conversation.pinned, read.found[0].conversation.leaf_id) == (True, first.id)


def test_librechat_as_a_tree(tmp_path: Path) -> None:
    call = {"id": "k", "name": "f", "args": "{}", "output": "42"}
    content = [
        {"type": "think", "think": "Hmm"},
        {"type": "tool_call", "tool_call": call},
        {"type": "text", "text": "So"},
    ]
    children = [
        {"messageId": "a", "isCreatedByUser": False, "content": content, "model": "m", "children": []},
        {"messageId": "b", "isCreatedByUser": False, "text": "Other", "unfinished": True, "children": []},
    ]
    tree = [{"messageId": "q", "isCreatedByUser": True, "text": "Hi", "children": children}]
    value = {"conversationId": "c", "title": "T", "recursive": True, "messagesTree": tree, "options": {"model": "m"}}
    read = Read(written(tmp_path / "chat.json", value))
    question, first, second = read.messages
    assert read.kind is ImportKind.LIBRECHAT
    assert first.parent_id == second.parent_id == question.id
    assert (first.text, first.reasoning, first.tool_calls[0].result) == ("So", "Hmm", "42")
    assert second.status is Status.INTERRUPTED


def test_chatbox_with_its_forks_and_older_versions(tmp_path: Path) -> None:
    messages = [
        {"id": "q", "role": "user", "contentParts": [{"type": "text", "text": "Hi"}], "timestamp": 1700000000000},
        {"id": "a", "role": "assistant", "content": "Hello", "pictures": [{"url": PNG_ADDRESS}]},
    ]
    forks = {"q": {"lists": [{"messages": [{"id": "b", "role": "assistant", "content": "Other"}]}]}}
    session = {"id": "s", "name": "T", "messages": messages, "messageForksHash": forks}
    value = {"chat-sessions-list": [{"id": "s"}], "session:s": session, "settings": {"key": "sk-1"}}
    read = Read(written(tmp_path / "exported.json", value))
    question, shown, other = read.messages
    assert read.kind is ImportKind.CHATBOX
    assert question.created_at == 1700000000.0
    assert shown.text.startswith("Hello\n\n![](attachment:")
    assert other.text == "Other"
    assert read.stored[shown.attachments[0].sha256] == PNG
    assert read.found[0].conversation.leaf_id == shown.id
    old = Read(written(tmp_path / "old.json", {"chat-sessions": [session]}))
    assert len(old.found) == 1


def test_cherry_studio_with_blocks_and_several_models(tmp_path: Path) -> None:
    blocks = [
        {"id": "2", "messageId": "a", "type": "main_text", "content": "Hello"},
        {"id": "1", "messageId": "a", "type": "thinking", "content": "Hmm"},
        {"id": "3", "messageId": "q", "type": "main_text", "content": "Hi"},
        {"id": "4", "messageId": "b", "type": "main_text", "content": "Other"},
    ]
    messages = [
        {"id": "q", "role": "user", "blocks": ["3"], "createdAt": "2025-01-01T00:00:00.000Z"},
        {"id": "a", "role": "assistant", "askId": "q", "blocks": ["1", "2"], "model": {"id": "m"}},
        {"id": "b", "role": "assistant", "askId": "q", "blocks": ["4"], "foldSelected": True},
    ]
    state = json.dumps({"assistants": json.dumps({"assistants": [{"topics": [{"id": "t", "name": "Named"}]}]})})
    data = {
        "localStorage": {"persist:cherry-studio": state},
        "indexedDB": {"topics": [{"id": "t", "messages": messages}], "message_blocks": blocks},
    }
    read = Read(zipped(tmp_path / "cherry.zip", {"data.json": data}))
    question, first, second = read.messages
    assert read.kind is ImportKind.CHERRY_STUDIO
    assert read.found[0].conversation.title == "Named"
    assert (first.text, first.reasoning, first.model) == ("Hello", "Hmm", "m")
    assert first.parent_id == second.parent_id == question.id


def test_jan(tmp_path: Path) -> None:
    folder = tmp_path / "threads" / "t1"
    written(folder / "thread.json", {"id": "t1", "title": "T", "created": 1700000000})
    lines = [
        {"id": "1", "role": "user", "content": [{"type": "text", "text": {"value": "Hi"}}], "created_at": 1},
        {"id": "2", "role": "assistant", "created_at": 2,
         "content": [{"type": "text", "text": {"value": "<think>Hmm</think>\nHello"}}]},
    ]  # fmt: skip
    written(folder / "messages.jsonl", "\n".join(map(json.dumps, lines)).encode() + b"\n{broken\n")
    read = Read(tmp_path)
    assert read.kind is ImportKind.JAN
    assert read.texts == [("user", "Hi"), ("assistant", "Hello")]
    assert read.messages[1].reasoning == "Hmm"
    assert [(each.where, each.reason.value) for each in read.unread] == [("threads/t1/messages.jsonl, 3", "damaged")]


def test_lm_studio_with_versions(tmp_path: Path) -> None:
    steps = [
        {"type": "contentBlock", "style": {"type": "thinking"}, "content": [{"type": "text", "text": "Hmm"}]},
        {"type": "contentBlock", "content": [{"type": "text", "text": "Hello"}],
         "genInfo": {"indexedModelIdentifier": "m", "stats": {"predictedTokensCount": 7}}},
    ]  # fmt: skip
    user = {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Hi"}]}
    reply = {"type": "multiStep", "role": "assistant", "steps": steps}
    other = {"type": "singleStep", "role": "assistant", "content": [{"type": "text", "text": "Other"}]}
    messages = [
        {"versions": [user], "currentlySelected": 0},
        {"versions": [other, reply], "currentlySelected": 1},
        {"versions": [user], "currentlySelected": 0},
    ]
    value = {"name": "T", "createdAt": 1700000000000, "systemPrompt": "Be kind.", "messages": messages}
    read = Read(written(tmp_path / "1.conversation.json", value))
    _, first, second, last = read.messages
    assert read.kind is ImportKind.LM_STUDIO
    assert (first.text, second.text, second.reasoning, second.model) == ("Other", "Hello", "Hmm", "m")
    assert second.usage == Usage(None, 7)
    assert last.parent_id == second.id


def test_lines_of_chat_completions(tmp_path: Path) -> None:
    call = {"id": "k", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "system", "content": "Be kind."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": PNG_ADDRESS}}],
        },
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "k", "content": "42"},
        {"role": "assistant", "content": "So.", "reasoning_content": "Hmm"},
    ]
    file = written(tmp_path / "tuning.jsonl", json.dumps({"messages": messages}).encode() + b"\n\n[1]\n")
    read = Read(file)
    question, reply = read.messages
    assert read.kind is ImportKind.JSONL
    assert read.found[0].conversation.options.system_prompt == "Be kind."
    assert (question.text, len(question.attachments)) == ("Hi", 1)
    assert (reply.text, reply.reasoning, reply.tool_calls[0].result) == ("So.", "Hmm", "42")
    assert read.reasons == ["not_understood"]


def test_a_folder_of_markdown(tmp_path: Path) -> None:
    front = "---\ntitle: Mine\ncreated: 2025-01-01\n---\n# Mine\n\n"
    said = front + "## User\n\nHi\n\n```md\n## User\n```\n\n## Assistant\n\nHello\n"
    written(tmp_path / "notes" / "a.md", said.encode())
    written(tmp_path / "b.md", "Only a note".encode("utf-16"))
    read = Read(tmp_path)
    note, chat = read.found
    assert read.kind is ImportKind.MARKDOWN
    assert [message.text for message in chat.messages] == ["Hi\n\n```md\n## User\n```", "Hello"]
    assert (chat.conversation.title, chat.conversation.created_at) == ("Mine", 1735689600.0)
    assert [message.text for message in note.messages] == ["Only a note"]


def _ids(file: Path) -> list[str]:
    return [each.conversation.id for each in Read(file).found]


def test_files_of_one_name_are_different_conversations_and_a_longer_one_is_the_same(tmp_path: Path) -> None:
    said = {name: f"## User\n\nHi {name}\n" for name in "ab"}
    first, other = (_ids(written(tmp_path / name / "chat.md", said[name].encode())) for name in "ab")
    longer = _ids(written(tmp_path / "a" / "chat.md", f"{said['a']}\n## Assistant\n\nHello\n".encode()))
    assert first != other
    assert first == longer


def test_a_file_of_markdown_is_known_by_the_id_that_it_names(tmp_path: Path) -> None:
    first, other = (
        _ids(written(tmp_path / f"{name}.md", f"---\nid: 0123\n---\n## User\n\n{name}\n".encode())) for name in "ab"
    )
    assert first == other


def test_numbers_of_lines_are_no_ids(tmp_path: Path) -> None:
    lines = [{"id": 1, "messages": [{"role": "user", "content": name}]} for name in "ab"]
    first, other = (
        _ids(written(tmp_path / f"{number}.jsonl", json.dumps(line).encode())) for number, line in enumerate(lines)
    )
    assert first != other


@pytest.mark.parametrize(
    "export",
    [
        lambda text: {"conversationId": "", "title": "T", "messages": [{"text": text, "isCreatedByUser": True}]},
        lambda text: {"chat-sessions-list": [], "chat-sessions": [{"messages": [{"role": "user", "content": text}]}]},
        lambda text: [{"chat": {"title": "T", "messages": [{"role": "user", "content": text}]}}],
    ],
    ids=["LibreChat", "Chatbox", "Open WebUI"],
)
def test_conversations_without_ids_are_not_joined(tmp_path: Path, export: Callable[[str], object]) -> None:
    first, other = (_ids(written(tmp_path / f"{name}.json", json.dumps(export(name)).encode())) for name in "ab")
    assert len(first) == len(other) == 1
    assert first != other
