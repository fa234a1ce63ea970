"""Holds a key through the desktop's portal.

https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # has no types
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.asyncio import DBusRouter  # type: ignore[import-untyped]  # likewise

from desktop_chat import APP_ID
from desktop_chat.core.global_keys import ShortcutError
from desktop_chat.services.desktop.message_bus import session_bus

PATIENCE_S = 5.0
"""How long the portal may take to answer; the person, whom it may ask, has no limit."""
SHORTCUT_ID = "quick-question"
_BUFFERED = 16
"""How many signals may wait; jeepney drops what comes on top."""
_BUS, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_PORTAL = DBusAddress(_PATH, bus_name=_BUS, interface="org.freedesktop.portal.GlobalShortcuts")
_REGISTRY = DBusAddress(_PATH, bus_name=_BUS, interface="org.freedesktop.host.portal.Registry")


class PortalMissing(Exception):
    """There is no portal, or it offers no shortcuts."""


async def hold_by_portal(key: str, description: str, pressed: Callable[[], None]) -> None:
    """Do what `hold_key` promises. Raises PortalMissing, or ShortcutError if the person or the desktop refuses."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            bus = await session_bus()
    except (KeyError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise PortalMissing(repr(error)) from error
    async with bus, DBusRouter(bus) as router:
        session = await _open_session(router)
        rule = MatchRule(type="signal", interface=_PORTAL.interface, member="Activated", path=_PATH)
        with router.filter(rule, bufsize=_BUFFERED) as activations:
            await router.send(message_bus.AddMatch(rule))
            shortcut = (SHORTCUT_ID, {"description": ("s", description), "preferred_trigger": ("s", trigger_of(key))})
            await _request(router, "BindShortcuts", "oa(sa{sv})sa{sv}", (session, [shortcut], ""), {})
            while True:
                handle, shortcut_id, *_ = (await activations.get()).body
                if (handle, shortcut_id) == (session, SHORTCUT_ID):
                    pressed()


def trigger_of(key: str) -> str:
    """Return a key as the XDG specification of shortcuts writes it ("CTRL+ALT+space")."""
    *modifiers, name = key.split("_")
    return "+".join([*(one.upper() for one in modifiers), name])


async def _open_session(router: DBusRouter) -> str:
    version = await _call(router, Properties(_PORTAL).get("version"))
    if version.header.message_type is not MessageType.method_return:
        raise PortalMissing(str(version.body))
    # A portal of 1.20 or later asks programs outside a sandbox who they are; earlier ones do not know this call.
    await _call(router, new_method_call(_REGISTRY, "Register", "sa{sv}", (APP_ID, {})))
    options = {"session_handle_token": ("s", _token())}
    results = await _request(router, "CreateSession", "a{sv}", (), options)
    return str(results["session_handle"][1])


async def _request(
    router: DBusRouter, method: str, signature: str, arguments: tuple[Any, ...], options: dict[str, tuple[str, str]]
) -> dict[str, tuple[str, Any]]:
    """Call a method that is answered by a signal, and return the results in it."""
    rule = MatchRule(type="signal", interface="org.freedesktop.portal.Request", member="Response")
    with router.filter(rule, bufsize=_BUFFERED) as responses:
        await router.send(message_bus.AddMatch(rule))
        body = (*arguments, {**options, "handle_token": ("s", _token())})
        reply = await _call(router, new_method_call(_PORTAL, method, signature, body))
        if reply.header.message_type is not MessageType.method_return:
            raise ShortcutError(f"{method}: {reply.body}")
        response = await responses.get()
        while response.header.fields[HeaderFields.path] != reply.body[0]:
            response = await responses.get()
    code, results = response.body
    if code != 0:
        raise ShortcutError(f"{method}: refused ({code})")
    return dict(results)


async def _call(router: DBusRouter, message: Message) -> Message:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await router.send_and_get_reply(message)
    except TimeoutError as error:
        raise PortalMissing("it does not answer") from error


def _token() -> str:
    return f"desktop_chat_{secrets.token_hex(6)}"
