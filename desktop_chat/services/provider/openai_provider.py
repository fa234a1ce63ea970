"""Talks to one connection's server: the SDK sends requests, our own reader decodes the answers.

The SDK provides authentication, addresses and typed HTTP errors. Its stream iterator is not used: it needs twenty times
the CPU per chunk, and takes a truncated stream, a web page or an error object for a finished reply.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, closing, contextmanager
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_chat.core.ability_errors import ImagesRefused
from desktop_chat.core.addresses import request_url
from desktop_chat.core.azure import KEY_HEADER, deployment_in, is_azure
from desktop_chat.core.deltas import Delta, LeftOutDelta
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import (
    AuthenticationFailed,
    BadResponse,
    ConnectionLost,
    ConnectTimedOut,
    InterruptedBySleep,
    KeyMissing,
    ProviderError,
    RequestRejected,
    StreamStalled,
    WrongAddress,
)
from desktop_chat.core.exchanges import Exchange, ExchangeLog
from desktop_chat.core.hosts import host_of, is_loopback, needs_key
from desktop_chat.core.left_out import ASKED_BY_US, LeftOut
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.slices import finished, in_slices
from desktop_chat.core.watchdog import Watchdog
from desktop_chat.services.provider.dialects import DIALECTS
from desktop_chat.services.provider.model_list import MODELS_BYTES, list_headers, read_models, whole_list
from desktop_chat.services.provider.pass_through import RawAnswer
from desktop_chat.services.provider.recording import recording
from desktop_chat.services.provider.refusals import newly_refused
from desktop_chat.services.provider.reply_stream import FINISH_GRACE_S, USAGE_GRACE_S, Answer
from desktop_chat.services.provider.request_body import left_out, telling_part
from desktop_chat.services.provider.request_content import RequestContent, encoded
from desktop_chat.services.provider.request_slots import sending_in
from desktop_chat.services.provider.sdk import Sdk, build_client
from desktop_chat.services.provider.translate_errors import translate_errors
from desktop_chat.services.proxies import has_proxy
from desktop_chat.services.secrets.redact import redact

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

SLICE_S = 0.008
"""The longest time that a flood of chunks may occupy the event loop."""
WAITED_S = 0.001
"""A chunk that took longer than this was waited for, so other tasks have had their turn."""
MODELS_S = 20.0
_CREDENTIALS = frozenset({"authorization", "api-key", "x-api-key"})


class OpenAIProvider:
    """Implements `core.ports.Provider`. `key` is stripped and printable, or empty. `exchanges` keeps what was sent for
    replies, and what came back."""

    def __init__(self, connection: Connection, key: str, sdk: Sdk, exchanges: ExchangeLog | None = None) -> None:
        self.connection = connection
        self._key = key
        self._sdk = sdk
        self._exchanges = exchanges if exchanges is not None else ExchangeLog()
        self._is_local = is_loopback(connection.base_url)
        self._dialect = DIALECTS[connection.api]
        self._client: AsyncOpenAI | None = None
        self._refused: dict[str, set[str]] = {}
        self._secrets = tuple(value for value in (key, *(value for _, value in connection.headers)) if value)
        key_header = ((KEY_HEADER, key),) if key and is_azure(connection.base_url) else ()
        self._headers = (*connection.headers, *key_header)
        self._bearer_key = "" if key_header else key
        self._has_credentials = bool(key) or any(name.lower() in _CREDENTIALS for name, _ in connection.headers)
        self.windows: dict[str, int] = {}
        """Context windows in tokens by model name, if the server's list has them."""
        self._reads_images: dict[str, bool] = {}
        self._without_eyes: set[str] = set()
        """Models whose server refused an image."""
        self._running = 0
        self._usage_grace_s = USAGE_GRACE_S

    @property
    def key(self) -> str:
        """The key it was created with."""
        return self._key

    @property
    def is_busy(self) -> bool:
        """True while a request is running."""
        return self._running > 0

    def reads_images(self, model: str) -> bool | None:
        """Return whether a model reads images, as the server's list says or a refusal has shown; None if unknown."""
        return False if model in self._without_eyes else self._reads_images.get(model)

    def leave_images_out(self, model: str) -> None:
        """Send no images to a model from now on; the replies say so."""
        self._refused.setdefault(model, set()).add(LeftOut.IMAGES)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Send `prompt` and yield the reply's deltas; see `core.ports.Provider`."""
        self._running += 1
        try:
            exact = prompt.exact_body
            answer = self._batches(prompt) if exact is None else self._answer(prompt, dict(exact))
            async with aclosing(answer) as batches:
                slice_end = done_at = 0.0
                async for batch in batches:
                    now = time.perf_counter()
                    if now - done_at > WAITED_S:
                        slice_end = now + SLICE_S
                    for delta in batch:
                        yield delta
                    done_at = time.perf_counter()
                    if done_at >= slice_end:
                        await asyncio.sleep(0)
                        done_at = 0.0
        finally:
            self._running -= 1

    @asynccontextmanager
    async def passing(
        self, endpoint: str, content: bytes, model: str, limits_s: tuple[float, float]
    ) -> AsyncIterator[RawAnswer]:
        """Send a JSON body as it is to an endpoint ("/chat/completions"), and provide the answer's bytes. `limits_s`:
        how long the server may be silent, and how long it may send only comments. Raises ProviderError, also for an
        answer with an error status."""
        self._running += 1
        try:
            with self._translating():
                client = await self._ready_client()
            with closing(Watchdog(limits_s[0])) as watchdog:
                with self._translating(), watchdog:
                    response = await self._request(client, "post", self._url(endpoint, model), content)
                async with aclosing(response):
                    yield RawAnswer(response, watchdog, limits_s[1], self._translating, self._secrets)
        finally:
            self._running -= 1

    async def models(self) -> list[str]:
        """Return the server's model names, chat models first. Raises ProviderError. If the address names an Azure
        deployment, returns only that: Azure lists what could be deployed."""
        self._running += 1
        try:
            with self._translating():
                client = await self._ready_client()
            with self._translating(), closing(Watchdog(MODELS_S)) as watchdog, watchdog:
                url = whole_list(self._url("/models"))
                response = await self._request(client, "get", url, None, list_headers(url, self._bearer_key))
                async with aclosing(response), aclosing(response.aiter_bytes()) as pieces:
                    body = bytearray()
                    async for piece in pieces:
                        body += piece
                        if len(body) > MODELS_BYTES:
                            raise BadResponse
                listed = read_models(bytes(body))
                self.windows.update(listed.windows)
                self._reads_images.update(listed.images)
                deployment = deployment_in(self.connection.base_url)
                return [deployment] if deployment else listed.names
        finally:
            self._running -= 1

    async def aclose(self) -> None:
        """Close the client. May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _translating(self) -> translate_errors:
        return translate_errors(self._secrets, via_proxy=not self._is_local and has_proxy(self.connection.base_url))

    async def _batches(self, prompt: Prompt) -> AsyncGenerator[list[Delta], None]:
        """Yield the deltas of one request, which is repeated without the parts that the server turns out to refuse.

        Refused parts are remembered per model. Nothing is repeated once any delta has arrived.
        """
        known = self._refused.setdefault(prompt.model, set())
        reported = ASKED_BY_US
        while True:
            refused = frozenset(known)  # another request may add to them meanwhile
            missing = self._missing(prompt, refused)
            if new := tuple(part for part in missing if part not in reported):
                yield [LeftOutDelta(new)]
            body = await in_slices(self._dialect.body_of(prompt, refused))
            has_arrived = False
            try:
                async with aclosing(self._answer(prompt, body)) as batches:
                    async for batch in batches:
                        has_arrived = has_arrived or bool(batch)
                        yield batch
            except ProviderError as error:
                if isinstance(error, ImagesRefused):
                    self._without_eyes.add(prompt.model)
                refused_now = frozenset() if has_arrived else newly_refused(error, body, refused)
                if not refused_now:
                    raise
                reported = frozenset(missing)
                known |= refused_now
            else:
                return

    def _missing(self, prompt: Prompt, refused: frozenset[str]) -> tuple[LeftOut, ...]:
        """Return what a request lacks without these parts."""
        if not refused:
            return ()
        short = telling_part(prompt)
        full, sent = (finished(self._dialect.body_of(short, without)) for without in (frozenset[str](), refused))
        return left_out(full, sent)

    async def _answer(self, prompt: Prompt, body: dict[str, Any]) -> AsyncGenerator[list[Delta], None]:
        """Send a request and yield the deltas of its answer, and record both."""
        limit_s = prompt.idle_limit_s if body["stream"] else prompt.patience_s
        with self._translating():
            client = await self._ready_client()
        url = self._url(self._dialect.path, prompt.model)
        exchange = self._exchange(prompt, url, body)
        with (
            self._recording_end(exchange),
            self._translating(),
            closing(Watchdog(limit_s)) as watchdog,
            _blaming_sleep(watchdog),
        ):
            content = await in_slices(encoded(body, watchdog.feed))
            exchange.begin()
            with watchdog, recording(exchange), sending_in(prompt.slot, watchdog, exchange):
                response = await self._request(client, "post", url, content)
            answer = Answer(
                response,
                watchdog,
                prompt.patience_s,
                self._dialect,
                usage_grace_s=self._usage_grace_s,
                record=exchange.take,
            )
            async with aclosing(response), aclosing(answer.batches()) as batches:
                async for batch in batches:
                    exchange.note(batch)
                    yield batch
            if answer.waited_in_vain:
                self._usage_grace_s = FINISH_GRACE_S

    def _exchange(self, prompt: Prompt, url: str, body: dict[str, Any]) -> Exchange:
        """Begin to record a request."""
        connection = self.connection
        exchange = Exchange(
            prompt.reply_id,
            connection.id,
            connection.name,
            connection.api,
            prompt.model,
            url,
            body,
            hide=partial(redact, keys=self._secrets),
            conversation_id=prompt.conversation_id,
        )
        if prompt.reply_id:
            self._exchanges.add(exchange)
        return exchange

    @contextmanager
    def _recording_end(self, exchange: Exchange) -> Iterator[None]:
        """Note how an exchange ended."""
        try:
            yield
        except ProviderError as error:
            exchange.error_code, exchange.error_detail = error.code, error.detail
            raise
        except (asyncio.CancelledError, GeneratorExit):
            exchange.is_stopped = True
            raise
        finally:
            self._exchanges.end(exchange)

    async def _request(
        self,
        client: AsyncOpenAI,
        method: str,
        url: str,
        content: RequestContent | bytes | None,
        key_headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx2.Response:
        """Send one request. `key_headers`, if given, replace the usual authentication."""
        from openai import AsyncStream, Omit  # noqa: PLC0415 -- already loaded on the SDK's thread

        # `stream` for all requests: the SDK then returns the response before reading it. The generic method sends the
        # content unchanged; the one for chat would spend 118 ms validating 1,000 messages on the window's thread.
        as_bearer = self._bearer_key and not key_headers
        headers: dict[str, Any] = {} if as_bearer else {"Authorization": Omit(), **key_headers}
        if isinstance(content, RequestContent):
            headers["Content-Length"] = str(content.size)
        options: Any = {"headers": headers} if headers else {}
        kinds: Any = {"cast_to": object, "stream": True, "stream_cls": AsyncStream[object], "options": options}
        try:
            with self._translating():
                stream = await (
                    client.get(url, **kinds) if method == "get" else client.post(url, content=content, **kinds)
                )
        except AuthenticationFailed as error:
            if self._has_credentials:
                raise
            raise KeyMissing(error.detail) from error.__cause__
        response: httpx2.Response = stream.response
        return response

    def _url(self, endpoint: str, model: str = "") -> str:
        return request_url(self.connection.base_url, endpoint, model)

    async def _ready_client(self) -> AsyncOpenAI:
        self._check()
        if self._client is None:
            context = await self._sdk.ready()
            if self._client is None:  # another request may have been faster
                self._client = build_client(
                    self.connection.base_url, self._bearer_key, self._headers, context, trust_env=not self._is_local
                )
        return self._client

    def _check(self) -> None:
        """Check that a request can be sent at all. Raises ProviderError."""
        if not host_of(self.connection.base_url):
            raise WrongAddress
        if not self._has_credentials and needs_key(self.connection.base_url):
            raise KeyMissing
        for name, value in self.connection.headers:
            if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()) or not _is_sendable(value):
                raise RequestRejected(name if name.isprintable() else "")


@contextmanager
def _blaming_sleep(watchdog: Watchdog) -> Iterator[None]:
    """Say so where a connection broke after the computer slept; servers and routers forget those that are silent."""
    try:
        yield
    except (ConnectionLost, ConnectTimedOut, StreamStalled) as error:
        if not watchdog.has_slept:
            raise
        raise InterruptedBySleep(error.detail) from error


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
