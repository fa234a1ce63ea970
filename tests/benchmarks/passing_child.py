"""Streams through the local endpoint, or through a bare proxy, each part in a process of its own; prints JSON.

Usage: passing_child.py PROXY PATH where PROXY is bare or endpoint and PATH is v1 or chat; or, as its own parts,
passing_child.py serve-bare UPSTREAM | call URL PATH UPSTREAM
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
from contextlib import asynccontextmanager
from pathlib import Path

ITSELF = str(Path(__file__))
CHILD = str(Path(__file__).with_name("endpoint_child.py"))
TOKEN = "a-token-of-the-benchmarks-0123456789"
CALLERS, TOKENS, RATE = 20, 500, 100
FIRST_BYTES = 60
PATHS = {"v1": "/v1/chat/completions", "chat": "/api/chat/stream"}
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


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

    app = Starlette(routes=[Route(path, pass_on, methods=["POST"]) for path in PATHS.values()])
    Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error", access_log=False)).run()


async def call(url: str, path: str, direct: str) -> None:
    """Ask one after another for the first byte, here and directly, then stream side by side; print what was seen."""
    import httpx2  # noqa: PLC0415  (here alone)

    headers = {"Authorization": f"Bearer {TOKEN}"}

    def body(model: str) -> dict[str, object]:
        said = [{"role": "user", "content": "Go on."}]
        return (
            {"message": "Go on.", "model": model}
            if path == "chat"
            else {"model": model, "messages": said, "stream": True}
        )

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, timeout=120, limits=limits, headers=headers) as client:

        async def first_byte(address: str) -> float:
            began = time.perf_counter()
            async with client.stream("POST", address, json=body("1@1000-first")) as answer:
                pieces = answer.aiter_bytes()
                await anext(pieces)
                took = time.perf_counter() - began
                async for _ in pieces:
                    pass
            return took

        async def whole() -> bool:
            end = b""
            async with client.stream("POST", PATHS[path], json=body(f"{TOKENS}@{RATE}-x")) as answer:
                async for piece in answer.aiter_bytes():
                    end = (end + piece)[-400:]
            return b"[DONE]" in end or b'"done"' in end

        straight = f"{direct}/chat/completions"
        pairs = [(await first_byte(straight), await first_byte(PATHS[path])) for _ in range(FIRST_BYTES)]
        medians = [statistics.median(times) for times in zip(*pairs[FIRST_BYTES // 6 :], strict=True)]
        print(json.dumps(dict(zip(("direct", "first"), medians, strict=True))), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        done = await asyncio.gather(*(whole() for _ in range(CALLERS)))
        print(json.dumps({"complete": sum(done)}), flush=True)


@asynccontextmanager
async def started(*words: str, environment: dict[str, str] | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a part until the end of the block."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=pipe, stdout=pipe, env={**os.environ, **(environment or {})}
    )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


def cpu_of(process: asyncio.subprocess.Process) -> float:
    """Return the CPU time of a process so far, in seconds."""
    stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) * _TICK_S


async def measure(proxy: str, path: str) -> None:
    """Print the CPU time that the proxy took for all streams, and the median times to the first byte."""
    with tempfile.TemporaryDirectory() as folder:
        async with started(CHILD, "upstream") as upstream:
            address = f"http://127.0.0.1:{await line_of(upstream)}/v1"
            run = "import sys; from desktop_chat.__main__ import main; main()"
            words = ("-c", run, "--data-dir", folder, "serve", "--base-url", address, "--model", "x")
            keys = {"DESKTOP_CHAT_TOKEN": TOKEN}
            parts = (ITSELF, "serve-bare", address) if proxy == "bare" else words
            async with started(*parts, environment=keys) as serving:
                url = (await line_of(serving)).removeprefix("READY ")
                async with started(ITSELF, "call", url, path, address) as calling:
                    times = json.loads(await line_of(calling))
                    before = cpu_of(serving)
                    assert calling.stdin is not None
                    calling.stdin.write(b"go\n")
                    complete = json.loads(await line_of(calling))["complete"]
                    cpu_s = cpu_of(serving) - before
    print(json.dumps({"cpu_s": cpu_s, "complete": complete, **times}), flush=True)


if __name__ == "__main__":
    mode, *rest = sys.argv[1:]
    if mode == "serve-bare":
        serve_bare(rest[0])
    elif mode == "call":
        asyncio.run(call(*rest))
    else:
        asyncio.run(measure(mode, *rest))
