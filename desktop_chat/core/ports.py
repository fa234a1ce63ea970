"""What the core and the window need from the outside world, as protocols that `services` implements; those of backups
and highlighting are in `snapshots.py` and `highlighting.py`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from desktop_chat.core.entities import Connection, Conversation, Message
from desktop_chat.core.settings import Settings
from desktop_chat.core.workspace import Workspace

if TYPE_CHECKING:  # not needed before the first request
    from desktop_chat.core.deltas import Delta
    from desktop_chat.core.exchanges import Exchange
    from desktop_chat.core.prompt import Prompt


class Provider(Protocol):
    """One connection's model server."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Send `prompt` and yield the reply's deltas. Cancelling the consuming task closes the connection.

        Ends without a `FinishDelta` if the stream was cut off. Raises ProviderError.
        """
        ...

    async def models(self) -> list[str]:
        """Return the server's model names: chat models first, then all others, each sorted. Raises ProviderError."""
        ...

    def reads_images(self, model: str) -> bool | None:
        """Return whether a model reads images, as far as the server has said in this run; None if unknown."""
        ...

    async def aclose(self) -> None:
        """Close the client. May be called twice."""
        ...


class Providers(Protocol):
    """Providers by connection."""

    async def provider_for(self, connection_id: str) -> Provider:
        """Return the provider of a connection, with its key from the keyring. Raises ProviderError, SecretError."""
        ...

    def context_window_of(self, connection_id: str, model: str) -> int:
        """Return a model's context window in tokens, from the server's model list; 0 if unknown."""
        ...

    def reads_images(self, connection_id: str, model: str) -> bool | None:
        """Return whether a model reads images, as far as the server has said in this run; None if unknown."""
        ...

    def leave_images_out(self, connection_id: str, model: str) -> None:
        """Send no images to a model until the application ends, as the user decided; the replies say so."""
        ...

    def exchanges_of(self, reply_id: str) -> list[Exchange]:
        """Return what was sent for a reply and what came back, oldest first; none if it is too long ago."""
        ...

    async def models_at(self, connection: Connection, key: str) -> list[str]:
        """Return the models of a connection that is not saved yet, using exactly this key. Raises ProviderError."""
        ...

    async def models_at_address(self, connection_id: str, base_url: str) -> list[str]:
        """Return the models at another address on a connection's host, using the connection's key. Raises
        ProviderError, SecretError, and WrongAddress for another host, which is not contacted."""
        ...


class TextIncrement(NamedTuple):
    """What a running reply received since it was last journalled."""

    text: str
    reasoning: str
    recast: bool = False
    """The text journalled so far was reasoning; it is appended to the reasoning before these two are added."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A piece of a running reply, appended to those already stored."""

    message_id: str
    text: str
    reasoning: str
    recast: bool = False
    """See `TextIncrement`."""


@dataclass(frozen=True, slots=True)
class WriteBatch:
    """What is stored in one transaction. Conversations and messages replace those with the same id; storing a message
    drops its journal, and then the batch's own entries are appended. Messages in `deleted` are removed before all
    that."""

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation that a search found. `snippet` is the text around the first match in a message, whose id is
    `message_id`; both are empty if only the title matches."""

    conversation_id: str
    snippet: str
    message_id: str = ""


class Store(Protocol):
    """Durable storage of all conversations. All methods raise StoreError."""

    async def conversations(self, without: Container[str] = ()) -> list[Conversation]:
        """Return all conversations, including those in the trash, newest `updated_at` first, but none whose id is in
        `without`."""
        ...

    async def messages(self, conversation_id: str) -> list[Message]:
        """Return all messages of a conversation, parents before children, oldest first."""
        ...

    async def write(self, batch: WriteBatch) -> None:
        """Store a batch in one transaction: all of it or nothing."""
        ...

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Delete conversations and their messages permanently."""
        ...

    async def search(
        self, query: str, limit: int = 200, on_hits: Callable[[list[SearchHit]], None] = lambda _: None
    ) -> list[SearchHit]:
        """Find `query` as a case-insensitive substring in titles and texts outside the trash; newest first. While the
        search runs, `on_hits` is called with the hits found since the last call; a cancelled search soon ends."""
        ...


class Blobs(Protocol):
    """The contents of attachments, each stored once under its SHA-256. All methods raise StoreError."""

    async def put(self, content: bytes) -> str:
        """Store `content` and return its name: 64 hexadecimal characters. It is on disk when this returns."""
        ...

    async def read(self, sha256: str) -> bytes:
        """Return a content. Raises BlobMissing if there is none, or if it was damaged."""
        ...


class SecretState(StrEnum):
    """The state of the keyring."""

    READY = "ready"
    WAITING = "waiting"
    """No answer for five seconds; the user may cancel."""
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"


class KeyLocation(StrEnum):
    """Where a connection's key is."""

    KEYRING = "keyring"
    SESSION = "session"
    """In memory only, until the application ends."""
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class SecretStatus:
    """The keyring's state, and its display name ("Secret Service: GNOME Keyring")."""

    state: SecretState
    backend: str = ""


class Secrets(Protocol):
    """API keys. They are kept in the OS keyring and in memory, nowhere else, each with the host it is for: scheme,
    name and port, as written by `core.hosts.host_of`."""

    @property
    def status(self) -> SecretStatus:
        """The keyring's status when it was last asked."""
        ...

    def listen(self, callback: Callable[[SecretStatus], None]) -> Callable[[], None]:
        """Call `callback` on the loop at each status change. Returns a function that stops this."""
        ...

    async def refresh(self) -> SecretStatus:
        """Ask the keyring for its state."""
        ...

    async def get(self, connection_id: str, host: str) -> str | None:
        """Return a connection's key if it is for `host`, or None if there is no key. With an empty `host`, return a key
        that was stored without one. Raises KeyForOtherHost, KeyWithoutHost and other SecretErrors."""
        ...

    async def host_of_key(self, connection_id: str) -> str | None:
        """Return the host that a connection's key is for; empty if an earlier version stored it without one, None if
        there is no key. May ask the user to unlock the keyring. Raises SecretError."""
        ...

    async def put(self, connection_id: str, key: str, host: str) -> None:
        """Store a key for a host in the keyring and read it back. Raises SecretError (KeyInvalid, KeyringUnavailable,
        ...)."""
        ...

    async def reassign(self, connection_id: str, host: str, before: str) -> None:
        """Assign an existing key to `host`, which only the user may decide. `before` is the host that the user was
        shown, empty for a key without one. Raises KeyForOtherHost if the key is for a third host, and other
        SecretErrors."""
        ...

    def keep_in_memory(self, connection_id: str, key: str, host: str) -> None:
        """Keep a key for a host in memory until the application ends, and notify listeners. Raises KeyInvalid."""
        ...

    def is_in_memory(self, connection_id: str) -> bool:
        """Return whether a connection's key is in memory only; never asks the keyring."""
        ...

    async def remove(self, connection_id: str) -> None:
        """Remove a key from the keyring and from memory. Raises SecretError."""
        ...

    async def place_of(self, connection_id: str) -> KeyLocation:
        """Return where a connection's key is. Raises SecretError."""
        ...

    async def certificates(self) -> str | None:
        """Return the fingerprint of the certificates that the user chose to trust, or None. Raises SecretError."""
        ...

    async def keep_certificates(self, fingerprint: str) -> None:
        """Store that fingerprint in the keyring. Raises SecretError."""
        ...

    def cancel_waiting(self) -> None:
        """Cancel pending calls: they raise KeyringTimedOut at once."""
        ...


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A model server found on this computer."""

    product: str
    """The usual product at that port ("Ollama", "LM Studio", ...)."""
    base_url: str
    models: tuple[str, ...]


class LocalServers(Protocol):
    """Finds model servers on loopback."""

    async def find(self) -> list[LocalServer]:
        """Probe the usual ports once. Never fails."""
        ...


class ImageLoader(Protocol):
    """Fetches images from the internet, only at the user's request."""

    async def load(self, address: str) -> bytes:
        """Return the bytes at an http or https address, undecoded. Raises ImageError, ProviderError."""
        ...


@dataclass(frozen=True, slots=True)
class Notification:
    """What the desktop tells of a message or a batch. All words are plain text."""

    conversation_id: str
    """Or the batch's id."""
    message_id: str
    """Empty for a batch."""
    title: str
    text: str
    action: str
    """The word for opening it."""
    is_failure: bool = False


class Notifier(Protocol):
    """Shows notifications, one for each conversation. Neither method fails: a desktop may have no such service."""

    def show(self, notification: Notification) -> None:
        """Show a notification in place of the earlier one about its conversation."""
        ...

    def withdraw(self, conversation_id: str) -> None:
        """Remove the notification about a conversation, if there is one."""
        ...


class SettingsStore(Protocol):
    """Where settings and the workspace are kept."""

    async def save_settings(self, settings: Settings) -> None:
        """Replace the settings file atomically. Raises SettingsError."""
        ...

    async def save_workspace(self, workspace: Workspace) -> None:
        """Replace the workspace file atomically. Raises SettingsError."""
        ...
