"""A misbehaving Secret Service in its own process on a real bus. Usage: odd_secret_service.py HABIT"""

from __future__ import annotations

import sys

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

COLLECTION = "/org/freedesktop/secrets/collection/login"
ITEM = f"{COLLECTION}/1"
PROMPT = "/org/freedesktop/secrets/prompt/1"


def answer(bus: DBusConnection, habit: str, call: Message) -> None:
    """Answer one call: "silent", "refusing", or "locked" with a prompt that is dismissed."""
    member = call.header.fields[HeaderFields.member]
    if habit == "silent":
        return
    if habit == "refusing":
        bus.send(
            new_error(call, "org.freedesktop.DBus.Error.AccessDenied", "s", ("no key sk-0123456789abcdefgh today",))
        )
        return
    bodies = {
        "ReadAlias": ("o", (COLLECTION,)),
        "SearchItems": ("aoao", ([], [ITEM])) if _path(call).endswith("secrets") else ("ao", ([ITEM],)),
        "Get": ("v", (("b", True),)),
        "Unlock": ("aoo", ([], PROMPT)),
        "Prompt": ("", ()),
    }
    signature, body = bodies[member]
    bus.send(new_method_return(call, signature, body))
    if member == "Prompt":
        prompt = DBusAddress(PROMPT, interface="org.freedesktop.Secret.Prompt")
        bus.send(new_signal(prompt, "Completed", "bv", (True, ("ao", []))))


def _path(call: Message) -> str:
    return str(call.header.fields[HeaderFields.path])


def main() -> None:
    with open_dbus_connection("SESSION") as bus:
        Proxy(message_bus, bus).RequestName("org.freedesktop.secrets")
        print("ready", flush=True)
        while True:
            call = bus.receive()
            if call.header.message_type is MessageType.method_call:
                answer(bus, sys.argv[1], call)


if __name__ == "__main__":
    main()
