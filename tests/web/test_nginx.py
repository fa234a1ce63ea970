"""The endpoint behind a real nginx, with the settings that the README gives."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from hostile_server import HostileServer
from real_endpoint import TOKEN, RealEndpoint, real_endpoint

README = Path(__file__).parents[2] / "README.md"
FRAME = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; server_name 127.0.0.1;
{location}
  }}
}}
"""


def location_of_readme(upstream: str) -> str:
    """Return the README's settings, with the address of this endpoint."""
    found = re.search(r"```nginx\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    settings, count = re.subn(r"http://127\.0\.0\.1:\d+", upstream, found[1])
    assert count == 1
    return settings


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
async def upstream() -> AsyncIterator[HostileServer]:
    server = HostileServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def endpoint(upstream: HostileServer, tmp_path: Path) -> AsyncIterator[RealEndpoint]:
    async with real_endpoint(upstream, tmp_path) as endpoint:
        yield endpoint


@pytest.fixture
async def proxy(endpoint: RealEndpoint, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that only knows nginx."""
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(FRAME.format(folder=tmp_path, port=port, location=location_of_readme(endpoint.url)))
    program = shutil.which("nginx", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
    assert program is not None
    nginx = await asyncio.create_subprocess_exec(
        program, "-e", str(tmp_path / "error.log"), "-p", str(tmp_path), "-c", str(config)
    )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
        async with asyncio.timeout(20):
            while nginx.returncode is None:
                try:
                    await client.get("/health")
                    break
                except httpx2.ConnectError:
                    await asyncio.sleep(0.02)
        yield client
    nginx.terminate()
    await nginx.wait()


async def test_each_event_passes_as_it_comes(proxy: httpx2.AsyncClient) -> None:
    """The reply never ends, so a proxy that waits for more would show nothing."""
    body = {"message": "hi", "model": "silence-after-text"}
    async with proxy.stream("POST", "/api/chat/stream", json=body) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        seen = ""
        async with asyncio.timeout(10):
            async for text in response.aiter_text():
                seen += text
                if "\n\n" in seen:
                    break
    first = json.loads(seen.partition("data: ")[2].partition("\n\n")[0])
    assert first["content"]


async def test_a_caller_that_leaves_ends_the_request_upstream(
    proxy: httpx2.AsyncClient, endpoint: RealEndpoint
) -> None:
    body = {"model": "silence-after-text", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    async with proxy.stream("POST", "/v1/chat/completions", json=body) as response:
        async for _ in response.aiter_bytes():
            break
    await asyncio.wait_for(endpoint.upstream.left.wait(), 10)


async def test_refusals_pass_unchanged(proxy: httpx2.AsyncClient) -> None:
    refused = await proxy.get("/v1/models", headers={"Authorization": "Bearer wrong"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_refused")
