"""Saves and removes a tool server with the values of its variables and headers, which are in the keyring only."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from desktop_chat.core.key_errors import KeyInvalid
from desktop_chat.core.ports import Secrets
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tool_servers import ToolServer, secret_id

_MARK = "="
_PLAIN = "!#$&()*+,/:;=?@[]{}|^~<>"


def stored_value(value: str) -> str:
    """Return a value as the keyring takes it: it takes printable ASCII without spaces, and drops a leading "Bearer". A
    plain value stays as it is behind its mark, so that it is recognised and redacted wherever it appears."""
    return _MARK + quote(value, safe=_PLAIN)


def value_from(stored: str) -> str:
    """Return a stored value as it was."""
    return unquote(stored.removeprefix(_MARK))


class ToolServerSaver:
    """Writes the values first, then the settings: if the keyring fails, the server stays as it was.

    A value is bound to the command or address that it was entered for (`ToolServer.bound_to`).
    """

    def __init__(self, preferences: Preferences, secrets: Secrets) -> None:
        self._preferences = preferences
        self._secrets = secrets

    async def values_of(self, server: ToolServer) -> dict[str, str]:
        """Return the values of a server's variables or headers. Raises SecretError, KeyInvalid with the name of one
        that is missing."""
        values = {}
        for name in server.secret_names:
            stored = await self._secrets.get(secret_id(server.name, name), server.bound_to)
            if stored is None:
                raise KeyInvalid(name)
            values[name] = value_from(stored)
        return values

    async def save(
        self, server: ToolServer, values: Mapping[str, str], instead_of: str = "", *, in_keyring: bool = True
    ) -> None:
        """Store a server with new values; those that are not given stay as they are. `instead_of` is its name before.
        Without `in_keyring`, the values are kept in memory until the application ends. Raises SecretError."""
        before = self._preferences.tool_server(instead_of or server.name)
        for name in server.secret_names:
            value = values.get(name)
            if value is None and before is not None and name in before.secret_names:
                value = await self._moved(before, server, name)
            if value is not None:
                await self._put(server, name, value, in_keyring=in_keyring)
        if before is not None:
            await self._drop(before, server)
        self._preferences.put_tool_server(server, instead_of)

    async def remove(self, server: ToolServer) -> None:
        """Remove a server and its values. Raises SecretError; the server is removed all the same."""
        self._preferences.remove_tool_server(server.name)
        await self._drop(server, None)

    async def _moved(self, before: ToolServer, after: ToolServer, name: str) -> str | None:
        """Return a value that has to be stored anew, because the server's name, command or address changed."""
        if (before.name, before.bound_to) == (after.name, after.bound_to):
            return None
        stored = await self._secrets.get(secret_id(before.name, name), before.bound_to)
        return None if stored is None else value_from(stored)

    async def _put(self, server: ToolServer, name: str, value: str, *, in_keyring: bool) -> None:
        place = secret_id(server.name, name)
        if in_keyring:
            await self._secrets.put(place, stored_value(value), server.bound_to)
        else:
            self._secrets.keep_in_memory(place, stored_value(value), server.bound_to)

    async def _drop(self, before: ToolServer, after: ToolServer | None) -> None:
        """Remove the values that are no longer used."""
        used = {secret_id(after.name, name) for name in after.secret_names} if after is not None else set()
        for name in before.secret_names:
            if secret_id(before.name, name) not in used:
                await self._secrets.remove(secret_id(before.name, name))
