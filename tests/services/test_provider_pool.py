"""One provider per connection, as long as nothing about it changes; and the environment's connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import MemorySecrets
from hostile_server import HostileServer

from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Connection, ConnectionKind, Role
from desktop_chat.core.errors import NoConnection, WrongAddress
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import KeyForOtherHost, KeyInvalid, KeyringLocked, KeyringTimedOut, KeyWithoutHost
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.environment import DEFAULT_BASE_URL, ENVIRONMENT_ID, take_environment
from desktop_chat.services.paths import Paths
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.settings_file import SettingsFile

SDK = Sdk()
DISTANT = Connection("far", "Far", "https://api.example.org/v1")
PROMPT = Prompt((PromptMessage(Role.USER, "hi"),), "slow-text")


class World:
    """A pool and its dependencies."""

    def __init__(self, base_url: str) -> None:
        self.near = Connection("near", "Near", base_url)
        self.secrets = MemorySecrets()
        self.secrets.keys = {"near": "key-near", "far": "key-far"}
        self.preferences = Preferences(Settings(connections=(self.near, DISTANT)))
        environment = Connection(ENVIRONMENT_ID, "Environment", base_url, kind=ConnectionKind.ENVIRONMENT)
        keys = {ENVIRONMENT_ID: "key-of-environment"}
        self.known_keys = KnownKeys()
        connections = Connections(self.preferences, [environment])
        self.pool = ProviderPool(connections, self.secrets, keys, SDK, known_keys=self.known_keys)


@pytest.fixture
async def world(server: HostileServer) -> AsyncIterator[World]:
    world = World(server.base_url)
    yield world
    await world.pool.aclose()
    await world.pool.aclose()


async def test_a_provider_is_kept_until_something_changes(world: World) -> None:
    first = await world.pool.provider_for("near")
    assert await world.pool.provider_for("near") is first
    world.secrets.keys["near"] = "another-key"
    second = await world.pool.provider_for("near")
    assert second is not first
    world.preferences.put_connection(replace(world.near, headers=(("X-A", "b"),)))
    third = await world.pool.provider_for("near")
    assert third is not second
    world.pool.forget("near")
    assert await world.pool.provider_for("near") is not third


async def test_another_address_is_asked_with_the_connections_key_on_the_same_host_only(
    world: World, server: HostileServer
) -> None:
    root = f"http://127.0.0.1:{server.port}"
    assert await world.pool.models_at_address("near", f"{root}/proxy/v1")
    assert server.requests[-1].path == "/proxy/v1/models"
    assert server.requests[-1].headers["authorization"] == "Bearer key-near"
    assert await world.pool.models_at_address(ENVIRONMENT_ID, f"{root}/v1")
    assert server.requests[-1].headers["authorization"] == "Bearer key-of-environment"
    asked = len(server.requests)
    for elsewhere in (f"http://localhost:{server.port}/v1", "https://127.0.0.1/v1", "nonsense"):
        with pytest.raises(WrongAddress):
            await world.pool.models_at_address("near", elsewhere)
    with pytest.raises(NoConnection):
        await world.pool.models_at_address("gone", f"{root}/v1")
    assert len(server.requests) == asked


async def test_running_streams_continue(world: World) -> None:
    old = await world.pool.provider_for("near")
    async with aclosing(old.stream(PROMPT)) as deltas:
        await anext(deltas)
        world.secrets.keys["near"] = "another-key"
        assert await world.pool.provider_for("near") is not old
        assert isinstance(await anext(deltas), TextDelta)
    await world.pool.provider_for("near")
    assert old._client is None, "closed once it was idle"


async def test_an_unknown_connection(world: World) -> None:
    with pytest.raises(NoConnection):
        await world.pool.provider_for("nowhere")


async def test_the_environment_needs_no_keyring(world: World, server: HostileServer) -> None:
    world.secrets.error = KeyringLocked()
    provider = await world.pool.provider_for(ENVIRONMENT_ID)
    await provider.models()
    assert server.requests[0].headers["authorization"] == "Bearer key-of-environment"


async def test_a_local_server_works_without_the_keyring(world: World, server: HostileServer) -> None:
    world.secrets.error = KeyringTimedOut()
    await (await world.pool.provider_for("near")).models()
    assert "authorization" not in server.requests[0].headers
    with pytest.raises(KeyringTimedOut):
        await world.pool.provider_for("far")
    world.preferences.put_connection(replace(DISTANT, base_url="http://192.168.1.20:11434/v1"))
    assert (await world.pool.provider_for("far")).key == ""


class Drawer:
    """A keyring in memory, in place of the system's."""

    name = "Drawer"

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}

    def is_locked(self) -> bool:
        return False

    def holds(self, service: str, user: str) -> bool:
        return (service, user) in self.values

    def get(self, service: str, user: str) -> str | None:
        return self.values.get((service, user))

    def put(self, service: str, user: str, key: str) -> None:
        self.values[service, user] = key

    def remove(self, service: str, user: str) -> None:
        del self.values[service, user]


EDITS = {
    "another address": lambda text, evil: text.replace("https://api.example.org/v1", evil),
    "the member that older versions trusted": lambda text, evil: text.replace(
        "https://api.example.org/v1", evil
    ).replace("[[connections]]", f'[[connections]]\nkey_host = "{evil}"'),
    "the id of another connection": lambda _text, evil: (
        f'[[connections]]\nid = "c1"\nname = "New"\nbase_url = "{evil}"\n'
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
async def test_a_key_never_follows_an_edited_file(
    server: HostileServer, data_dir: Path, edit: Callable[[str, str], str]
) -> None:
    drawer = Drawer()
    secrets = KeyringSecrets(KnownKeys(), find=lambda: drawer)
    stored = Connection("c1", "Far", "https://api.example.org/v1")
    await secrets.put("c1", "key-far", host_of(stored.base_url))
    files = SettingsFile(Paths(data_dir))
    await files.save_settings(Settings(connections=(stored,)))
    await files.aclose()
    file = data_dir / "settings.toml"
    saved = file.read_text()
    evil = server.base_url.replace("127.0.0.1", "evil.example")
    for address, needs in ((server.base_url, False), (evil, True)):
        file.write_text(edit(saved, address))
        settings, _ = SettingsFile(Paths(data_dir)).load_settings()
        pool = ProviderPool(
            Connections(Preferences(settings)), KeyringSecrets(KnownKeys(), find=lambda: drawer), {}, SDK
        )
        async with aclosing(pool):
            if needs:
                with pytest.raises(KeyForOtherHost):
                    await pool.provider_for("c1")
            else:
                await (await pool.provider_for("c1")).models()
    assert server.requests
    assert all("authorization" not in request.headers for request in server.requests)
    assert list(drawer.values.values()) == ["https://api.example.org:443 key-far"]


async def test_a_key_without_a_host_is_not_sent_before_the_user_allows_it(world: World, server: HostileServer) -> None:
    world.secrets.hosts["near"] = ""
    with pytest.raises(KeyWithoutHost):
        await world.pool.provider_for("near")
    await world.secrets.reassign("near", host_of(server.base_url), before="")
    assert (await world.pool.provider_for("near")).key == "key-near"
    world.preferences.put_connection(replace(world.near, base_url="no address"))
    world.secrets.hosts["near"] = ""
    assert (await world.pool.provider_for("near")).key == "", "no address is no host"


async def test_an_unencrypted_key_of_the_environment_is_reported_once_per_host(world: World) -> None:
    told: list[str] = []
    world.pool.unencrypted.add(lambda report: told.append(report.host))
    for address in ("http://gpu.example:8080/v1", "http://gpu.example:8080/v2", "https://gpu.example/v1"):
        one = Connection(ENVIRONMENT_ID, "Environment", address, kind=ConnectionKind.ENVIRONMENT)
        for _ in range(2):
            world.pool._warn_if_unencrypted(one, "key")
    world.pool._warn_if_unencrypted(replace(DISTANT, base_url="http://api.example.org"), "key"), "a form said so"
    await world.pool.provider_for(ENVIRONMENT_ID)
    assert told == ["http://gpu.example:8080"], "what stays on this computer is not told"


async def test_models_before_saving(world: World, server: HostileServer) -> None:
    assert "plain" in await world.pool.models_at(world.near, " key-typed \n")
    assert "key-typed" in world.known_keys.all(), "it is taken out of all that is logged"
    assert server.requests[0].headers["authorization"] == "Bearer key-typed"
    await world.pool.models_at(world.near, " ")
    assert "authorization" not in server.requests[1].headers
    with pytest.raises(KeyInvalid):
        await world.pool.models_at(world.near, "schlüssel")


# --- the environment --------------------------------------------------------------------------------------------------


def test_nothing_in_the_environment() -> None:
    variables = {"HOME": "x", "OPENAI_API_KEY": " "}
    taken = take_environment(variables)
    assert (taken.connection, dict(taken.keys), variables) == (None, {}, {"HOME": "x"})


def test_only_a_key() -> None:
    variables = {"OPENAI_API_KEY": " sk-abc ", "OPENAI_ORG_ID": "org", "OPENAI_CUSTOM_HEADERS": "Authorization: x"}
    taken = take_environment(variables)
    assert variables == {}
    assert taken.connection == Connection(
        ENVIRONMENT_ID,
        "Environment",
        DEFAULT_BASE_URL,
        (("OpenAI-Organization", "org"),),
        kind=ConnectionKind.ENVIRONMENT,
    )
    assert taken.keys == {ENVIRONMENT_ID: "sk-abc"}
    assert "sk-abc" not in repr(taken)


def test_only_an_address() -> None:
    taken = take_environment({"OPENAI_BASE_URL": "http://127.0.0.1:1234/v1"})
    assert taken.connection is not None
    assert taken.connection.base_url == "http://127.0.0.1:1234/v1"
    assert taken.keys == {}


def test_an_invalid_key_is_dropped() -> None:
    taken = take_environment({"OPENAI_API_KEY": "schlüssel"})
    assert taken.connection is not None
    assert taken.keys == {}
