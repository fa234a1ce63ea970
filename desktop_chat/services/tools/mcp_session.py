"""One connection to a tool server, on the tool servers' own thread: the task that owns it, its tools, and calls.

Imported on that thread, because it imports mcp, which takes a second.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import mcp_types
from mcp import Client, MCPError
from mcp.client.subscriptions import SubscriptionLost
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

import desktop_chat
from desktop_chat.core.tool_servers import ServerFailure, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.tools.child_environment import child_environment, find_program, start_folder
from desktop_chat.services.tools.http_transport import http_transport
from desktop_chat.services.tools.mcp_failures import SessionError, is_closed, session_error
from desktop_chat.services.tools.mcp_results import result_of
from desktop_chat.services.tools.server_log import ServerLog
from desktop_chat.services.tools.stdio_transport import Link, stdio_transport
from desktop_chat.services.tools.tool_definitions import Definition, tools_of

CONNECT_S = 30.0
"""How long a server may take to start and to list its tools; `npx` may have to fetch it first."""
MAX_PAGES = 100
logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it logs what servers send, as errors and in full
_INFO = mcp_types.Implementation(name="desktop-chat", version=desktop_chat.__version__)


@dataclass(frozen=True, slots=True)
class Listing:
    """The tools that a server offers, and how many of them cannot be used."""

    tools: tuple[Tool, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A server with the values of its variables or headers; `trust` is for addresses."""

    server: ToolServer
    secrets: Mapping[str, str] = field(repr=False)
    trust: ssl.SSLContext | None = None
    connect_s: float = CONNECT_S


class McpSession:
    """A connection from its start to its end. All methods run on the tool servers' loop.

    `listed` is called with each new listing of the tools, `lost` when the connection ended although nobody ended it.
    """

    def __init__(
        self, target: Target, log: ServerLog, listed: Callable[[Listing], None], lost: Callable[[SessionError], None]
    ) -> None:
        self._target = target
        self._log = log
        self._listed = listed
        self._lost = lost
        self._link = Link()
        self._end = asyncio.Event()
        self._relist = asyncio.Event()
        self._client: Client | None = None
        self._owner: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect and list the tools. Raises SessionError. If it is cancelled, the server is ended."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready), name=f"tool server {self._target.server.name}")
        try:
            await asyncio.shield(ready)
        except asyncio.CancelledError:
            await self.end()
            raise

    async def call(self, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        """Call a tool by its own name. Raises SessionError if the connection ended."""
        if self._client is None or self._link.closed.is_set():
            raise SessionError(ServerFailure.ENDED, sent=False)
        parameters = mcp_types.CallToolRequestParams(name=name, arguments=dict(arguments))
        request = mcp_types.CallToolRequest(params=parameters)
        try:
            # Not Client.call_tool: it would hold the answer against the server's own schema of answers, at any cost.
            answer = await self._client.session.send_request(request, mcp_types.CallToolResult)
        except MCPError as error:
            if is_closed(error):
                raise SessionError(self._why_closed(), error.message) from error
            return ToolResult(f"The tool server answered with an error: {error.message[:2_000]}", is_error=True)
        except ValidationError as error:
            return ToolResult(f"The tool server's answer cannot be read: {error.error_count()} errors", is_error=True)
        return result_of(answer)

    async def end(self) -> None:
        """End the connection and the server's processes; returns when they have ended. May be called twice."""
        self._end.set()
        if self._owner is not None:
            if self._client is None:
                self._owner.cancel()
            await asyncio.wait({self._owner})

    async def _own(self, ready: asyncio.Future[None]) -> None:
        """Enter and leave the connection in one task, as mcp requires."""
        try:
            await self._connected(ready)
        except BaseException as error:  # noqa: BLE001  (passed to whoever waits; an unexpected one is logged)
            failed = session_error(error, self._why_closed())
            if self._link.refused and failed.failure is ServerFailure.PROTOCOL:
                failed = SessionError(ServerFailure.REFUSED)
            if not ready.done():
                ready.set_exception(failed)
            elif not self._end.is_set():
                self._lost(failed)
        finally:
            self._client = None
            self._link.closed.set()
            if not ready.done():
                ready.set_exception(SessionError(ServerFailure.ENDED))
            ready.exception()  # retrieved, even if nobody waits any more

    async def _connected(self, ready: asyncio.Future[None]) -> None:
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._target.connect_s):
                client = await stack.enter_async_context(
                    Client(self._transport(), client_info=_INFO, message_handler=self._take, cache=None)
                )
                self._listed(await self._list(client))
            self._client = client
            ready.set_result(None)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch(client))
                await _first_of(self._end, self._link.closed)
                watching.cancel()
            if not self._end.is_set():
                raise SessionError(self._why_closed())

    async def _watch(self, client: Client) -> None:
        """List the tools again whenever the server says that they changed."""
        async with asyncio.TaskGroup() as tasks:
            if client.protocol_version in MODERN_PROTOCOL_VERSIONS:
                tasks.create_task(self._subscribe(client))
            while True:
                await self._relist.wait()
                self._relist.clear()
                with suppress(MCPError, TimeoutError, ValidationError):
                    async with asyncio.timeout(self._target.connect_s):
                        self._listed(await self._list(client))
                await asyncio.sleep(_RELIST_PAUSE_S)

    async def _subscribe(self, client: Client) -> None:
        """Ask a server of the newest protocol to say when its tools change; older ones say it unasked."""
        with suppress(MCPError, TimeoutError, SubscriptionLost):
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    self._relist.set()

    async def _list(self, client: Client) -> Listing:
        found: list[Definition] = []
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            page = await client.list_tools(cursor=cursor)
            found += [Definition(tool.name, tool.description or "", tool.input_schema) for tool in page.tools]
            cursor = page.next_cursor
            if not cursor:
                break
        tools, left_out = tools_of(self._target.server.name, found)
        return Listing(tools, left_out)

    async def _take(self, message: Any) -> None:
        """Follow what the server says by itself."""
        if isinstance(message, mcp_types.ToolListChangedNotification):
            self._relist.set()
        elif isinstance(message, mcp_types.LoggingMessageNotification):
            self._log.add(f"{message.params.level}: {message.params.data}")

    def _transport(self) -> AbstractAsyncContextManager[Any]:
        server, secrets = self._target.server, self._target.secrets
        if server.url:
            return http_transport(server.url, self._target.secrets, self._target.trust, self._link)
        environment = child_environment(secrets)
        program = find_program(server.command, environment)
        if program is None:
            raise SessionError(ServerFailure.NO_PROGRAM, server.command)
        return stdio_transport([program, *server.arguments], environment, start_folder(), self._log, self._link)

    def _why_closed(self) -> ServerFailure:
        if self._link.too_much:
            return ServerFailure.TOO_MUCH
        return ServerFailure.SILENT if self._link.unreadable else ServerFailure.ENDED


_RELIST_PAUSE_S = 1.0
"""A server that keeps changing its tools is asked once in this time."""


async def _first_of(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
