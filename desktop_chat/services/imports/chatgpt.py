"""Reads ChatGPT's export: `conversations.json`, or several numbered ones, with the files that they refer to.

docs/formats.md says what each kind of content becomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Source, Status
from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason, one_line
from desktop_chat.services.imports import attached
from desktop_chat.services.imports.exported_values import conversation_files, read_each, titled
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import HIDDEN, TOOL, Call, Chat, Node, Part, Reasoning, Result, Text, role_of
from desktop_chat.services.imports.values import as_json, fenced, name, obj, objects, seconds, text

_POINTER = re.compile(r"(?:file-service|sediment)://(file[-_][\w-]+)")
_MARKS = re.compile("\ue200[^\ue201]*\ue201|【[^】]{0,100}†[^】]{0,200}】")
"""Marks of citations inside texts, which only ChatGPT's own page can show."""
_STATUSES = {"in_progress": Status.INTERRUPTED, "finished_partial_completion": Status.TRUNCATED}
_PROFILE = ("user_profile", "user_instructions", "model_set_context")


class ChatGpt:
    """Implements `ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._put = put
        self._assets: dict[str, str] | None = None

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        return read_each(self._files, conversation_files(self._files), self._conversation)

    def _conversation(self, value: Any, where: str) -> Iterator[ImportedConversation | Unread]:
        found = obj(value)
        title = text(found.get("title"))
        where = titled(where, title)
        mapping = found.get("mapping")
        key = name(found.get("conversation_id")) or name(found.get("id"))
        if not isinstance(mapping, dict) or not (key or mapping):
            yield Unread(where, UnreadReason.NOT_UNDERSTOOD)
            return
        chat = Chat(
            ImportKind.CHATGPT,
            key or next(iter(mapping)),
            where,
            title,
            [],
            seconds(found.get("create_time")),
            seconds(found.get("update_time")),
            name(found.get("current_node")) or None,
            text(found.get("default_model_slug")),
            pinned=found.get("is_starred") is True,
        )
        reader = _Nodes(chat, self)
        for node_key, node in mapping.items():
            reader.take(node_key, node)
        yield from converted(chat)

    def asset(self, pointer: str) -> bytes | None:
        """Return the content that a pointer of a message refers to; None if the export does not contain it."""
        found = _POINTER.match(pointer)
        if found is None:
            return None
        if self._assets is None:
            self._assets = _asset_names(self._files)
        file = self._assets.get(found.group(1))
        return None if file is None else self._files.content(file)

    def put(self, content: bytes) -> str:
        """Store a content."""
        return self._put(content)


def _asset_names(files: Files) -> dict[str, str]:
    """Return the names of files by the id with which each begins: "file-ID-NAME.png", "file_ID-sanitized.png"."""
    found: dict[str, str] = {}
    for file in files.names:
        last = file.rpartition("/")[2]
        match = re.match(r"(file[-_][A-Za-z0-9]+)", last)
        if match:
            found.setdefault(match.group(1), file)
    return found


class _Nodes:
    """Reads the nodes of one conversation."""

    def __init__(self, chat: Chat, source: ChatGpt) -> None:
        self._chat = chat
        self._source = source

    def take(self, key: str, value: Any) -> None:
        """Add a node."""
        found = obj(value)
        message = found.get("message")
        parent = found.get("parent")
        node = Node(key, parent if isinstance(parent, str) else None, HIDDEN)
        self._chat.nodes.append(node)
        if message is None:
            return  # the root of each tree
        if not isinstance(message, dict) or not isinstance(message.get("content"), dict):
            self._note(key, UnreadReason.NOT_UNDERSTOOD)
            return
        self._read(node, message)

    def _read(self, node: Node, message: dict[str, Any]) -> None:
        content, metadata = message["content"], obj(message.get("metadata"))
        author = obj(message.get("author"))
        role = role_of(text(author.get("role")))
        if metadata.get("is_visually_hidden_from_conversation") is True or role == "system":
            self._hidden(content)
            return
        node.role = role
        node.at = seconds(message.get("create_time"))
        node.model = text(metadata.get("model_slug"))
        node.status = _STATUSES.get(text(message.get("status")), Status.COMPLETE)
        if metadata.get("is_complete") is False:
            node.status = Status.INTERRUPTED
        node.parts = self._parts(node, message, content, metadata)
        if node.role != TOOL and ("content_references" in metadata or "citations" in metadata):
            node.sources = _sources(metadata)

    def _hidden(self, content: dict[str, Any]) -> None:
        """Keep the user's own instructions, which every request of the conversation had."""
        if text(content.get("content_type")) in {"user_editable_context", "model_editable_context"}:
            said = [text(content.get(member)) for member in _PROFILE]
            self._chat.system_prompt = self._chat.system_prompt or "\n\n".join(filter(None, said))

    def _parts(
        self, node: Node, message: dict[str, Any], content: dict[str, Any], metadata: dict[str, Any]
    ) -> list[Part]:
        kind = text(content.get("content_type"))
        reader = _READERS.get(kind)
        if reader is None:
            self._note(node.key, UnreadReason.UNKNOWN_CONTENT, kind)
            return self._unknown(content)
        parts = reader(self, node, content)
        recipient = text(message.get("recipient"))
        if node.role == TOOL:
            author = text(obj(message.get("author")).get("name"))
            return [*self._answered(parts, author), *(part for part in parts if isinstance(part, Reasoning))]
        if recipient not in {"", "all"} and node.role == "assistant":
            code = "\n".join(part.text for part in parts if isinstance(part, Text))
            language = text(content.get("language"))
            return [Call("", recipient, _arguments(_bare(content) if kind == "code" else code, language))]
        if node.role == "user":
            parts = [*self._files_of(node, metadata), *parts]
        return parts

    def _answered(self, parts: list[Part], author: str) -> list[Part]:
        said = "\n\n".join(part.text for part in parts if isinstance(part, Text))
        images = tuple(part for part in parts if isinstance(part, Attachment))
        return [Result("", said, name=author, images=images)] if said or images else []

    def _files_of(self, node: Node, metadata: dict[str, Any]) -> list[Part]:
        """Read the files attached to a question that are no images of its content."""
        parts: list[Part] = []
        for each in objects(metadata.get("attachments")):
            if text(each.get("mime_type")).startswith("image/"):
                continue
            shown = text(each.get("name")) or name(each.get("id"))
            content = self._source.asset(f"file-service://{name(each.get('id'))}")
            found = attached.attachment(content, shown, self._source.put) if content is not None else None
            if found is not None:
                parts.append(found)
            else:
                reason = UnreadReason.FILE_MISSING if content is None else UnreadReason.UNKNOWN_CONTENT
                self._note(node.key, reason, one_line(shown, 80))
                parts.append(Text(f"[{one_line(shown, 120)}]"))
        return parts

    def text_parts(self, node: Node, content: dict[str, Any]) -> list[Part]:
        parts = content.get("parts")
        if not isinstance(parts, list):
            return _texts(text(content.get("text")))
        if len(parts) == 1 and isinstance(parts[0], str):
            return _texts(parts[0])
        return self.multimodal(node, content)

    def multimodal(self, node: Node, content: dict[str, Any]) -> list[Part]:
        found: list[Part] = []
        parts = content.get("parts")
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, str):
                found += _texts(part)
            elif isinstance(part, dict):
                found += self._object(node, part)
            elif part is not None:
                self._note(node.key, UnreadReason.UNKNOWN_CONTENT, type(part).__name__)
        return found

    def _object(self, node: Node, part: dict[str, Any]) -> list[Part]:
        kind = text(part.get("content_type"))
        if kind == "image_asset_pointer" or (not kind and "asset_pointer" in part):
            return self._image(node, part)
        if kind == "audio_transcription":
            return _texts(text(part.get("text")))
        if kind in {"audio_asset_pointer", "real_time_user_audio_video_asset_pointer", "video_container_asset_pointer"}:
            self._note(node.key, UnreadReason.UNKNOWN_CONTENT, "audio")
            return []
        self._note(node.key, UnreadReason.UNKNOWN_CONTENT, kind or "object")
        return _texts(text(part.get("text")))

    def _image(self, node: Node, part: dict[str, Any]) -> list[Part]:
        pointer = text(part.get("asset_pointer"))
        content = self._source.asset(pointer)
        shown = text(obj(obj(part.get("metadata")).get("dalle")).get("prompt"))[:80] or "image"
        found = attached.image(content, shown, self._source.put) if content is not None else None
        if found is not None:
            return [found]
        reason = UnreadReason.FILE_MISSING if content is None else UnreadReason.UNKNOWN_CONTENT
        self._note(node.key, reason, one_line(pointer, 80))
        return [Text("[image]")]

    def code(self, _node: Node, content: dict[str, Any]) -> list[Part]:
        language = text(content.get("language"))
        return [Text(fenced(_bare(content), "" if language == "unknown" else one_line(language, 20)))]

    def plain(self, _node: Node, content: dict[str, Any]) -> list[Part]:
        return _texts(_bare(content))

    def thoughts(self, _node: Node, content: dict[str, Any]) -> list[Part]:
        found: list[Part] = []
        for each in objects(content.get("thoughts")):
            said = text(each.get("content")) or "\n\n".join(map(text, _list(each.get("chunks"))))
            summary = text(each.get("summary"))
            whole = f"**{summary}**\n\n{said}" if summary and said else summary or said
            found += [Reasoning(whole)] if whole else []
        return found

    def recap(self, _node: Node, _content: dict[str, Any]) -> list[Part]:
        return []  # "Thought for 12 seconds"

    def browsed(self, _node: Node, content: dict[str, Any]) -> list[Part]:
        lines = [text(content.get(member)) for member in ("title", "url", "result", "summary", "text")]
        return _texts("\n".join(filter(None, lines)))

    def context(self, _node: Node, content: dict[str, Any]) -> list[Part]:
        self._hidden(content)
        return []

    def _unknown(self, content: dict[str, Any]) -> list[Part]:
        parts = content.get("parts")
        said = [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
        return _texts("\n\n".join([*said, *filter(None, [_bare(content)])]))

    def _note(self, key: str, reason: UnreadReason, detail: str = "") -> None:
        self._chat.unread.append(Unread(f"{self._chat.where}, {one_line(key, 60)}", reason, detail))


_READERS: Mapping[str, Callable[[_Nodes, Node, dict[str, Any]], list[Part]]] = {
    "text": _Nodes.text_parts,
    "multimodal_text": _Nodes.multimodal,
    "code": _Nodes.code,
    "execution_output": _Nodes.plain,
    "system_error": _Nodes.plain,
    "thoughts": _Nodes.thoughts,
    "reasoning_recap": _Nodes.recap,
    "tether_browsing_display": _Nodes.browsed,
    "tether_browsing_code": _Nodes.browsed,
    "tether_quote": _Nodes.browsed,
    "sonic_webpage": _Nodes.browsed,
    "citable_code_output": _Nodes.browsed,
    "user_editable_context": _Nodes.context,
    "model_editable_context": _Nodes.context,
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(said: str) -> list[Part]:
    if "\ue200" in said or "†" in said:
        said = _MARKS.sub("", said)
    return [Text(said)] if said else []


def _bare(content: dict[str, Any]) -> str:
    return text(content.get("text")) or text(content.get("result"))


def _arguments(code: str, language: str) -> str:
    """Return what a tool was called with as a JSON object, which requests must have."""
    if code.lstrip().startswith("{"):
        return code
    return as_json(
        {"language": language, "input": code} if language not in {"", "unknown", "json"} else {"input": code}
    )


def _sources(metadata: dict[str, Any]) -> tuple[Source, ...]:
    found: dict[str, str] = {}
    for each in objects(metadata.get("content_references")):
        for item in (each, *objects(each.get("items"))):
            _add_source(found, item)
    for each in objects(metadata.get("citations")):
        _add_source(found, obj(each.get("metadata")))
    return tuple(Source(url, title) for url, title in found.items())


def _add_source(found: dict[str, str], item: dict[str, Any]) -> None:
    url = text(item.get("url"))
    if url.startswith(("https://", "http://")):
        found.setdefault(url, one_line(text(item.get("title"))))
