"""Finds model servers on this computer by probing their usual ports.

Uses bare sockets: ten requests of a few hundred bytes do not justify importing an HTTP client (0.14 s) before the first
paint, and without one, nothing (proxies, redirects, credentials) can be sent by mistake.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from desktop_chat.core.ports import LocalServer

CONNECT_S = 0.4
TOTAL_S = 1.5
MAX_BYTES = 256 * 1024
PORTS: Mapping[int, str] = {
    11434: "Ollama",
    1234: "LM Studio",
    8080: "llama.cpp",
    9931: "llama.cpp",  # newer versions: https://github.com/ggml-org/llama.cpp/pull/26508
    1337: "Jan",
    4891: "GPT4All",
    5001: "KoboldCpp",
    5000: "text-generation-webui",
    8000: "vLLM",
    4000: "LiteLLM",
}
HOSTS = ("127.0.0.1", "::1")
_PRODUCTS_BY_OWNER = {"llamacpp": "llama.cpp", "vllm": "vLLM", "library": "Ollama", "koboldcpp": "KoboldCpp"}
_SHARED_PORT = 8080
_OTHER_ON_SHARED_PORT = "LocalAI"


class LocalServerFinder:
    """Implements `core.ports.LocalServers`."""

    def __init__(self, ports: Mapping[int, str] = PORTS) -> None:
        self._ports = ports

    async def find(self) -> list[LocalServer]:
        """Probe all ports at once; servers that do not answer properly in time are ignored."""
        found = await asyncio.gather(*(self._ask(port, product) for port, product in self._ports.items()))
        return [server for server in found if server is not None]

    async def _ask(self, port: int, product: str) -> LocalServer | None:
        """Probe one port, on the next loopback address if one refuses."""
        for host in HOSTS:
            try:
                async with asyncio.timeout(TOTAL_S):
                    body = await _get_models(host, port)
            except ConnectionRefusedError:
                continue
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
                return None
            return _server(host, port, product, body)
        return None


class _Head(NamedTuple):
    status: int
    headers: dict[bytes, bytes]


async def _get_models(host: str, port: int) -> bytes:
    """Return the body of `GET /v1/models`. Raises OSError, EOFError or ValueError unless it plainly succeeds."""
    async with asyncio.timeout(CONNECT_S):
        reader, writer = await asyncio.open_connection(host, port, limit=MAX_BYTES)
    try:
        shown = f"[{host}]" if ":" in host else host
        request = (
            f"GET /v1/models HTTP/1.1\r\nHost: {shown}:{port}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
        )
        writer.write(request.encode("ascii"))
        head = _parse_head(await reader.readuntil(b"\r\n\r\n"))
        if head.status != 200:
            raise ValueError(head.status)
        return await _read_body(reader, head.headers)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


def _parse_head(head: bytes) -> _Head:
    first, *lines = head.split(b"\r\n")
    version, status = first.split(b" ")[:2]
    if not version.startswith(b"HTTP/1."):
        raise ValueError(version)
    headers = {
        name.strip().lower(): value.strip().lower() for name, _, value in (line.partition(b":") for line in lines)
    }
    return _Head(int(status), headers)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[bytes, bytes]) -> bytes:
    if b"chunked" in headers.get(b"transfer-encoding", b""):
        return await _read_chunks(reader)
    if b"content-length" in headers:
        size = int(headers[b"content-length"])
        if not 0 <= size <= MAX_BYTES:
            raise ValueError(size)
        return await reader.readexactly(size)
    body = bytearray()
    while piece := await reader.read(MAX_BYTES):
        body += piece
        _check_size(body)
    return bytes(body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        if not 0 < size <= MAX_BYTES:
            raise ValueError(size)
        body += await reader.readexactly(size)
        _check_size(body)
        await reader.readexactly(2)
    return bytes(body)


def _check_size(body: bytearray) -> None:
    if len(body) > MAX_BYTES:
        raise ValueError(len(body))


def _server(host: str, port: int, product: str, body: bytes) -> LocalServer | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    from desktop_chat.services.provider.model_list import names_in  # noqa: PLC0415 -- not needed at startup

    names = names_in(parsed) if isinstance(parsed, dict) and _is_openai_list(parsed) else None
    if names is None:
        return None
    shown = f"[{host}]" if ":" in host else host
    return LocalServer(_product(port, product, parsed), f"http://{shown}:{port}/v1", tuple(names))


def _is_openai_list(parsed: dict[str, object]) -> bool:
    """Return whether an answer is a model list in OpenAI's format. At a port where anything may listen, a list in
    another format belongs to something else."""
    entries = parsed.get("data")
    if not isinstance(entries, list):
        return entries is None and parsed.get("object") == "list"
    return not entries or any(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries)


def _product(port: int, product: str, parsed: dict[str, object]) -> str:
    """Return the product that the server's list reveals, else the usual one for the port."""
    entries = parsed.get("data")
    listed = entries if isinstance(entries, list) else []
    owners = [str(entry.get("owned_by")) for entry in listed if isinstance(entry, dict)]
    known = next((_PRODUCTS_BY_OWNER[owner] for owner in owners if owner in _PRODUCTS_BY_OWNER), None)
    if known is None and port == _SHARED_PORT and owners:
        return _OTHER_ON_SHARED_PORT
    return known or product
