"""Notifications by the desktop's service, which a program on this test's own bus plays."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, Message, message_bus, new_error, new_method_return, new_signal
from jeepney.io.asyncio import DBusConnection, open_dbus_connection

from desktop_chat.core.ports import Notification
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.desktop.notifications import DesktopNotifications

NAME = "org.freedesktop.Notifications"
PLACE = DBusAddress("/org/freedesktop/Notifications", interface=NAME)
READY = Notification("one", "message", "Reply finished", "Tea & <b>biscuits</b>", "Open")


class Desk:
    """The service: what it shows, by its own numbers, and what it was asked."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        self.shown: dict[int, tuple[Any, ...]] = {}
        self.calls: asyncio.Queue[str] = asyncio.Queue()
        self.capabilities = ["actions", "body"]
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.refuses = False

    async def answer(self) -> None:
        await self._bus.send(message_bus.RequestName(NAME))
        while True:
            call = await self._bus.receive()
            if call.header.fields.get(HeaderFields.interface) == NAME:
                await self.may_answer.wait()
                await self._bus.send(self._reply(call))
                self.calls.put_nowait(call.header.fields[HeaderFields.member])

    def _reply(self, call: Message) -> Message:
        member = call.header.fields[HeaderFields.member]
        if self.refuses:
            return new_error(call, f"{NAME}.Error.Failed")
        if member == "GetCapabilities":
            return new_method_return(call, "as", (self.capabilities,))
        if member == "Notify":
            number = call.body[1] or len(self.shown) + 7
            self.shown[number] = call.body
            return new_method_return(call, "u", (number,))
        assert member == "CloseNotification"
        del self.shown[call.body[0]]
        return new_method_return(call)

    async def asked(self, name: str) -> None:
        """Wait until it was asked to do something, and has done it."""
        async with asyncio.timeout(60):
            while await self.calls.get() != name:
                pass

    async def say(self, name: str, signature: str, *body: object) -> None:
        await self._bus.send(new_signal(PLACE, name, signature, body))


@pytest.fixture
async def desk(bus: subprocess.Popen[str]) -> AsyncIterator[Desk]:
    connection = await open_dbus_connection("SESSION")
    desk = Desk(connection)
    answering = asyncio.create_task(desk.answer(), name="notification service")
    yield desk
    answering.cancel()
    await asyncio.wait({answering})
    with suppress(ConnectionError):  # a bus that went away may have reset the connection
        await connection.close()


@pytest.fixture
async def opened() -> asyncio.Queue[tuple[Notification, str]]:
    return asyncio.Queue()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    tasks = Tasks()
    yield tasks
    await tasks.aclose()


@pytest.fixture
async def notifications(
    desk: Desk, tasks: Tasks, opened: asyncio.Queue[tuple[Notification, str]]
) -> DesktopNotifications:
    return DesktopNotifications(tasks, lambda *told: opened.put_nowait(told))


async def test_a_notification_has_its_words_and_an_action(desk: Desk, notifications: DesktopNotifications) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    [(name, replaced, icon, title, text, actions, hints, _)] = desk.shown.values()
    assert (name, replaced, title, text) == ("Desktop Chat", 0, "Reply finished", "Tea & <b>biscuits</b>")
    assert actions == ["default", "Open"]
    assert hints["desktop-entry"] == ("s", icon)
    assert hints["category"] == ("s", "im.received")


async def test_text_is_plain_where_the_desktop_reads_markup(desk: Desk, notifications: DesktopNotifications) -> None:
    desk.capabilities.append("body-markup")
    notifications.show(READY)
    await desk.asked("Notify")
    assert [body[4] for body in desk.shown.values()] == ["Tea &amp; &lt;b&gt;biscuits&lt;/b&gt;"]


async def test_a_newer_one_replaces_that_of_its_conversation(desk: Desk, notifications: DesktopNotifications) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    notifications.show(Notification("two", "message", "Reply failed", "No network", "Open", is_failure=True))
    await desk.asked("Notify")
    notifications.show(Notification("one", "message", "Reply finished", "Again", "Open"))
    await desk.asked("Notify")
    assert {body[4]: body[1] for body in desk.shown.values()} == {"Again": 7, "No network": 0}


async def test_a_click_leads_to_the_newest_message(
    desk: Desk, notifications: DesktopNotifications, opened: asyncio.Queue[tuple[Notification, str]]
) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    [number] = desk.shown
    await desk.say("ActionInvoked", "us", number + 1, "default")
    await desk.say("ActivationToken", "us", number, "a-token")
    await desk.say("ActionInvoked", "us", number, "default")
    async with asyncio.timeout(60):
        assert await opened.get() == (READY, "a-token")
    assert opened.empty(), "of somebody else's notification, nothing is opened"
    newer = replace(READY, message_id="a later message")
    notifications.show(newer)
    await desk.asked("Notify")
    await desk.say("ActionInvoked", "us", number, "default")
    async with asyncio.timeout(60):
        assert await opened.get() == (newer, "")


async def test_what_was_looked_at_is_taken_back(desk: Desk, notifications: DesktopNotifications) -> None:
    notifications.withdraw("one")
    notifications.show(READY)
    await desk.asked("Notify")
    notifications.withdraw("one")
    await desk.asked("CloseNotification")
    assert desk.shown == {}


async def test_one_that_is_just_being_shown_is_taken_back_too(desk: Desk, notifications: DesktopNotifications) -> None:
    desk.may_answer.clear()
    notifications.show(READY)
    while "one" not in notifications._shown:  # noqa: ASYNC110  (until it is sent)
        await asyncio.sleep(0.01)
    notifications.withdraw("one")
    desk.may_answer.set()
    await desk.asked("CloseNotification")
    assert desk.shown == {}


async def test_one_that_the_person_closed_is_shown_anew(desk: Desk, notifications: DesktopNotifications) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    await desk.say("NotificationClosed", "uu", desk.shown.popitem()[0], 2)
    while "one" in notifications._shown:  # noqa: ASYNC110  (until the signal is read)
        await asyncio.sleep(0.01)
    notifications.show(READY)
    await desk.asked("Notify")
    assert [body[1] for body in desk.shown.values()] == [0]


async def test_the_end_of_the_program_leaves_none(
    desk: Desk, notifications: DesktopNotifications, tasks: Tasks
) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    while not notifications._shown["one"]:  # noqa: ASYNC110  (until the answer is read)
        await asyncio.sleep(0)
    await tasks.aclose()
    await desk.asked("CloseNotification")
    assert desk.shown == {}


async def test_a_service_that_refuses_is_asked_again_the_next_time(
    desk: Desk, notifications: DesktopNotifications
) -> None:
    desk.refuses = True
    notifications.show(READY)
    await desk.asked("Notify")
    desk.refuses = False
    notifications.show(READY)
    await desk.asked("Notify")
    assert len(desk.shown) == 1


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "", "nonsense"])
async def test_without_a_bus_nothing_happens(monkeypatch: pytest.MonkeyPatch, tasks: Tasks, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    notifications = DesktopNotifications(tasks, lambda *_: None)
    for _ in range(2):
        notifications.show(READY)
        running = notifications._running
        assert running is not None
        await asyncio.wait({running}, timeout=10)
        assert running.exception() is None


async def test_a_bus_that_goes_away_is_survived(
    bus: subprocess.Popen[str], desk: Desk, notifications: DesktopNotifications
) -> None:
    notifications.show(READY)
    await desk.asked("Notify")
    bus.kill()
    running = notifications._running
    assert running is not None
    await asyncio.wait({running}, timeout=10)
    assert running.exception() is None
