"""Shows notifications through the desktop's own service, which decides how, and whether now is a good time.

https://specifications.freedesktop.org/notification-spec/
"""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # has no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # likewise

from desktop_chat import APP_ID
from desktop_chat.core.ports import Notification
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.desktop.message_bus import session_bus

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long connecting, and each answer of the service, may take."""
_SERVICE = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_NAME = "Desktop Chat"
_AS_LONG_AS_USUAL = -1
_NORMAL = 1
_CLICKED = "default"
"""The action of a click on the notification; some desktops show a button for it instead."""


class DesktopNotifications:
    """Implements `core.ports.Notifier`. Connects with the first notification, and stays connected: desktops remove the
    notifications of programs that have left the bus. Cancelling its task removes those that are shown."""

    def __init__(self, tasks: Tasks, opened: Callable[[Notification, str], None]) -> None:
        """`opened` is called with a notification that was clicked, and the desktop's permission to come to the front
        (an activation token), if it gave one."""
        self._tasks = tasks
        self._opened = opened
        self._changed = asyncio.Event()
        self._wanted: dict[str, Notification | None] = {}
        """What is to be shown, or no longer, by conversation."""
        self._shown: dict[str, int] = {}
        """The service's numbers, by conversation; 0 until it has answered."""
        self._last: dict[str, Notification] = {}
        """The last one about each conversation."""
        self._answers: dict[int, tuple[asyncio.Future[Message], str]] = {}
        """What is waited for, by the serial number of the call, and the conversation that it shows."""
        self._token = (0, "")
        self._running: asyncio.Task[None] | None = None

    def show(self, notification: Notification) -> None:
        """Show a notification in place of the earlier one about its conversation."""
        self._want(notification.conversation_id, notification)

    def withdraw(self, conversation_id: str) -> None:
        """Remove the notification about a conversation, if there is one."""
        if conversation_id in self._wanted or conversation_id in self._shown:
            self._want(conversation_id, None)

    def _want(self, conversation_id: str, notification: Notification | None) -> None:
        self._wanted[conversation_id] = notification
        self._changed.set()
        if self._running is None or self._running.done():
            self._running = self._tasks.start(self._run(), "show notifications")

    async def _run(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                bus = await session_bus()
            async with bus:
                await self._converse(bus)
        except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
            logger.info("cannot show notifications: %r", error)
        finally:
            self._wanted.clear()
            self._shown.clear()

    async def _converse(self, bus: DBusConnection) -> None:
        rule = MatchRule(type="signal", interface=_SERVICE.interface, path=_SERVICE.object_path)
        await bus.send(message_bus.AddMatch(rule))
        sending = asyncio.create_task(self._send_wanted(bus), name="send notifications")
        try:
            while True:
                self._receive(await bus.receive())
        finally:
            sending.cancel()
            await asyncio.wait({sending})
            with suppress(OSError):
                for number in filter(None, self._shown.values()):
                    await bus.send(_close(number))

    async def _send_wanted(self, bus: DBusConnection) -> None:
        while await self._changed.wait():
            self._changed.clear()
            while self._wanted:
                conversation_id = next(iter(self._wanted))
                notification = self._wanted.pop(conversation_id)
                with suppress(OSError):  # `_converse` notices that the bus is gone
                    if notification is not None:
                        await self._send(bus, notification)
                    elif number := self._shown.pop(conversation_id, 0):
                        await bus.send(_close(number))

    async def _send(self, bus: DBusConnection, notification: Notification) -> None:
        number = self._shown.setdefault(notification.conversation_id, 0)
        self._last[notification.conversation_id] = notification
        answer = await self._call(bus, new_method_call(_SERVICE, "GetCapabilities"))
        has_markup = answer is not None and "body-markup" in answer[0]
        text = html.escape(notification.text, quote=False) if has_markup else notification.text
        hints = {
            "desktop-entry": ("s", APP_ID),
            "urgency": ("y", _NORMAL),
            "category": ("s", "im.error" if notification.is_failure else "im.received"),
        }
        actions = [_CLICKED, notification.action]
        body = (_NAME, number, APP_ID, notification.title, text, actions, hints, _AS_LONG_AS_USUAL)
        call = new_method_call(_SERVICE, "Notify", "susssasa{sv}i", body)
        if await self._call(bus, call, notification.conversation_id) is None:
            self._shown.pop(notification.conversation_id, None)

    async def _call(self, bus: DBusConnection, call: Message, showing: str = "") -> tuple[Any, ...] | None:
        """Call the service and return what it answers; None if it refuses, or is not there."""
        serial = next(bus.outgoing_serial)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answers[serial] = (answer, showing)
        try:
            await bus.send(call, serial=serial)
            async with asyncio.timeout(PATIENCE_S):
                message = await answer
        except TimeoutError:
            logger.info("the notification service does not answer")
            return None
        finally:
            del self._answers[serial]
        if message.header.message_type is MessageType.error:
            logger.info("the notification service refuses: %s", message.header.fields.get(HeaderFields.error_name))
            return None
        body: tuple[Any, ...] = message.body
        return body

    def _receive(self, message: Message) -> None:
        fields = message.header.fields
        kind = message.header.message_type
        answer, showing = self._answers.get(fields.get(HeaderFields.reply_serial, -1), (None, ""))
        if answer is not None and not answer.done():
            answer.set_result(message)
            if showing and kind is MessageType.method_return:
                self._shown[showing] = message.body[0]  # now: a click may be the next message
        elif kind is MessageType.signal and message.body:
            self._on_signal(fields.get(HeaderFields.member, ""), *message.body)

    def _on_signal(self, name: str, number: int, detail: object = "", *_: object) -> None:
        conversation_id = next((known for known, shown in self._shown.items() if shown and shown == number), None)
        if conversation_id is None:
            return
        if name == "ActivationToken":
            self._token = (number, str(detail))
        elif name == "ActionInvoked":
            (token_for, token), self._token = self._token, (0, "")  # a token is good for one time
            self._opened(self._last[conversation_id], token if token_for == number else "")
        elif name == "NotificationClosed":
            del self._shown[conversation_id]


def _close(number: int) -> Message:
    return new_method_call(_SERVICE, "CloseNotification", "u", (number,))
