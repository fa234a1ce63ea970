"""Answers on the terminal: the same core as the window, without Qt; of what is said, nothing is stored."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.ask_calls import AskCalls
from desktop_chat.app.ask_output import JsonOutput, Output, StandardOutput, TextOutput
from desktop_chat.app.ask_prompt import AskPrompt, WrongUsage, attachments_of, prompt_from, words_from
from desktop_chat.app.ask_target import AskTarget
from desktop_chat.app.ask_tools import AskTools, ToolsUnavailable
from desktop_chat.app.budget_check import may_spend
from desktop_chat.app.exit_codes import CANCELLED, COMPLETE, CUT, FAILED, READER_LEFT, WRONG_USAGE
from desktop_chat.app.terminal import occupy_closed_streams, print_error
from desktop_chat.core.approvals import Approvals
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.deltas import LeftOutDelta
from desktop_chat.core.entities import ChatOptions, Message, Status
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.events import ReplyDelta, ReplyEnded, RetryScheduled, SessionEvent, ToolCallChanged
from desktop_chat.core.hosts import host_of
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.logs import LogFile
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.services.null_store import NullStore
from desktop_chat.ui.text import terminal_text
from desktop_chat.ui.text.left_out_text import left_out_line

_CODES = {Status.COMPLETE: COMPLETE, Status.FAILED: FAILED, Status.CANCELLED: CANCELLED}
_WORDS_THAT_END = frozenset({"exit", "quit"})
_END_S = 1.0

logger = logging.getLogger(__name__)


def ask(arguments: AskArguments) -> int:
    """Ask, and return the exit code: 0 complete, 1 failed, 2 wrong usage, 3 cut off, 130 cancelled, 141 if the reader
    of the output has gone, as for a program killed by SIGPIPE.

    The loop is left open: closing it would wait for threads, and one may hang in a name lookup.
    """
    occupy_closed_streams()
    if sys.stdout is None:
        print_error(terminal_text.output_closed(os.strerror(errno.EBADF)))
        return FAILED
    gc.disable()  # the process is short-lived, and collecting would take a tenth of its time
    try:
        return _run(arguments, AskTarget(arguments))
    except WrongUsage as error:
        print_error(error.detail)
        return WRONG_USAGE
    except KeyboardInterrupt:
        return CANCELLED


def _run(arguments: AskArguments, server: AskTarget) -> int:
    try:
        return _Conversation(arguments, server).run(asyncio.Runner())
    except WrongUsage:
        raise
    except Exception as error:  # noqa: BLE001  (reported and logged)
        report_bug(server, error)
        return FAILED


class _Conversation:
    """One question or a conversation, and the objects it needs."""

    def __init__(self, arguments: AskArguments, server: AskTarget) -> None:
        self._arguments = arguments
        self._server = server
        self._pipe = StandardOutput(self._stop)
        self._output: Output = JsonOutput(self._pipe) if arguments.as_json else TextOutput(self._pipe)
        self._ended: asyncio.Future[Message] | None = None
        self._calls: AskCalls | None = None
        self._blobs = MemoryBlobs()
        self._tools = AskTools(arguments.tools, arguments.mcp_config, server)
        store = NullStore()
        self._write_behind = WriteBehind(store)
        self._library = Library(store, self._write_behind)
        self._session = ChatSession(
            self._library.create(ChatOptions(system_prompt=arguments.system, streaming=arguments.streaming)).id,
            (),
            library=self._library,
            write_behind=self._write_behind,
            providers=server.providers,
            connections=server.connections,
            preferences=server.preferences,
            blobs=self._blobs,
            toolbox=self._tools.toolbox,
            approvals=Approvals(server.preferences),
        )
        self._session.events.add(self._on_event)

    def run(self, runner: asyncio.Runner) -> int:
        """Ask and return the exit code."""
        arguments = self._arguments
        self._server.warm_up()
        prompt = None if arguments.prompt is None else prompt_from(words_from(arguments.prompt), arguments.files)
        try:
            runner.run(self._open())
            code = COMPLETE if prompt is None else runner.run(self._turn(prompt))
            return self._chat(runner) if arguments.chat else code
        except ToolsUnavailable as error:
            print_error(error.detail)
            return FAILED
        finally:
            runner.run(self._close())

    async def _open(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._on_loop_exception)
        self._server.keep_usage(UsageOrigin.ASK)
        connection = await self._server.choose()
        if connection is not None:
            chat = self._session.conversation
            model = self._server.model_at(connection)
            options = replace(chat.options, connection_id=connection.id, model=model, tools=await self._tools.start())
            self._library.set_options(chat.id, options)

    async def _close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._session.aclose()
                await self._tools.aclose()
                await self._write_behind.aclose()
                await self._server.aclose()

    def _chat(self, runner: asyncio.Runner) -> int:
        """Continue until the user, or the input, ends."""
        gc.enable()  # this may run for a long time
        files = self._arguments.files if self._arguments.prompt is None else ()
        while not self._pipe.problem and (line := _next_line()) is not None:
            if line.strip().lower() in _WORDS_THAT_END:
                break
            if line.strip():
                runner.run(self._turn(prompt_from(line, files)))
                files = ()
        return self._exit_code_of_pipe() if self._pipe.problem else COMPLETE

    async def _turn(self, prompt: AskPrompt) -> int:
        """Ask, and return when the answer has ended. Ctrl+C stops it and keeps the text so far."""
        attachments = await attachments_of(prompt, self._blobs)
        if not await self._may_spend(prompt, attachments):
            return WRONG_USAGE
        self._ended = asyncio.get_running_loop().create_future()
        self._calls = AskCalls(self._arguments.approve, self._output, self._session.decide)
        with _stopping_on_sigterm(self._stop):
            self._session.send(prompt.text, attachments)
            while not self._ended.done():
                try:
                    await asyncio.wait({self._ended})
                except asyncio.CancelledError:  # how the runner reports Ctrl+C
                    self._stop()
        await self._calls.aclose()
        message = self._ended.result()
        self._pipe.flush()
        if not self._pipe.problem:
            self._output.end(message)
        if self._pipe.problem:
            if not self._pipe.reader_left:
                print_error(terminal_text.output_closed(self._pipe.problem))
            return self._exit_code_of_pipe()
        return _CODES.get(message.status, CUT)

    async def _may_spend(self, prompt: AskPrompt, attachments: Sequence[Attachment]) -> bool:
        size = self._session.request_size(prompt.text, attachments=attachments)
        options = self._session.conversation.options
        connection = self._server.connections.get(options.connection_id)
        host = host_of(connection.base_url) if connection is not None else ""
        return await may_spend(
            self._server.paths,
            self._server.preferences,
            lambda budgets: budgets.estimate(host, options.model, size.tokens),
            is_confirmed=self._arguments.over_budget,
        )

    def _exit_code_of_pipe(self) -> int:
        return READER_LEFT if self._pipe.reader_left else FAILED

    def _stop(self) -> None:
        self._session.cancel()

    def _on_event(self, event: SessionEvent) -> None:
        match event:
            case ReplyDelta(_, LeftOutDelta(parts)):
                print_error(left_out_line(parts))
            case ReplyDelta():
                self._output.grow(event)
            case ToolCallChanged(_, call_id) if self._calls is not None and self._session.reply is not None:
                for call in self._session.reply.calls:
                    if call.id == call_id:
                        self._calls.on_change(call)
            case RetryScheduled():
                print_error(terminal_text.retry(event.failure, event.delay_s))
            case ReplyEnded(message) if self._ended is not None:
                self._ended.set_result(message)

    def _on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        report_bug(self._server, context.get("exception") or RuntimeError(context.get("message")))


@contextmanager
def _stopping_on_sigterm(stop: Any) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # not available on Windows
        loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)


def _next_line() -> str | None:
    """Return the next line of input; None at the end. It can be edited on a terminal."""
    if sys.stdin is None:
        return None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        line = sys.stdin.buffer.readline()
        return line.decode(errors="replace").rstrip("\r\n") if line else None
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415  (enables line editing in input(); not available on Windows)
    try:
        return input("> ")
    except EOFError:
        return None


def report_bug(server: AskTarget, error: BaseException) -> None:
    """Log a bug, and say where its details are."""
    print_error(terminal_text.bug(type(error).__name__, _logged(server, error)))


def _logged(server: AskTarget, error: BaseException) -> str:
    """Log a bug and return the log's path; empty if there can be no log."""
    try:
        server.paths.make_directories()
    except SettingsError:
        return ""
    log = LogFile(server.paths, server.keys)
    logger.error("bug in a command", exc_info=error)
    log.close()
    return str(server.paths.log_file)
