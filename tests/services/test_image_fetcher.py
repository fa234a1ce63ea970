"""An image is fetched with one plain request, only from the internet, within limits; failures are specific."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from image_server import PNG, ImageServer

from desktop_chat.core.errors import (
    BadResponse,
    ChatError,
    ConnectionLost,
    ConnectionRefused,
    ConnectTimedOut,
    NameNotFound,
    ProviderFault,
    RateLimited,
)
from desktop_chat.core.image_errors import (
    AddressForbidden,
    ImageMissing,
    ImageTooLarge,
    NotAImage,
    TooManyRedirects,
)
from desktop_chat.services import image_fetcher
from desktop_chat.services.image_fetcher import ImageFetcher
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.public_requests import check_name, public_addresses

SDK = Sdk()
PUBLIC = "pictures.test"
"""A host that passes as public, although the server is local."""


async def resolve(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == PUBLIC else await public_addresses(host, port)


@pytest.fixture
async def server() -> AsyncIterator[ImageServer]:
    made = ImageServer()
    await made.start()
    yield made
    await made.aclose()


@pytest.fixture
def fetcher() -> ImageFetcher:
    return ImageFetcher(SDK.ready, resolve)


async def failure(fetcher: ImageFetcher, address: str) -> ChatError:
    with pytest.raises(ChatError) as caught:
        await fetcher.load(address)
    return caught.value


async def test_one_plain_anonymous_request(fetcher: ImageFetcher, server: ImageServer) -> None:
    address = f"http://name:secret@{PUBLIC}:{server.port}/picture?a=b#part"
    assert await fetcher.load(address) == PNG
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/picture?a=b")
    assert asked.headers["host"] == f"{PUBLIC}:{server.port}"
    assert asked.headers["user-agent"].startswith("Mozilla/5.0")
    assert not {"authorization", "cookie", "referer", "origin"} & asked.headers.keys()


async def test_a_redirect_is_followed_without_cookies(fetcher: ImageFetcher, server: ImageServer) -> None:
    assert await fetcher.load(f"http://{PUBLIC}:{server.port}/moved") == PNG
    assert [asked.path for asked in server.asked] == ["/moved", "/picture"]
    assert "cookie" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("svg", NotAImage),
        ("page", NotAImage),
        ("nothing-said", NotAImage),
        ("packed", BadResponse),
        ("large", ImageTooLarge),
        ("endless", ImageTooLarge),
        ("cut", ConnectionLost),
        ("nowhere", ImageMissing),
        ("forbidden", ImageMissing),
        ("fault", ProviderFault),
        ("limited", RateLimited),
        ("loop", TooManyRedirects),
        ("to-file", ImageMissing),
    ],
)
async def test_missing_or_invalid_images(
    fetcher: ImageFetcher, server: ImageServer, path: str, expected: type[ChatError]
) -> None:
    assert type(await failure(fetcher, f"http://{PUBLIC}:{server.port}/{path}")) is expected


async def test_redirects_end_after_five(fetcher: ImageFetcher, server: ImageServer) -> None:
    await failure(fetcher, f"http://{PUBLIC}:{server.port}/loop")
    assert len(server.asked) == 6


async def test_a_redirect_to_this_computer_is_not_followed(fetcher: ImageFetcher, server: ImageServer) -> None:
    inside = ImageServer()
    await inside.start()
    server.other_port = inside.port
    assert type(await failure(fetcher, f"http://{PUBLIC}:{server.port}/away")) is AddressForbidden
    await inside.aclose()
    assert inside.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.1", "2130706433", "0x7f.1", "0.0.0.0"])
async def test_this_computer_is_never_contacted(fetcher: ImageFetcher, server: ImageServer, host: str) -> None:
    error = await failure(fetcher, f"http://{host}:{server.port}/picture")
    assert type(error) in {AddressForbidden, NameNotFound, ImageMissing}
    assert server.asked == []


async def test_unreachable_hosts(fetcher: ImageFetcher, server: ImageServer) -> None:
    port = server.port
    await server.aclose()
    assert type(await failure(fetcher, f"http://{PUBLIC}:{port}/picture")) is ConnectionRefused
    for address in ("http://nobody.invalid/x.png", "http://["):
        assert type(await failure(fetcher, address)) is NameNotFound


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/x.png", "http://", "x"])
async def test_only_http_and_https(fetcher: ImageFetcher, address: str) -> None:
    assert type(await failure(fetcher, address)) is ImageMissing


async def test_a_server_without_tls_at_an_https_address(fetcher: ImageFetcher) -> None:
    async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(complain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert type(await failure(fetcher, f"https://{PUBLIC}:{port}/picture")) is ImageMissing
    server.close()


async def test_a_slow_server(fetcher: ImageFetcher, server: ImageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    await SDK.ready()
    monkeypatch.setattr(image_fetcher, "TOTAL_S", 0.2)
    assert type(await failure(fetcher, f"http://{PUBLIC}:{server.port}/slow")) is ConnectTimedOut
    await server.left.wait()


async def test_cancelling_closes_the_connection(fetcher: ImageFetcher, server: ImageServer) -> None:
    loading = asyncio.create_task(fetcher.load(f"http://{PUBLIC}:{server.port}/slow"))
    await server.arrived.wait()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    await server.left.wait()


async def test_the_second_address_of_a_host_is_tried(server: ImageServer) -> None:
    async def two(_host: str, _port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    assert await ImageFetcher(SDK.ready, two).load(f"http://{PUBLIC}:{server.port}/picture") == PNG


async def test_local_names_are_refused_through_a_proxy(
    fetcher: ImageFetcher, server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
    assert type(await failure(fetcher, "http://router.lan/picture")) is AddressForbidden
    assert type(await failure(fetcher, "http://192.168.1.1/picture")) is AddressForbidden
    assert server.asked == []
    assert type(await failure(fetcher, "http://pictures.example.org/picture")) is ImageMissing, "the proxy's 404"
    assert server.asked[0].path == "http://pictures.example.org/picture"


async def test_resolving() -> None:
    assert await public_addresses("93.184.216.34", 443) == ["93.184.216.34"]
    with pytest.raises(AddressForbidden):
        await public_addresses("localhost", 443)


@pytest.mark.parametrize("host", ["printer", "nas.home", "0177.0.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"])
def test_local_names_are_not_requested_through_a_proxy(host: str) -> None:
    with pytest.raises(AddressForbidden):
        check_name(f"http://{host}/x")


def test_public_names_are_requested_through_a_proxy() -> None:
    check_name("https://example.org:8443/x")
