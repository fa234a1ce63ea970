"""Writes our own format as a ZIP archive: docs/formats.md describes it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator

from desktop_chat.services.exports.own_json import blobs_of, own_json
from desktop_chat.services.exports.source import StoredConversation

CONVERSATIONS = "conversations.json"
BLOBS = "blobs/"


def write_own_zip(
    archive: zipfile.ZipFile,
    conversations: Iterable[StoredConversation],
    content_of: Callable[[str], bytes | None],
    *,
    now: float,
) -> None:
    """Write conversations and the contents of their attachments. Nothing has to be held in memory but one conversation
    and the contents' names."""
    names: dict[str, None] = {}

    def noting() -> Iterator[StoredConversation]:
        for one in conversations:
            names.update(dict.fromkeys(blobs_of(one)))
            yield one

    with archive.open(CONVERSATIONS, "w", force_zip64=True) as entry:
        for piece in own_json(noting(), None, now=now):
            entry.write(piece)
    for name in names:
        content = content_of(name)
        if content is not None:
            archive.writestr(BLOBS + name, content, zipfile.ZIP_STORED)
