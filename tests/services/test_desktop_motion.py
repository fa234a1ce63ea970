"""The desktop's motion settings are read from a real bus, initially and later; a missing answer does no harm."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.asyncio import DBusConnection, open_dbus_connection

from desktop_chat.services.desktop.desktop_motion import moves, wants_contrast, watch_motion

GNOME, KDE, ANYONE = "org.gnome.desktop.interface", "org.kde.kdeglobals.KDE", "org.freedesktop.appearance"
PATH = "/org/freedesktop/portal/desktop"


class Desktop:
    """Answers like a desktop's portal."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.values = {GNOME: {"enable-animations": ("b", False)}}

    async def answer(self) -> None:
        while True:
            call = await self._connection.receive()
            if call.header.fields.get(HeaderFields.member) == "ReadAll":
                await self._connection.send(new_method_return(call, "a{sa{sv}}", (self.values,)))

    async def change(self, namespace: str, key: str, value: tuple[str, object]) -> None:
        portal = DBusAddress(PATH, interface="org.freedesktop.portal.Settings")
        await self._connection.send(new_signal(portal, "SettingChanged", "ssv", (namespace, key, value)))


@pytest.fixture
async def desktop(bus: subprocess.Popen[str]) -> AsyncIterator[Desktop]:
    async with await open_dbus_connection("SESSION") as connection:
        await connection.send(message_bus.RequestName("org.freedesktop.portal.Desktop"))
        while (await connection.receive()).header.message_type is not MessageType.method_return:
            pass
        desktop = Desktop(connection)
        answering = asyncio.create_task(desktop.answer(), name="answer")
        yield desktop
        answering.cancel()
        await asyncio.wait({answering})


class Heard:
    """The reported values, in order."""

    def __init__(self) -> None:
        self.contrast = False
        self.dark: bool | None = False
        self._told: asyncio.Queue[bool] = asyncio.Queue()
        self._watching = asyncio.create_task(watch_motion(self._tell, self._note, self._note_dark), name="watch")

    def _tell(self, motion: bool) -> None:
        asyncio.get_running_loop().call_soon(self._told.put_nowait, motion)  # after the other two are told

    def _note_dark(self, dark: bool | None) -> None:
        self.dark = dark

    def _note(self, contrast: bool) -> None:
        self.contrast = contrast

    async def next(self) -> bool:
        async with asyncio.timeout(60):
            return await self._told.get()

    async def ended(self) -> None:
        async with asyncio.timeout(60):
            await self._watching
        assert self._told.empty()

    async def stop(self) -> None:
        self._watching.cancel()
        await asyncio.wait({self._watching})


@pytest.mark.parametrize("loop", [pytest.param("asyncio"), pytest.param("qt", marks=pytest.mark.qt_loop)])
async def test_the_settings_are_read_initially_and_on_changes(desktop: Desktop, loop: str) -> None:
    heard = Heard()
    assert not await heard.next()
    await desktop.change(GNOME, "enable-animations", ("b", True))
    assert await heard.next()
    await desktop.change(ANYONE, "reduced-motion", ("u", 1))
    assert not await heard.next()
    assert not heard.contrast
    await desktop.change(ANYONE, "contrast", ("u", 1))
    await heard.next()
    assert heard.contrast
    await desktop.change(ANYONE, "contrast", ("u", 0))
    await heard.next()
    assert not heard.contrast
    for number, dark in ((1, True), (2, False), (0, None)):
        await desktop.change(ANYONE, "color-scheme", ("u", number))
        await heard.next()
        assert heard.dark is dark
    await heard.stop()


async def test_a_bus_without_a_portal_reports_nothing(bus: subprocess.Popen[str]) -> None:
    heard = Heard()
    async with await open_dbus_connection("SESSION"):  # the other connection is established by now
        pass
    bus.kill()
    await heard.ended()


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=localhost", "", "nonsense"])
async def test_without_a_bus_nothing_is_reported(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    await Heard().ended()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, True),
        ({(GNOME, "enable-animations"): True, (ANYONE, "reduced-motion"): 0}, True),
        ({(GNOME, "enable-animations"): False}, False),
        ({(GNOME, "enable-animations"): True, (ANYONE, "reduced-motion"): 1}, False),
        ({(KDE, "AnimationDurationFactor"): "0"}, False),
        ({(KDE, "AnimationDurationFactor"): "0.0"}, False),
        ({(KDE, "AnimationDurationFactor"): 0.0}, False),
        ({(KDE, "AnimationDurationFactor"): "0.5"}, True),
        ({(KDE, "AnimationDurationFactor"): ""}, True),
    ],
)
def test_the_setting_for_less_motion_wins(values: dict[tuple[str, str], object], wanted: bool) -> None:
    assert moves(values) is wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, False),
        ({(ANYONE, "contrast"): 1}, True),
        ({(ANYONE, "contrast"): 0, ("org.gnome.desktop.a11y.interface", "high-contrast"): False}, False),
        ({("org.gnome.desktop.a11y.interface", "high-contrast"): True}, True),
    ],
)
def test_any_desktop_can_ask_for_contrast(values: dict[tuple[str, str], object], wanted: bool) -> None:
    assert wants_contrast(values) is wanted
