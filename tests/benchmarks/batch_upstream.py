"""A server for the benchmark of batches: answers each request after 20 ms, in a process of its own.

`python batch_upstream.py` prints its port and serves until its standard input closes. With a port, a number of requests
and of connections it is the floor instead: the barest client that there can be, which prints the seconds that it took.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

LATENCY_S = 0.020
_CHOICE = {"index": 0, "message": {"role": "assistant", "content": "An answer."}, "finish_reason": "stop"}
_SAID = json.dumps(
    {"object": "chat.completion", "choices": [_CHOICE], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}
).encode()
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_SAID), _SAID)


class Upstream(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        lines = head.lower().split(b"\r\n")
        size = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        if len(body) >= size:
            self._received = b""
            asyncio.get_running_loop().call_later(LATENCY_S, self._transport.write, _ANSWER)


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Upstream, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


async def ask(port: int, rows: int, connections: int) -> float:
    """Return the seconds in which the barest client gets as many answers."""
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Question"}], "stream": False}).encode()
    request = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    left = iter(range(rows))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in left:
            writer.write(request)
            await reader.readexactly(len(_ANSWER))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return time.perf_counter() - begun


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(asyncio.run(ask(*map(int, sys.argv[1:4]))))
    else:
        asyncio.run(serve())
