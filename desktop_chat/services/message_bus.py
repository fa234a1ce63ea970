"""Lets the program in at a D-Bus message bus, without a socket that stays open where that fails or is cancelled."""

from __future__ import annotations

import asyncio

from jeepney import message_bus  # type: ignore[import-untyped]  # it has no types
from jeepney.auth import BEGIN, Authenticator  # type: ignore[import-untyped]  # likewise
from jeepney.bus import get_bus, get_connectable_addresses  # type: ignore[import-untyped]  # likewise
from jeepney.io.asyncio import DBusConnection  # type: ignore[import-untyped]  # likewise


async def session_bus() -> DBusConnection:
    """Return a connection to the session's bus.

    Raises KeyError, RuntimeError, ValueError, OSError or EOFError where there is none that lets us in.
    """
    return await _connect(get_bus("SESSION"))


async def bus_at(address: str) -> DBusConnection:
    """Return a connection to the bus with a D-Bus address; raises what `session_bus` raises."""
    return await _connect(next(iter(get_connectable_addresses(address))))


async def _connect(path: str) -> DBusConnection:
    """jeepney's own way leaves the socket open where that fails or is cancelled."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        await _greet(reader, writer)
        bus = DBusConnection(reader, writer)
        await bus.send(message_bus.Hello())
    except BaseException:
        writer.close()
        raise
    return bus


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    authenticator = Authenticator()
    for words in authenticator:
        writer.write(words)
        await writer.drain()
        answer = await reader.read(1024)
        if not answer:
            raise EOFError("the message bus hung up")
        authenticator.feed(answer)
    writer.write(BEGIN)
