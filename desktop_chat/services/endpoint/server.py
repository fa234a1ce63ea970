"""The local endpoint as a whole: what it is made of, what can be changed while it runs, and how it ends."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_chat.core.endpoint_callers import EndpointCallers
from desktop_chat.core.endpoint_control import ControlEvent
from desktop_chat.core.ports import Blobs
from desktop_chat.services.endpoint.caller_request import Limits
from desktop_chat.services.endpoint.caller_requests import CallerRequests
from desktop_chat.services.endpoint.error_answers import Words
from desktop_chat.services.endpoint.gate import Gate
from desktop_chat.services.endpoint.http_server import HttpServer
from desktop_chat.services.endpoint.page_files import read_page
from desktop_chat.services.endpoint.routes import make_app
from desktop_chat.services.endpoint.targets import Targets


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in: `host` is the name or address that the endpoint listens at."""

    token: str
    host: str = "127.0.0.1"
    origins: tuple[str, ...] = ()


class EndpointServer:
    """Serves callers from `run` to `stop`."""

    def __init__(
        self,
        listener: socket.socket,
        access: Access,
        targets: Targets,
        store: EndpointCallers,
        *,
        blobs: Blobs,
        page_folder: Path,
        words: Words,
        tell: Callable[[ControlEvent], None] = lambda _: None,
        when_ready: Callable[[], None] = lambda: None,
        limits: Limits | None = None,
        reads_blocked: bool = True,
    ) -> None:
        """`blobs` keeps the images of recorded requests. `reads_blocked`: whether to look again and again who is
        blocked, since nobody says so."""
        limits = limits or Limits()
        self._reads_blocked = reads_blocked
        self.targets = targets
        self.requests = CallerRequests(store, limits, blobs, tell)
        app = make_app(self.requests, targets, read_page(page_folder), words)
        self.gate = Gate(app, access.token, access.host, access.origins, blocked=self.requests.blocks, words=words)
        self._http = HttpServer(self.gate, listener, limits, when_ready)

    async def run(self) -> None:
        """Serve until `stop`; then all requests have ended."""
        await self.requests.read_blocked()
        self.requests.start(reads_blocked=self._reads_blocked)
        try:
            await self._http.run_until_ended()
        finally:
            await self.requests.aclose()

    async def stop(self) -> None:
        """End all requests with a reason, and then `run`."""
        await self.requests.aclose()
        self._http.should_exit = True
