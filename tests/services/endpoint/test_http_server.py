"""How answers leave: small pieces are not held back by TCP, and those of one turn go together."""

from __future__ import annotations

import asyncio
import socket

from endpoint_world import BEARER, World

from desktop_chat.services.endpoint.http_server import MAX_JOINED, JoinedWrites


class Sent:
    """A transport that keeps what is sent."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True


async def test_what_is_written_in_one_turn_is_sent_as_one_piece() -> None:
    sent = Sent()
    transport = JoinedWrites(sent, asyncio.get_running_loop())
    for data in (b"head", b"", b"words"):
        transport.write(data)
    assert sent.pieces == []
    await asyncio.sleep(0)
    assert sent.pieces == [b"headwords"]
    transport.write(b"more")
    await asyncio.sleep(0)
    transport.write(b"end")
    transport.close()
    await asyncio.sleep(0)
    assert sent.pieces == [b"headwords", b"more", b"end"]
    assert transport.is_closed, "all else is the transport's own"


async def test_much_is_sent_at_once() -> None:
    sent = Sent()
    transport = JoinedWrites(sent, asyncio.get_running_loop())
    for _ in range(3):
        transport.write(b"x" * MAX_JOINED)
    assert max(len(piece) for piece in sent.pieces) <= 2 * MAX_JOINED
    await asyncio.sleep(0)
    assert sum(len(piece) for piece in sent.pieces) == 3 * MAX_JOINED


async def test_no_piece_waits_for_an_acknowledgement(world: World) -> None:
    async with world.client.stream("POST", "/api/chat/stream", json={"message": "hi"}, headers=BEARER):
        [protocol] = world.server._http.server_state.connections
        opened = protocol.transport.get_extra_info("socket")
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
