"""Serves the local endpoint on asyncio's own loop, without Qt: for itself, or as the window's child."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import desktop_chat
from desktop_chat.app.ask_prompt import WrongUsage
from desktop_chat.app.budget_check import CallerBudgets
from desktop_chat.app.exit_codes import COMPLETE, FAILED, WRONG_USAGE
from desktop_chat.app.serve_arguments import ServeArguments
from desktop_chat.app.serve_target import ServeTarget
from desktop_chat.app.serve_token import token_for
from desktop_chat.app.terminal import occupy_closed_streams, print_error
from desktop_chat.app.usage_keeping import UsageKeeping
from desktop_chat.core import endpoint_control as control
from desktop_chat.core.endpoint_control import ControlCommand, ControlEvent, StartServing
from desktop_chat.core.endpoint_errors import ServerMissing
from desktop_chat.core.errors import ChatError, SettingsError
from desktop_chat.core.hosts import is_loopback
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.endpoint.caller_store import CallerStore
from desktop_chat.services.endpoint.control import ControlLine
from desktop_chat.services.endpoint.request_usage import RequestUsage
from desktop_chat.services.logs import LOUDEST_OF_OTHERS, RedactingFormatter
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.ui.text import endpoint_text, terminal_text

if TYPE_CHECKING:
    from desktop_chat.services.endpoint.server import EndpointServer

_END_S = 0.5

logger = logging.getLogger(__name__)


def serve(arguments: ServeArguments) -> int:
    """Serve until a signal or the window ends it, and return the exit code: 0 ended, 1 could not start, 2 wrong usage.

    The loop is left open: closing it would wait for threads, and one may hang in a keyring.
    """
    occupy_closed_streams()
    try:
        target = ServeTarget(arguments)
        target.paths.make_directories()
        _log_to_stderr(target.keys)
        return asyncio.Runner().run(_Serving(arguments, target).run())
    except WrongUsage as error:
        print_error(error.detail)
    except SettingsError as error:
        print_error(terminal_text.directory_refused(error))
    except KeyboardInterrupt:
        return COMPLETE
    return WRONG_USAGE


class _Serving:
    """One run of the server, and what controls it."""

    def __init__(self, arguments: ServeArguments, target: ServeTarget) -> None:
        self._arguments = arguments
        self._target = target
        self._line: ControlLine | None = None
        self._server: EndpointServer | None = None
        self._early: list[ControlCommand] = []
        """What the window said while the server was being loaded."""
        self._start: asyncio.Future[StartServing | None] | None = None
        self._end = asyncio.Event()
        self._store = CallerStore(target.paths.endpoint_file)
        self._blobs = BlobFolder(target.paths.blob_folder)
        self._usage = UsageKeeping(target.paths.usage_file, target.preferences)

    async def run(self) -> int:
        """Serve, and return the exit code. Raises WrongUsage."""
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # not available on Windows
                asyncio.get_running_loop().add_signal_handler(number, self._end.set)
        try:
            start = await self._first_command()
            if start is None:
                return COMPLETE
            self._target.keys.add(start.token)
            await self._serve(start)
        except ChatError as error:
            self._report_failure(error)
            return FAILED
        finally:
            await self._close()
        return COMPLETE

    async def _first_command(self) -> StartServing | None:
        """Return what to serve, as the window or the command line says; None if it is over before it began."""
        if not self._arguments.controlled:
            given = self._arguments
            token = await token_for(given.token_file, self._target.secrets)
            return StartServing(token, given.host, given.port, given.origins)
        loop = asyncio.get_running_loop()
        self._start = loop.create_future()
        self._line = ControlLine(sys.stdin.buffer, sys.stdout.buffer, self._on_command)
        ended = asyncio.create_task(self._end.wait(), name="end")
        waiting: set[asyncio.Future[Any]] = {self._start, ended}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        return self._start.result() if self._start.done() else None

    async def _serve(self, start: StartServing) -> None:
        try:
            from desktop_chat.services.endpoint.http_server import listen, url_of  # noqa: PLC0415  (an extra)
            from desktop_chat.services.endpoint.server import Access, EndpointServer  # noqa: PLC0415
            from desktop_chat.services.endpoint.targets import Defaults, Targets  # noqa: PLC0415
        except ImportError as error:
            raise ServerMissing(error.name or "") from error
        target = self._target
        listener = listen(start.host, start.port)
        target.warm_up()
        defaults = Defaults(start.default_connection, start.default_model or self._arguments.model or "")
        target.take_over(start.connections, start.keys)
        await target.set_defaults(defaults)
        url = url_of(listener)
        if not start.default_connection and not defaults.connection_id:
            print_error(endpoint_text.nothing_to_serve())
        if not is_loopback(url):
            print_error(endpoint_text.reachable_from_network(url))
        server = self._server = EndpointServer(
            listener,
            Access(start.token, start.host, start.origins),
            Targets(
                target.connections,
                target.providers,
                target.preferences,
                defaults,
                key_stamp=target.key_stamp.read,
                reload=target.reload_if_changed,
            ),
            self._store,
            blobs=self._blobs,
            page_folder=Path(desktop_chat.__file__).parent / "web",
            words=endpoint_text.request_sentence,
            tell=self._tell,
            when_ready=lambda: self._report_ready(url),
            reads_blocked=self._line is None,
        )
        self._usage.read_prices()
        server.requests.over_budget = CallerBudgets(self._usage.ledger, target.preferences, self._usage.price_of).check
        server.requests.ended.add(RequestUsage(self._usage.ledger, target.connections, self._usage.price_of).take)
        for name in start.blocked:
            server.requests.block(name)
        for command in self._early:
            _carry_out(command, server, target)
        self._early.clear()
        gc.freeze()  # what is loaded stays
        ending = asyncio.create_task(self._stop_at_end(server), name="end")
        await server.run()
        ending.cancel()

    async def _stop_at_end(self, server: EndpointServer) -> None:
        await self._end.wait()
        await server.stop()

    async def _close(self) -> None:
        self._blobs.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._store.aclose()
                await self._usage.aclose()
                await self._target.aclose()
        if self._line is not None:
            self._line.close()

    def _tell(self, event: ControlEvent) -> None:
        if self._line is not None:
            self._line.tell(event)

    def _report_ready(self, url: str) -> None:
        if self._line is not None:
            self._line.tell(control.EndpointReady(url))
        else:
            sys.stdout.write(f"READY {url}\n")
            sys.stdout.flush()
        logger.info("listening at %s", url)

    def _report_failure(self, error: ChatError) -> None:
        failure = error.failure()
        self._tell(control.EndpointFailed(failure.code, failure.detail))
        print_error(endpoint_text.start_sentence(failure))

    def _on_command(self, command: ControlCommand) -> None:
        if isinstance(command, StartServing):
            if self._start is not None and not self._start.done():
                self._start.set_result(command)
        elif isinstance(command, control.StopServing):
            self._end.set()
        elif self._server is None:
            self._early.append(command)
        else:
            _carry_out(command, self._server, self._target)


def _carry_out(command: ControlCommand, server: EndpointServer, target: ServeTarget) -> None:
    """Do what the window says while the server runs."""
    match command:
        case control.StopStream(request_id):
            server.requests.stop(request_id)
        case control.BlockCaller(name):
            server.requests.block(name)
        case control.UnblockCaller(name):
            server.requests.blocked.discard(name)
        case control.ChangeToken(token):
            target.keys.add(token)
            server.gate.token = token
        case control.AllowOrigins(origins):
            server.gate.origins = frozenset(origins)
        case control.RecordQuestions(on):
            server.requests.records = on
        case control.ReloadSettings():
            target.reload()
            server.targets.forget_keys()


def _log_to_stderr(keys: KnownKeys) -> None:
    """Log to standard error, redacted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(keys))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(LOUDEST_OF_OTHERS)
    logging.getLogger(desktop_chat.__name__).setLevel(logging.INFO)
