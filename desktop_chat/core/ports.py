"""What the core and the window need from the outside world, as protocols; `services` fulfils them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from desktop_chat.core.entities import Connection, Conversation, Message
from desktop_chat.core.settings import Settings
from desktop_chat.core.workspace import Workspace

if TYPE_CHECKING:  # not needed before the first request
    from desktop_chat.core.deltas import Delta
    from desktop_chat.core.prompt import Prompt


class Provider(Protocol):
    """One connection's model server."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Send `prompt` and yield the reply's deltas. Cancelling the consuming task closes the connection.

        Ends without a `FinishDelta` when the stream was cut. Raises ProviderError.
        """
        ...

    async def models(self) -> list[str]:
        """Return the server's model names, those for chat before all others, both sorted. Raises ProviderError."""
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
        """Return how many tokens a model reads at most, as its server's list said; 0 where that is not known."""
        ...

    async def models_at(self, connection: Connection, key: str) -> list[str]:
        """Ask a connection that is not saved yet for its models, with exactly this key. Raises ProviderError."""
        ...

    async def models_at_address(self, connection_id: str, base_url: str) -> list[str]:
        """Ask another address on a connection's own host for its models, with the connection's key. Raises
        ProviderError, SecretError; WrongAddress for another host, which is not asked."""
        ...


class TextIncrement(NamedTuple):
    """What came of a running reply since it was last journalled."""

    text: str
    reasoning: str
    recast: bool = False
    """The text that was journalled before was reasoning, and moves behind it before these two are added."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A piece of a running reply, appended behind the ones already stored."""

    message_id: str
    text: str
    reasoning: str
    recast: bool = False
    """See `TextIncrement`."""


@dataclass(frozen=True, slots=True)
class WriteBatch:
    """What is stored in one transaction. Conversations and messages replace what has the same id; storing a message
    drops its journal, and then the batch's own entries are appended. `deleted` names messages that are removed before
    all that."""

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A conversation that a search found; `snippet` is what is seen around the first match in a message, and empty
    where only the title matches. `message_id` names that message."""

    conversation_id: str
    snippet: str
    message_id: str = ""


class Store(Protocol):
    """Every conversation, durable. All methods raise StoreError."""

    async def conversations(self) -> list[Conversation]:
        """Return all conversations, those in the trash too, newest first by `updated_at`."""
        ...

    async def messages(self, conversation_id: str) -> list[Message]:
        """Return the whole tree of a conversation, parents before children, oldest first."""
        ...

    async def write(self, batch: WriteBatch) -> None:
        """Store a batch in one transaction: all of it or nothing."""
        ...

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        """Remove conversations and their messages for ever."""
        ...

    async def search(self, query: str, limit: int = 200) -> list[SearchHit]:
        """Find `query` as a substring, letter case folded, in titles and texts outside the trash; newest first."""
        ...


class SecretState(StrEnum):
    """How the keyring stands."""

    READY = "ready"
    WAITING = "waiting"
    """Asked, and no answer for five seconds; the person may cancel."""
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
    """The keyring's state, and its name as a person knows it ("Secret Service: GNOME Keyring")."""

    state: SecretState
    backend: str = ""


class Secrets(Protocol):
    """The keys. They live in the OS keyring and in memory, nowhere else, each with the host that it is for: scheme,
    name and port, as `core.connections.host_of` writes them."""

    @property
    def status(self) -> SecretStatus:
        """How the keyring stood when it was last asked."""
        ...

    def listen(self, callback: Callable[[SecretStatus], None]) -> Callable[[], None]:
        """Call `callback` on the loop at each change of status; the returned function ends that."""
        ...

    async def refresh(self) -> SecretStatus:
        """Ask the keyring for its state."""
        ...

    async def get(self, connection_id: str, host: str) -> str | None:
        """Return a connection's key if it is for `host`, or None where there is none. With an empty `host`, return a
        key that was stored without one. Raises KeyForOtherHost, KeyWithoutHost and other SecretErrors."""
        ...

    async def host_of_key(self, connection_id: str) -> str | None:
        """Return which host a connection's key is for, empty where an earlier version stored it without, and None where
        there is no key. May have the person unlock the keyring. Raises SecretError."""
        ...

    async def put(self, connection_id: str, key: str, host: str) -> None:
        """Store a key for a host in the keyring and read it back. Raises SecretError (KeyInvalid, KeyringUnavailable,
        ...)."""
        ...

    async def reassign(self, connection_id: str, host: str, before: str) -> None:
        """Have the key be for `host` from now on, which only the person may decide. `before` is the host that the
        person was told of, empty for a key without one. Raises KeyForOtherHost where it is for a third, and other
        SecretErrors."""
        ...

    def keep_in_memory(self, connection_id: str, key: str, host: str) -> None:
        """Keep a key for a host in memory until the application ends, and tell the listeners. Raises KeyInvalid."""
        ...

    def is_in_memory(self, connection_id: str) -> bool:
        """Say whether a connection's key is in memory only; never asks the keyring."""
        ...

    async def remove(self, connection_id: str) -> None:
        """Remove a key from the keyring and from memory. Raises SecretError."""
        ...

    async def place_of(self, connection_id: str) -> KeyLocation:
        """Say where a connection's key is. Raises SecretError."""
        ...

    async def certificates(self) -> str | None:
        """Return the fingerprint of the certificates that the person chose to trust, or None. Raises SecretError."""
        ...

    async def keep_certificates(self, fingerprint: str) -> None:
        """Store that fingerprint in the keyring. Raises SecretError."""
        ...

    def cancel_waiting(self) -> None:
        """Give up on what is being waited for: those calls raise KeyringTimedOut at once."""
        ...


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A model server found on this computer."""

    product: str
    """What usually listens at that port ("Ollama", "LM Studio", ...)."""
    base_url: str
    models: tuple[str, ...]


class LocalServers(Protocol):
    """Looks for model servers on loopback."""

    async def find(self) -> list[LocalServer]:
        """Ask the usual ports once; finds nothing rather than failing."""
        ...


class ImageLoader(Protocol):
    """Fetches images from the internet, each only because the person asked for it."""

    async def load(self, address: str) -> bytes:
        """Return the bytes at an http or https address, not decoded. Raises ImageError, ProviderError."""
        ...


class SettingsStore(Protocol):
    """Where settings and the workspace are kept."""

    async def save_settings(self, settings: Settings) -> None:
        """Replace the settings file atomically. Raises SettingsError."""
        ...

    async def save_workspace(self, workspace: Workspace) -> None:
        """Replace the workspace file atomically. Raises SettingsError."""
        ...
