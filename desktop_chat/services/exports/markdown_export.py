"""Writes a conversation as Markdown: facts in front, each message as its source, files beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from desktop_chat.core.attachments import ADDRESS, AttachmentKind
from desktop_chat.core.entities import Message, Role
from desktop_chat.core.exporting import ChosenMessage, ExportedConversation, ExportRequest
from desktop_chat.markdown.call_source import with_calls
from desktop_chat.markdown.visible_text import visible_line
from desktop_chat.services.exports.entries import SEPARATOR, author_of, chosen_of, notes_of, title_of
from desktop_chat.services.exports.export_words import ExportWords

_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\(attachment:([0-9a-f]{64})\)")


def markdown_of(
    exported: ExportedConversation, request: ExportRequest, words: ExportWords, place_of: Callable[[str, str], str]
) -> str:
    """Return a conversation as Markdown. `place_of` returns the address of a file, by the SHA-256 of its content and
    its name; empty if there is none."""
    chosen = chosen_of(exported, request)
    parts = [_front(exported, chosen), f"# {title_of(exported, words)}"]
    parts += ["\n\n".join(_message(each, request, words, place_of)) for each in chosen]
    return "\n\n".join(parts) + "\n"


def _front(exported: ExportedConversation, chosen: list[ChosenMessage]) -> str:
    """Return the front matter: YAML, whose strings are written as JSON has them."""
    found = exported.conversation
    models = dict.fromkeys(each.message.model for each in chosen if each.message.model)
    lines = {
        "title": json.dumps(visible_line(found.title), ensure_ascii=False),
        "id": json.dumps(found.id),
        "created": _iso(found.created_at),
        "updated": _iso(found.updated_at),
        "models": json.dumps(list(models), ensure_ascii=False),
    }
    return "\n".join(["---", *(f"{name}: {value}" for name, value in lines.items()), "---"])


def _message(
    chosen: ChosenMessage, request: ExportRequest, words: ExportWords, place_of: Callable[[str, str], str]
) -> Iterator[str]:
    message = chosen.message
    yield f"## {author_of(message, words)}"
    if notes := notes_of(chosen, words):
        yield f"*{SEPARATOR.join(notes)}*"
    if request.reasoning and message.reasoning:
        quoted = "\n".join([f"> {line}".rstrip() for line in message.reasoning.split("\n")])
        yield f"> **{words.reasoning}**\n>\n{quoted}"
    yield from _attached(message, words, place_of)
    if text := _text(message, words, place_of):
        yield text
    if message.sources:
        listed = [f"{number}. {_link(one.title, one.url)}" for number, one in enumerate(message.sources, 1)]
        yield "\n".join([f"**{words.sources}**", "", *listed])


def _text(message: Message, words: ExportWords, place_of: Callable[[str, str], str]) -> str:
    text = with_calls(message.text, message.tool_calls, words.call) if message.tool_calls else message.text
    if ADDRESS not in text:
        return text

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
