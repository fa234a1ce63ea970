"""Inspects the Secret Service of a Linux desktop without ever prompting the user.

Import it only on the keyring's thread and on Linux: jeepney is not available elsewhere.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jeepney import (  # type: ignore[import-untyped]  # has no types
    DBusAddress,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]  # has no types

_SERVICE = "org.freedesktop.secrets"
_ROOT = "/org/freedesktop/secrets"
_INTERFACE = "org.freedesktop.Secret"
_NO_OBJECT = "/"

_PRODUCTS = {
    "gnome-keyring-d": "GNOME Keyring",
    "kwalletd": "KWallet",
    "ksecretd": "KWallet",
    "keepassxc": "KeePassXC",
    "keepassxc-proxy": "KeePassXC",
    "oo7-daemon": "oo7",
    "pass-secret-serv": "pass",
}
"""By prefix of the process's name, of which Linux keeps 15 characters."""


@contextmanager
def closing_after_errors() -> Iterator[None]:
    """Close the connections that the `keyring` package leaves open when it fails, for example at a locked keyring."""
    try:
        yield
    except Exception as error:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            for value in frame.f_locals.values():
                if isinstance(value, DBusConnection):
                    value.close()
        raise


def name_of_service() -> str:
    """Return the service's display name: "Secret Service: GNOME Keyring"."""
    product = ""
    with suppress(OSError, ValueError), _session_bus() as bus:  # in a sandbox, processes are invisible
        (process,) = _reply(bus, message_bus.GetConnectionUnixProcessID(_SERVICE))
        name = Path(f"/proc/{process}/comm").read_text().strip()
        product = next((known for start, known in _PRODUCTS.items() if name.startswith(start)), "")
    return f"Secret Service: {product}" if product else "Secret Service"


def is_locked() -> bool:
    """Return whether the default collection is locked. A missing one is not."""
    with _session_bus() as bus:
        collection = _default_collection(bus)
        if collection == _NO_OBJECT:
            return False
        ((_, locked),) = _reply(bus, Properties(_address(collection, "Collection")).get("Locked"))
        return bool(locked)


def holds(attributes: dict[str, str]) -> bool:
    """Return whether the default collection has an item with these attributes, locked or not."""
    with _session_bus() as bus:
        unlocked, locked = _reply(
            bus, new_method_call(_address(_ROOT, "Service"), "SearchItems", "a{ss}", (attributes,))
        )
        place = _default_collection(bus) + "/"
        return any(item.startswith(place) for item in (*unlocked, *locked))


def _default_collection(bus: DBusConnection) -> str:
    return str(_reply(bus, new_method_call(_address(_ROOT, "Service"), "ReadAlias", "s", ("default",)))[0])


@contextmanager
def _session_bus() -> Iterator[DBusConnection]:
    try:
        bus = open_dbus_connection("SESSION")
    except (KeyError, RuntimeError) as error:  # no address in the environment, or not a socket
        raise ConnectionError(f"no session bus: {error}") from error
    with bus:
        yield bus


def _address(path: str, interface: str) -> DBusAddress:
    return DBusAddress(path, bus_name=_SERVICE, interface=f"{_INTERFACE}.{interface}")


def _reply(bus: DBusConnection, message: Any) -> Any:
    reply = bus.send_and_get_reply(message)
    if reply.header.message_type == MessageType.error:
        raise ConnectionError(f"the Secret Service refused: {reply.body}")
    return reply.body
