"""Checks whether only "/v1" is missing from an address, by asking the same host once more with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from desktop_chat.core.addresses import addresses_with_v1
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import (
    AuthenticationFailed,
    BadResponse,
    ChatError,
    KeyMissing,
    ModelNotFound,
    ProviderError,
    Redirected,
    WrongAddress,
)

_SIGNS = (WrongAddress, Redirected, BadResponse, ModelNotFound)
"""What an address without its version leads to: a web page, a redirect, an unreadable answer or a plain 404."""


def may_lack_v1(connection: Connection, error: ChatError) -> bool:
    """Return whether an error may be caused by a missing "/v1" in the address."""
    return isinstance(error, _SIGNS) and bool(addresses_with_v1(connection.base_url))


async def find_v1(
    connection: Connection, models_at: Callable[[Connection], Awaitable[list[str]]]
) -> tuple[Connection, list[str]] | None:
    """Return the connection with the address at which a model server answers, and its models; None if there is none.

    `models_at` queries one address with the connection's key, which never leaves its host. A server that refuses the
    key counts, too.
    """
    for address in addresses_with_v1(connection.base_url):
        other = replace(connection, base_url=address)
        try:
            return other, await models_at(other)
        except (AuthenticationFailed, KeyMissing):
            return other, []
        except ProviderError:
            continue
    return None
