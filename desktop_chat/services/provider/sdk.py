"""Loads the OpenAI SDK and the TLS trust store on a thread: together they take more than a second, which must not block
the window."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_chat.core.errors import CertificateError
from desktop_chat.services.provider.lazy_sdk_types import load_types_lazily

if TYPE_CHECKING:
    import ssl

    import httpx2
    from openai import AsyncOpenAI

logger = logging.getLogger(__name__)

CONNECT_S = 10.0
WRITE_S = 30.0
POOL_S = 10.0
NO_KEY = "none"
"""Passed to the SDK, which requires a key, if no Authorization header is to be sent."""
IMPORTING = threading.Lock()
"""Two threads that import the same circular modules at once may each see a partial module."""


class Sdk:
    """The SDK, loaded at most once. The loading thread is a daemon: it does not delay exit.

    The certificates in `ca_file`, a PEM file, are trusted in addition to the system's. An unusable file is ignored
    here; it is checked when it is chosen. `confirmed` is called with the file and its content, and returns whether the
    user chose that.
    """

    def __init__(self, ca_file: str = "", confirmed: Callable[[str, bytes], Awaitable[bool]] | None = None) -> None:
        self._ca_file = ca_file
        self._confirmed = confirmed
        self._context: Future[ssl.SSLContext] | None = None
        self._confirmed_for: ssl.SSLContext | None = None

    def trust(self, ca_file: str) -> bool:
        """Trust another file's certificates from now on; existing clients do not change. Returns whether the file
        changed."""
        changed = ca_file != self._ca_file
        self._ca_file = ca_file
        if changed and self._context is not None:
            self._context = None
            self._loading()
        return changed

    async def decide_again(self) -> None:
        """Check again whether the certificates are confirmed; existing clients then trust them, too."""
        self._confirmed_for = None
        await self.ready()

    def warm_up(self) -> None:
        """Start loading if not started yet; returns at once."""
        self._loading()

    async def ready(self) -> ssl.SSLContext:
        """Wait until the SDK is loaded; return the trust store."""
        context = await asyncio.wrap_future(self._loading())
        if self._ca_file and self._confirmed_for is not context:
            await self._trust_chosen(context)
        return context

    async def _trust_chosen(self, context: ssl.SSLContext) -> None:
        from desktop_chat.services.certificates import read_certificates, trust  # noqa: PLC0415 -- not at startup

        ca_file = self._ca_file
        try:
            content = await asyncio.to_thread(read_certificates, Path(ca_file))
            if self._confirmed is None or await self._confirmed(ca_file, content):
                trust(context, content)
        except CertificateError as error:
            logger.warning("cannot use the chosen certificates: %s: %s", error.code, error.detail)
        self._confirmed_for = context

    def _loading(self) -> Future[ssl.SSLContext]:
        if self._context is None:
            self._context = Future()
            self._context.set_running_or_notify_cancel()
            threading.Thread(target=_load, args=(self._context,), name="load the SDK", daemon=True).start()
        return self._context


def build_client(
    base_url: str, key: str, headers: tuple[tuple[str, str], ...], context: ssl.SSLContext, *, trust_env: bool
) -> AsyncOpenAI:
    """Return a client that never retries, follows no redirects and uses nothing from the environment but proxies, and
    those only with `trust_env`. `context` is what `Sdk.ready` returned."""
    import httpx2  # noqa: PLC0415 -- see the module's docstring
    from openai import AsyncOpenAI  # noqa: PLC0415

    from desktop_chat.services.provider.http_client import BoundedClient  # noqa: PLC0415

    http_client = BoundedClient(
        verify=context,
        trust_env=trust_env,
        follow_redirects=False,
        timeout=httpx2.Timeout(connect=CONNECT_S, read=None, write=WRITE_S, pool=POOL_S),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=30.0),
    )
    return _client_on(http_client, base_url, key, headers, AsyncOpenAI)


def _client_on(
    http_client: httpx2.AsyncClient, base_url: str, key: str, headers: tuple[tuple[str, str], ...], kind: Any
) -> AsyncOpenAI:
    client: AsyncOpenAI = kind(
        api_key=key or NO_KEY,
        admin_api_key="",
        webhook_secret="",
        base_url=base_url,
        max_retries=0,
        timeout=http_client.timeout,
        default_headers={**dict(headers), "Accept-Encoding": "identity"},
        http_client=http_client,
    )
    for from_environment in ("organization", "project"):
        setattr(client, from_environment, None)
    return client


def _load(loaded: Future[ssl.SSLContext]) -> None:
    try:
        with IMPORTING:
            context = _context_after_first_request()
        gc.freeze()  # its modules are permanent; traversing them in each full collection stopped the window for 70 ms
        loaded.set_result(context)
    except ImportError as error:
        incomplete = RuntimeError(f"the installation is incomplete: {error}")
        incomplete.__cause__ = error
        loaded.set_exception(incomplete)
    except BaseException as error:  # noqa: BLE001 -- passed to those who wait
        loaded.set_exception(error)


def _trust_store() -> ssl.SSLContext:
    """Return the system's certificates, or those named by SSL_CERT_FILE; an unreadable file is ignored, so that servers
    without TLS can still be reached."""
    import httpx2  # noqa: PLC0415

    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        logger.warning("cannot read the certificates named by the environment: %s", error)
        return httpx2.create_ssl_context(trust_env=False)


def _context_after_first_request() -> ssl.SSLContext:
    """Import everything that a request needs by making a mock request, and read the trust store."""
    load_types_lazily()
    import httpx2  # noqa: PLC0415
    from openai import AsyncOpenAI, AsyncStream  # noqa: PLC0415

    import desktop_chat.services.provider.http_client  # noqa: F401, PLC0415
    from desktop_chat.services.provider.tls_errors import DiagnosticSSLObject  # noqa: PLC0415

    context = _trust_store()
    context.sslobject_class = DiagnosticSSLObject

    async def rehearse() -> None:
        nowhere = httpx2.MockTransport(lambda _: httpx2.Response(200, content=b""))
        async with httpx2.AsyncClient(transport=nowhere, verify=context) as http_client:
            client = _client_on(http_client, "http://127.0.0.1/v1", "", (), AsyncOpenAI)
            await client.post("/rehearsal", cast_to=object, body={}, stream=True, stream_cls=AsyncStream[object])

    asyncio.run(rehearse())
    return context
