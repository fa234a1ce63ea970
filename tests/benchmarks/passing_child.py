"""Streams through the local endpoint and through a bare proxy, each part in a process of its own; prints JSON.

Usage: passing_child.py ROUNDS FIRST_BYTES LEAVES; or, as its own parts,
passing_child.py upstream | serve-bare UPSTREAM | call DIRECT BARE ENDPOINT
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import sse_server
from sse_server import PacedServer

ITSELF = str(Path(__file__))
TOKEN = "a-token-of-the-benchmarks-0123456789"
CALLERS, TOKENS, RATE = 20, 200, 100
PATHS = {"direct": "/chat/completions", "bare": "/v1/chat/completions"}
PATHS |= {"v1": "/v1/chat/completions", "chat": "/api/chat/stream"}
LEAVES_AFTER_S = 0.03
PACE_S = 0.01


class Upstream(PacedServer):
    """Also has a model that says one word, "first", and some that never end, "leave-NUMBER": it prints when it sees
    that the client has left."""

    def __init__(self) -> None:
        super().__init__()
        self._readers: dict[asyncio.StreamWriter, asyncio.StreamReader] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._readers[writer] = reader
        try:
            await super().serve(reader, writer)
        finally:
            del self._readers[writer]

    async def _stream(self, model: str, writer: asyncio.StreamWriter) -> None:
        if model == "first":
            writer.write(
                sse_server._chunk(sse_server._event("word ")) + sse_server._chunk(sse_server._event("", "stop"))
            )
            return
        if not model.startswith("leave-"):
            await super()._stream(model, writer)
            return
        left = asyncio.create_task(_until_left(self._readers[writer]), name="left")
        while not left.done():
            writer.write(sse_server._chunk(sse_server._event("word ")))
            await asyncio.wait({left}, timeout=PACE_S)
        print(json.dumps([model, time.monotonic()]), flush=True)
        raise ConnectionResetError


async def _until_left(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()


async def upstream() -> None:
    """Serve until the input ends."""
    paced = Upstream()
    server = await asyncio.start_server(paced.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


def serve_bare(upstream: str) -> None:
    """The floor: the same server and HTTP client, and nothing but the bytes between them."""
    import httpx2  # noqa: PLC0415  (here alone)
    import uvicorn  # noqa: PLC0415
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import StreamingResponse  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    client = httpx2.AsyncClient(timeout=None, limits=httpx2.Limits(max_connections=None))

    async def pass_on(request: Request) -> StreamingResponse:
        sent = client.build_request("POST", f"{upstream}/chat/completions", content=await request.body())
        answer = await client.send(sent, stream=True)
        return StreamingResponse(answer.aiter_raw(), media_type="text/event-stream")

    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup()
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"READY http://127.0.0.1:{port}", flush=True)

    app = Starlette(routes=[Route(PATHS["bare"], pass_on, methods=["POST"])])
    Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error", access_log=False)).run()


class Caller:
    """Asks, one thing after another, as it is told."""

    def __init__(self, addresses: dict[str, str], client: Any) -> None:
        self._addresses = {way: addresses[way] + path for way, path in PATHS.items()}
        self._client = client
        self._numbers = count()

    def _asking(self, way: str, model: str) -> Any:
        said = [{"role": "user", "content": "Go on."}]
        body = {"message": "Go on."} if way == "chat" else {"messages": said, "stream": True}
        return self._client.stream("POST", self._addresses[way], json={"model": model, **body})

    async def first(self, rounds: int) -> dict[str, float]:
        """Return the median times to the first byte, in seconds; the ways take turns."""
        ways = ("direct", "bare", "v1", "chat")
        times = [[await self._first_byte(way) for way in ways] for _ in range(rounds)]
        return dict(zip(ways, map(statistics.median, zip(*times[rounds // 8 :], strict=True)), strict=True))

    async def _first_byte(self, way: str) -> float:
        began = time.perf_counter()
        async with self._asking(way, "first") as answer:
            pieces = answer.aiter_bytes()
            await anext(pieces)
            took = time.perf_counter() - began
            async for _ in pieces:
                pass
        return took

    async def stream(self, way: str) -> int:
        """Stream side by side; return how many got everything."""
        return sum(await asyncio.gather(*(self._whole(way) for _ in range(CALLERS))))

    async def _whole(self, way: str) -> bool:
        end = b""
        async with self._asking(way, f"{TOKENS}@{RATE}-x") as answer:
            async for piece in answer.aiter_bytes():
                end = (end + piece)[-400:]
        return b"[DONE]" in end or b'"done"' in end

    async def leave(self, way: str) -> list[Any]:
        """Leave in the middle of an answer; return its model and the time."""
        model = f"leave-{next(self._numbers)}"
        async with self._asking(way, model) as answer:
            pieces = answer.aiter_bytes()
            await anext(pieces)
            await asyncio.sleep(LEAVES_AFTER_S)
            left_at = time.monotonic()
        return [model, left_at]


async def call(direct: str, bare: str, endpoint: str) -> None:
    """Do what the lines of the input say, and print what came of it."""
    import httpx2  # noqa: PLC0415  (here alone)

    limits = httpx2.Limits(max_connections=None)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(timeout=120, limits=limits, headers=headers) as client:
        caller = Caller({"direct": direct, "bare": bare, "v1": endpoint, "chat": endpoint}, client)
        while line := await asyncio.to_thread(sys.stdin.readline):
            what, argument = json.loads(line)
            print(json.dumps(await getattr(caller, what)(argument)), flush=True)


class Part:
    """One of the processes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.pid = process.pid
        self._process = process

    async def line(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip().removeprefix("READY ")

    async def ask(self, what: str, argument: object) -> Any:
        """Tell the caller to do something, and return what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([what, argument]).encode() + b"\n")
        return json.loads(await self.line())

    def cpu_s(self) -> float:
        """Return the CPU time of all its threads so far."""
        return (
            sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{self.pid}/task").glob("*/schedstat")) / 1e9
        )


@asynccontextmanager
async def started(*words: str) -> AsyncIterator[Part]:
    """Run a part until the end of the block."""
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "DESKTOP_CHAT_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        yield Part(process)
    finally:
        process.kill()
        await process.wait()


async def measure(rounds: int, first_bytes: int, leaves: int) -> None:
    """Print CPU times for the same streams, in seconds by round; times to the first byte; and after how many seconds
    the upstream saw that a caller had left."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        upstream = await stack.enter_async_context(started(ITSELF, "upstream"))
        address = f"http://127.0.0.1:{await upstream.line()}/v1"
        run = "import sys; from desktop_chat.__main__ import main; main()"
        words = ("--data-dir", folder, "serve", "--base-url", address, "--model", "x")
        bare = await stack.enter_async_context(started(ITSELF, "serve-bare", address))
        endpoint = await stack.enter_async_context(started("-c", run, *words))
        urls = (address, await bare.line(), await endpoint.line())
        caller = await stack.enter_async_context(started(ITSELF, "call", *urls))
        report: dict[str, Any] = {"first": await caller.ask("first", first_bytes)}
        serving = {"bare": bare, "v1": endpoint, "chat": endpoint}
        cpu: dict[str, list[float]] = {way: [] for way in serving}
        complete = 0
        for _ in range(rounds + 1):
            for way, part in serving.items():
                before = part.cpu_s()
                complete += await caller.ask("stream", way)
                cpu[way].append(part.cpu_s() - before)
        report["cpu"] = {way: times[1:] for way, times in cpu.items()}  # the first round warms up
        report["complete"] = complete == CALLERS * len(serving) * (rounds + 1)
        report["left"] = {
            way: sorted([await seen_after(caller, upstream, way) for _ in range(leaves)]) for way in ("v1", "chat")
        }
    print(json.dumps(report), flush=True)


async def seen_after(caller: Part, upstream: Part, way: str) -> float:
    """Let the caller leave once; return the seconds until the upstream sees it."""
    model, left_at = await caller.ask("leave", way)
    seen, seen_at = json.loads(await upstream.line())
    assert seen == model
    return float(seen_at - left_at)


def main(mode: str, *rest: str) -> None:
    """Be one of the processes."""
    if mode == "upstream":
        asyncio.run(upstream())
    elif mode == "serve-bare":
        serve_bare(*rest)
    elif mode == "call":
        asyncio.run(call(*rest))
    else:
        asyncio.run(measure(int(mode), *(int(word) for word in rest)))


if __name__ == "__main__":
    main(*sys.argv[1:])
