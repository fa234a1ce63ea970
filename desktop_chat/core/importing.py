"""What an import consists of, as values: conversations of another program, and what could not be read of its file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, NamedTuple, Protocol

from desktop_chat.core.entities import Conversation, Message
from desktop_chat.core.errors import ChatError

Put = Callable[[bytes], str]
"""Stores the content of an attachment and returns its name: the SHA-256 in hexadecimal."""

_NAMESPACE = bytes.fromhex("6b1f3d0e6c5a5d0b9d572f8f6e0c7a41")
"""The namespace of all ids that are derived from those of another program. Never changed: importing again relies on
it."""
_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The digit that tells how a UUID is laid out, with the lower two bits of another."""


class ImportKind(StrEnum):
    """The program, or the format, that a file comes from."""

    OWN = "desktop-chat"
    DATA_FOLDER = "data-folder"
    """Our own database in a copied data folder."""
    CHATGPT = "chatgpt"
    CLAUDE = "claude"
    OPEN_WEBUI = "open-webui"
    LIBRECHAT = "librechat"
    CHATBOX = "chatbox"
    CHERRY_STUDIO = "cherry-studio"
    JAN = "jan"
    LM_STUDIO = "lm-studio"
    JSONL = "jsonl"
    """Chat-completions messages, one conversation on each line."""
    MARKDOWN = "markdown"


class UnreadReason(StrEnum):
    """Why something was not read."""

    DAMAGED = "damaged"
    """The file is cut off or is not valid from there on."""
    NOT_UNDERSTOOD = "not_understood"
    """It has another shape than the format's."""
    UNKNOWN_CONTENT = "unknown_content"
    """A part of a message is of a kind that this version does not know; the rest of the message was read."""
    UNSAFE_NAME = "unsafe_name"
    """A name inside the archive leads out of it."""
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    """Values are nested in each other without an end in sight."""
    FILE_MISSING = "file_missing"
    """The export names a file that it does not contain."""
    NO_MESSAGES = "no_messages"
    DUPLICATE = "duplicate"
    """The same id occurs twice with different contents; the first was read."""
    CHANGED = "changed"
    """The text changed at its source after it was imported; the one that is here stays, the new one is beside it."""


class PlainMessage(NamedTuple):
    """A message with nothing but text and reasoning, as nearly all of other programs are: values of a `Message`, which
    takes longer to make than all else of reading it."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: str
    """The value of a `Role`."""
    text: str
    status: str
    """The value of a `Status`."""
    created_at: float
    reasoning: str = ""
    connection_name: str = ""
    model: str = ""
    skipped_events: int = 0


ImportedMessage = Message | PlainMessage


@dataclass(frozen=True, slots=True)
class ImportedConversation:
    """A conversation and its messages, parents before children. Its ids are stable for each source (see
    `derived_id`), so importing again makes no doubles."""

    conversation: Conversation
    messages: tuple[ImportedMessage, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read: `where` it is in the file ("conversations.json, 12: Title")."""

    where: str
    reason: UnreadReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became, or would become, of one conversation: `messages` of its `total` were added, `changed` of those that
    are here have another text at their source."""

    conversation_id: str
    title: str
    is_new: bool = False
    messages: int = 0
    changed: int = 0
    total: int = 0
    images: int = 0
    updated_at: float = 0.0
    """Seconds since the epoch, UTC."""


@dataclass(slots=True)
class ImportCounts:
    """How many conversations are new, gained messages, or were here with all messages; how many messages and images
    they have; and how often something was not read."""

    new: int = 0
    grown: int = 0
    known: int = 0
    unread: int = 0
    total: int = 0
    images: int = 0

    def take(self, taken: Imported | Unread) -> None:
        """Count a conversation, or something that was not read."""
        if isinstance(taken, Unread):
            self.unread += 1
            return
        if taken.is_new:
            self.new += 1
        elif taken.messages:
            self.grown += 1
        else:
            self.known += 1
        self.unread += taken.changed
        self.total += taken.total
        self.images += taken.images


class ImportSource(Protocol):
    """Reads one export, on a worker thread or in a helper process."""

    def items(self) -> Iterator[ImportedConversation | Unread]:
        """Read one conversation after another, with bounded memory. Raises ImportRefused if nothing can be read."""
        ...


class ImportFiles(Protocol):
    """The files of an export: the entries of an archive, those of a folder, or one file alone. Reading is bounded."""

    @property
    def names(self) -> Sequence[str]:
        """The names, with "/" between folders; none leads out of the export."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading its bytes. Raises KeyError for an unknown name, ImportRefused beyond a limit."""
        ...


class ImportRefused(ChatError):
    """A file cannot be imported."""

    code = "import_refused"


class ImportUnreadable(ImportRefused):
    """The system does not let the file be read; `detail` says why."""

    code = "import_unreadable"


class ImportDamaged(ImportRefused):
    """A backup is cut off or was changed, so none of it was taken over; `detail` says where."""

    code = "import_damaged"


class ImportEncrypted(ImportRefused):
    """A backup is encrypted, and no passphrase was given."""

    code = "import_encrypted"


class ImportWrongPassphrase(ImportRefused):
    """The passphrase does not open the backup."""

    code = "import_wrong_passphrase"


class ImportUnknown(ImportRefused):
    """The file is none of the known exports."""

    code = "import_unknown"


class ImportTooNew(ImportRefused):
    """A newer version of this application wrote the file."""

    code = "import_too_new"


class ImportUnsafe(ImportRefused):
    """The archive is made to exhaust whoever reads it: too many entries, or contents out of proportion."""

    code = "import_unsafe"


class ImportHeldBack(ImportRefused):
    """Another version of this application is open, or one that is just starting, and has the database as it needs
    it."""

    code = "import_held_back"


class ImporterLost(ImportRefused):
    """The process that imports could not be started, or ended unexpectedly."""

    code = "importer_lost"


def derived_id(kind: ImportKind, *names: str) -> str:
    """Return the id of what another program knows by these names: 32 hexadecimal characters, always the same. It is a
    UUID of version 5 (RFC 9562), computed directly: an import needs hundreds of thousands."""
    return _uuid(_digest(kind, *names).hexdigest())


def derived_ids(kind: ImportKind, *names: str) -> Callable[[str], str]:
    """Return what derives the id of anything below these names from its own name, as `derived_id` does from all."""
    begun = _digest(kind, *names, "")

    def id_of(name: str) -> str:
        digest = begun.copy()
        digest.update(name.encode("utf-8", "surrogatepass"))
        return _uuid(digest.hexdigest())

    return id_of


def _digest(*names: str) -> hashlib._Hash:
    named = "\n".join(names).encode("utf-8", "surrogatepass")
    return hashlib.sha1(_NAMESPACE + named, usedforsecurity=False)


def _uuid(digest: str) -> str:
    return f"{digest[:12]}5{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"


def one_line(text: str, limit: int = 200) -> str:
    """Return a text as one line: without breaks, and without invisible characters, which could hide or reorder it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: limit * 4]).split())[:limit]
