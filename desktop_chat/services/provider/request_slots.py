"""The slot in which the current task's request is sent, for the layer below the SDK: there all is prepared. What the
SDK does before and after takes as long as a fast server, and must not keep the next request waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from desktop_chat.core.exchanges import Exchange
from desktop_chat.core.prompt import RequestSlot
from desktop_chat.core.watchdog import Watchdog


class Sending:
    """A request that waits for its slot. The wait is neither silence of the server nor part of the exchange."""

    def __init__(self, slot: RequestSlot, watchdog: Watchdog, exchange: Exchange) -> None:
        self._slot = slot
        self._watchdog = watchdog
        self._exchange = exchange

    async def begin(self) -> None:
        """Return when the request may be sent."""
        with self._watchdog.off():
            await self._slot.take()
        self._exchange.begin()

    def end(self) -> None:
        """Let the next request be sent."""
        self._slot.give_back()


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextmanager
def sending_in(slot: RequestSlot | None, watchdog: Watchdog, exchange: Exchange) -> Iterator[None]:
    """Send the requests of the block in a slot, if there is one."""
    if slot is None:
        yield
        return
    token = _current.set(Sending(slot, watchdog, exchange))
    try:
        yield
    finally:
        _current.reset(token)


def current_sending() -> Sending | None:
    """Return the current task's request if it has to wait for a slot."""
    return _current.get()
