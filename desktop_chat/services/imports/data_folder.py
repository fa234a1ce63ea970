"""Reads a copied data folder, such as that of the portable version: its database, the contents beside it.

The database is read as a file that anybody may have written (`services/sqlite/hardening.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import StoreError, StoreTooNew
from desktop_chat.core.exporting import ExportedConversation
from desktop_chat.core.importing import (
    ImportedConversation,
    ImportTooNew,
    ImportUnreadable,
    Put,
    Unread,
    UnreadReason,
    one_line,
)
from desktop_chat.core.tools import stopped
from desktop_chat.services.blobs import stored_content
from desktop_chat.services.exports.own_json import blobs_of
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.paths import NAME, Paths
from desktop_chat.services.sqlite.stored_conversations import StoredConversations

_DATABASE = "history.db"
_PLACES = ("", f"{NAME}-data/")
"""The folder itself, and the one beside the portable program."""


def place_in(files: Files) -> str | None:
    """Return the part of the names that leads to a data folder ("" or "desktop-chat-data/"); None if there is none."""
    return next((place for place in _PLACES if place + _DATABASE in files.names), None)


class DataFolder:
    """Implements `core.importing.ImportSource`."""

    def __init__(self, files: Files, put: Put) -> None:
        self._files = files
        self._paths = Paths(files.path / (place_in(files) or ""))
        self._put = put

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """See `ImportSource.items`. Raises ImportTooNew, ImportUnreadable."""
        try:
            with StoredConversations(self._paths.database_file) as stored:
                ids = stored.ids(with_trash=True)
                for number, conversation_id in enumerate(ids, 1):
                    self._files.count(self._paths.database_file.stat().st_size // len(ids))
                    yield from self._conversation(stored, f"{_DATABASE}, {number}", conversation_id)
        except StoreTooNew as error:
            raise ImportTooNew(error.detail) from error
        except StoreError as error:
            raise ImportUnreadable(f"{_DATABASE}: {error.detail}") from error

    def _conversation(
        self, stored: StoredConversations, place: str, conversation_id: str
    ) -> Iterator[ImportedConversation | Unread]:
        try:
            found = stored.get(conversation_id)
        except StoreError as error:
            yield Unread(place, UnreadReason.DAMAGED, error.detail[:200])
            return
        if found is not None:
            yield from self._contents(f"{place}: {one_line(found.conversation.title)}", found)
            yield ImportedConversation(found.conversation, tuple(_ended(each) for each in found.messages))

    def _contents(self, place: str, found: ExportedConversation) -> Iterator[Unread]:
        for name in dict.fromkeys(blobs_of(found)):
            content = stored_content(self._paths.blob_folder, name)
            if content is None:
                yield Unread(place, UnreadReason.FILE_MISSING, one_line(name, 64))
            else:
                self._files.count(len(content))
                self._put(content)


def _ended(message: Message) -> Message:
    """Return a message as it is after the run that was writing it."""
    if message.status is not Status.RUNNING:
        return message
    return replace(message, status=Status.INTERRUPTED, tool_calls=stopped(message.tool_calls))
