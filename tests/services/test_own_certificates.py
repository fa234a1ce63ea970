"""A server with a private certificate is reached once its issuer is trusted; until then, the error names it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from fakes import MemorySecrets

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import CertificatesUnreadable, NoCertificates, TlsUntrusted
from desktop_chat.core.key_errors import KeyringLocked
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.reports import CertificatesUnconfirmed
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.services.certificate_trust import CertificateTrust
from desktop_chat.services.certificates import MAX_BYTES, check_certificates, fingerprint_of
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk

DATA = Path(__file__).parents[1] / "data" / "tls"
CA = DATA / "ca.pem"
BODY = b'{"object":"list","data":[{"id":"mine","object":"model"}]}'
Serve = Callable[[str], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start servers that present a certificate; yields their addresses."""
    servers: list[asyncio.Server] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
            writer.write(head.encode() + BODY)
            await writer.drain()
        finally:
            writer.close()

    async def start(certificate: str) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(DATA / f"{certificate}.pem", DATA / "server-test-only-key.pem")
        server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
        servers.append(server)
        return f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def pool() -> AsyncIterator[Callable[..., ProviderPool]]:
    made: list[ProviderPool] = []

    def make(address: str, ca_file: str = "") -> ProviderPool:
        connections = Connections(Preferences(Settings(connections=(Connection("c", "Mine", address),))))
        made.append(ProviderPool(connections, MemorySecrets(), {}, Sdk(ca_file)))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


async def models(pool: ProviderPool) -> list[str]:
    return await (await pool.provider_for("c")).models()


async def test_a_chosen_file_is_trusted_without_a_restart(serve: Serve, pool: Callable[..., ProviderPool]) -> None:
    mine = pool(await serve("server"))
    with pytest.raises(TlsUntrusted):
        await models(mine)
    before = await mine.provider_for("c")
    mine.trust(str(CA))
    assert await models(mine) == ["mine"]
    assert await mine.provider_for("c") is not before, "a client keeps its trust, so there is a new one"
    mine.trust(str(CA))
    again = await mine.provider_for("c")
    mine.trust(str(CA))
    assert await mine.provider_for("c") is again, "nothing changed"
    mine.trust("")
    with pytest.raises(TlsUntrusted):
        await models(mine)


async def test_it_is_trusted_from_the_start(serve: Serve, pool: Callable[..., ProviderPool]) -> None:
    mine = pool(await serve("server"), str(CA))
    assert await models(mine) == ["mine"]
    unsaved = Connection("new", "New", await serve("server"))
    assert await mine.models_at(unsaved, "") == ["mine"]


async def test_a_file_is_not_trusted_until_the_user_chooses_it(serve: Serve, tmp_path: Path) -> None:
    secrets = MemorySecrets()
    trust = CertificateTrust(secrets)
    told: list[CertificatesUnconfirmed] = []
    trust.unconfirmed.add(told.append)
    file = tmp_path / "mine.pem"
    file.write_bytes(content_of(CA))
    sdk = Sdk(str(file), trust.is_confirmed)
    connections = Connections(Preferences(Settings(connections=(Connection("c", "Mine", await serve("server")),))))
    async with aclosing(ProviderPool(connections, secrets, {}, sdk)) as mine:
        with pytest.raises(TlsUntrusted):
            await models(mine)
        [report] = told
        assert (report.file, report.names) == (str(file), ("O=Desktop Chat tests, CN=Test CA",))
        await trust.confirm("another fingerprint")
        await sdk.decide_again()
        with pytest.raises(TlsUntrusted):
            await models(mine)
        await trust.confirm(report.fingerprint)
        await sdk.decide_again()
        assert await models(mine) == ["mine"]
    assert secrets.fingerprint == report.fingerprint
    told.clear()
    for start, changed in ((1, False), (2, True)):
        if changed:
            file.write_bytes(content_of(CA) + b"\n")
        again = CertificateTrust(secrets)
        again.unconfirmed.add(told.append)
        async with aclosing(ProviderPool(connections, secrets, {}, Sdk(str(file), again.is_confirmed))) as mine:
            if changed:
                with pytest.raises(TlsUntrusted):
                    await models(mine)
            else:
                assert await models(mine) == ["mine"], start
        assert bool(told) is changed


async def test_without_a_keyring_a_choice_lasts_until_exit() -> None:
    secrets = MemorySecrets()
    secrets.error = KeyringLocked()
    trust = CertificateTrust(secrets)
    content = content_of(CA)
    assert not await trust.is_confirmed("ca.pem", content)
    await trust.confirm(fingerprint_of(content))
    assert await trust.is_confirmed("ca.pem", content)
    assert not await CertificateTrust(secrets).is_confirmed("ca.pem", content)


def content_of(file: Path) -> bytes:
    return file.read_bytes()


async def test_the_systems_certificates_remain_trusted() -> None:
    usual, both = await Sdk().ready(), await Sdk(str(CA)).ready()
    assert both.cert_store_stats()["x509"] == usual.cert_store_stats()["x509"] + 1
    assert both.verify_mode is ssl.CERT_REQUIRED
    assert both.check_hostname


@pytest.mark.parametrize(
    ("certificate", "trusted", "words"),
    [
        ("server", False, ("unable to get local issuer", "CN=localhost", "CN=Test CA", "2120")),
        ("self-signed", False, ("self-signed certificate", "Issuer: O=Desktop Chat tests, CN=localhost")),
        ("expired", True, ("certificate has expired", "CN=Test CA", "Jan  1 00:00:00 2021")),
        ("elsewhere", True, ("certificate is not valid for '127.0.0.1'", "For: example.org")),
    ],
)
async def test_an_untrusted_certificate_is_named(
    serve: Serve, pool: Callable[..., ProviderPool], certificate: str, trusted: bool, words: tuple[str, ...]
) -> None:
    mine = pool(await serve(certificate), str(CA) if trusted else "")
    with pytest.raises(TlsUntrusted) as refused:
        await models(mine)
    for part in words:
        assert part in refused.value.detail


async def test_an_unusable_file_leaves_the_systems_trust(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    context = await Sdk(str(tmp_path / "gone.pem")).ready()
    assert context.cert_store_stats()["x509"] == (await Sdk().ready()).cert_store_stats()["x509"]
    assert "certificates_unreadable" in caplog.text


async def test_a_file_is_checked_before_it_is_chosen(tmp_path: Path) -> None:
    await check_certificates(CA)
    commented = tmp_path / "commented"
    commented.write_bytes("# Größe 证书\r\n".encode() + CA.read_bytes())
    await check_certificates(commented)
    for name, content in (
        ("empty", b""),
        ("noise", b"\xff\x00" * 99),
        ("words", b"no certificate"),
        ("broken", BROKEN),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(NoCertificates):
            await check_certificates(file)
    (tmp_path / "large").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(NoCertificates):
        await check_certificates(tmp_path / "large")
    for unreadable in (tmp_path, tmp_path / "gone", Path("/dev/zero")):
        with pytest.raises(CertificatesUnreadable):
            await check_certificates(unreadable)
    with pytest.raises(NoCertificates):
        await check_certificates(DATA / "server-test-only-key.pem")


BROKEN = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


async def test_streams_use_the_same_trust(serve: Serve, pool: Callable[..., ProviderPool]) -> None:
    mine = pool(await serve("server"))
    prompt = Prompt((), "m")
    with pytest.raises(TlsUntrusted, match="Test CA"):
        async with aclosing((await mine.provider_for("c")).stream(prompt)) as deltas:
            await anext(deltas)
