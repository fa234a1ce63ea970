"""Connects to a D-Bus message bus, without leaking the socket on failure or cancellation."""

from __future__ import annotations

import asyncio

from jeepney import message_bus  # type: ignore[import-untyped]  # has no types
from jeepney.auth import BEGIN, Authenticator  # type: ignore[import-untyped]  # has no types
from jeepney.bus import get_bus, get_connectable_addresses  # type: ignore[import-untyped]  # has no types
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # has no types


async def session_bus() -> DBusConnection:
    """Return a connection to the session bus.

    Raises KeyError, RuntimeError, ValueError, OSError or EOFError if that fails.
    """
    return await _connect(get_bus("SESSION"))


async def bus_at(address: str) -> DBusConnection:
    """Return a connection to the bus at a D-Bus address; raises the same errors as `session_bus`."""
    return await _connect(next(iter(get_connectable_addresses(address))))


async def _connect(path: str) -> DBusConnection:
    """Connect without jeepney's own function, which leaks the socket on failure or cancellation."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        await _authenticate(reader, writer)
        bus = DBusConnection(reader, writer)
        await bus.send(message_bus.Hello())
    except BaseException:
        writer.close()
        raise
    return bus


async def _authenticate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    authenticator = Authenticator()
    for line in authenticator:
        writer.write(line)
        await writer.drain()
        answer = await reader.read(1024)
        if not answer:
            raise EOFError("the message bus closed the connection")
        authenticator.feed(answer)
    writer.write(BEGIN)
