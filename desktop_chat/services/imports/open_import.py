"""Opens an export and takes its conversations in: many together, in the thread that calls."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from desktop_chat.core.importing import Imported, ImportedConversation, ImportKind, Put, Unread, UnreadReason
from desktop_chat.services.imports.backup import callers_in, check_backup, has_records, settings_in, table_in, usage_in
from desktop_chat.services.imports.detection import kind_of, reader_of
from desktop_chat.services.imports.import_files import open_files

if TYPE_CHECKING:
    from desktop_chat.core.endpoint_callers import CallerRecord
    from desktop_chat.core.settings import Settings
    from desktop_chat.core.usage_ledger import UsageEntry

_MOST = 200
_MAX_CHARACTERS = 5_000_000
"""In one transaction, which takes about 60 ms. Ids are scattered, so each transaction writes nearly one page of their
index for each message: fewer transactions write less than half."""
_LARGER = 3
"""So many times that much in each transaction if no window is open that wants to write, too."""
_CHARACTERS_OF_A_ROW = 200
"""What a message costs beside its text, as so many ASCII characters."""
_WIDE = 4
"""What any other text takes, in memory and in the database, for each of its characters."""

Take = Callable[[list[ImportedConversation]], list[Imported]]
"""Adds conversations, or says what adding them would do."""


def collect_rarely() -> None:
    """Have the garbage collector run rarely in this process, which is there for an import alone: values of JSON have no
    cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Tell(Protocol):
    """Learns what becomes of an import."""

    def __call__(self, results: list[Imported | Unread], share: float) -> None:
        """Take the latest results; `share` of the export was read, from 0 to 1."""


class OpenImport:
    """An export that is being read."""

    def __init__(self, path: Path, kind: ImportKind | None = None, passphrase: str | None = None) -> None:
        """Open it. Its kind is found by its content unless given; then a backup is read as a whole first, and refused
        if it is damaged. Raises ImportRefused: ImportEncrypted without a passphrase that is needed."""
        self._files = open_files(path, passphrase)
        try:
            if kind is None:
                check_backup(self._files)
            self.kind = kind or kind_of(self._files)
            self._files.begin_share()
        except BaseException:
            self._files.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    @property
    def has_records(self) -> bool:
        """Whether it is a backup or a data folder, which have more than conversations."""
        return has_records(self._files)

    def settings(self) -> Settings | None:
        """Return the settings of a backup or a data folder; None for other exports. Raises ImportTooNew."""
        return settings_in(self._files)

    def settings_table(self) -> dict[str, Any] | None:
        """Return those settings as a table that nobody has checked. Raises ImportTooNew."""
        return table_in(self._files)

    def usage(self) -> Iterator[UsageEntry | Unread]:
        """Yield what a backup or a data folder has in its ledger; nothing for other exports."""
        return usage_in(self._files)

    def callers(self) -> Iterator[CallerRecord | Unread]:
        """Yield the endpoint's callers of a backup or a data folder; nothing for other exports."""
        return callers_in(self._files)

    def items(self, put: Put) -> Iterator[ImportedConversation | Unread]:
        """Yield what is read. Raises ImportRefused."""
        yield from self._files.unread
        is_empty = True
        for item in reader_of(self.kind, self._files, put).items():
            is_empty = False
            yield item
        if is_empty and settings_in(self._files) is None:
            yield Unread(self._files.path.name, UnreadReason.NOT_UNDERSTOOD)

    def run(
        self, put: Put, take: Take, tell: Tell, only: Collection[str] | None = None, *, is_alone: bool = False
    ) -> None:
        """Read all and take in the conversations with the ids in `only`, or all of them; more at once if nobody else
        writes to the database. Raises ImportRefused, and what `take` raises: what it took in before stays."""
        times = _LARGER if is_alone else 1
        most, most_letters = _MOST * times, _MAX_CHARACTERS * times
        waiting: list[ImportedConversation] = []
        unread: list[Unread] = []
        letters = 0
        for item in self.items(put):
            if isinstance(item, Unread):
                unread.append(item)
            elif only is None or item.conversation.id in only:
                waiting.append(item)
                letters += sum([_weight(message.text) for message in item.messages])
            if len(waiting) >= most or len(unread) >= most or letters >= most_letters:
                tell([*unread, *(take(waiting) if waiting else ())], self._files.share)
                waiting, unread, letters = [], [], 0
        tell([*unread, *(take(waiting) if waiting else ())], 1.0)


def _weight(text: str) -> int:
    return _CHARACTERS_OF_A_ROW + len(text) * (1 if text.isascii() else _WIDE)
