"""One message of each program with every kind of part that its format has, and one of a kind that nobody knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from peer_exports import PNG, PNG_ADDRESS, Read, gpt, gpt_node, written, zipped

from desktop_chat.core.entities import Role, Status
from desktop_chat.core.importing import ImportKind

FILES = [
    {"name": "a.png", "url": PNG_ADDRESS},
    {"name": "b.txt", "file": {"data": {"content": "Body"}}},
    {"name": "c.pdf"},
]


def reply_of(read: Read) -> Any:
    """Return the last reply."""
    return next(message for message in reversed(read.messages) if message.role is Role.ASSISTANT)


def test_cherry_studio(tmp_path: Path) -> None:
    tool = {"rawMcpToolResponse": {"tool": {"name": "look"}, "arguments": {"q": 1}}}
    blocks: list[dict[str, Any]] = [
        {"type": "main_text", "content": "Said."},
        {"type": "thinking", "content": "Thought."},
        {"type": "code", "content": "x = 1", "language": "python"},
        {"type": "tool", "toolId": "t", "metadata": tool, "content": "found"},
        {"type": "tool", "toolId": "u", "toolName": "fail", "status": "error", "content": "no"},
        {"type": "image", "url": PNG_ADDRESS},
        {"type": "file", "file": {"id": "stored", "origin_name": "note.txt"}},
        {"type": "file", "file": {"id": "lost", "origin_name": "lost.pdf"}},
        {"type": "error", "error": {"message": "Broken."}},
        {"type": "error"},
        {"type": "unknown"},
        {"type": "hologram"},
    ]
    placed = [{"id": f"b{n}", "messageId": "a", **block} for n, block in enumerate(blocks)]
    messages = [
        {"id": "q", "role": "user", "content": "Hi", "usage": {"prompt_tokens": 1}},
        {"id": "a", "role": "assistant", "askId": "q", "blocks": [each["id"] for each in placed], "status": "error",
         "reasoning_content": "Before."},
        {"id": "x", "role": "nobody"},
        7,
    ]  # fmt: skip
    topics = [{"id": "t", "messages": messages}, {"id": "", "messages": []}, {"id": "v"}]
    data = {"indexedDB": {"topics": topics, "message_blocks": placed}, "localStorage": {}}
    read = Read(zipped(tmp_path / "cherry.zip", {"data.json": data, "Data/Files/stored.txt": b"Note"}))
    reply = reply_of(read)
    assert read.kind is ImportKind.CHERRY_STUDIO
    assert "Said." in reply.text
    assert "x = 1" in reply.text
    assert "Thought." in reply.reasoning
    assert [call.name for call in reply.tool_calls] == ["look", "fail"]
    assert set(read.reasons) == {"file_missing", "not_understood", "unknown_content"}


def test_open_webui(tmp_path: Path) -> None:
    details = (
        '<details type="tool_calls" id="k" name="f" arguments="{}" result="18C"></details>\n<details>More</details>Rest'
    )
    flat = [
        {"role": "user", "content": "Hi", "files": FILES},
        {"role": "assistant", "content": details, "info": {"prompt_eval_count": 3, "eval_count": 4}},
        {"role": "user", "content": [{"type": "text", "text": "Again"}]},
        {"role": "nobody", "content": "?"},
        {"role": "assistant", "content": "Half", "done": False},
    ]
    chats = [
        {"id": "c", "chat": {"title": "T", "messages": flat, "models": ["m"]}},
        {"id": "d", "chat": {"title": "U"}},
    ]
    read = Read(written(tmp_path / "chats.json", chats))
    assert read.kind is ImportKind.OPEN_WEBUI
    called = next(message for message in read.messages if message.tool_calls)
    assert (called.tool_calls[0].name, called.tool_calls[0].result) == ("f", "18C")
    assert reply_of(read).status is Status.INTERRUPTED
    assert set(read.reasons) == {"file_missing", "not_understood"}


def test_chatbox(tmp_path: Path) -> None:
    parts = [
        {"type": "text", "text": "Said."},
        {"type": "reasoning", "text": "Thought."},
        {"type": "image", "url": PNG_ADDRESS},
        {"type": "image", "storageKey": "lost"},
        {"type": "tool-call", "toolCallId": "t", "toolName": "look", "args": {}, "result": {"a": 1}},
        {"type": "tool-call", "toolCallId": "u", "toolName": "open"},
        {"type": "hologram", "text": "?"},
    ]
    messages = [
        {"id": "q", "role": "user", "content": "Hi", "pictures": [{"url": PNG_ADDRESS}]},
        {"id": "a", "role": "assistant", "contentParts": parts, "reasoningContent": "Before."},
        {"id": "x", "role": "nobody"},
    ]
    forks = {"q": {"lists": [{"messages": [{"id": "b", "role": "assistant", "content": "Other"}]}, {}]}}
    session = {"id": "s", "name": "T", "messages": messages, "messageForksHash": forks}
    read = Read(
        written(tmp_path / "chatbox.json", {"chat-sessions-list": [{"id": "s", "name": "T"}], "session:s": session})
    )
    reply = next(message for message in read.messages if message.tool_calls)
    assert read.kind is ImportKind.CHATBOX
    assert [call.name for call in reply.tool_calls] == ["look", "open"]
    assert "Thought." in reply.reasoning
    assert {"file_missing", "unknown_content", "not_understood"} <= set(read.reasons)


def test_jan(tmp_path: Path) -> None:
    content = [
        {"type": "text", "text": {"value": "Said."}},
        {"type": "reasoning", "text": {"value": "Thought."}},
        {"type": "image_url", "image_url": {"url": PNG_ADDRESS}},
        {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}},
        {"type": "hologram"},
    ]
    tool = {"tool": {"id": "t", "function": {"name": "look"}}, "response": {"content": [{"text": "found"}]}}
    failed = {"tool": {"id": "u", "function": {"name": "fail"}}, "response": {"error": "no"}}
    rows: list[Any] = [
        {"id": "q", "role": "user", "thread_id": "t", "content": [{"type": "text", "text": "Hi"}], "created_at": 1},
        {
            "id": "a",
            "role": "assistant",
            "content": content,
            "metadata": {"tool_calls": [tool, failed]},
            "created_at": 2,
        },
        {"id": "x", "role": "nobody", "created_at": 3},
        7,
    ]
    lines = "\n".join(json.dumps(row) for row in rows) + "\n{broken\n"
    read = Read(
        zipped(
            tmp_path / "jan.zip", {"threads/t/messages.jsonl": lines.encode(), "threads/t/thread.json": {"title": "T"}}
        )
    )
    reply = reply_of(read)
    assert read.kind is ImportKind.JAN
    assert [(call.name, call.result) for call in reply.tool_calls] == [("look", "found"), ("fail", "no")]
    assert reply.reasoning == "Thought."
    assert {"file_missing", "unknown_content", "not_understood"} <= set(read.reasons)


def test_lm_studio(tmp_path: Path) -> None:
    step = [
        {"type": "text", "text": "Said."},
        {"type": "toolCallRequest", "callId": "1", "name": "look", "parameters": {}},
        {"type": "toolCallResult", "callId": "1", "content": "found"},
        {"type": "file", "fileIdentifier": "lost.pdf"},
        {"type": "hologram"},
    ]
    thinking = {
        "type": "contentBlock",
        "style": {"type": "thinking"},
        "content": [{"type": "text", "text": "Thought."}],
    }
    versions = [
        {
            "type": "multiStep",
            "role": "assistant",
            "steps": [thinking, {"type": "contentBlock", "content": step}, {"type": "x"}],
        },
        {"role": "assistant", "content": "Other"},
    ]
    messages: list[Any] = [
        {
            "versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Hi"}]}],
            "currentlySelected": 0,
        },
        {"versions": versions, "currentlySelected": 0},
        {"versions": [{"role": "nobody"}]},
        {},
        {"role": "user", "content": "plain"},
    ]
    found = {"name": "T", "createdAt": 1, "messages": messages}
    read = Read(written(tmp_path / "1.conversation.json", found), ImportKind.LM_STUDIO)
    reply = next(message for message in read.messages if message.tool_calls)
    assert (reply.text, reply.reasoning, reply.tool_calls[0].result) == ("Said.\n\n[lost.pdf]", "Thought.", "found")
    assert {"file_missing", "unknown_content", "not_understood"} <= set(read.reasons)


def test_librechat(tmp_path: Path) -> None:
    blocks = [
        {"type": "text", "text": {"value": "Said."}},
        {"type": "think", "think": "Thought."},
        {"type": "tool_call", "tool_call": {"id": "t", "name": "look", "args": "{}", "output": "found"}},
        {"type": "tool_call", "tool_call": {"id": "u", "function": {"name": "open"}}},
        {"type": "hologram"},
    ]
    files = [
        {"filename": "a.png", "preview": PNG_ADDRESS},
        {"filename": "b.txt", "text": "Body"},
        {"filename": "c.pdf"},
    ]
    messages = [
        {"messageId": "q", "isCreatedByUser": True, "text": "Hi", "files": files},
        {"messageId": "a", "parentMessageId": "q", "isCreatedByUser": False, "content": blocks, "tokenCount": 5},
        {"messageId": "e", "parentMessageId": "q", "isCreatedByUser": False, "text": "Oops", "error": True},
        {"messageId": "x", "parentMessageId": "q", "role": "nobody"},
    ]
    chat = {"conversationId": "c", "title": "T", "messages": messages, "options": {"model": "m"}}
    read = Read(written(tmp_path / "chat.json", chat))
    reply = next(message for message in read.messages if message.tool_calls)
    assert read.kind is ImportKind.LIBRECHAT
    assert (reply.text, reply.reasoning) == ("Said.", "Thought.")
    assert [call.name for call in reply.tool_calls] == ["look", "open"]
    assert {"file_missing", "unknown_content", "not_understood"} <= set(read.reasons)


def test_files_of_a_question_to_chatgpt(tmp_path: Path) -> None:
    attachments = [
        {"id": "file-note", "name": "note.txt", "mime_type": "text/plain"},
        {"id": "file-odd", "name": "odd.bin"},
        {"id": "file-lost", "name": "lost.pdf"},
        {"id": "file-image", "mime_type": "image/png"},
    ]
    content = {"content_type": "text", "parts": ["Read this"]}
    nodes = [gpt_node("q", None, "user", content, metadata={"attachments": attachments})]
    entries = {
        "conversations.json": [gpt(nodes, "q")],
        "file-note-note.txt": b"Note",
        "file-odd-odd.bin": b"\x00\xff\x00" * 9,
    }
    read = Read(zipped(tmp_path / "chatgpt.zip", entries))
    [question] = read.messages
    assert [one.name for one in question.attachments] == ["note.txt"]
    assert set(read.reasons) == {"file_missing", "unknown_content"}


@pytest.mark.parametrize("content", [PNG, b"a text"])
def test_what_a_file_is_decides_its_content(tmp_path: Path, content: bytes) -> None:
    attachments = [{"id": "file-any", "name": "any", "mime_type": "x"}]
    nodes = [
        gpt_node("q", None, "user", {"content_type": "text", "parts": ["?"]}, metadata={"attachments": attachments})
    ]
    entries = {"conversations.json": [gpt(nodes, "q")], "file-any-any": content}
    [question] = Read(zipped(tmp_path / "chatgpt.zip", entries)).messages
    assert len(question.attachments) == 1


def test_odd_contents_of_chatgpt(tmp_path: Path) -> None:
    contents: list[Any] = [
        {"content_type": "text", "text": "Without parts"},
        {"content_type": "multimodal_text", "parts": [
            "Said.", 7, None, {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-odd"},
            {"content_type": "image_asset_pointer", "asset_pointer": "sediment://lost"},
            {"content_type": "audio_asset_pointer"}, {"content_type": "hologram", "text": "Shown anyway"}]},
        {"content_type": "thoughts", "thoughts": [{"summary": "S", "content": "C"}, {"chunks": ["a", "b"]}]},
        {"content_type": "tether_browsing_display", "result": "Found", "summary": "Sum"},
        {"content_type": "code", "language": "python", "text": "x"},
        {"content_type": "reasoning_recap", "content": "Thought"},
    ]  # fmt: skip
    nodes = [gpt_node("q", None, "user", {"content_type": "text", "parts": ["Hi"]})]
    for number, content in enumerate(contents):
        above = f"n{number - 1}" if number else "q"
        nodes.append(gpt_node(f"n{number}", above, "assistant", content))
    chat = gpt(nodes, f"n{len(contents) - 1}")
    chat["mapping"]["broken"] = {"id": "broken", "message": {"content": 7}, "parent": "q", "children": []}
    read = Read(zipped(tmp_path / "chatgpt.zip", {"conversations.json": [chat], "file-odd-x.png": b"no image"}))
    said = "\n".join(message.text for message in read.messages)
    for part in ("Without parts", "Said.", "Shown anyway", "Found", "x"):
        assert part in said
    assert set(read.reasons) == {"file_missing", "not_understood", "unknown_content"}


def test_files_and_odd_messages_of_claude(tmp_path: Path) -> None:
    blocks: list[Any] = [
        {"type": "tool_use", "id": "t", "name": "look", "input": {}},
        {"type": "tool_result", "tool_use_id": "t", "content": "plain", "is_error": True},
        {"type": "hologram", "text": "Shown anyway"},
    ]
    files = [{"file_name": "note.txt"}, {"file_name": "note.txt"}, {}, {"file_name": "lost.pdf"}]
    messages: list[Any] = [
        {"uuid": "q", "sender": "human", "text": "Hi", "attachments": [{"file_name": "empty.pdf"}, {}], "files": files},
        7,
        {"uuid": "a", "sender": "assistant", "content": blocks},
        {"uuid": "x", "sender": "nobody", "text": "?"},
    ]
    chat = {"uuid": "c", "name": "T", "chat_messages": messages, "is_starred": True}
    read = Read(zipped(tmp_path / "claude.zip", {"conversations.json": [chat], "files/note.txt": b"Note"}))
    called = next(message for message in read.messages if message.tool_calls)
    assert "Shown anyway" in called.text
    assert {"file_missing", "not_understood", "unknown_content"} <= set(read.reasons)
    assert read.found[0].conversation.pinned
