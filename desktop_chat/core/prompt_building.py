"""Builds requests from messages: their attachments become images and text, their tool calls rounds of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from typing import TYPE_CHECKING

from desktop_chat.core.entities import ChatOptions, Message, Role
from desktop_chat.core.image_data import without_image_data
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage, alternating
from desktop_chat.core.slices import Steps
from desktop_chat.core.summaries import replaces_older

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.tools import Tool

GO_ON = "Your last message was cut off. Go on exactly where it stopped, without repeating or introducing anything."
"""Asks a model to continue a cut-off reply; never shown."""
SUMMARY_HEAD = "Summary of the earlier part of this conversation, which is sent in the place of its messages:"
SUMMARY_END = "(End of the summary. Its latest messages follow.)"
"""Both are around a summary, which is sent as the user's: many chat templates reject a prompt that begins with a
reply."""


def build_prompt(
    path: Iterable[Message],
    options: ChatOptions,
    *,
    contents: Mapping[str, bytes] | None = None,
    tools: tuple[Tool, ...] = (),
    idle_limit_s: float,
    patience_s: float,
    going_on: bool = False,
) -> Steps[Prompt]:
    """Build a prompt from the messages that say anything, a message in each step; errors are never sent back, and
    reasoning only with calls.

    `contents`: the blobs of all attachments (see `load_contents`). `going_on`: the path ends with a cut-off reply that
    is to be continued. A message asks for that, because many servers reject a prompt that ends with the model's own
    message; after tool calls, the model goes on by itself.
    """
    path = tuple(path)
    system = [PromptMessage(Role.SYSTEM, options.system_prompt)] if options.system_prompt.strip() else []
    said = (sent for message in path for sent in _sent(message, contents or {}))
    asks = going_on and not (path and _ends_with_calls(path[-1]))
    messages: list[PromptMessage] = []
    for message in alternating(chain(system, said, [PromptMessage(Role.USER, GO_ON)] if asks else [])):
        messages.append(message)
        yield
    return Prompt(
        messages=tuple(messages),
        model=options.model,
        temperature=options.temperature,
        max_tokens=options.max_tokens,
        reasoning_effort=options.reasoning_effort,
        streaming=options.streaming,
        tools=tools,
        idle_limit_s=idle_limit_s,
        patience_s=patience_s,
    )


def _ends_with_calls(message: Message) -> bool:
    """Return whether nothing was said after the last calls of a reply."""
    calls = message.tool_calls
    return bool(calls) and not message.text[max(call.text_at for call in calls) :].strip()


def _sent(message: Message, contents: Mapping[str, bytes]) -> Iterator[PromptMessage]:
    if replaces_older(message):
        yield PromptMessage(Role.USER, f"{SUMMARY_HEAD}\n\n{without_image_data(message.text)}\n\n{SUMMARY_END}")
    elif message.role is Role.ASSISTANT:
        yield from _rounds(message, contents)
    elif message.text.strip() or message.attachments:
        texts = [*_documents(message.attachments, contents), message.text]
        images = tuple(image for each in message.attachments for image in _images(each, contents))
        yield PromptMessage(message.role, "\n\n".join(filter(str.strip, texts)), images)


def _rounds(message: Message, contents: Mapping[str, bytes]) -> Iterator[PromptMessage]:
    """Split a reply at its rounds of calls: the text before each, with the calls, and finally the rest."""
    at = thought = 0
    if message.tool_calls:
        from desktop_chat.core.image_files import format_of  # noqa: PLC0415  (few replies have calls)
        from desktop_chat.core.sent_calls import sent_calls  # noqa: PLC0415

        for _, together in groupby(message.tool_calls, lambda call: call.round):
            calls = tuple(together)
            end = max(at, *(call.text_at for call in calls))
            known = max(thought, *(call.reasoning_at for call in calls))
            text, reasoning = _text(message.text[at:end]), message.reasoning[thought:known]
            yield PromptMessage(Role.ASSISTANT, text, calls=sent_calls(calls), reasoning=reasoning)
            at, thought = end, known
            for call in calls:
                kept = (each for each in call.images if each.sha256 in contents)
                images = (image for each in kept for image in _images(each, contents))
                if sent := tuple(image for image in images if format_of(image.content)):
                    yield PromptMessage(Role.USER, f"Images in the answer of {call.name}:", sent)
    if text := _text(message.text[at:]):
        yield PromptMessage(Role.ASSISTANT, text)


def _text(text: str) -> str:
    """Return the text of a part of a reply, without its images; empty if it is blank."""
    return without_image_data(text) if text.strip() else ""


def _documents(attachments: Iterable[Attachment], contents: Mapping[str, bytes]) -> Iterator[str]:
    from desktop_chat.core.attachments import AttachmentKind  # noqa: PLC0415  (few messages have attachments)

    for attachment in attachments:
        if attachment.kind is not AttachmentKind.DOCUMENT:
            continue
        head = ", ".join(("File: " + " ".join(attachment.name.split()), *_left_out(attachment)))
        if attachment.text_sha256:
            yield f"{head}\n{_fenced(contents[attachment.text_sha256].decode('utf-8', 'replace'))}"
        else:
            yield f"{head}, as images of its pages"


def _left_out(attachment: Attachment) -> Iterator[str]:
    """Say what a model does not see of a document."""
    if attachment.pages_left_out:
        yield f"the last {attachment.pages_left_out:,} of {attachment.pages:,} pages are left out"
    if attachment.letters_left_out:
        yield f"the last {attachment.letters_left_out:,} characters are left out"


def _fenced(text: str) -> str:
    """Return a text between fences that are longer than any within it."""
    fence = "```"
    while fence in text:
        fence *= 2
    return f"{fence}\n{text}\n{fence}"


def _images(attachment: Attachment, contents: Mapping[str, bytes]) -> Iterator[PromptImage]:
    from desktop_chat.core.attachments import AttachmentKind  # noqa: PLC0415  (few messages have attachments)
    from desktop_chat.core.image_files import format_of  # noqa: PLC0415

    if attachment.kind is AttachmentKind.IMAGE:
        yield PromptImage(attachment.media_type, contents[attachment.sha256])
        return
    for sha256 in attachment.page_sha256s:
        yield PromptImage(f"image/{format_of(contents[sha256]) or 'png'}", contents[sha256])
