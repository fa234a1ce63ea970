"""Finds out whether only "/v1" is missing in an address: the same host is asked once more, with it."""

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
"""How an address without its version answers: with a page, a way to one, something unreadable, or a plain 404."""


def may_lack_v1(connection: Connection, error: ChatError) -> bool:
    """Say whether an error may come from an address in which "/v1" is missing."""
    return isinstance(error, _SIGNS) and bool(addresses_with_v1(connection.base_url))


async def find_v1(
    connection: Connection, models_at: Callable[[Connection], Awaitable[list[str]]]
) -> tuple[Connection, list[str]] | None:
    """Return the connection with an address at which a model server answers, and its models; None where none does.

    `models_at` asks one address, with the connection's key, which never leaves its host. A server that refuses the key
    is one, too.
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
