"""Watches the desktop's preferences for motion, high contrast, and dark or light.

Qt on Linux does not know about motion, and about the others only on some desktops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, cast

from jeepney import (  # type: ignore[import-untyped]  # has no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # has no types

from desktop_chat.services.desktop.message_bus import session_bus

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long connecting to the session bus may take."""
_PORTAL = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.Settings",
)
_FREEDESKTOP = ("org.freedesktop.appearance", "reduced-motion")
_CONTRAST = ("org.freedesktop.appearance", "contrast")
_SCHEME = ("org.freedesktop.appearance", "color-scheme")
_GNOME_CONTRAST = ("org.gnome.desktop.a11y.interface", "high-contrast")
_GNOME = ("org.gnome.desktop.interface", "enable-animations")
_KDE = ("org.kde.kdeglobals.KDE", "AnimationDurationFactor")
Values = Mapping[tuple[str, str], object]
"""Setting values by namespace and key."""


async def watch_motion(
    tell: Callable[[bool], None], tell_contrast: Callable[[bool], None], tell_dark: Callable[[bool | None], None]
) -> None:
    """Call the callbacks with whether motion, high contrast and dark colours are wanted, initially and at each change,
    until cancelled; of dark colours, None means that the desktop does not say. Returns if there is no session bus."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            bus = await session_bus()
    except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
        logger.info("cannot watch the desktop's motion setting: %r", error)
        return
    try:
        async with bus:
            async for known in _listen(bus):
                tell(moves(known))
                tell_contrast(wants_contrast(known))
                tell_dark(wants_dark(known))
    except (OSError, EOFError) as error:
        logger.info("lost the session bus: %r", error)


def moves(values: Values) -> bool:
    """Return whether motion is wanted; if settings disagree, the one for less motion wins."""
    factor = str(values.get(_KDE, 1))
    is_still = factor.replace(".", "").strip("0") == "" and factor != ""
    return values.get(_FREEDESKTOP) != 1 and values.get(_GNOME) is not False and not is_still


def wants_contrast(values: Values) -> bool:
    """Return whether any setting asks for high contrast."""
    return values.get(_CONTRAST) == 1 or values.get(_GNOME_CONTRAST) is True


def wants_dark(values: Values) -> bool | None:
    """Return whether dark colours are wanted; None if the desktop has no preference."""
    return {1: True, 2: False}.get(cast(int, values.get(_SCHEME)))


async def _listen(bus: DBusConnection) -> AsyncIterator[Values]:
    """Yield all settings that are known, after each change."""
    rule = MatchRule(type="signal", interface=_PORTAL.interface, member="SettingChanged", path=_PORTAL.object_path)
    await bus.send(message_bus.AddMatch(rule))
    call = new_method_call(
        _PORTAL, "ReadAll", "as", ([namespace for namespace, _ in (_FREEDESKTOP, _GNOME, _GNOME_CONTRAST, _KDE)],)
    )
    call.header.flags |= MessageFlag.no_auto_start  # do not start a portal just for this
    serial = next(bus.outgoing_serial)
    await bus.send(call, serial=serial)
    known: dict[tuple[str, str], object] = {}
    while True:
        if changes := _values(await bus.receive(), serial):
            known |= changes
            yield known


def _values(message: Message, serial: int) -> dict[tuple[str, str], object]:
    """Return the settings in the reply to our call or in a change signal; empty for all other messages."""
    fields, kind, body = message.header.fields, message.header.message_type, message.body
    if kind is MessageType.method_return and fields.get(HeaderFields.reply_serial) == serial:
        found: dict[str, dict[str, tuple[str, Any]]] = body[0]
        return {(namespace, key): value for namespace, keys in found.items() for key, (_, value) in keys.items()}
    if kind is MessageType.signal and fields.get(HeaderFields.member) == "SettingChanged":
        namespace, key, (_, value) = body
        return {(namespace, key): value}
    return {}
