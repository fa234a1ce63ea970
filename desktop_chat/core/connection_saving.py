"""Saves and removes a connection with its key; a key is never used for a host that it was not entered for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from desktop_chat.core.entities import Connection
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.ports import KeyLocation, Secrets, SecretState
from desktop_chat.core.settings import Preferences


class KeyWish(StrEnum):
    """What the user wants to happen to a stored key."""

    KEEP = "keep"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class KeyEdit:
    """A connection's key while it is being edited: what is stored, and what saving will do."""

    place: KeyLocation = KeyLocation.NOWHERE
    stored_for: str = ""
    """The host that the stored key is for, as shown to the user; empty if an earlier version stored it without one."""
    host: str = ""
    """The connection's new host, as written by `host_of`; empty while there is no address."""
    wish: KeyWish = KeyWish.KEEP
    allowed: bool = False
    """Whether the user agreed to send the stored key to `host`."""
    typed: str = field(default="", repr=False)

    def with_host(self, host: str) -> KeyEdit:
        """Return this edit with another host; permission for one host does not carry over to the next."""
        return self if host == self.host else replace(self, host=host, allowed=False)

    @property
    def is_stored(self) -> bool:
        return self.place is not KeyLocation.NOWHERE

    @property
    def takes_new(self) -> bool:
        """Whether a key can be typed."""
        return not self.is_stored or self.wish is KeyWish.REPLACE

    @property
    def new_key(self) -> str:
        """The key to store; empty for none."""
        return self.typed if self.takes_new else ""

    @property
    def is_for_other_host(self) -> bool:
        return bool(self.host) and self.stored_for != self.host

    @property
    def needs_permission(self) -> bool:
        """Whether the stored key would be kept but is for another host."""
        return self.is_stored and self.wish is KeyWish.KEEP and self.is_for_other_host

    @property
    def uses_stored(self) -> bool:
        """Whether the stored key stays in use, possibly for another host."""
        return self.is_stored and self.wish is KeyWish.KEEP and (not self.is_for_other_host or self.allowed)

    @property
    def moves_stored(self) -> bool:
        """Whether the stored key is reassigned to `host`."""
        return self.needs_permission and self.allowed

    @property
    def drops_stored(self) -> bool:
        """Whether the stored key is removed. One stored without a host is kept until the user decides."""
        is_undecided = self.wish is KeyWish.KEEP and not self.stored_for
        return self.is_stored and not self.uses_stored and not self.new_key and not is_undecided


class ConnectionSaver:
    """Writes the key first, then the settings: if the keyring fails, the connection stays as it was.

    A crash in between does no harm: the keyring stores each key with its host, so the old connection in the settings
    cannot send a key that was just stored for another host. The user is asked again.
    """

    def __init__(self, preferences: Preferences, secrets: Secrets) -> None:
        self._preferences = preferences
        self._secrets = secrets

    async def find_key(self, connection: Connection) -> KeyEdit:
        """Return what is stored for a connection. Raises SecretError.

        Does not unlock the keyring: until it can be read, the key is assumed to be for the connection's own host, and
        the keyring compares again before reassigning the key.
        """
        place, stored_for = await self._secrets.place_of(connection.id), None
        if place is not KeyLocation.NOWHERE and self._secrets.status.state is SecretState.READY:
            stored_for = await self._secrets.host_of_key(connection.id)
        host = host_of(connection.base_url)
        return KeyEdit(place, host if stored_for is None else stored_for, host)

    async def key_for_test(self, connection: Connection, key: KeyEdit) -> str:
        """Return the key for testing a connection before it is saved; empty for none. Raises SecretError."""
        key = key.with_host(host_of(connection.base_url))
        if key.new_key or not key.uses_stored:
            return key.new_key
        return await self._secrets.get(connection.id, key.stored_for) or ""

    async def save(self, connection: Connection, key: KeyEdit) -> None:
        """Store a new or changed connection, and change its key as `key` says. On SecretError nothing has changed."""
        key = key.with_host(host_of(connection.base_url))
        if key.new_key:
            await self._secrets.put(connection.id, key.new_key, key.host)
        elif key.drops_stored:
            await self._drop(connection.id)
        elif key.moves_stored:
            await self._secrets.reassign(connection.id, key.host, key.stored_for)
        self._preferences.put_connection(connection)

    def save_for_session(self, connection: Connection, key: KeyEdit) -> None:
        """Store a connection, and keep its new key in memory until the application ends. Raises KeyInvalid."""
        self._secrets.keep_in_memory(connection.id, key.new_key, host_of(connection.base_url))
        self._preferences.put_connection(connection)

    async def remove(self, connection_id: str) -> None:
        """Remove a connection and its key. On SecretError both are kept."""
        await self._secrets.remove(connection_id)
        self._preferences.remove_connection(connection_id)

    async def _drop(self, connection_id: str) -> None:
        """Remove a key. One that was only in memory is gone even if the keyring fails."""
        in_memory = self._secrets.is_in_memory(connection_id)
        try:
            await self._secrets.remove(connection_id)
        except SecretError:
            if not in_memory:
                raise
