"""Reads Markdown: each file is a conversation, whose headings that name a role begin its messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_chat.core.importing import ImportedConversation, ImportKind, Put, Unread, UnreadReason
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import MAX_VALUE
from desktop_chat.services.imports.message_conversion import converted
from desktop_chat.services.imports.nodes import Chat, Node, Text, chain, role_of
from desktop_chat.services.imports.utf8_stream import Utf8
from desktop_chat.services.imports.values import seconds

ENDINGS = (".md", ".markdown")
_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_TITLE = re.compile(r"\A\s*# +(.+)")
_HEADING = re.compile(
    r"(?mi)^(?:#{1,4} +|\*\*)(?:\W{0,4})(user|human|you|me|assistant|ai|model|system|chatgpt|gpt[\w.-]*|claude|"
    r"用户|我|你|助手|系统|模型)\b:?(?:\*\*)?(?:[ :(（·—-][^\n]{0,100})?$"
)
_WORDS = {
    "you": "user", "me": "user", "用户": "user", "我": "user", "你": "user", "助手": "assistant", "模型": "assistant",
    "系统": "system", "chatgpt": "assistant", "claude": "assistant",
}  # fmt: skip
_FENCE = re.compile(r"(?m)^ {0,3}(`{3,}|~{3,})")


class MarkdownFiles:
    """Implements `ImportSource`. A file without such headings is one message of the user."""

    def __init__(self, files: Files, _put: Put) -> None:
        self._files = files

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`."""
        for file in sorted(each for each in self._files.names if each.lower().endswith(ENDINGS)):
            if self._files.size(file) > MAX_VALUE:
                yield Unread(file, UnreadReason.TOO_LARGE)
                continue
            with self._files.open(file) as stream:
                source = Utf8(stream)
                said = b"".join(iter(lambda source=source: source.read(1 << 20), b"")).decode()  # type: ignore[misc]
            yield from self._conversation(file, said)

    def _conversation(self, file: str, said: str) -> Iterator[ImportedConversation | Unread]:
        front, values = _FRONT.match(said), {}
        if front is not None:
            said = said[front.end() :]
            values = {
                key.strip().lower(): value.strip().strip("\"'")
                for key, _, value in (line.partition(":") for line in front.group(1).splitlines())
            }
        headings = _outside_code(said)
        title = values.get("title", "")
        heading = _TITLE.match(said)
        if heading is not None and (not headings or heading.start(1) < headings[0].start()):
            title = title or heading.group(1).strip()
            said_from = heading.end() if headings else 0
        else:
            said_from = 0
        chat = Chat(
            ImportKind.MARKDOWN,
            values.get("id", ""),
            file,
            title or file.rpartition("/")[2].rpartition(".")[0],
            [],
            seconds(values.get("created") or values.get("created_at") or values.get("date") or ""),
            seconds(values.get("updated") or values.get("updated_at") or ""),
            model=values.get("model", ""),
        )
        chat.nodes = chain(
            _nodes(said[said_from:], [(h.start() - said_from, h.end() - said_from, h[1]) for h in headings])
        )
        yield from converted(chat)


def _nodes(said: str, headings: list[tuple[int, int, str]]) -> Iterator[Node]:
    """Yield a node for each heading with the text below it, and one for what stands before the first."""
    before = said[: headings[0][0]] if headings else said
    if before.strip():
        yield Node("#0", None, "user", [Text(before.strip())])
    for number, (_, end, word) in enumerate(headings, 1):
        until = headings[number][0] if number < len(headings) else len(said)
        text = said[end:until].strip()
        name = word.lower()
        role = _WORDS.get(name) or ("assistant" if name.startswith("gpt") else role_of(name))
        if text:
            yield Node(f"#{number}", None, role, [Text(text)])


def _outside_code(said: str) -> list[re.Match[str]]:
    """Return the headings that are not inside fenced code."""
    spans: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    for fence in _FENCE.finditer(said):
        if opened is None:
            opened = fence.start(), fence[1]
        elif fence[1][0] == opened[1][0] and len(fence[1]) >= len(opened[1]):
            spans.append((opened[0], fence.end()))
            opened = None
    if opened is not None:
        spans.append((opened[0], len(said)))
    return [each for each in _HEADING.finditer(said) if not any(start <= each.start() < end for start, end in spans)]
