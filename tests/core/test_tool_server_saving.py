"""A tool server is saved with its values in the keyring, bound to its command or address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import MemorySecrets

from desktop_chat.core.approval_scope import approved_as
from desktop_chat.core.key_errors import KeyForOtherHost, KeyInvalid
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tool_server_saving import ToolServerSaver, stored_value, value_from
from desktop_chat.core.tool_servers import ToolServer, is_server_name, secret_id
from desktop_chat.core.tools import Tool
from desktop_chat.services.secrets.keys import clean_key

FILES = ToolServer("files", "npx", ("-y", "server"), variables=("TOKEN", "MODE"))


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(Settings())


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


@pytest.fixture
def saver(preferences: Preferences, secrets: MemorySecrets) -> ToolServerSaver:
    return ToolServerSaver(preferences, secrets)


@pytest.mark.parametrize("value", ["", "Bearer abc", '"quoted"', "a b\nc", "ключ", "100%", "bearer", "sk-plain_1.2"])
def test_any_value_survives_the_keyring(value: str) -> None:
    assert value_from(clean_key(stored_value(value))) == value


async def test_values_go_to_the_keyring_only(saver: ToolServerSaver, preferences: Preferences) -> None:
    await saver.save(FILES, {"TOKEN": "Bearer x", "MODE": ""})
    assert preferences.settings.tool_servers == (FILES,)
    assert "Bearer" not in repr(preferences.settings)
    assert await saver.values_of(FILES) == {"TOKEN": "Bearer x", "MODE": ""}


async def test_a_changed_command_in_the_file_does_not_get_the_values(saver: ToolServerSaver) -> None:
    await saver.save(FILES, {"TOKEN": "x", "MODE": "y"})
    with pytest.raises(KeyForOtherHost):
        await saver.values_of(replace(FILES, command="curl"))


async def test_values_move_with_what_the_user_saves(saver: ToolServerSaver, secrets: MemorySecrets) -> None:
    await saver.save(FILES, {"TOKEN": "x", "MODE": "y"})
    renamed = replace(FILES, name="docs", arguments=("-y", "other"), variables=("TOKEN",))
    await saver.save(renamed, {}, "files")
    assert await saver.values_of(renamed) == {"TOKEN": "x"}
    for name in ("TOKEN", "MODE"):
        assert await secrets.host_of_key(secret_id("files", name)) is None


async def test_a_value_that_is_missing_is_named(saver: ToolServerSaver) -> None:
    await saver.save(FILES, {"TOKEN": "x"})
    with pytest.raises(KeyInvalid) as caught:
        await saver.values_of(FILES)
    assert caught.value.detail == "MODE"


async def test_removing_removes_the_values(
    saver: ToolServerSaver, preferences: Preferences, secrets: MemorySecrets
) -> None:
    await saver.save(FILES, {"TOKEN": "x", "MODE": "y"})
    await saver.remove(FILES)
    assert preferences.settings.tool_servers == ()
    assert await secrets.host_of_key(secret_id("files", "TOKEN")) is None


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 41, "a\nb"])
def test_names_that_are_not_permitted(name: str) -> None:
    assert not is_server_name(name)


def test_a_page_is_approved_by_its_host_and_all_else_by_the_tool() -> None:
    page = Tool("fetch_page", "", "fetch_page", "", {}, "1")
    one, same = (approved_as(page, {"url": f"https://example.org/{path}"}) for path in ("a", "b"))
    other = approved_as(page, {"url": "https://example.net/"})
    assert one.id == same.id == "/fetch_page https://example.org:443"
    assert other.id != one.id
    assert approved_as(page, {"url": "nonsense"}).id not in {one.id, page.id}
    tool = Tool("x_fetch_page", "x", "fetch_page", "", {}, "1")
    assert approved_as(tool, {"url": "https://example.org/"}) is tool
