"""Exports of other programs, built from the formats that docs/formats.md documents."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.importing import ImportedConversation, ImportedMessage, ImportKind, Unread
from desktop_chat.services.imports.detection import kind_of, reader_of
from desktop_chat.services.imports.import_files import open_files

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG_ADDRESS = "data:image/png;base64," + base64.b64encode(PNG).decode()


def gpt_node(key: str, parent: str | None, role: str, content: Any, **more: Any) -> dict[str, Any]:
    """Return a node of ChatGPT's mapping; a text stands for plain content."""
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    name = more.pop("name", None)
    metadata = more.pop("metadata", {})
    message = {"id": key, "author": {"role": role, "name": name}, "content": content, "metadata": metadata, **more}
    return {"id": key, "parent": parent, "children": [], "message": message}


def gpt(nodes: list[dict[str, Any]], leaf: str, key: str = "c1", title: str = "A title") -> dict[str, Any]:
    """Return a conversation of ChatGPT's export."""
    root = {"id": "root", "parent": None, "children": [], "message": None}
    mapping = {node["id"]: node for node in [root, *nodes]}
    times = {"create_time": 1700000000.5, "update_time": 1700000100.0}
    return {"id": key, "conversation_id": key, "title": title, **times, "mapping": mapping, "current_node": leaf}


def simple_gpt(key: str = "c1", answer: str = "Hello.") -> dict[str, Any]:
    """Return a conversation of a question and an answer."""
    nodes = [gpt_node("q", "root", "user", "Hi"), gpt_node("a", "q", "assistant", answer)]
    return gpt(nodes, "a", key)


def zipped(file: Path, entries: dict[str, Any]) -> Path:
    """Write a zip; values that are no bytes are written as JSON."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return file


def written(file: Path, value: Any) -> Path:
    """Write JSON, or bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return file


def whole(message: ImportedMessage) -> Message:
    """Return a message with all that it has not, too."""
    if isinstance(message, Message):
        return message
    return Message(**message._asdict() | {"role": Role(message.role), "status": Status(message.status)})


class Read:
    """What was read of a file."""

    def __init__(self, path: Path, kind: ImportKind | None = None) -> None:
        self.stored: dict[str, bytes] = {}
        files = open_files(path)
        try:
            self.kind = kind or kind_of(files)
            items = [*files.unread, *reader_of(self.kind, files, self._put).items()]
        finally:
            files.close()
        self.found = [
            replace(item, messages=tuple(map(whole, item.messages)))
            for item in items
            if isinstance(item, ImportedConversation)
        ]
        self.unread = [item for item in items if isinstance(item, Unread)]

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.stored[name] = content
        return name

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages of the only conversation."""
        (only,) = self.found
        return tuple(map(whole, only.messages))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The roles and texts of the only conversation."""
        return [(message.role.value, message.text) for message in self.messages]

    @property
    def reasons(self) -> list[str]:
        """Why something was not read."""
        return [each.reason.value for each in self.unread]
