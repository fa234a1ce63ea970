"""Owns the local endpoint of a window: starts its process while it is on, follows it, and ends it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from desktop_chat.core.caller_conversations import CallerConversations
from desktop_chat.core.connections import Connections
from desktop_chat.core.endpoint_callers import EndpointCallers
from desktop_chat.core.endpoint_control import (
    AllowOrigins,
    AnswerGrew,
    BlockCaller,
    ChangeToken,
    ControlEvent,
    EndpointFailed,
    EndpointReady,
    QuestionAnswered,
    QuestionAsked,
    RecordQuestions,
    ReloadSettings,
    StartServing,
    StopStream,
    StreamBegan,
    StreamEnded,
    StreamsGrew,
    UnblockCaller,
)
from desktop_chat.core.endpoint_token import endpoint_token, renewed_token
from desktop_chat.core.entities import ConnectionKind
from desktop_chat.core.errors import StoreError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.local_endpoint import KEEPS_ENDING, EndpointState, EndpointStatus, LiveStream
from desktop_chat.core.ports import Secrets, SecretStatus
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.endpoint.caller_store import CallerStore
from desktop_chat.services.endpoint_process import EndpointProcess, serving_command

if TYPE_CHECKING:
    from desktop_chat.services.paths import Paths
    from desktop_chat.ui.context import Context

logger = logging.getLogger(__name__)

GRACE_S: Final = 0.4
"""How long the process may take to end its streams when the application ends."""
MAX_STARTS: Final = 3
"""How often it is started in a row if it ends by itself."""
STEADY_S: Final = 60.0
"""A process that ran for so long counts as one that works."""


class EndpointOwner:
    """Implements `core.local_endpoint.LocalEndpoint`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        preferences: Preferences,
        connections: Connections,
        secrets: Secrets,
        callers: EndpointCallers,
        record: CallerConversations,
        saved: Listeners[Settings],
        environment_keys: Mapping[str, str],
    ) -> None:
        """`environment_keys`: keys by connection id that are not in the keyring."""
        self.changed: Listeners[EndpointStatus] = Listeners()
        self.streams_changed: Listeners[None] = Listeners()
        self._command = command
        self._preferences = preferences
        self._connections = connections
        self._secrets = secrets
        self._callers = callers
        self._record = record
        self._environment_keys = environment_keys
        self._status = EndpointStatus()
        self._streams: dict[str, LiveStream] = {}
        self._problems: dict[str, str] = {}
        """The codes of errors with which streams ended whose answers are still to come."""
        self._process: EndpointProcess | None = None
        self._started_with: dict[str, tuple[str, str]] = {}
        """The keys in memory alone, and their hosts, that the process got or is about to get."""
        self._serving: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        """Held while the process is ended or started, so that two never want the same port."""
        self._tasks = Tasks()
        self._settings = replace(preferences.settings, endpoint=False)
        self._read: tuple[object, ...] = ()
        self._removers = [
            preferences.changed.add(self._follow),
            saved.add(self._follow_file),
            secrets.listen(self._follow_keys),
        ]
        self._follow(preferences.settings)

    @property
    def status(self) -> EndpointStatus:
        return self._status

    @property
    def streams(self) -> Mapping[str, LiveStream]:
        """See `LocalEndpoint.streams`."""
        return self._streams

    @property
    def callers(self) -> EndpointCallers:
        """See `LocalEndpoint.callers`."""
        return self._callers

    async def token(self) -> str:
        """See `LocalEndpoint.token`."""
        return await endpoint_token(self._secrets)

    async def renew_token(self) -> None:
        """See `LocalEndpoint.renew_token`."""
        token = await renewed_token(self._secrets)
        if self._process is not None:
            self._process.send(ChangeToken(token))
        self.changed.emit(self._status)

    def stop_stream(self, stream_id: str) -> None:
        """See `LocalEndpoint.stop_stream`."""
        if self._process is not None:
            self._process.send(StopStream(stream_id))

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        """See `LocalEndpoint.set_blocked`."""
        await self._callers.set_blocked(name, blocked=blocked)
        if self._process is not None:
            self._process.send(BlockCaller(name) if blocked else UnblockCaller(name))

    def retry(self) -> None:
        """See `LocalEndpoint.retry`."""
        self._restart()

    async def aclose(self) -> None:
        """End the process, and return when what it told is queued for storage."""
        for remove in self._removers:
            remove()
        await self._stop()
        await self._tasks.aclose()
        await self._callers.aclose()

    def _follow(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        kept_its_port = settings.endpoint_port == urlsplit(self._status.url).port
        if settings.endpoint != before.endpoint or (
            settings.endpoint and settings.endpoint_port != before.endpoint_port and not kept_its_port
        ):
            self._restart()
        if self._process is None:
            return
        if settings.endpoint_origins != before.endpoint_origins:
            self._process.send(AllowOrigins(settings.endpoint_origins))
        if settings.endpoint_record != before.endpoint_record:
            self._process.send(RecordQuestions(settings.endpoint_record))

    def _follow_file(self, settings: Settings) -> None:
        """The process reads settings and connections from the file, so it is told only when they are there."""
        read = _read_by_the_process(settings)
        if read != self._read and self._process is not None:
            self._process.send(ReloadSettings())
        self._read = read

    def _follow_keys(self, _status: SecretStatus) -> None:
        """A key that is in memory alone reaches the process when it starts."""
        if self._process is not None and (self._ids_in_memory() or self._started_with):
            _ = self._tasks.start(self._restart_with_other_keys(), "compare keys in memory")

    async def _restart_with_other_keys(self) -> None:
        keys = await self._keys_in_memory()
        if keys != self._started_with and self._process is not None:
            self._started_with = keys  # another change in the meantime is compared with these
            self._restart()

    def _ids_in_memory(self) -> set[str]:
        return {known.id for known in self._connections.all() if self._secrets.is_in_memory(known.id)}

    def _restart(self) -> None:
        self._set_status(EndpointStatus(EndpointState.STARTING) if self._settings.endpoint else EndpointStatus())
        _ = self._tasks.start(self._change(), "switch the endpoint")

    async def _change(self) -> None:
        async with self._changing:
            await self._stop()
            if self._settings.endpoint:
                self._serving = self._tasks.start(self._serve(), "serve the endpoint")

    async def _stop(self) -> None:
        if self._serving is not None:
            serving, self._serving = self._serving, None
            serving.cancel()
            await asyncio.wait({serving})

    async def _serve(self) -> None:
        """Keep the process running until this is cancelled or it has failed."""
        loop, starts = asyncio.get_running_loop(), 0
        while starts < MAX_STARTS:
            began = loop.time()
            await self._run_once()
            if self._status.state is EndpointState.FAILED:
                return
            starts = 1 if loop.time() - began > STEADY_S else starts + 1
            self._set_status(EndpointStatus(EndpointState.STARTING))
        self._set_status(EndpointStatus(EndpointState.FAILED, problem=KEEPS_ENDING))

    async def _run_once(self) -> None:
        """Run one process to its end. The file may be older than the settings: it reads again after the next save."""
        self._read = ()
        start = await self._start_command()
        try:
            process = EndpointProcess(self._command, self._take, self._note_end)
        except OSError as error:
            self._set_status(EndpointStatus(EndpointState.FAILED, problem=KEEPS_ENDING, detail=error.strerror or ""))
            return
        self._process = process
        process.send(start)
        if self._settings.endpoint_record:
            process.send(RecordQuestions(True))
        try:
            await process.gone.wait()
        except asyncio.CancelledError:
            with suppress(TimeoutError):
                await process.end(GRACE_S)
            await process.gone.wait()
            raise
        finally:
            self._process = None
            self._forget_streams()

    async def _start_command(self) -> StartServing:
        settings = self._settings
        try:
            blocked = tuple(caller.name for caller in await self._callers.callers() if caller.blocked)
        except StoreError as error:
            logger.warning("the callers of the endpoint cannot be read: %s: %s", error.code, error.detail)
            blocked = ()
        self._started_with = await self._keys_in_memory()
        return StartServing(
            token=await self.token(),
            port=settings.endpoint_port,
            origins=settings.endpoint_origins,
            blocked=blocked,
            keys=self._started_with,
            connections=tuple(one for one in self._connections.all() if one.kind is not ConnectionKind.STORED),
        )

    async def _keys_in_memory(self) -> dict[str, tuple[str, str]]:
        """Return the keys that the process cannot read from the keyring."""
        keys: dict[str, tuple[str, str]] = {}
        in_memory = self._ids_in_memory()
        for connection in self._connections.all():
            host = host_of(connection.base_url)
            if connection.kind is not ConnectionKind.STORED:
                if key := self._environment_keys.get(connection.id):
                    keys[connection.id] = (key, host)
            elif connection.id in in_memory:
                with suppress(SecretError):  # it is for another host
                    if key := await self._secrets.get(connection.id, host):
                        keys[connection.id] = (key, host)
        return keys

    def _note_end(self, code: int) -> None:
        if self._serving is not None and self._status.state is not EndpointState.FAILED:
            logger.warning("the process of the endpoint ended with code %s", code)

    def _forget_streams(self) -> None:
        self._record.interrupt()
        self._problems.clear()
        if self._streams:
            self._streams.clear()
            self.streams_changed.emit(None)

    def _take(self, event: ControlEvent) -> None:
        match event:
            case EndpointReady(url):
                self._take_url(url)
            case EndpointFailed(code, detail):
                self._set_status(EndpointStatus(EndpointState.FAILED, problem=code, detail=detail))
            case QuestionAsked(stream_id):
                stream = self._streams.get(stream_id)
                self._record.ask(event, stream.began.caller if stream else "")
            case AnswerGrew():
                self._record.grow(event)
            case QuestionAnswered(stream_id):
                self._record.answer(event, self._problems.pop(stream_id, ""))
            case StreamBegan() | StreamsGrew() | StreamEnded():
                self._take_stream(event)

    def _take_url(self, url: str) -> None:
        self._set_status(EndpointStatus(EndpointState.RUNNING, url))
        if port := urlsplit(url).port:
            self._preferences.update(endpoint_port=port)

    def _take_stream(self, event: StreamBegan | StreamsGrew | StreamEnded) -> None:
        match event:
            case StreamBegan(stream_id):
                self._streams[stream_id] = LiveStream(event)
            case StreamsGrew(tokens):
                for stream_id, count in tokens.items():
                    if stream_id in self._streams:
                        self._streams[stream_id] = replace(self._streams[stream_id], tokens=count)
            case StreamEnded(stream_id):
                self._streams.pop(stream_id, None)
                if event.detail and self._settings.endpoint_record:
                    self._problems[stream_id] = event.detail
        self.streams_changed.emit(None)

    def _set_status(self, status: EndpointStatus) -> None:
        if status != self._status:
            self._status = status
            self.changed.emit(status)


def endpoint_for(
    paths: Paths,
    data_dir: Path | None,
    context: Context,
    saved: Listeners[Settings],
    environment_keys: Mapping[str, str],
) -> EndpointOwner:
    """Return the endpoint of a window; `data_dir` is None for the usual folders, `environment_keys` are by connection
    id."""
    return EndpointOwner(
        serving_command(data_dir),
        preferences=context.preferences,
        connections=context.connections,
        secrets=context.secrets,
        callers=CallerStore(paths.endpoint_file),
        record=CallerConversations(context.library, context.write_behind, context.connections),
        saved=saved,
        environment_keys=environment_keys,
    )


def _read_by_the_process(settings: Settings) -> tuple[object, ...]:
    """Return what the process reads from the settings file."""
    return (
        settings.connections,
        settings.default_connection_id,
        settings.default_model,
        settings.ca_file,
        settings.idle_limit_s,
        settings.patience_s,
        settings.retries,
        settings.prices,
        settings.budgets,
        settings.over_budget,
        settings.waived_budgets,
    )
