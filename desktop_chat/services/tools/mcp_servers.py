"""Runs the tool servers of the settings: each starts when needed, restarts after it died, and ends with the app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from desktop_chat.core.key_errors import KeyForOtherHost, SecretError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import report_bug
from desktop_chat.core.tool_servers import ServerFailure, ServerState, ServerStatus, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.secrets.redact import redact
from desktop_chat.services.tools.server_log import ServerLog
from desktop_chat.services.tools.server_thread import ServerThread

if TYPE_CHECKING:
    import ssl

    from desktop_chat.services.tools.mcp_failures import SessionError
    from desktop_chat.services.tools.mcp_session import Listing, McpSession, Target

logger = logging.getLogger(__name__)

MAX_FAILURES = 3
"""After so many failures in a row a server is only started again by the user."""
MAX_DETAIL = 500
CONNECT_S = 30.0
"""How long a server may take to start and to list its tools; `npx` may have to fetch it first."""


class McpServers:
    """Implements `core.tool_servers.ToolServers`, and calls their tools.

    `values_of` returns the values of a server's variables or headers, and raises SecretError. `ready` waits for the
    HTTP client and returns the trust store; only servers with an address need it.
    """

    def __init__(
        self,
        preferences: Preferences,
        values_of: Callable[[ToolServer], Awaitable[Mapping[str, str]]],
        known_keys: KnownKeys,
        ready: Callable[[], Awaitable[ssl.SSLContext]],
        *,
        connect_s: float = CONNECT_S,
    ) -> None:
        self.changed: Listeners[str] = Listeners()
        self._preferences = preferences
        self._values_of = values_of
        self._known_keys = known_keys
        self._ready = ready
        self._connect_s = connect_s
        self._thread: ServerThread | None = None
        self._running: dict[str, _Running] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False
        self._stop_following = preferences.changed.add(self._follow)

    def status(self, name: str) -> ServerStatus:
        """Return a server's status; OFF for an unknown one."""
        server = self._preferences.tool_server(name)
        if server is None or not server.enabled:
            return ServerStatus(ServerState.OFF)
        running = self._running.get(name)
        return running.status if running is not None else ServerStatus(ServerState.IDLE)

    def log(self, name: str) -> tuple[str, ...]:
        """Return the last lines of a server's log."""
        running = self._running.get(name)
        return running.log.lines() if running is not None else ()

    async def start(self, name: str) -> ServerStatus:
        """Start a server unless it runs, is switched off or failed too often; return its status then."""
        server = self._preferences.tool_server(name)
        if server is None or not server.enabled or self._closed:
            return ServerStatus(ServerState.OFF)
        running = self._running.get(name)
        if running is None:
            running = self._running[name] = _Running(server, self._redact, lambda: self._tell_soon(name))
        if running.status.state is ServerState.READY or running.failures >= MAX_FAILURES:
            return running.status
        if running.starting is None:
            running.starting = asyncio.create_task(self._start(running), name=f"start tool server {name}")
            running.starting.add_done_callback(report_bug)
        await asyncio.wait({running.starting})  # the start serves all who wait, so cancelling one must not end it
        return running.status

    async def restart(self, name: str) -> ServerStatus:
        """End a server and start it again, however often it failed."""
        await self._end(self._running.pop(name, None))
        return await self.start(name)

    async def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Run a tool of a server; a server that does not run is started. Failures are results."""
        for _ in range(2):  # once more if the server had died unnoticed before the call
            status = await self.start(tool.server)
            running = self._running.get(tool.server)
            if status.state is not ServerState.READY or running is None or running.session is None:
                return ToolResult(_words_of(status.failure), is_error=True)
            if not any(known.id == tool.id and known.fingerprint == tool.fingerprint for known in status.tools):
                return ToolResult("The tool server changed this tool, or no longer has it.", is_error=True)
            result = await self._call(running, running.session, tool.own_name, arguments)
            if result is not None:
                return result
        return ToolResult(_words_of(ServerFailure.ENDED), is_error=True)

    async def _call(
        self, running: _Running, session: McpSession, own_name: str, arguments: Mapping[str, Any]
    ) -> ToolResult | None:
        """Return a call's result; None if the server had ended before, so that the tool did not run."""
        from desktop_chat.services.tools.mcp_failures import SessionError  # noqa: PLC0415  (imports mcp, now loaded)

        try:
            result = await self._on_thread().run(lambda: session.call(own_name, arguments))
        except SessionError as error:
            if running.session is session:
                self._lose(running, session, error.failure, error.detail)
            return ToolResult(_words_of(error.failure), is_error=True) if error.sent else None
        running.failures = 0
        return result

    async def aclose(self) -> None:
        """End all servers and wait for their processes. May be called twice."""
        self._closed = True
        self._stop_following()
        running, self._running = tuple(self._running.values()), {}
        await asyncio.gather(*map(self._end, running))
        if self._endings:
            await asyncio.wait(self._endings)
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.close()

    async def _start(self, running: _Running) -> None:
        """Start one server. Its outcome is in its status."""
        self._set(running, ServerStatus(ServerState.STARTING, tools=running.status.tools))
        try:
            await self._end_sessions(running)  # one that died may still be ending
            target = await self._target_of(running.server)
            running.session = session = await self._on_thread().run(lambda: self._session(running, target))
            running.sessions.add(session)
            from desktop_chat.services.tools.mcp_failures import SessionError  # noqa: PLC0415  (imports mcp, now loaded)

            try:
                await self._on_thread().run(session.start)
            except SessionError as error:
                self._fail(running, error.failure, error.detail)
            else:
                listing = running.listing
                self._set(running, ServerStatus(ServerState.READY, tools=listing[0], left_out=listing[1]))
        except KeyForOtherHost:
            self._fail(running, ServerFailure.KEYS_ELSEWHERE)
        except SecretError as error:
            self._fail(running, ServerFailure.SECRETS, error.detail)
        finally:
            running.starting = None
            if running.status.state is ServerState.STARTING:  # ended meanwhile, or a bug
                self._fail(running, ServerFailure.ENDED)

    async def _session(self, running: _Running, target: Target) -> McpSession:
        """Make a session; on the servers' thread, which thereby loads mcp."""
        from desktop_chat.services.tools.mcp_session import McpSession  # noqa: PLC0415  (a second, on this thread)

        loop = running.loop

        def listed(listing: Listing) -> None:
            loop.call_soon_threadsafe(self._take_listing, running, listing.tools, listing.left_out)

        def lost(error: SessionError) -> None:
            loop.call_soon_threadsafe(self._lose, running, session, error.failure, error.detail)

        session = McpSession(target, running.log, listed, lost)
        return session

    async def _target_of(self, server: ToolServer) -> Target:
        """Return a server with its secrets. Raises SecretError."""
        values = await self._values_of(server) if server.secret_names else {}
        for value in values.values():
            self._known_keys.add(value)
        trust = await self._ready() if server.url else None
        return await self._on_thread().run(lambda: _target(server, values, trust, self._connect_s))

    def _on_thread(self) -> ServerThread:
        if self._thread is None:
            self._thread = ServerThread()
        return self._thread

    def _take_listing(self, running: _Running, tools: tuple[Tool, ...], left_out: int) -> None:
        running.listing = (tools, left_out)
        if running.status.state is ServerState.READY:
            self._set(running, ServerStatus(ServerState.READY, tools=tools, left_out=left_out))

    def _lose(self, running: _Running, session: McpSession, failure: ServerFailure, detail: str) -> None:
        """Note that a connection ended, once."""
        if running.session is session:
            self._fail(running, failure, detail)

    def _fail(self, running: _Running, failure: ServerFailure, detail: str = "") -> None:
        running.session = None
        running.failures += 1
        words = self._redact(detail)[:MAX_DETAIL]
        given_up = running.failures >= MAX_FAILURES
        self._set(running, ServerStatus(ServerState.FAILED, failure, words, running.status.tools, given_up=given_up))

    def _set(self, running: _Running, status: ServerStatus) -> None:
        running.status = status
        self.changed.emit(running.server.name)

    def _tell_soon(self, name: str) -> None:
        """Tell of a log that changed; from any thread, at most a few times a second."""
        running = self._running.get(name)
        if running is not None and not running.is_telling:
            running.is_telling = True
            running.loop.call_soon_threadsafe(running.loop.call_later, _TELL_S, self._tell, running)

    def _tell(self, running: _Running) -> None:
        running.is_telling = False
        if not self._closed:
            self.changed.emit(running.server.name)

    def _follow(self, settings: Settings) -> None:
        """End servers that were removed, changed or switched off."""
        known = {server.name: server for server in settings.tool_servers}
        for name, running in tuple(self._running.items()):
            if known.get(name) != running.server:
                del self._running[name]
                ending = asyncio.create_task(self._end(running), name=f"end tool server {name}")
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)
                self.changed.emit(name)

    async def _end(self, running: _Running | None) -> None:
        if running is None:
            return
        if running.starting is not None:
            running.starting.cancel()
            await asyncio.wait({running.starting})
        running.session = None
        await self._end_sessions(running)

    async def _end_sessions(self, running: _Running) -> None:
        """End a server's connections, and wait until their processes have ended."""
        for session in tuple(running.sessions):
            await self._on_thread().run(session.end)
            running.sessions.discard(session)

    def _redact(self, text: str) -> str:
        return redact(text, self._known_keys.all())


_TELL_S = 0.2


class _Running:
    """A server that was started in this run."""

    def __init__(self, server: ToolServer, redact: Callable[[str], str], log_changed: Callable[[], None]) -> None:
        self.server = server
        self.status = ServerStatus(ServerState.IDLE)
        self.log = ServerLog(redact, log_changed)
        self.loop = asyncio.get_running_loop()
        self.session: McpSession | None = None
        """The connection in use."""
        self.sessions: set[McpSession] = set()
        """All that may not have ended yet."""
        self.starting: asyncio.Task[None] | None = None
        self.listing: tuple[tuple[Tool, ...], int] = ((), 0)
        self.failures = 0
        self.is_telling = False


async def _target(
    server: ToolServer, values: Mapping[str, str], trust: ssl.SSLContext | None, connect_s: float
) -> Target:
    """Make a target; on the servers' thread, which thereby loads mcp."""
    from desktop_chat.services.tools.mcp_session import Target  # noqa: PLC0415  (a second, on this thread)

    return Target(server, values, trust, connect_s)


def _words_of(failure: ServerFailure | None) -> str:
    """Say in words for the model why a server did not run a tool."""
    words = {
        ServerFailure.ENDED: "The tool server ended during the call.",
        ServerFailure.TOO_MUCH: "The tool server's answer was larger than 16 MB.",
        ServerFailure.SILENT: "The tool server does not answer.",
    }
    return words.get(failure, "The tool server is not available.") if failure else "The tool server is not available."
