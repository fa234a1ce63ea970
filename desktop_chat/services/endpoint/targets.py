"""Finds the connection and the model that a caller means, and lists what there is."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import AuthenticationFailed, ChatError, KeyMissing, NoConnection, NoModel, ProviderError
from desktop_chat.core.new_conversation import default_model
from desktop_chat.core.retry import retry_delay
from desktop_chat.core.settings import Preferences
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.provider_pool import ProviderPool

logger = logging.getLogger(__name__)

LIST_S = 10.0
"""How long one server may take to list its models."""
FRESH_S = 60.0
KEY_S = 10.0
"""How long a key counts that was read from the keyring, which takes longer than all else before the first byte."""
T = TypeVar("T")


@dataclass(slots=True)
class Defaults:
    """What is used when a caller names neither a connection nor a model."""

    connection_id: str = ""
    model: str = ""


class Targets:
    """The connections that callers can use."""

    def __init__(
        self,
        connections: Connections,
        providers: ProviderPool,
        preferences: Preferences,
        defaults: Defaults,
        *,
        key_stamp: Callable[[], int] = lambda: 0,
        reload: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`key_stamp` returns another number after a key was changed by any part of the application. `reload` reads the
        settings again if somebody has changed them, and returns whether that was so; it is called for each request."""
        self.preferences = preferences
        self.defaults = defaults
        self._connections = connections
        self._providers = providers
        self._clock = clock
        self._key_stamp = key_stamp
        self._reload = reload
        self._ready: dict[Connection, tuple[float, int, OpenAIProvider]] = {}
        """Providers with their keys, when these were read, and the stamp before that."""
        self._listed: dict[Connection, tuple[float, list[str]]] = {}

    def find(self, name: str) -> tuple[Connection, str]:
        """Return the connection and the model's own name for "CONNECTION/MODEL", "MODEL" or "". Raises NoConnection,
        NoModel."""
        self._look_again()
        for connection in sorted(self._connections.all(), key=lambda each: -len(each.name)):
            for prefix in (f"{connection.name}/", f"{connection.id}/"):
                if name.casefold().startswith(prefix.casefold()) and len(name) > len(prefix):
                    return connection, name[len(prefix) :]
        default = self._connections.get(self.defaults.connection_id)
        if default is None:
            raise NoConnection
        model = name or self.defaults.model or default_model(default, self.preferences.settings, lambda _: None)
        if not model:
            raise NoModel
        return default, model

    async def provider_for(self, connection: Connection) -> OpenAIProvider:
        """Return the provider of a connection, with its key, which is read again once the application has changed a
        key or a server refused it, and after KEY_S, since other programs can change the keyring. Raises ProviderError,
        SecretError."""
        stamp = self._key_stamp()
        read_at, read_with, provider = self._ready.get(connection, (0.0, 0, None))
        if provider is None or stamp != read_with or self._clock() - read_at > KEY_S:
            provider = await self._providers.provider_for(connection.id)
            self._ready[connection] = (self._clock(), stamp, provider)
        return provider

    def forget_keys(self) -> None:
        """Read all keys again when they are needed."""
        self._ready.clear()

    async def with_retries(self, send: Callable[[], Awaitable[T]], has_begun: Callable[[], bool]) -> T:
        """Call `send`, again where an error may pass, as long as nothing has arrived."""
        settings = self.preferences.settings
        for attempt in count(1):
            try:
                return await send()
            except ProviderError as error:
                if isinstance(error, AuthenticationFailed | KeyMissing):
                    self.forget_keys()
                delay = retry_delay(error, attempt, settings.retries, settings.idle_limit_s)
                if delay is None or has_begun():
                    raise
                await asyncio.sleep(delay)
        raise AssertionError

    async def listed(self) -> list[dict[str, Any]]:
        """Return all models in the shape of OpenAI's list: the default connection's by their own names, and then those
        of every connection with its name in front. A server that cannot be asked adds what is known of it."""
        self._look_again()
        connections = self._connections.all()
        names = await asyncio.gather(*(self._models_at(connection) for connection in connections))
        found = dict(zip(connections, names, strict=True))
        bare = [
            _entry(model, connection)
            for connection, models in found.items()
            if connection.id == self.defaults.connection_id
            for model in models
        ]
        full = [_entry(f"{one.name}/{model}", one) for one, models in found.items() for model in models]
        return list({entry["id"]: entry for entry in (*bare, *full)}.values())

    def _look_again(self) -> None:
        if self._reload():
            self.forget_keys()

    async def _models_at(self, connection: Connection) -> list[str]:
        asked_at, models = self._listed.get(connection, (0.0, []))
        if time.monotonic() - asked_at < FRESH_S and models:
            return models
        try:
            async with asyncio.timeout(LIST_S):
                models = await (await self.provider_for(connection)).models()
        except (ChatError, TimeoutError) as error:
            logger.info("cannot list the models of a connection: %s", getattr(error, "code", "timeout"))
            own = (connection.default_model, dict(self.preferences.settings.last_models).get(connection.id, ""))
            return list(dict.fromkeys(filter(None, own)))
        self._listed[connection] = (time.monotonic(), models)
        return models


def _entry(name: str, connection: Connection) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": connection.name}
