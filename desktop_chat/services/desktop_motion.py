"""Asks the desktop whether it wants to see motion, and high contrast: at first, and at every change.

Qt on Linux knows nothing of motion, and of contrast only on some desktops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # it has no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # likewise

from desktop_chat.services.message_bus import session_bus

logger = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long the session bus may take to let us in."""
_PORTAL = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.Settings",
)
_ANYONE = ("org.freedesktop.appearance", "reduced-motion")
_CONTRAST = ("org.freedesktop.appearance", "contrast")
_GNOME_CONTRAST = ("org.gnome.desktop.a11y.interface", "high-contrast")
_GNOME = ("org.gnome.desktop.interface", "enable-animations")
_KDE = ("org.kde.kdeglobals.KDE", "AnimationDurationFactor")
Values = Mapping[tuple[str, str], object]
"""What the desktop says, by namespace and key."""


async def watch_motion(tell: Callable[[bool], None], tell_contrast: Callable[[bool], None]) -> None:
    """Tell whether motion is wanted, and high contrast, as often as anything is said of it; returns where nobody says
    it. To be cancelled."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            bus = await session_bus()
    except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
        logger.info("nobody says whether motion is wanted: %r", error)
        return
    try:
        async with bus:
            await _listen(bus, tell, tell_contrast)
    except (OSError, EOFError) as error:
        logger.info("the session bus is gone: %r", error)


def moves(values: Values) -> bool:
    """Say whether motion is wanted: where desktops say different things, the one that wants less is heard."""
    factor = str(values.get(_KDE, 1))
    is_still = factor.replace(".", "").strip("0") == "" and factor != ""
    return values.get(_ANYONE) != 1 and values.get(_GNOME) is not False and not is_still


def wants_contrast(values: Values) -> bool:
    """Say whether high contrast is wanted, by what any of them says."""
    return values.get(_CONTRAST) == 1 or values.get(_GNOME_CONTRAST) is True


async def _listen(bus: DBusConnection, tell: Callable[[bool], None], tell_contrast: Callable[[bool], None]) -> None:
    rule = MatchRule(type="signal", interface=_PORTAL.interface, member="SettingChanged", path=_PORTAL.object_path)
    await bus.send(message_bus.AddMatch(rule))
    question = new_method_call(
        _PORTAL, "ReadAll", "as", ([namespace for namespace, _ in (_ANYONE, _GNOME, _GNOME_CONTRAST, _KDE)],)
    )
    question.header.flags |= MessageFlag.no_auto_start  # a desktop without one needs none for this
    serial = next(bus.outgoing_serial)
    await bus.send(question, serial=serial)
    known: dict[tuple[str, str], object] = {}
    while True:
        if said := _values(await bus.receive(), serial):
            known |= said
            tell(moves(known))
            tell_contrast(wants_contrast(known))


def _values(message: Message, serial: int) -> dict[tuple[str, str], object]:
    """Return what an answer to the question, or the news of a change, says; nothing for all other messages."""
    fields, kind, body = message.header.fields, message.header.message_type, message.body
    if kind is MessageType.method_return and fields.get(HeaderFields.reply_serial) == serial:
        found: dict[str, dict[str, tuple[str, Any]]] = body[0]
        return {(namespace, key): value for namespace, keys in found.items() for key, (_, value) in keys.items()}
    if kind is MessageType.signal and fields.get(HeaderFields.member) == "SettingChanged":
        namespace, key, (_, value) = body
        return {(namespace, key): value}
    return {}
