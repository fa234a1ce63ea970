"""The window while callers stream through its local endpoint, each part in a process of its own; prints JSON.

Usage: endpoint_child.py window CALLERS TOKENS RATE | upstream | callers URL TOKEN CALLERS MODEL
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from sse_server import paced_server

ITSELF = str(Path(__file__))
ROUNDS = 3
"""How often all callers come: the first time fills what is kept, and then memory must not grow."""


async def upstream() -> None:
    """Serve until the input ends."""
    async with paced_server() as paced:
        print(paced.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def callers(url: str, token: str, count: int, model: str) -> None:
    """Stream side by side; print how many got everything."""
    import httpx2  # noqa: PLC0415  (here alone)

    body = {"model": model, "messages": [{"role": "user", "content": "Go on."}], "stream": True}
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=120, limits=limits, headers={"Authorization": f"Bearer {token}"}) as client:

        async def one() -> bool:
            end = b""
            async with client.stream("POST", f"{url}/v1/chat/completions", json=body) as answer:
                async for piece in answer.aiter_bytes():
                    end = (end + piece)[-100:]
            return b"[DONE]" in end

        done = await asyncio.gather(*(one() for _ in range(count)), return_exceptions=True)
    print(sum(result is True for result in done), flush=True)


def resident_mb(pid: int) -> float:
    """Return how much memory a process has of its own, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1_024


async def window(folder: Path, count: int, tokens: int, rate: int) -> None:
    """Open the window with the endpoint on, let the callers stream, and report its longest turn meanwhile."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  (in this process alone)

    from desktop_chat.app.application import Application  # noqa: PLC0415
    from desktop_chat.app.arguments import Arguments  # noqa: PLC0415
    from desktop_chat.core.entities import Connection  # noqa: PLC0415
    from desktop_chat.services.paths import Paths  # noqa: PLC0415

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    pipe = asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(sys.executable, ITSELF, "upstream", stdin=pipe, stdout=pipe)
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    paths = Paths(folder)
    paths.make_directories()
    application = Application(app, paths, Arguments(data_dir=folder))
    await application.open()
    connection = Connection("paced", "Paced", f"http://127.0.0.1:{port}/v1")
    application.preferences.put_connection(connection)
    application.preferences.update(default_connection_id="paced", endpoint=True)
    endpoint = application._context.endpoint
    while not endpoint.status.url or "paced" not in (folder / "settings.toml").read_text():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.0)
    words = ("callers", endpoint.status.url, await endpoint.token(), str(count), f"{tokens}@{rate}-x")
    turns: list[float] = []
    served: list[int] = []
    serving = endpoint._process._process.pid
    memory = [(resident_mb(serving), resident_mb(os.getpid()))]
    cpu = time.process_time()
    for _ in range(ROUNDS):
        asking = await asyncio.create_subprocess_exec(sys.executable, ITSELF, *words, stdout=pipe)
        watching = asyncio.create_task(asking.communicate(), name="callers")
        while not watching.done():
            before = time.thread_time()
            await asyncio.sleep(0.0005)
            turns.append((time.thread_time() - before) * 1_000)
        served.append(int((await watching)[0]))
        memory.append((resident_mb(serving), resident_mb(os.getpid())))
    cpu = time.process_time() - cpu
    report = {"complete": min(served), "longest": max(turns), "cpu_s": cpu, "memory": memory}
    print(json.dumps(report), flush=True)
    server.kill()
    await server.wait()
    await application.close()


def main(mode: str, *words: str) -> None:
    """Be one of the processes."""
    if mode == "upstream":
        asyncio.run(upstream())
    elif mode == "callers":
        asyncio.run(callers(words[0], words[1], int(words[2]), words[3]))
    else:
        from desktop_chat.app.start import make_qt_application  # noqa: PLC0415  (in this process alone)

        app = make_qt_application()
        from desktop_chat.app.loop import QtEventLoop  # noqa: PLC0415  (after Qt)

        with tempfile.TemporaryDirectory() as folder:
            runner = asyncio.Runner(loop_factory=lambda: QtEventLoop(app))
            runner.run(window(Path(folder), *(int(word) for word in words)))


if __name__ == "__main__":
    main(*sys.argv[1:])
