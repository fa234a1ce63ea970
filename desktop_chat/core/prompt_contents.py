"""Reads what the attachments of a request contain, before it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role
from desktop_chat.core.errors import AttachmentMissing, BlobMissing
from desktop_chat.core.ports import Blobs


async def load_contents(blobs: Blobs, path: Iterable[Message], known: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the contents that `build_prompt` needs for these messages, by blob; those in `known` are not read again.

    An image that a tool answered is left out if it is missing: nobody could attach it again. Raises AttachmentMissing.
    """
    found: dict[str, bytes] = {}
    for attachment, is_of_tool in _sent_in(path):
        for sha256 in sent_blobs(attachment):
            if sha256 in found:
                continue
            if sha256 in known:
                found[sha256] = known[sha256]
                continue
            try:
                found[sha256] = await blobs.read(sha256)
            except BlobMissing as error:
                if is_of_tool:
                    continue
                raise AttachmentMissing(attachment.name) from error
    return found


def sent_blobs(attachment: Attachment) -> list[str]:
    """Return the blobs that are sent for an attachment: an image itself, a document's text and pages."""
    if attachment.kind is AttachmentKind.IMAGE:
        return [attachment.sha256]
    return [*filter(None, (attachment.text_sha256,)), *attachment.page_sha256s]


def _sent_in(path: Iterable[Message]) -> Iterator[tuple[Attachment, bool]]:
    """Yield what is sent, each with whether a tool answered it."""
    for message in [each for each in path if each.attachments or each.tool_calls]:  # few of thousands
        if message.role is Role.USER:
            yield from ((attachment, False) for attachment in message.attachments)
        for call in message.tool_calls:
            yield from ((image, True) for image in call.images)
