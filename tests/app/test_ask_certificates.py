"""`desktop-chat ask` reaches a server with a private certificate, once that was chosen in the settings."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import tomli_w

from desktop_chat.services.certificates import check_certificates
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys

DATA = Path(__file__).parents[1] / "data" / "tls"
EVENTS = b'data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + EVENTS)
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "server.pem", DATA / "server-test-only-key.pem")
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()


async def ask(address: str, data_dir: Path, **environment: str) -> tuple[int | None, str, str]:
    words = ("--data-dir", str(data_dir), "ask", "--base-url", address, "--model", "m", "--retries", "0", "hi")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | environment,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.real_keyring
async def test_the_chosen_certificates_are_trusted(address: str, tmp_path: Path) -> None:
    code, _, err = await ask(address, tmp_path)
    assert code == 1
    assert "The server's certificate is not trusted." in err
    (tmp_path / "settings.toml").write_text(tomli_w.dumps({"ca_file": str(DATA / "ca.pem")}))
    secrets = KeyringSecrets(KnownKeys())
    await secrets.keep_certificates(await check_certificates(DATA / "ca.pem"))
    assert await ask(address, tmp_path) == (0, "Hello\n", "")
    await secrets.keep_certificates("those of yesterday")
    code, _, err = await ask(address, tmp_path)
    assert code == 1
    assert "ca.pem were changed or never confirmed" in err


async def test_certificates_named_only_in_the_settings_are_not_trusted(address: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(tomli_w.dumps({"ca_file": str(DATA / "ca.pem")}))
    code, out, err = await ask(address, tmp_path, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")
    assert (code, out) == (1, "")
    assert "ca.pem were changed or never confirmed, so they are not trusted. Open Desktop Chat's window" in err
    assert "The server's certificate is not trusted." in err
