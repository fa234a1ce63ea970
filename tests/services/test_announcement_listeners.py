"""Queries the accessibility bus whether a screen reader listens to announcements, initially and after each change."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator

import pytest
from jeepney import DBusAddress, HeaderFields, Message, message_bus, new_method_return, new_signal
from jeepney.io.asyncio import DBusConnection, open_dbus_connection

from desktop_chat.services.desktop.announcement_listeners import hears_announcements, watch_listeners

REGISTRY = "/org/a11y/atspi/registry"


class Registry:
    """Launcher and registry of the accessibility service on one bus."""

    def __init__(self, connection: DBusConnection, address: str) -> None:
        self._connection, self._address = connection, address
        self.events: list[tuple[str, str]] = [(":1.5", "Object:StateChanged:Focused")]

    async def appear(self) -> None:
        for name in ("org.a11y.atspi.Registry", "org.a11y.Bus"):
            await self._connection.send(message_bus.RequestName(name))

    async def answer(self) -> None:
        while True:
            call = await self._connection.receive()
            if (reply := self._reply(call)) is not None:
                await self._connection.send(reply)

    def _reply(self, call: Message) -> Message | None:
        member = call.header.fields.get(HeaderFields.member)
        if member == "GetAddress":
            return new_method_return(call, "s", (self._address,))
        return new_method_return(call, "a(ss)", (self.events,)) if member == "GetRegisteredEvents" else None

    async def change(self, *events: tuple[str, str]) -> None:
        self.events = list(events)
        place = DBusAddress(REGISTRY, interface="org.a11y.atspi.Registry")
        await self._connection.send(
            new_signal(place, "EventListenerRegistered", "ss", (":1.5", "Object:Announcement:"))
        )


@pytest.fixture
async def registry(bus: subprocess.Popen[str]) -> AsyncIterator[Registry]:
    async with await open_dbus_connection("SESSION") as connection:
        registry = Registry(connection, os.environ["DBUS_SESSION_BUS_ADDRESS"])
        answering = asyncio.create_task(registry.answer(), name="registry")
        yield registry
        answering.cancel()
        await asyncio.wait({answering})


@pytest.mark.parametrize("is_early", [True, False], ids=["before the program", "after it"])
async def test_a_screen_reader_that_starts_listening_is_noticed(registry: Registry, is_early: bool) -> None:
    told: asyncio.Queue[bool] = asyncio.Queue()
    if is_early:
        await registry.appear()
    watching = asyncio.create_task(watch_listeners(told.put_nowait), name="watch")
    await asyncio.sleep(0.2)
    if not is_early:
        assert told.empty()
        await registry.appear()
    async with asyncio.timeout(60):
        assert not await told.get()
        await registry.change((":1.5", "Object:Announcement:"))
        assert await told.get()
        await registry.change()
        assert not await told.get()
    watching.cancel()
    await asyncio.wait({watching})


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "", "nonsense"])
async def test_without_a_bus_nothing_is_reported(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    told: list[bool] = []
    async with asyncio.timeout(60):
        await watch_listeners(told.append)
    assert told == []


@pytest.mark.parametrize(
    ("event", "heard"),
    [
        ("Object:Announcement:", True),
        ("object:announcement", True),
        ("Object:", True),
        ("Object:StateChanged:Focused", False),
        ("Window:Activate:", False),
    ],
)
def test_events_are_recognised_in_all_spellings(event: str, heard: bool) -> None:
    assert hears_announcements([(":1.1", event)]) is heard
