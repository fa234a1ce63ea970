"""A key is read from the keyring once for many calls, and again when it may have changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from fakes import MemorySecrets

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import AuthenticationFailed, KeyMissing, ProviderError
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.endpoint.targets import KEY_S, Defaults, Targets
from desktop_chat.services.provider.provider_pool import ProviderPool

STORED = Connection("c1", "Mine", "https://models.example/v1")
HOST = "https://models.example:443"


class CountedSecrets(MemorySecrets):
    """Counts how often keys are read."""

    reads = 0

    async def get(self, connection_id: str, host: str) -> str | None:
        self.reads += 1
        return await super().get(connection_id, host)


class Here:
    """Targets with one stored connection, on a clock of their own."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.changes = 0
        self.preferences = Preferences(Settings(connections=(STORED,), retries=0))
        self.secrets = CountedSecrets()
        connections = Connections(self.preferences)
        self.pool = ProviderPool(connections, self.secrets, {})
        self.targets = Targets(
            connections,
            self.pool,
            self.preferences,
            Defaults("c1", "m"),
            key_stamp=lambda: self.changes,
            clock=lambda: self.now,
        )

    async def key(self) -> str:
        connection, _ = self.targets.find("m")
        return (await self.targets.provider_for(connection)).key


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    here = Here()
    await here.secrets.put("c1", "sk-first-0123456789", HOST)
    async with aclosing(here.pool):
        yield here


async def test_a_key_is_read_once_for_many_calls(here: Here) -> None:
    assert [await here.key() for _ in range(20)] == ["sk-first-0123456789"] * 20
    assert here.secrets.reads == 1


async def test_a_changed_key_is_used_after_a_moment(here: Here) -> None:
    await here.key()
    await here.secrets.put("c1", "sk-second-0123456789", HOST)
    here.now += KEY_S + 1
    assert await here.key() == "sk-second-0123456789"


async def test_a_key_that_the_application_changed_or_removed_is_read_again_at_once(here: Here) -> None:
    await here.key()
    await here.secrets.put("c1", "sk-second-0123456789", HOST)
    here.changes += 1
    assert await here.key() == "sk-second-0123456789"
    await here.secrets.remove("c1")
    here.changes += 1
    assert [await here.key() for _ in range(5)] == [""] * 5
    assert here.secrets.reads == 3


@pytest.mark.parametrize("error", [AuthenticationFailed, KeyMissing])
async def test_a_key_that_was_refused_is_read_again_at_once(here: Here, error: type[ProviderError]) -> None:
    await here.key()
    await here.secrets.put("c1", "sk-second-0123456789", HOST)

    async def refused() -> None:
        raise error

    with pytest.raises(error):
        await here.targets.with_retries(refused, lambda: False)
    assert await here.key() == "sk-second-0123456789"


async def test_changed_settings_are_used_at_once(here: Here) -> None:
    await here.key()
    here.preferences.put_connection(Connection("c1", "Mine", "https://models.example/v2"))
    connection, _ = here.targets.find("m")
    assert (await here.targets.provider_for(connection)).connection.base_url == "https://models.example/v2"
    await here.secrets.put("c1", "sk-second-0123456789", HOST)
    here.targets.forget_keys()
    assert await here.key() == "sk-second-0123456789"
