"""The desktop's portal holds the key: asked in its protocol, on a real bus; what it refuses is an expected failure."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_error, new_method_return, new_signal
from jeepney.io.asyncio import DBusConnection, open_dbus_connection
from jeepney.low_level import Message

from desktop_chat import APP_ID
from desktop_chat.core.global_keys import GLOBAL_KEYS, ShortcutError
from desktop_chat.services.shortcuts.global_shortcut import hold_key
from desktop_chat.services.shortcuts.portal import PortalMissing, hold_by_portal, trigger_of

PATH = "/org/freedesktop/portal/desktop"
SESSION = f"{PATH}/session/1_1/x"
PORTAL = DBusAddress(PATH, interface="org.freedesktop.portal.GlobalShortcuts")


class Portal:
    """Answers like xdg-desktop-portal: each request by a signal at the path that its token names."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.refusal = 0
        self.registered: list[str] = []
        self.bound: list[tuple[str, dict[str, tuple[str, str]]]] = []
        self.is_bound = asyncio.Event()

    async def answer(self) -> None:
        while True:
            message = await self._connection.receive()
            if message.header.message_type is MessageType.method_call:
                await self._answer(message)

    async def _answer(self, call: Message) -> None:
        fields, body = call.header.fields, call.body
        match fields[HeaderFields.member]:
            case "Get":
                await self._connection.send(new_method_return(call, "v", (("u", 1),)))
            case "Register":
                self.registered.append(body[0])
                await self._connection.send(new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))
            case "CreateSession":
                await self._respond(call, body[-1], 0, {"session_handle": ("s", SESSION)})
            case "BindShortcuts":
                self.bound = body[1]
                await self._respond(call, body[-1], self.refusal, {})
                self.is_bound.set()

    async def _respond(self, call: Message, options: dict, code: int, results: dict) -> None:
        sender = call.header.fields[HeaderFields.sender][1:].replace(".", "_")
        path = f"{PATH}/request/{sender}/{options['handle_token'][1]}"
        await self._connection.send(new_method_return(call, "o", (path,)))
        request = DBusAddress(path, interface="org.freedesktop.portal.Request")
        await self._connection.send(new_signal(request, "Response", "ua{sv}", (code, results)))

    async def press(self, shortcut_id: str, session: str = SESSION) -> None:
        await self._connection.send(new_signal(PORTAL, "Activated", "osta{sv}", (session, shortcut_id, 1, {})))


@pytest.fixture
async def portal(bus: subprocess.Popen[str]) -> AsyncIterator[Portal]:
    async with await open_dbus_connection("SESSION") as connection:
        await connection.send(message_bus.RequestName("org.freedesktop.portal.Desktop"))
        while (await connection.receive()).header.message_type is not MessageType.method_return:
            pass
        portal = Portal(connection)
        answering = asyncio.create_task(portal.answer(), name="answer")
        yield portal
        answering.cancel()
        await asyncio.wait({answering})


@pytest.mark.parametrize("loop", [pytest.param("asyncio"), pytest.param("qt", marks=pytest.mark.qt_loop)])
async def test_each_press_of_the_bound_key_is_told(portal: Portal, loop: str) -> None:
    pressed: asyncio.Queue[None] = asyncio.Queue()
    holding = asyncio.create_task(hold_key("ctrl_alt_space", "Quick question", lambda: pressed.put_nowait(None)))
    async with asyncio.timeout(60):
        await portal.is_bound.wait()
        [(shortcut_id, options)] = portal.bound
        assert options == {"description": ("s", "Quick question"), "preferred_trigger": ("s", "CTRL+ALT+space")}
        await portal.press(shortcut_id, session=f"{SESSION}/of/another")
        await portal.press("another")
        await portal.press(shortcut_id)
        await portal.press(shortcut_id)
        await pressed.get()
        await pressed.get()
    assert pressed.empty()
    assert portal.registered == [APP_ID]
    holding.cancel()
    await asyncio.wait({holding})


async def test_a_key_that_the_person_refuses_is_an_expected_failure(portal: Portal) -> None:
    portal.refusal = 1
    with pytest.raises(ShortcutError) as refused:
        await hold_key("ctrl_alt_q", "Quick question", lambda: None)
    assert not refused.value.refused.is_taken


async def test_a_bus_without_a_portal_is_told_apart(bus: subprocess.Popen[str]) -> None:
    with pytest.raises(PortalMissing):
        await hold_by_portal("ctrl_alt_q", "Quick question", lambda: None)


async def test_without_portal_and_x_server_there_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(ShortcutError):
        await hold_key("ctrl_alt_q", "Quick question", lambda: None)
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setenv("DISPLAY", ":4999")
    with pytest.raises(ShortcutError, match="cannot reach the X server"):
        await hold_key("ctrl_alt_q", "Quick question", lambda: None)


def test_every_key_has_a_trigger() -> None:
    assert [trigger_of(key) for key in GLOBAL_KEYS][:2] == ["CTRL+ALT+space", "CTRL+SHIFT+space"]
