"""The local endpoint as the window sees it: its state, its running streams, and what can be done about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desktop_chat.core.endpoint_callers import EndpointCallers
from desktop_chat.core.endpoint_control import StreamBegan
from desktop_chat.core.listeners import Listeners

KEEPS_ENDING = "endpoint_keeps_ending"
"""The problem that the process ended several times in a row; others have the code of an EndpointError."""


class EndpointState(StrEnum):
    """The state of the process that serves the endpoint."""

    OFF = "off"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """The endpoint's state; `url` while it is running, `problem` (a code) and `detail` if it failed."""

    state: EndpointState = EndpointState.OFF
    url: str = ""
    problem: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LiveStream:
    """A caller's running request, and how many tokens (or pieces) of the answer have passed."""

    began: StreamBegan
    tokens: int = 0


class LocalEndpoint(Protocol):
    """One endpoint, which is on while `Settings.endpoint` is."""

    changed: Listeners[EndpointStatus]
    """Told of each change of `status`."""
    streams_changed: Listeners[None]
    """Told after streams began, grew or ended."""

    @property
    def status(self) -> EndpointStatus: ...

    @property
    def streams(self) -> Mapping[str, LiveStream]:
        """The running streams by id, oldest first."""
        ...

    @property
    def callers(self) -> EndpointCallers:
        """What is known of each caller."""
        ...

    async def token(self) -> str:
        """Return the token that callers need."""
        ...

    async def renew_token(self) -> None:
        """Replace the token: callers with the old one are refused from now on."""
        ...

    def stop_stream(self, stream_id: str) -> None:
        """End a stream; its caller is told that it was stopped."""
        ...

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        """Block a caller and end its streams, or serve it again. Raises StoreError."""
        ...

    def retry(self) -> None:
        """Start again after a failure."""
        ...
