"""Fakes at the edge of the tests: a provider that plays a script, and a store that can fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from desktop_chat.core.deltas import Delta, FinishDelta, TextDelta
from desktop_chat.core.endpoint_callers import Caller
from desktop_chat.core.entities import Connection, Conversation, Message, Status
from desktop_chat.core.errors import ChatError, StoreError, WrongAddress
from desktop_chat.core.exchanges import Exchange, ExchangeLog
from desktop_chat.core.key_errors import KeyForOtherHost, KeyWithoutHost
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.local_endpoint import EndpointStatus, LiveStream
from desktop_chat.core.ports import (
    KeyLocation,
    LocalServer,
    SearchHit,
    SecretState,
    SecretStatus,
    WriteBatch,
)
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.snapshots import MergeResult, Snapshot


class _Sign:
    """A special step of a script."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


PAUSE: Final = _Sign("PAUSE")
"""Waits until the test calls `go_on`."""
CUT: Final = _Sign("CUT")
"""Ends the stream without a finish reason."""

Step = str | Delta | BaseException | _Sign


class ScriptedProvider:
    """Plays one script per request, in order; the last one is repeated."""

    def __init__(self) -> None:
        self.prompts: list[Prompt] = []
        self.model_names = ["gpt-5.5", "small"]
        self.closed_streams = 0
        self._scripts: list[tuple[Step, ...]] = []
        self._paused = asyncio.Event()
        self._go_on = asyncio.Event()

    def reads_images(self, model: str) -> bool | None:
        return None

    def script(self, *steps: Step) -> None:
        """Add a script: text and deltas are yielded, exceptions raised; a finish follows unless it says otherwise."""
        self._scripts.append(steps)

    async def paused(self) -> None:
        """Wait until the running script reaches PAUSE."""
        await self._paused.wait()
        self._paused.clear()

    def go_on(self) -> None:
        """Continue the running script after PAUSE."""
        self._go_on.set()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        self.prompts.append(prompt)
        steps = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        try:
            for step in steps:
                if step is PAUSE:
                    self._go_on.clear()
                    self._paused.set()
                    await self._go_on.wait()
                elif step is CUT:
                    return
                elif isinstance(step, BaseException):
                    raise step
                else:
                    yield TextDelta(step) if isinstance(step, str) else step  # type: ignore[misc]
                    await asyncio.sleep(0)
            if not any(isinstance(step, FinishDelta) for step in steps):
                yield FinishDelta("stop")
        finally:
            self.closed_streams += 1

    async def models(self) -> list[str]:
        return self.model_names

    async def aclose(self) -> None:
        """Do nothing."""


class FakeProviders:
    """Returns the same provider for every connection, or raises `error` if set. If `answers_at` is set, lists of models
    exist only at that address. `asked` records the requested addresses and keys, `without_images` the models that
    get no images."""

    def __init__(self, provider: ScriptedProvider | None = None) -> None:
        self.provider = provider or ScriptedProvider()
        self.windows: dict[str, int] = {}
        self.eyes: dict[str, bool] = {}
        self.exchanges = ExchangeLog()
        self.without_images: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.answers_at = ""
        self.asked: list[tuple[str, str]] = []

    async def provider_for(self, connection_id: str) -> ScriptedProvider:
        if self.error is not None:
            raise self.error
        return self.provider

    def context_window_of(self, connection_id: str, model: str) -> int:
        return self.windows.get(model, 0)

    def reads_images(self, connection_id: str, model: str) -> bool | None:
        return self.eyes.get(model)

    def leave_images_out(self, connection_id: str, model: str) -> None:
        self.without_images.append((connection_id, model))

    def exchanges_of(self, reply_id: str) -> list[Exchange]:
        return self.exchanges.of(reply_id)

    async def models_at(self, connection: Connection, key: str) -> list[str]:
        return self._models(connection.base_url, key)

    async def models_at_address(self, connection_id: str, base_url: str) -> list[str]:
        return self._models(base_url, "the connection's own")

    def _models(self, base_url: str, key: str) -> list[str]:
        self.asked.append((base_url, key))
        if self.error is not None:
            raise self.error
        if self.answers_at not in {"", base_url}:
            raise WrongAddress
        return self.provider.model_names


class MemoryStore:
    """Keeps everything in dictionaries by the rules of the real store; fails with `error` while that is set."""

    def __init__(self) -> None:
        self.error: StoreError | None = None
        self.batches: list[WriteBatch] = []
        self._conversations: dict[str, Conversation] = {}
        self._messages: dict[str, Message] = {}
        self._journal: dict[str, tuple[str, str]] = {}

    async def conversations(self, without: Container[str] = ()) -> list[Conversation]:
        kept = (c for c in self._conversations.values() if c.id not in without)
        return sorted(kept, key=lambda c: -c.updated_at)

    async def messages(self, conversation_id: str) -> list[Message]:
        return [m for m in self._messages.values() if m.conversation_id == conversation_id]

    async def write(self, batch: WriteBatch) -> None:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        self.batches.append(batch)
        self._messages = {m.id: m for m in self._messages.values() if m.id not in batch.deleted}
        self._conversations |= {c.id: c for c in batch.conversations}
        for message in batch.messages:
            self._messages[message.id] = message
            self._journal.pop(message.id, None)
        for entry in batch.journal:
            text, reasoning = self._journal.get(entry.message_id, ("", ""))
            self._journal[entry.message_id] = (text + entry.text, reasoning + entry.reasoning)

    async def delete(self, conversation_ids: Sequence[str]) -> None:
        if self.error is not None:
            raise self.error
        for conversation_id in conversation_ids:
            self._conversations.pop(conversation_id, None)
        self._messages = {m.id: m for m in self._messages.values() if m.conversation_id not in conversation_ids}

    async def search(
        self, query: str, limit: int = 200, on_hits: Callable[[list[SearchHit]], None] = lambda _: None
    ) -> list[SearchHit]:
        folded = query.casefold()
        hits = []
        for conversation in await self.conversations():
            found = [m for m in await self.messages(conversation.id) if folded in m.text.casefold()]
            if found:
                hits.append(SearchHit(conversation.id, found[0].text, found[0].id))
            elif folded in conversation.title.casefold():
                hits.append(SearchHit(conversation.id, ""))
        on_hits(hits[:limit])
        return hits[:limit]

    def after_crash(self) -> list[Message]:
        """Return the messages as after a restart: running ones interrupted, with their journalled text."""
        return [self._recovered(message) for message in self._messages.values()]

    def _recovered(self, message: Message) -> Message:
        if message.status is not Status.RUNNING:
            return message
        text, reasoning = self._journal.get(message.id, ("", ""))
        return replace(
            message, status=Status.INTERRUPTED, text=message.text + text, reasoning=message.reasoning + reasoning
        )


class MemorySecrets:
    """A keyring in memory; raises `error` if set."""

    def __init__(self) -> None:
        self.status = SecretStatus(SecretState.READY, "Secret Service: test")
        self.error: Exception | None = None
        self.keys: dict[str, str] = {}
        self.hosts: dict[str, str] = {}
        """The hosts of the keys; keys that a test sets directly are for any host."""
        self.session_keys: dict[str, str] = {}
        self.fingerprint: str | None = None
        self.waiting_cancelled = 0
        self._callbacks: list = []

    def listen(self, callback):
        self._callbacks.append(callback)
        return lambda: callback in self._callbacks and self._callbacks.remove(callback)

    def change(self, state: SecretState) -> None:
        """Change the state and notify listeners."""
        self.status = SecretStatus(state, self.status.backend)
        for callback in tuple(self._callbacks):
            callback(self.status)

    async def refresh(self) -> SecretStatus:
        return self.status

    async def get(self, connection_id: str, host: str) -> str | None:
        if self.error is not None:
            raise self.error
        if (stored_for := self.hosts.get(connection_id, host)) != host:
            raise KeyForOtherHost(stored_for) if stored_for else KeyWithoutHost
        return self.session_keys.get(connection_id) or self.keys.get(connection_id)

    async def host_of_key(self, connection_id: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.hosts.get(connection_id)

    async def put(self, connection_id: str, key: str, host: str) -> None:
        if self.error is not None:
            raise self.error
        self.keys[connection_id], self.hosts[connection_id] = key, host

    async def reassign(self, connection_id: str, host: str, before: str) -> None:
        if self.error is not None:
            raise self.error
        if (stored_for := self.hosts.get(connection_id, before)) not in {before, host}:
            raise KeyForOtherHost(stored_for)
        self.hosts[connection_id] = host

    def keep_in_memory(self, connection_id: str, key: str, host: str) -> None:
        self.session_keys[connection_id], self.hosts[connection_id] = key, host
        self.change(self.status.state)

    def is_in_memory(self, connection_id: str) -> bool:
        return connection_id in self.session_keys

    async def remove(self, connection_id: str) -> None:
        if self.session_keys.pop(connection_id, None) is not None:
            self.change(self.status.state)
        if self.error is not None:
            raise self.error
        self.keys.pop(connection_id, None)
        self.hosts.pop(connection_id, None)

    async def place_of(self, connection_id: str) -> KeyLocation:
        if connection_id in self.session_keys:
            return KeyLocation.SESSION
        return KeyLocation.KEYRING if connection_id in self.keys else KeyLocation.NOWHERE

    async def certificates(self) -> str | None:
        if self.error is not None:
            raise self.error
        return self.fingerprint

    async def keep_certificates(self, fingerprint: str) -> None:
        if self.error is not None:
            raise self.error
        self.fingerprint = fingerprint

    def cancel_waiting(self) -> None:
        self.waiting_cancelled += 1


class FakeEndpoint:
    """A local endpoint without a process; tests set what it says, and read what it was told."""

    def __init__(self) -> None:
        self.changed: Listeners[EndpointStatus] = Listeners()
        self.streams_changed: Listeners[None] = Listeners()
        self.status = EndpointStatus()
        self.streams: dict[str, LiveStream] = {}
        self.callers = FakeCallers()
        self.told: list[object] = []
        self.renewed = 0

    def become(self, status: EndpointStatus) -> None:
        """Change the state and notify listeners."""
        self.status = status
        self.changed.emit(status)

    async def token(self) -> str:
        return f"token-{self.renewed}"

    async def renew_token(self) -> None:
        self.renewed += 1
        self.changed.emit(self.status)

    def stop_stream(self, stream_id: str) -> None:
        self.told.append(("stop", stream_id))

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        await self.callers.set_blocked(name, blocked=blocked)
        self.told.append(("block" if blocked else "unblock", name))

    def retry(self) -> None:
        self.told.append("retry")


class FakeCallers:
    """Callers in memory; fails with `error` while that is set."""

    def __init__(self) -> None:
        self.known: list[Caller] = []
        self.error: StoreError | None = None

    async def callers(self) -> list[Caller]:
        if self.error is not None:
            raise self.error
        return list(self.known)

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        if self.error is not None:
            raise self.error
        self.known = [replace(caller, blocked=blocked) if caller.name == name else caller for caller in self.known]

    async def aclose(self) -> None:
        """Do nothing."""


class FakeLocalServers:
    """Finds the servers that the test sets, and counts calls."""

    def __init__(self, *servers: LocalServer) -> None:
        self.servers = list(servers)
        self.asked = 0

    async def find(self) -> list[LocalServer]:
        self.asked += 1
        return list(self.servers)


class FakeImages:
    """Images by address; a missing one is waited for until `put`, and an error is raised."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._images: dict[str, bytes | ChatError] = {}
        self._came = asyncio.Event()

    def put(self, address: str, image: bytes | ChatError) -> None:
        """Put something at an address, also for those waiting."""
        self._images[address] = image
        self._came.set()

    async def load(self, address: str) -> bytes:
        self.asked.append(address)
        while address not in self._images:
            self._came.clear()
            await self._came.wait()
        found = self._images[address]
        if isinstance(found, ChatError):
            raise found
        return found


class FakeSnapshots:
    """Has the snapshots that a test lists, and restores from any file what the test says is missing."""

    def __init__(self, store: MemoryStore) -> None:
        self.listed: list[Snapshot] = []
        self.lost = WriteBatch()
        self.error: StoreError | None = None
        self.asked: list[Snapshot | Path] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._store = store

    async def all(self) -> list[Snapshot]:
        return self.listed

    async def take_if_due(self, how_often: str) -> Snapshot | None:
        return None

    async def take(self) -> Snapshot:
        raise NotImplementedError

    async def count_missing(self, source: Snapshot | Path) -> MergeResult:
        self.asked.append(source)
        await self.may_answer.wait()
        if self.error is not None:
            raise self.error
        conversations = {c.id for c in self.lost.conversations}
        grown = {m.conversation_id for m in self.lost.messages} - conversations
        return MergeResult(len(conversations), len(self.lost.messages), tuple(sorted(grown)))

    async def sweep_blobs(self) -> None:
        """Do nothing."""

    async def clean_up(self) -> None:
        """Do nothing."""

    async def restore(self, source: Snapshot | Path, tell: Callable[[float], None]) -> MergeResult:
        tell(0.5)
        merged = await self.count_missing(source)
        await self._store.write(self.lost)
        self.lost = WriteBatch()
        return merged


class FakeNavigator:
    """Notes where a part of the window led."""

    def __init__(self) -> None:
        self.settings: list[str] = []
        self.keys: list[str] = []
        self.usage_opened = 0
        self.begun: list[str] = []
        self.opened: list[tuple[str, str, str]] = []
        self.undone: list[tuple[str, Callable[[], None]]] = []
        self.said: list[str] = []

    def open_settings(self, page: str = "") -> None:
        self.settings.append(page)

    def open_usage(self) -> None:
        self.usage_opened += 1

    def ask_for_key(self, connection_id: str) -> None:
        self.keys.append(connection_id)

    def begin_conversation(self, prompt: str) -> None:
        self.begun.append(prompt)

    def open_conversation(self, conversation_id: str, message_id: str = "", words: str = "") -> None:
        self.opened.append((conversation_id, message_id, words))

    def say(self, words: str) -> None:
        self.said.append(words)

    def offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        self.undone.append((words, undo))
