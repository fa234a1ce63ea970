"""Who calls the local endpoint: how a caller is named, and what is kept of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from desktop_chat.core.entities import Usage
from desktop_chat.core.secret_patterns import contains_key

LONGEST_NAME = 64
UNKNOWN = "unknown"
"""The name of a caller that says nothing about itself."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program or page that has used the endpoint. `last_used` is in seconds since the epoch; `tokens` counts all that
    it has sent and received."""

    name: str
    last_used: float
    blocked: bool = False
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class CallerUsage:
    """What a caller used on one day (ISO, local time) of one model. `connection` is a name."""

    day: str
    caller: str
    connection: str
    model: str
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class CallerRecord:
    """All that is kept of a caller. Times are in seconds since the epoch; they are 0 for one that was forgotten, of
    which only the usage is left."""

    name: str
    first_seen: float
    last_used: float
    blocked: bool
    used: tuple[CallerUsage, ...] = ()


class EndpointCallers(Protocol):
    """What is kept of callers, in a file of its own. All methods raise StoreError."""

    async def callers(self) -> list[Caller]:
        """Return all callers, the last one first."""
        ...

    async def usage(self, since: str = "") -> list[CallerUsage]:
        """Return what was used from a day on, oldest first."""
        ...

    async def note(self, name: str, at: float, connection: str, model: str, usage: Usage | None) -> None:
        """Add one request of a caller; `usage` is None if the server did not say."""
        ...

    async def set_blocked(self, name: str, *, blocked: bool) -> None:
        """Block a caller, or serve it again."""
        ...

    async def aclose(self) -> None:
        """Close the file. May be called twice."""
        ...


def caller_of(headers: Mapping[str, str]) -> str:
    """Return the caller's name: what `x-caller` says, else the host of the page that asks, else the program in
    `user-agent` ("OpenAI/Python", "curl", "node"); never what looks like a key. `headers` have lower-case names."""
    for name in (headers.get("x-caller", "").strip(), _host_in(headers.get("origin", "")), _product(headers)):
        if name and len(name) <= LONGEST_NAME and name.isprintable() and not contains_key(name):
            return name
    return UNKNOWN


def _host_in(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _product(headers: Mapping[str, str]) -> str:
    """Return the first product in the user agent, without its version; "OpenAI/Python 3.5" names its language there."""
    words = headers.get("user-agent", "").split()
    if not words:
        return ""
    name, _, version = words[0].partition("/")
    return name if not version or version[:1].isdigit() or version[:1] == "v" else words[0]
