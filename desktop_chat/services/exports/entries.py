"""A conversation as a document: for each message its heading, what is to know of it, and its content as nodes. What
HTML, PDF, DOCX and plain text are written from."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_chat.core.attachments import ADDRESS, Attachment, AttachmentKind
from desktop_chat.core.entities import Conversation, Message, Role
from desktop_chat.core.exporting import ChosenMessage, ExportedConversation, ExportRequest, chosen_messages, is_of_demo
from desktop_chat.core.tools import ToolCall
from desktop_chat.markdown.call_source import call_name, text_and_calls
from desktop_chat.markdown.document_nodes import document_nodes
from desktop_chat.markdown.nodes import Code, Image, Item, ItemList, Node, Span, Style, Text
from desktop_chat.markdown.sanitize import safe_link
from desktop_chat.markdown.visible_text import visible, visible_line
from desktop_chat.services.exports.export_words import ExportWords

SEPARATOR = " \u00b7 "
"""Between short facts on one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a document."""

    author: str
    details: str
    """When it was written, and by which model."""
    notes: tuple[str, ...]
    """How it ended, if not properly; that it is canned."""
    reasoning: tuple[Node, ...]
    body: tuple[Node, ...]
    is_question: bool


@dataclass(frozen=True, slots=True)
class ExportedDocument:
    """A conversation as it is written."""

    title: str
    details: str
    entries: tuple[Entry, ...]


def document_of(exported: ExportedConversation, request: ExportRequest, words: ExportWords) -> ExportedDocument:
    """Return a conversation as a document."""
    found = exported.conversation
    return ExportedDocument(
        title_of(found, words),
        words.moment(found.created_at),
        tuple(_entry(each, words, reasoning=request.reasoning) for each in chosen_of(exported, request)),
    )


def chosen_of(exported: ExportedConversation, request: ExportRequest) -> list[ChosenMessage]:
    """Return the messages that a request asks for."""
    return chosen_messages(
        exported, leaf_id=request.leaf_id, message_ids=request.message_ids, all_branches=request.all_branches
    )


def title_of(conversation: Conversation, words: ExportWords) -> str:
    """Return a title on one line."""
    return visible_line(conversation.title) or words.untitled


def author_of(message: Message, words: ExportWords) -> str:
    """Return who wrote a message."""
    return author_named(message.role, message.model, words)


def author_named(role: str, model: str, words: ExportWords) -> str:
    """Return who wrote a message with this role, of this model."""
    if role == Role.USER:
        return words.you
    return words.system if role == Role.SYSTEM else visible_line(model) or words.model


def notes_of(chosen: ChosenMessage, words: ExportWords) -> tuple[str, ...]:
    """Return what must be said of a message: that it is a summary, canned, or cut off, which version it is."""
    message = chosen.message
    version = words.version(chosen.number, chosen.versions) if chosen.versions > 1 else ""
    demo = words.demo if is_of_demo(message) else ""
    return tuple(filter(None, (words.summary(message), demo, words.ending(message), version)))


def _entry(chosen: ChosenMessage, words: ExportWords, *, reasoning: bool) -> Entry:
    message = chosen.message
    origin = "" if is_of_demo(message) else visible_line(message.connection_name)
    return Entry(
        author_of(message, words),
        SEPARATOR.join(filter(None, (words.moment(message.created_at), origin))),
        notes_of(chosen, words),
        document_nodes(message.reasoning) if reasoning and message.reasoning else (),
        (*_attached(message, words), *_content(message, words), *_sources(message, words)),
        message.role is Role.USER,
    )


def _content(message: Message, words: ExportWords) -> tuple[Node, ...]:
    if not message.tool_calls:
        return document_nodes(message.text)
    found: list[Node] = []
    for part in text_and_calls(message.text, message.tool_calls):
        found += document_nodes(part) if isinstance(part, str) else _call(part, words)
    return tuple(found)


def _call(call: ToolCall, words: ExportWords) -> tuple[Node, ...]:
    name = Span(visible_line(call_name(call)), Style.CODE)
    heading = Text((Span(words.call.tool_call, Style.BOLD), Span(" "), name))
    state = words.call_state(call)
    found: list[Node] = [heading, Code(visible(call.arguments) or "{}", "json")]
    if state:
        found.append(Text((Span(state, Style.ITALIC),)))
    if call.result:
        found += [Text((Span(words.call.result, Style.BOLD),)), Code(visible(call.result))]
    return (*found, *(_picture(image) for image in call.images))


def _attached(message: Message, words: ExportWords) -> tuple[Node, ...]:
    """Return the attachments of a question; the images of a reply are in its text."""
    if message.role is not Role.USER:
        return ()
    return tuple(
        _picture(each)
        if each.kind is AttachmentKind.IMAGE
        else Text((Span(words.attached(visible_line(each.name)), Style.ITALIC),))
        for each in message.attachments
    )


def _picture(image: Attachment) -> Image:
    return Image(ADDRESS + image.sha256, visible_line(image.name))


def _sources(message: Message, words: ExportWords) -> tuple[Node, ...]:
    if not message.sources:
        return ()
    items = tuple(
        Item(f"{number}.", (Text((Span(visible_line(one.title or one.url), href=safe_link(one.url)),)),))
        for number, one in enumerate(message.sources, 1)
    )
    return (Text((Span(words.sources, Style.BOLD),)), ItemList(items))
