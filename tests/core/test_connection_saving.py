"""A connection and its key are saved together, and the key never meets a host that it was not given for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes import MemorySecrets

from desktop_chat.core.connection_saving import ConnectionSaver, KeyEdit, KeyWish
from desktop_chat.core.entities import Connection
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import KeyForOtherHost, KeyInvalid, KeyringLocked, SecretError
from desktop_chat.core.ports import KeyLocation, SecretState
from desktop_chat.core.settings import Preferences, Settings

HERE = Connection("a", "A", "https://api.example.com/v1")
HOST = "https://api.example.com:443"
ELSEWHERE = replace(HERE, base_url="https://elsewhere.example.com/v1")
OTHER = "https://elsewhere.example.com:443"


class Crash(Exception):
    """The program dies here."""


class Desk:
    """A connection with a stored key, and what saves it."""

    def __init__(self) -> None:
        self.secrets = MemorySecrets()
        self.preferences = Preferences(Settings(connections=(HERE,)))
        self.saver = ConnectionSaver(self.preferences, self.secrets)

    @property
    def stored(self) -> Connection:
        [connection] = self.preferences.settings.connections
        return connection

    async def edit(self) -> KeyEdit:
        return await self.saver.find_key(HERE)

    async def sent(self) -> str | None:
        """The key with which the stored connection would be asked."""
        return await self.secrets.get(HERE.id, host_of(self.stored.base_url))


@pytest.fixture
async def desk() -> Desk:
    desk = Desk()
    await desk.secrets.put(HERE.id, "k-old", HOST)
    return desk


@pytest.fixture
def empty() -> Desk:
    """The same without a key."""
    return Desk()


async def test_a_new_connection_has_the_key_that_was_typed(empty: Desk) -> None:
    new = Connection("b", "B", "http://10.0.0.5:8080/v1")
    await empty.saver.save(new, KeyEdit(typed="k-new"))
    assert empty.preferences.settings.connections == (HERE, new)
    assert empty.secrets.hosts == {"b": "http://10.0.0.5:8080"}
    assert await empty.secrets.get("b", "http://10.0.0.5:8080") == "k-new"


async def test_a_connection_without_a_key_asks_nothing_of_the_keyring(empty: Desk) -> None:
    empty.secrets.error = KeyringLocked()
    await empty.saver.save(ELSEWHERE, KeyEdit())
    assert empty.stored == ELSEWHERE


async def test_a_key_that_is_left_as_it_is_asks_nothing_of_the_keyring(desk: Desk) -> None:
    edit = await desk.edit()
    desk.secrets.error = KeyringLocked()
    await desk.saver.save(replace(HERE, name="Work", base_url="https://API.example.com:443/v2"), edit)
    assert desk.stored.name == "Work"
    assert desk.secrets.keys == {HERE.id: "k-old"}


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.com:443/v1",
        "http://api.example.com/v1",
        "https://api.example.com:8443/v1",
        "https://elsewhere.example.com/v1",
        "https://example.com/v1",
    ],
)
async def test_another_scheme_host_or_port_does_not_get_the_key_unasked(desk: Desk, address: str) -> None:
    changed, edit = replace(HERE, base_url=address), await desk.edit()
    assert edit.with_host(host_of(address)).needs_permission
    assert await desk.saver.key_for_test(changed, edit) == ""
    await desk.saver.save(changed, edit)
    assert desk.stored == changed
    assert desk.secrets.keys == {}, "nobody gets it any more"


async def test_another_host_gets_the_key_when_the_person_allows_it(desk: Desk) -> None:
    edit = replace((await desk.edit()).with_host(OTHER), allowed=True)
    assert await desk.saver.key_for_test(ELSEWHERE, edit) == "k-old"
    assert desk.secrets.hosts == {HERE.id: HOST}, "trying moves nothing"
    await desk.saver.save(ELSEWHERE, edit)
    assert desk.secrets.hosts == {HERE.id: OTHER}
    assert await desk.sent() == "k-old"


async def test_what_was_allowed_for_one_host_is_not_allowed_for_the_next(desk: Desk) -> None:
    edit = replace((await desk.edit()).with_host(OTHER), allowed=True)
    evil = replace(HERE, base_url="https://evil.example.com/v1")
    assert await desk.saver.key_for_test(evil, edit) == ""
    await desk.saver.save(evil, edit)
    assert desk.secrets.keys == {}


async def test_what_was_allowed_was_another_hosts_key(desk: Desk) -> None:
    """The keyring is locked, so the key is taken for the connection's own; in truth it is for a third host."""
    await desk.secrets.put(HERE.id, "k-third", "https://third.example.com:443")
    desk.secrets.change(SecretState.LOCKED)
    edit = replace((await desk.edit()).with_host(OTHER), allowed=True)
    assert edit.stored_for == HOST
    with pytest.raises(KeyForOtherHost):
        await desk.saver.save(ELSEWHERE, edit)
    assert desk.stored == HERE
    assert desk.secrets.hosts == {HERE.id: "https://third.example.com:443"}


async def test_a_file_that_was_edited_does_not_say_whose_the_key_is(desk: Desk) -> None:
    edit = await desk.saver.find_key(ELSEWHERE)
    assert (edit.place, edit.stored_for, edit.host) == (KeyLocation.KEYRING, HOST, OTHER)
    assert edit.needs_permission
    assert not edit.uses_stored


async def test_a_typed_key_replaces_the_stored_one_for_the_new_host(desk: Desk) -> None:
    edit = replace(await desk.edit(), wish=KeyWish.REPLACE, typed="k-new")
    assert await desk.saver.key_for_test(ELSEWHERE, edit) == "k-new"
    await desk.saver.save(ELSEWHERE, edit)
    assert desk.secrets.keys == {HERE.id: "k-new"}
    assert desk.secrets.hosts == {HERE.id: OTHER}


async def test_replacing_with_nothing_removes_the_key(desk: Desk) -> None:
    edit = replace(await desk.edit(), wish=KeyWish.REPLACE)
    assert await desk.saver.key_for_test(HERE, edit) == ""
    await desk.saver.save(HERE, edit)
    assert desk.secrets.keys == {}


async def test_what_is_typed_in_a_line_that_is_hidden_again_is_no_key(desk: Desk) -> None:
    await desk.saver.save(HERE, replace(await desk.edit(), typed="k-new"))
    assert desk.secrets.keys == {HERE.id: "k-old"}


async def test_a_key_is_removed_on_request(desk: Desk) -> None:
    edit = replace(await desk.edit(), wish=KeyWish.REMOVE)
    assert await desk.saver.key_for_test(HERE, edit) == ""
    await desk.saver.save(HERE, edit)
    assert (desk.secrets.keys, desk.stored) == ({}, HERE)


async def test_a_key_of_an_earlier_version_waits_until_the_person_decides(desk: Desk) -> None:
    desk.secrets.hosts[HERE.id] = ""
    edit = await desk.edit()
    assert edit.needs_permission
    assert await desk.saver.key_for_test(HERE, edit) == ""
    await desk.saver.save(ELSEWHERE, edit)
    assert (desk.secrets.keys, desk.secrets.hosts) == ({HERE.id: "k-old"}, {HERE.id: ""})
    await desk.saver.save(HERE, replace(edit, allowed=True))
    assert desk.secrets.hosts == {HERE.id: HOST}
    desk.secrets.hosts[HERE.id] = ""
    await desk.saver.save(HERE, replace(edit, wish=KeyWish.REMOVE))
    assert desk.secrets.keys == {}


@pytest.mark.parametrize(
    "change",
    [
        {"wish": KeyWish.REPLACE, "typed": "k-new"},
        {"wish": KeyWish.REMOVE},
        {"host": OTHER, "allowed": True},
        {},
    ],
    ids=["replace", "remove", "allow", "drop"],
)
async def test_what_the_keyring_refuses_leaves_the_connection_as_it_was(desk: Desk, change: dict[str, object]) -> None:
    edit = replace(await desk.edit(), **change)  # type: ignore[arg-type]
    desk.secrets.error = KeyringLocked()
    with pytest.raises(SecretError):
        await desk.saver.save(ELSEWHERE, edit)
    assert desk.stored == HERE
    desk.secrets.error = None
    assert await desk.sent() == "k-old"


@pytest.mark.parametrize(
    "change",
    [{"wish": KeyWish.REPLACE, "typed": "k-new"}, {"host": OTHER, "allowed": True}],
    ids=["replace", "allow"],
)
async def test_a_crash_behind_the_keyring_loses_no_key_and_sends_none(
    desk: Desk, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = replace(await desk.edit(), **change)  # type: ignore[arg-type]

    def die(_connection: Connection) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(desk.preferences, "put_connection", die)
        with pytest.raises(Crash):
            await desk.saver.save(ELSEWHERE, edit)
    assert desk.stored == HERE, "the settings know nothing of it yet"
    with pytest.raises(KeyForOtherHost):
        await desk.sent()
    found = await desk.edit()
    assert found.stored_for == OTHER
    await desk.saver.save(HERE, replace(found, allowed=True))
    assert await desk.sent() == (change.get("typed") or "k-old"), "it is there for whom the person allows it"


async def test_a_key_can_be_kept_for_this_run_where_the_keyring_refuses(empty: Desk) -> None:
    empty.secrets.error = KeyringLocked()
    edit = KeyEdit(typed="k-new")
    with pytest.raises(KeyringLocked):
        await empty.saver.save(ELSEWHERE, edit)
    empty.saver.save_for_session(ELSEWHERE, edit)
    assert empty.stored == ELSEWHERE
    assert (empty.secrets.session_keys, empty.secrets.hosts) == ({HERE.id: "k-new"}, {HERE.id: OTHER})


async def test_a_key_that_is_none_is_not_kept_for_this_run_and_changes_nothing(
    empty: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise KeyInvalid

    monkeypatch.setattr(empty.secrets, "keep_in_memory", refuse)
    with pytest.raises(KeyInvalid):
        empty.saver.save_for_session(ELSEWHERE, KeyEdit(typed="\N{SNOWMAN}"))
    assert empty.stored == HERE


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_key_in_memory_is_gone_whatever_the_keyring_says(empty: Desk, in_memory: bool) -> None:
    if in_memory:
        empty.secrets.keep_in_memory(HERE.id, "k", HOST)
    else:
        await empty.secrets.put(HERE.id, "k", HOST)
    edit = await empty.edit()
    assert edit.place is (KeyLocation.SESSION if in_memory else KeyLocation.KEYRING)
    empty.secrets.error = KeyringLocked()
    if in_memory:
        await empty.saver.save(ELSEWHERE, edit)
    else:
        with pytest.raises(KeyringLocked):
            await empty.saver.save(ELSEWHERE, edit)
    assert empty.stored == (ELSEWHERE if in_memory else HERE)


async def test_a_connection_goes_with_its_key_or_not_at_all(desk: Desk) -> None:
    desk.secrets.error = KeyringLocked()
    with pytest.raises(KeyringLocked):
        await desk.saver.remove(HERE.id)
    assert (desk.stored, desk.secrets.keys) == (HERE, {HERE.id: "k-old"})
    desk.secrets.error = None
    await desk.saver.remove(HERE.id)
    assert (desk.preferences.settings.connections, desk.secrets.keys) == ((), {})


def test_a_typed_key_is_in_no_repr() -> None:
    assert "k-secret" not in repr(KeyEdit(typed="k-secret"))
