"""The real `desktop-chat serve` in front of the hostile server, each a process of its own, as people run them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hostile_server import HostileServer

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-web-tests-0123456789"
KEY = "sk-web/Key+with=signs-0123456789"
SERVE = "import sys; sys.path.append({root!r}); from desktop_chat.__main__ import main; main()"


@dataclass
class RealEndpoint:
    """A running endpoint; its default model is "plain"."""

    url: str
    upstream: HostileServer
    process: asyncio.subprocess.Process
    log: list[bytes]


@asynccontextmanager
async def real_endpoint(upstream: HostileServer, folder: Path, *origins: str) -> AsyncIterator[RealEndpoint]:
    """Serve until the end; then it must end at once, by itself, with code 0."""
    token_file = folder / "token"
    token_file.write_text(TOKEN, encoding="ascii")
    token_file.chmod(0o600)
    allowed = [word for origin in origins for word in ("--allow-origin", origin)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE.format(root=str(ROOT)), "--data-dir", str(folder / "data"), "serve",
        "--base-url", upstream.base_url, "--model", "plain", "--token-file", str(token_file), *allowed,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "OPENAI_API_KEY": KEY},
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None  # noqa: PT018
    log: list[bytes] = []

    async def read_log(stream: asyncio.StreamReader) -> None:
        log.extend([line async for line in stream])

    reading = asyncio.create_task(read_log(process.stderr), name="log of the endpoint")
    try:
        word, url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().split()
        assert word == "READY"
        yield RealEndpoint(url, upstream, process, log)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        await reading
        said = b"".join(log).decode()
        assert TOKEN not in said
        assert KEY not in said
        assert "Traceback" not in said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        reading.cancel()
