"""Keeps one provider per connection, replaced when its address, headers or key change."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.errors import NoConnection, WrongAddress
from desktop_chat.core.hosts import host_of, is_loopback, needs_key
from desktop_chat.core.key_errors import KeyWithoutHost, SecretError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Secrets
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.secrets.keys import KnownKeys, clean_key

if TYPE_CHECKING:
    from desktop_chat.core.exchanges import Exchange, ExchangeLog
    from desktop_chat.core.reports import KeyUnencrypted
    from desktop_chat.services.provider.openai_provider import OpenAIProvider


class ProviderPool:
    """Implements `core.ports.Providers`. `environment_keys`: keys by connection id that are not in the keyring.

    Each key that is sent is added to `known_keys`, so that no log or error repeats it.
    """

    def __init__(
        self,
        connections: Connections,
        secrets: Secrets,
        environment_keys: Mapping[str, str],
        sdk: Sdk | None = None,
        known_keys: KnownKeys | None = None,
    ) -> None:
        self._connections = connections
        self._secrets = secrets
        self._environment_keys = environment_keys
        self._sdk = sdk or Sdk()
        self._known_keys = known_keys or KnownKeys()
        self._providers: dict[str, OpenAIProvider] = {}
        self._unencrypted_hosts: set[str] = set()
        self.unencrypted: Listeners[KeyUnencrypted] = Listeners()
        """Emits once per host, before sending it an unencrypted key that the user did not enter for it in a form."""
        self._retired: list[OpenAIProvider] = []

    def warm_up(self) -> None:
        """Start loading the SDK on its thread; call this after the first paint."""
        self._sdk.warm_up()

    def trust(self, ca_file: str) -> None:
        """Trust another file's certificates from the next request on; running streams continue."""
        if self._sdk.trust(ca_file):
            for connection_id in tuple(self._providers):
                self.forget(connection_id)

    async def provider_for(self, connection_id: str) -> OpenAIProvider:
        """Return the provider of a connection, with its key. Raises NoConnection, SecretError."""
        connection = self._connections.get(connection_id)
        if connection is None:
            raise NoConnection
        key = await self._key_of(connection)
        self._warn_if_unencrypted(connection, key)
        provider = self._providers.get(connection_id)
        if provider is None or provider.connection != connection or provider.key != key:
            self.forget(connection_id)
            provider = self._providers[connection_id] = self._create(connection, key)
        await self._close_retired()
        return provider

    async def models_at(self, connection: Connection, key: str) -> list[str]:
        """Return the models of a connection that is not saved yet. Raises ProviderError, and KeyInvalid for an invalid
        key."""
        async with aclosing(self._create(connection, clean_key(key) if key.strip() else "")) as provider:
            return await provider.models()

    async def models_at_address(self, connection_id: str, base_url: str) -> list[str]:
        """Return the models at another address on a connection's host, using the connection's key. Raises
        ProviderError, SecretError, and WrongAddress for another host, which is not contacted."""
        connection = self._connections.get(connection_id)
        if connection is None:
            raise NoConnection
        if host_of(base_url) != host_of(connection.base_url):
            raise WrongAddress
        return await self.models_at(replace(connection, base_url=base_url), await self._key_of(connection))

    def context_window_of(self, connection_id: str, model: str) -> int:
        """Return a model's context window in tokens, from the server's list in this run; 0 if unknown."""
        provider = self._providers.get(connection_id)
        return provider.windows.get(model, 0) if provider is not None else 0

    def reads_images(self, connection_id: str, model: str) -> bool | None:
        """Return whether a model reads images, as far as the server has said in this run; None if unknown."""
        provider = self._providers.get(connection_id)
        return provider.reads_images(model) if provider is not None else None

    def leave_images_out(self, connection_id: str, model: str) -> None:
        """Send no images to a model until the application ends, as the user decided; the replies say so."""
        provider = self._providers.get(connection_id)
        if provider is not None:
            provider.leave_images_out(model)

    def exchanges_of(self, reply_id: str) -> list[Exchange]:
        """Return what was sent for a reply and what came back, oldest first; none if it is too long ago."""
        return self.exchanges.of(reply_id)

    def forget(self, connection_id: str) -> None:
        """Drop a connection's provider and key; a running stream continues to its end."""
        provider = self._providers.pop(connection_id, None)
        if provider is not None:
            self._retired.append(provider)

    async def aclose(self) -> None:
        """Close all clients. May be called twice."""
        providers = [*self._providers.values(), *self._retired]
        self._providers.clear()
        self._retired.clear()
        for provider in providers:
            await provider.aclose()

    def _create(self, connection: Connection, key: str) -> OpenAIProvider:
        from desktop_chat.services.provider.openai_provider import OpenAIProvider  # noqa: PLC0415  (not at startup)

        self._known_keys.add(key)
        return OpenAIProvider(connection, key, self._sdk, self.exchanges)

    @cached_property
    def exchanges(self) -> ExchangeLog:
        """What was sent for the last replies, and what came back."""
        from desktop_chat.core.exchanges import ExchangeLog  # noqa: PLC0415  (not at startup)

        return ExchangeLog()

    async def _key_of(self, connection: Connection) -> str:
        """Return the key, or "". A server that needs no key is used even without a keyring, or if the key is for
        another server."""
        if connection.kind is not ConnectionKind.STORED:
            return self._environment_keys.get(connection.id, "")
        host = host_of(connection.base_url)
        if not host:
            return ""
        try:
            key = await self._secrets.get(connection.id, host)
        except KeyWithoutHost:
            raise
        except SecretError:
            if needs_key(connection.base_url):
                raise
            return ""
        return clean_key(key) if key else ""

    def _warn_if_unencrypted(self, connection: Connection, key: str) -> None:
        host = host_of(connection.base_url)
        if not key or connection.kind is ConnectionKind.STORED or is_loopback(connection.base_url):
            return
        if host.startswith("http://") and host not in self._unencrypted_hosts:
            from desktop_chat.core.reports import KeyUnencrypted  # noqa: PLC0415  (after the first paint)

            self._unencrypted_hosts.add(host)
            self.unencrypted.emit(KeyUnencrypted(host))

    async def _close_retired(self) -> None:
        idle = [provider for provider in self._retired if not provider.is_busy]
        self._retired = [provider for provider in self._retired if provider.is_busy]
        for provider in idle:
            await provider.aclose()
