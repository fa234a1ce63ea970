"""Recognises by its content which program an export comes from, and returns its reader."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from desktop_chat.core.importing import ImportKind, ImportRefused, ImportSource, ImportUnknown, Put
from desktop_chat.services.imports.chatbox import Chatbox
from desktop_chat.services.imports.chatgpt import ChatGpt
from desktop_chat.services.imports.cherry_studio import CherryStudio
from desktop_chat.services.imports.claude import Claude
from desktop_chat.services.imports.data_folder import DataFolder, place_in
from desktop_chat.services.imports.exported_values import CONVERSATIONS
from desktop_chat.services.imports.jan import MESSAGES as JAN_MESSAGES
from desktop_chat.services.imports.jan import Jan
from desktop_chat.services.imports.json_stream import first_keys, lines
from desktop_chat.services.imports.jsonl import Jsonl
from desktop_chat.services.imports.librechat import LibreChat
from desktop_chat.services.imports.lm_studio import LmStudio
from desktop_chat.services.imports.markdown_files import ENDINGS, MarkdownFiles
from desktop_chat.services.imports.open_webui import OpenWebUi
from desktop_chat.services.imports.own_json import OwnJson

if TYPE_CHECKING:
    from desktop_chat.services.imports.import_files import Files

_READERS: dict[ImportKind, Callable[[Files, Put], ImportSource]] = {
    ImportKind.OWN: OwnJson,
    ImportKind.DATA_FOLDER: DataFolder,
    ImportKind.CHATGPT: ChatGpt,
    ImportKind.CLAUDE: Claude,
    ImportKind.OPEN_WEBUI: OpenWebUi,
    ImportKind.LIBRECHAT: LibreChat,
    ImportKind.CHATBOX: Chatbox,
    ImportKind.CHERRY_STUDIO: CherryStudio,
    ImportKind.JAN: Jan,
    ImportKind.LM_STUDIO: LmStudio,
    ImportKind.JSONL: Jsonl,
    ImportKind.MARKDOWN: MarkdownFiles,
}
_LOOKED_AT = 20
"""Files of a folder whose content is looked at."""


def reader_of(kind: ImportKind, files: Files, put: Put) -> ImportSource:
    """Return the reader of a kind."""
    return _READERS[kind](files, put)


def kind_of(files: Files) -> ImportKind:
    """Return which program's export this is. Raises ImportUnknown."""
    if place_in(files) is not None:
        return ImportKind.DATA_FOLDER
    names = files.names
    by_name = [each for each in names if CONVERSATIONS.fullmatch(each) or each.rpartition("/")[2] == "data.json"]
    others = [each for each in names if each.lower().endswith((".json", ".jsonl", ".ndjson"))]
    if not others and len(names) == 1 and not names[0].lower().endswith(ENDINGS):
        others = list(names)
    for file in [*by_name, *others][:_LOOKED_AT]:
        with suppress(ImportRefused):
            found = _kind_by_keys(files, file)
            if found is not None:
                return found
    if any(JAN_MESSAGES.fullmatch(each) for each in names):
        return ImportKind.JAN
    if any(_is_chat_lines(files, each) for each in others[:_LOOKED_AT]):
        return ImportKind.JSONL
    if any(each.lower().endswith(ENDINGS) for each in names):
        return ImportKind.MARKDOWN
    raise ImportUnknown(files.path.name)


def _kind_by_keys(files: Files, file: str) -> ImportKind | None:
    if file.lower().endswith((".jsonl", ".ndjson")):
        return None
    with files.open(file) as stream:
        shape, keys = first_keys(stream)
    for wanted, members, kind in _SHAPES:
        if wanted == shape and members <= keys:
            return kind
    if shape == "{" and any(key.startswith("session:") or key == "chat-sessions" for key in keys):
        return ImportKind.CHATBOX
    return None


_SHAPES = (
    ("{", frozenset({"format", "version", "conversations"}), ImportKind.OWN),
    ("[", frozenset({"mapping"}), ImportKind.CHATGPT),
    ("{", frozenset({"mapping", "current_node"}), ImportKind.CHATGPT),
    ("[", frozenset({"uuid", "chat_messages"}), ImportKind.CLAUDE),
    ("{", frozenset({"uuid", "chat_messages"}), ImportKind.CLAUDE),
    ("[", frozenset({"chat"}), ImportKind.OPEN_WEBUI),
    ("{", frozenset({"history", "models"}), ImportKind.OPEN_WEBUI),
    ("{", frozenset({"conversationId", "messagesTree"}), ImportKind.LIBRECHAT),
    ("{", frozenset({"conversationId", "messages"}), ImportKind.LIBRECHAT),
    ("{", frozenset({"conversationId", "recursive"}), ImportKind.LIBRECHAT),
    ("{", frozenset({"chat-sessions-list"}), ImportKind.CHATBOX),
    ("{", frozenset({"localStorage", "indexedDB"}), ImportKind.CHERRY_STUDIO),
    ("{", frozenset({"messages", "systemPrompt"}), ImportKind.LM_STUDIO),
    ("{", frozenset({"messages", "lastUsedModel"}), ImportKind.LM_STUDIO),
)
"""What a file begins with, the members that its first object has, and whose it is."""


def _is_chat_lines(files: Files, file: str) -> bool:
    """Return whether the first line is a conversation in the shape of chat completions."""
    with suppress(ImportRefused), files.open(file) as stream:
        first = next(lines(stream, file), None)
        value = first[0] if isinstance(first, tuple) else None
        return isinstance(value, dict) and bool({"messages", "body"} & set(value))
    return False
