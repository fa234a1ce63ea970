"""Writes a conversation as Markdown: facts in front, each message as its source, files beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from desktop_chat.core.attachments import ADDRESS, AttachmentKind
from desktop_chat.core.entities import Conversation, Message, Role
from desktop_chat.core.exporting import ChosenMessage, ExportedConversation, ExportRequest
from desktop_chat.markdown.call_source import with_calls
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.services.exports.entries import SEPARATOR, author_named, author_of, chosen_of, notes_of, title_of
from desktop_chat.services.exports.export_words import ExportWords
from desktop_chat.services.exports.source import StoredConversation

_ADDRESS = ADDRESS.encode()
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\(attachment:([0-9a-f]{64})\)")


def markdown_of(
    exported: ExportedConversation, request: ExportRequest, words: ExportWords, place_of: Callable[[str, str], str]
) -> str:
    """Return a conversation as Markdown. `place_of` returns the address of a file, by the SHA-256 of its content and
    its name; empty if there is none."""
    chosen = chosen_of(exported, request)
    parts = [_beginning(exported.conversation, [each.message.model for each in chosen], words)]
    parts += ["\n\n".join(_message(each, request, words, place_of)) for each in chosen]
    return "\n\n".join(parts) + "\n"


def markdown_bytes(
    stored: StoredConversation, request: ExportRequest, words: ExportWords, place_of: Callable[[str, str], str]
) -> bytes:
    """Return what `markdown_of` does in UTF-8, also of rows in `Shape.TEXT`, whose texts are never decoded."""
    if isinstance(stored, ExportedConversation):
        return markdown_of(stored, request, words, place_of).encode("utf-8", "replace")
    models = [each[4] if isinstance(each, tuple) else each.model for each in stored.messages]
    parts = [_beginning(stored.conversation, models, words).encode("utf-8", "replace")]
    headings: dict[tuple[str, str], bytes] = {}
    for each in stored.messages:
        if isinstance(each, tuple):
            _, _, text, role, model, reasoning = each
            heading = headings.get((role, model)) or headings.setdefault((role, model), _heading(role, model, words))
            parts.append(heading)
            if request.reasoning and reasoning:
                parts.append(_reasoning(reasoning, words).encode("utf-8", "replace"))
            parts.append(_with_files(text, place_of) if _ADDRESS in text else text)
        else:
            parts.append(
                "\n\n".join(_message(ChosenMessage(each), request, words, place_of)).encode("utf-8", "replace")
            )
    return b"\n\n".join(parts) + b"\n"


def _beginning(found: Conversation, models: list[str], words: ExportWords) -> str:
    """Return the front matter (YAML, whose strings are written as JSON has them) and the title."""
    named = list(dict.fromkeys(filter(None, models)))
    title = _encoded(visible_line(found.title))
    front = (
        f"---\ntitle: {title}\nid: {json.dumps(found.id)}\n"
        f"created: {_iso(found.created_at)}\nupdated: {_iso(found.updated_at)}\nmodels: {_encoded(named)}\n---"
    )
    return f"{front}\n\n# {title_of(found, words)}"


def _heading(role: str, model: str, words: ExportWords) -> bytes:
    return f"## {author_named(role, model, words)}".encode("utf-8", "replace")


def _with_files(text: bytes, place_of: Callable[[str, str], str]) -> bytes:
    return _with_images(text.decode(), place_of).encode("utf-8", "replace")


def _message(
    chosen: ChosenMessage, request: ExportRequest, words: ExportWords, place_of: Callable[[str, str], str]
) -> Iterator[str]:
    message = chosen.message
    yield f"## {author_of(message, words)}"
    if notes := notes_of(chosen, words):
        yield f"*{SEPARATOR.join(notes)}*"
    if request.reasoning and message.reasoning:
        yield _reasoning(message.reasoning, words)
    yield from _attached(message, words, place_of)
    if text := _text(message, words, place_of):
        yield text
    if message.sources:
        listed = [f"{number}. {_link(one.title, one.url)}" for number, one in enumerate(message.sources, 1)]
        yield "\n".join([f"**{words.sources}**", "", *listed])


def _reasoning(reasoning: str, words: ExportWords) -> str:
    quoted = "\n".join([f"> {line}".rstrip() for line in reasoning.split("\n")])
    return f"> **{words.reasoning}**\n>\n{quoted}"


def _text(message: Message, words: ExportWords, place_of: Callable[[str, str], str]) -> str:
    text = with_calls(message.text, message.tool_calls, words.call) if message.tool_calls else message.text
    return _with_images(text, place_of) if ADDRESS in text else text


def _with_images(text: str, place_of: Callable[[str, str], str]) -> str:
    def placed(match: re.Match[str]) -> str:
        place = place_of(match[2], match[1])
        return f"![{match[1]}]({place})" if place else f"[{match[1]}]"

    return _IMAGE.sub(placed, text)


def _attached(message: Message, words: ExportWords, place_of: Callable[[str, str], str]) -> Iterator[str]:
    if message.role is not Role.USER:
        return
    for each in message.attachments:
        name = visible_line(each.name).replace("[", "(").replace("]", ")")
        place = place_of(each.sha256, each.name)
        if not place:
            yield words.attached(name)
        else:
            yield f"![{name}]({place})" if each.kind is AttachmentKind.IMAGE else words.attached(f"[{name}]({place})")


def _link(title: str, url: str) -> str:
    shown = visible_line(title).replace("[", "(").replace("]", ")")
    return f"[{shown}](<{url}>)" if shown and not set("<>\n") & set(url) else f"<{url}>" if " " not in url else url


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
