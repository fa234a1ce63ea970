"""The local endpoint of the installed program, of the one from the archive, and of the source tree: it answers on real
sockets, has its page, and ends when it is told to."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hostile_server import HostileServer

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-package-tests-0123456789"
KEY = "sk-serve/Key+with=signs-0123456789"
AUTHORIZED = f"Authorization: Bearer {TOKEN}"
ENDS_WITHIN_S = 5.0
Served = tuple[asyncio.subprocess.Process, str]


@pytest.fixture(params=["source", "deb", "archive"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """The command that starts the program."""
    if request.param == "source":
        run = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from desktop_chat.__main__ import main; main()"
        return [sys.executable, "-c", run]
    if request.param == "deb":
        request.getfixturevalue("installed")
        return ["/usr/bin/desktop-chat"]
    return [str(request.getfixturevalue("unpacked") / "desktop-chat")]


@asynccontextmanager
async def serving(command: list[str], server: HostileServer, folder: Path) -> AsyncIterator[Served]:
    """Serve until the end of the block; gives the process and the address."""
    words = ("--data-dir", str(folder), "serve", "--base-url", server.base_url, "--model", "plain")
    environment = {**os.environ, "DESKTOP_CHAT_TOKEN": TOKEN, "OPENAI_API_KEY": KEY}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, *words, stdout=pipe, stderr=pipe, env=environment, cwd="/", limit=1024 * 1024
    )
    try:
        assert process.stdout is not None
        word, _, url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip().partition(" ")
        assert word == "READY"
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def answer_of(url: str, path: str, *lines: str, body: str = "") -> tuple[str, str]:
    """Send a request over a socket; return the head and the body of the answer."""
    host = urlsplit(url).netloc
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    first = f"{'POST' if body else 'GET'} {path} HTTP/1.1"
    head = [first, f"Host: {host}", "Connection: close", f"Content-Length: {len(body)}", *lines]
    writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    said = (await asyncio.wait_for(reader.read(), 30)).decode()
    writer.close()
    head_of, _, rest = said.partition("\r\n\r\n")
    return head_of, rest


async def test_the_endpoint_answers_has_its_page_and_ends(
    command: list[str], server: HostileServer, tmp_path: Path
) -> None:
    async with serving(command, server, tmp_path) as (process, url):
        head, body = await answer_of(url, "/health")
        assert (head.split()[1], json.loads(body)) == ("200", {"status": "ok"})

        body = json.dumps({"message": "hi"})
        head, said = await answer_of(url, "/api/chat/stream", AUTHORIZED, body=body)
        assert "text/event-stream" in head
        pieces = re.findall(r'data: \{"content": "([^"]*)"\}', said)
        assert "".join(pieces) == "Hello", "in one piece or in several"
        assert '"done": true, "status": "complete"' in said
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        refused, _ = await answer_of(url, "/api/chat/stream", body=body)
        assert refused.split()[1] == "401"

        _, page = await answer_of(url, "/")
        assets = re.findall(r'"\./(assets/[^"]+)"', page)
        assert {name.rpartition(".")[2] for name in assets} == {"js", "css", "svg"}
        for name in assets:
            head, content = await answer_of(url, f"/{name}")
            assert head.split()[1] == "200", name
            for worker in re.findall(r"assets/highlight-\w+\.js", content):
                assert (await answer_of(url, f"/{worker}"))[0].split()[1] == "200"
        assert "react" in (await answer_of(url, "/assets/licences.txt"))[1]

        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)
        assert process.returncode == 0
        for unwanted in ("Traceback", TOKEN, KEY):
            assert unwanted not in log.decode()
