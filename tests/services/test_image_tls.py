"""An image over TLS is verified for its host name, although the connection goes to a numeric address."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from image_server import PNG
from own_certificate import certificate_for

from desktop_chat.core.errors import TlsUntrusted
from desktop_chat.services.image_fetcher import ImageFetcher


async def test_the_host_name_is_sent_and_verified(tmp_path: Path) -> None:
    pem = certificate_for("pictures.test", tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem)
    trusting = ssl.create_default_context(cafile=str(pem))
    names: list[str | None] = []
    server_side.sni_callback = lambda _socket, name, _context: names.append(name)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n" + PNG)
        await writer.drain()
        writer.close()

    async def ready() -> ssl.SSLContext:
        return trusting

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_side)
    port = server.sockets[0].getsockname()[1]
    fetcher = ImageFetcher(ready, here)
    assert await fetcher.load(f"https://pictures.test:{port}/x.png") == PNG
    with pytest.raises(TlsUntrusted):
        await fetcher.load(f"https://other.test:{port}/x.png")
    assert names == ["pictures.test", "other.test"]
    server.close()
