"""Asks the accessibility bus whether a screen reader listens to announcements; Orca before release 45 does not.

The AT-SPI registry knows which program registered for which events:
https://gitlab.gnome.org/GNOME/at-spi2-core/-/blob/main/xml/Registry.xml
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # has no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # has no types

from desktop_chat.services.desktop.message_bus import bus_at, session_bus

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long connecting to each bus may take."""
_LAUNCHER = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
_REGISTRY = DBusAddress(
    "/org/a11y/atspi/registry", bus_name="org.a11y.atspi.Registry", interface="org.a11y.atspi.Registry"
)
_CHANGES = frozenset({"EventListenerRegistered", "EventListenerDeregistered"})


async def watch_listeners(tell: Callable[[bool], None]) -> None:
    """Call `tell` with whether anyone listens to announcements, initially and after each change, until cancelled.
    Returns if there is no session bus; waits for the accessibility bus, which a screen reader starts."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            session = await session_bus()
        async with session:
            address = await _address(session)
        async with asyncio.timeout(PATIENCE_S):
            bus = await bus_at(address)
        async with bus:
            await _listen(bus, tell)
    except (KeyError, RuntimeError, ValueError, OSError, EOFError, StopIteration) as error:
        logger.info("cannot watch for listeners to announcements: %r", error)


def hears_announcements(registered: Iterable[tuple[str, str]]) -> bool:
    """Return whether one of these (bus name, event) pairs covers announcements. The registry writes
    `Object:Announcement:`; a shorter event covers all that start with it."""
    for _, event in registered:
        parts = [part for part in event.lower().split(":") if part]
        if parts == ["object", "announcement"][: len(parts)]:
            return True
    return False


async def _address(session: DBusConnection) -> str:
    """Return the address of the accessibility bus, once its launcher is running; does not start it."""
    rule = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
    rule.add_arg_condition(0, _LAUNCHER.bus_name)
    await session.send(message_bus.AddMatch(rule))
    serial = await _ask_for_address(session)
    while True:
        message = await session.receive()
        fields = message.header.fields
        if fields.get(HeaderFields.reply_serial) == serial:
            if message.header.message_type is MessageType.method_return:
                return str(message.body[0])
        elif fields.get(HeaderFields.member) == "NameOwnerChanged":
            serial = await _ask_for_address(session)


async def _ask_for_address(session: DBusConnection) -> int:
    call = new_method_call(_LAUNCHER, "GetAddress")
    call.header.flags |= MessageFlag.no_auto_start
    serial: int = next(session.outgoing_serial)
    await session.send(call, serial=serial)
    return serial


async def _listen(bus: DBusConnection, tell: Callable[[bool], None]) -> None:
    rule = MatchRule(type="signal", interface=_REGISTRY.interface, path=_REGISTRY.object_path)
    await bus.send(message_bus.AddMatch(rule))
    serial = await _ask(bus)
    while True:
        message = await bus.receive()
        fields, body = message.header.fields, message.body
        if fields.get(HeaderFields.reply_serial) == serial:
            if message.header.message_type is MessageType.method_return:
                tell(hears_announcements(_pairs(body)))
        elif fields.get(HeaderFields.member) in _CHANGES:
            serial = await _ask(bus)


async def _ask(bus: DBusConnection) -> int:
    serial: int = next(bus.outgoing_serial)
    await bus.send(new_method_call(_REGISTRY, "GetRegisteredEvents"), serial=serial)
    return serial


def _pairs(body: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(str(one[0]), str(one[1])) for one in body[0]]
