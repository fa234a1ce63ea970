"""Keeps keys in the system's keyring, which may be locked, missing or unresponsive, without blocking the window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from desktop_chat import APP_ID
from desktop_chat.core.key_errors import (
    KeyForOtherHost,
    KeyringLocked,
    KeyringRejected,
    KeyringTimedOut,
    KeyringUnavailable,
    SecretError,
)
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import KeyLocation, SecretState, SecretStatus
from desktop_chat.services.secrets.bound_keys import bound, key_for, parts
from desktop_chat.services.secrets.keyring_backends import KeyringBackend, find_backend, translate_keyring_errors
from desktop_chat.services.secrets.keys import KnownKeys, clean_key
from desktop_chat.services.secrets.redact import redact
from desktop_chat.services.worker import Worker

T = TypeVar("T")

WAITING_AFTER_S = 5.0
GIVE_UP_AFTER_S = 60.0
_CERTIFICATES = "ca_file"


class KeyringSecrets:
    """Implements `core.ports.Secrets`. The keyring is imported and used on one thread, in order.

    A keyring may never answer. After `waiting_after_s` the status says so; after `give_up_after_s`, or when the user
    cancels, the calls raise KeyringTimedOut and the thread is replaced by a new one, so that later calls work once the
    keyring responds again.
    """

    def __init__(
        self,
        keys: KnownKeys,
        *,
        service: str = APP_ID,
        find: Callable[[], KeyringBackend] = find_backend,
        waiting_after_s: float = WAITING_AFTER_S,
        give_up_after_s: float = GIVE_UP_AFTER_S,
        note_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`note_change` is called after a key in the keyring may have changed."""
        self._keys = keys
        self._service = service
        self._find = find
        self._waiting_after_s = waiting_after_s
        self._give_up_after_s = give_up_after_s
        self._note_change = note_change
        self._status = SecretStatus(SecretState.READY)
        self._listeners: Listeners[SecretStatus] = Listeners()
        self._thread = _KeyringThread(find)
        self._pending: set[asyncio.Future[Any]] = set()
        self._session_keys: dict[str, str] = {}  # in stored form
        self._known: dict[str, str] = {}

    @property
    def status(self) -> SecretStatus:
        """The keyring's status when it was last asked; initially READY without a name."""
        return self._status

    def listen(self, callback: Callable[[SecretStatus], None]) -> Callable[[], None]:
        """Call `callback` on the loop at each status change. Returns a function that stops this."""
        return self._listeners.add(callback)

    async def refresh(self) -> SecretStatus:
        """Search for the keyring again and get its state. Never prompts, never raises."""
        with suppress(SecretError):  # the status shows it
            await self._ask(lambda keyring_backend: keyring_backend.name, search_again=True)
        return self._status

    async def get(self, connection_id: str, host: str) -> str | None:
        """Return a connection's key if it is for `host`; see `core.ports.Secrets`. Raises KeyForOtherHost,
        KeyWithoutHost and other SecretErrors."""
        value = await self._value(connection_id)
        return key_for(value, host) if value else None

    async def host_of_key(self, connection_id: str) -> str | None:
        """Return the host that a connection's key is for; empty for a key without one, None without a key. Raises
        SecretError."""
        value = await self._value(connection_id)
        return parts(value)[0] if value else None

    async def put(self, connection_id: str, key: str, host: str) -> None:
        """Store a key for a host in the keyring and read it back. Raises SecretError (KeyInvalid, KeyringUnavailable,
        ...)."""
        key = clean_key(key)
        value = bound(key, host)
        self._remember(connection_id, key)
        try:
            await self._ask(lambda keyring_backend: _put(keyring_backend, self._service, connection_id, value))
        finally:
            self._note_change()
        self._end_session_key(connection_id)

    async def reassign(self, connection_id: str, host: str, before: str) -> None:
        """Assign an existing key to another host; see `core.ports.Secrets`. Raises KeyForOtherHost and other
        SecretErrors."""
        value = await self._value(connection_id)
        if not value:
            return
        stored_for, key = parts(value)
        if stored_for not in {before, host}:
            raise KeyForOtherHost(stored_for)
        if connection_id in self._session_keys:
            self.keep_in_memory(connection_id, key, host)
        else:
            await self.put(connection_id, key, host)

    def keep_in_memory(self, connection_id: str, key: str, host: str) -> None:
        """Keep a key for a host in memory until the application ends, and notify listeners. Raises KeyInvalid."""
        key = clean_key(key)
        self._session_keys[connection_id] = bound(key, host, platform="")
        self._remember(connection_id, key)
        self._listeners.emit(self._status)

    def is_in_memory(self, connection_id: str) -> bool:
        """Return whether a connection's key is in memory only; never asks the keyring."""
        return connection_id in self._session_keys

    async def remove(self, connection_id: str) -> None:
        """Remove a key from the keyring and from memory. Raises SecretError."""
        self._end_session_key(connection_id)
        try:
            await self._ask(lambda keyring_backend: _remove(keyring_backend, self._service, connection_id))
        finally:
            self._note_change()
        key = self._known.pop(connection_id, None)
        if key is not None and key not in self._known.values():
            self._keys.forget(key)

    async def place_of(self, connection_id: str) -> KeyLocation:
        """Return where a connection's key is, without a prompt if possible. Raises SecretError."""
        if connection_id in self._session_keys:
            return KeyLocation.SESSION
        found = await self._ask(lambda keyring_backend: keyring_backend.holds(self._service, connection_id))
        return KeyLocation.KEYRING if found else KeyLocation.NOWHERE

    async def certificates(self) -> str | None:
        """Return the fingerprint of the certificates that the user chose to trust, or None. Raises SecretError."""
        return await self._ask(
            lambda keyring_backend: keyring_backend.get(f"{self._service}.certificates", _CERTIFICATES)
        )

    async def keep_certificates(self, fingerprint: str) -> None:
        """Store that fingerprint in the keyring. Raises SecretError."""
        await self._ask(
            lambda keyring_backend: _put(keyring_backend, f"{self._service}.certificates", _CERTIFICATES, fingerprint)
        )

    def cancel_waiting(self) -> None:
        """Cancel pending calls: they raise KeyringTimedOut at once."""
        if not self._pending:
            return
        self._thread.abandon()
        self._thread = _KeyringThread(self._find)
        for answer in self._pending:
            if not answer.done():
                answer.set_exception(KeyringTimedOut())

    async def _value(self, connection_id: str) -> str | None:
        """Return the stored value: a key with or without its host."""
        if connection_id in self._session_keys:
            return self._session_keys[connection_id]
        value = await self._ask(lambda keyring_backend: keyring_backend.get(self._service, connection_id))
        if value:
            self._remember(connection_id, parts(value)[1])
        return value

    async def _ask(self, work: Callable[[KeyringBackend], T], *, search_again: bool = False) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[T, SecretStatus]] = self._thread.submit(
            self._on_thread, self._thread, work, search_again
        )
        self._pending.add(answer)
        timers = (
            loop.call_later(self._waiting_after_s, self._set_state, SecretState.WAITING),
            loop.call_later(self._give_up_after_s, self.cancel_waiting),
        )
        try:
            result, status = await answer
        except SecretError as error:
            self._set_state(_state_after(error))
            raise
        finally:
            self._pending.discard(answer)
            for timer in timers:
                timer.cancel()
        self._set_status(status)
        return result

    def _on_thread(
        self, thread: _KeyringThread, work: Callable[[KeyringBackend], T], search_again: bool
    ) -> tuple[T, SecretStatus]:
        with translate_keyring_errors(lambda words: redact(words, self._keys.all())):
            keyring_backend = thread.keyring_backend(search_again=search_again)
            result = work(keyring_backend)
            state = SecretState.LOCKED if keyring_backend.is_locked() else SecretState.READY
            return result, SecretStatus(state, keyring_backend.name)

    def _end_session_key(self, connection_id: str) -> None:
        if self._session_keys.pop(connection_id, None) is not None:
            self._listeners.emit(self._status)

    def _remember(self, connection_id: str, key: str) -> None:
        self._keys.add(key)
        self._known[connection_id] = key

    def _set_state(self, state: SecretState) -> None:
        self._set_status(SecretStatus(state, self._status.backend))

    def _set_status(self, status: SecretStatus) -> None:
        if status != self._status:
            self._status = status
            self._listeners.emit(status)


class _KeyringThread:
    """One thread and the keyring that was found on it."""

    def __init__(self, find: Callable[[], KeyringBackend]) -> None:
        self._find = find
        self._worker = Worker("keyring")
        self._keyring_backend: KeyringBackend | None = None

    def submit(self, function: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
        return self._worker.submit(function, *arguments)

    def keyring_backend(self, *, search_again: bool) -> KeyringBackend:
        """Return the keyring; called on the thread."""
        if self._keyring_backend is None or search_again:
            self._keyring_backend = None
            self._keyring_backend = self._find()
        return self._keyring_backend

    def abandon(self) -> None:
        """Abandon the thread: it ends when its keyring answers, or with the process."""
        self._worker.end()


def _put(keyring_backend: KeyringBackend, service: str, user: str, value: str) -> None:
    keyring_backend.put(service, user, value)
    if keyring_backend.get(service, user) != value:
        raise KeyringRejected("the key is missing after storing it")


def _remove(keyring_backend: KeyringBackend, service: str, user: str) -> None:
    if not keyring_backend.holds(service, user):
        return
    keyring_backend.remove(service, user)
    if keyring_backend.holds(service, user):
        raise KeyringRejected("the key still exists after removing it")


def _state_after(error: SecretError) -> SecretState:
    """Return the keyring's state after a failure."""
    if isinstance(error, KeyringLocked):
        return SecretState.LOCKED
    if isinstance(error, KeyringUnavailable | KeyringTimedOut):
        return SecretState.UNAVAILABLE
    return SecretState.READY
