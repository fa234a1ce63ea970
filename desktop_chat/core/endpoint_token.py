"""The token with which callers use the local endpoint: made once, and kept where the keys are."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Final

from desktop_chat.core.key_errors import KeyForOtherHost, KeyWithoutHost, SecretError
from desktop_chat.core.ports import Secrets

TOKEN_ID: Final = "local-endpoint"  # noqa: S105  (the name of the keyring's item)
TOKEN_HOST: Final = "http://127.0.0.1:0"  # noqa: S105
"""No server has this address, so the token is never sent as the key of a connection."""
_TOKEN_BYTES: Final = 32


async def endpoint_token(secrets: Secrets) -> str:
    """Return the token; a new one at first. Without a usable keyring, one is kept until the application ends; nothing
    is written then, or a keyring that was locked for a moment would lose the token that programs have."""
    try:
        token = await secrets.get(TOKEN_ID, TOKEN_HOST)
    except (KeyForOtherHost, KeyWithoutHost):  # it was never ours
        token = None
    except SecretError:
        return _token_in_memory(secrets, token_urlsafe(_TOKEN_BYTES))
    return token or await renewed_token(secrets)


async def renewed_token(secrets: Secrets) -> str:
    """Replace the token by a new one, and return that."""
    token = token_urlsafe(_TOKEN_BYTES)
    try:
        await secrets.put(TOKEN_ID, token, TOKEN_HOST)
    except SecretError:
        return _token_in_memory(secrets, token)
    return token


def _token_in_memory(secrets: Secrets, token: str) -> str:
    secrets.keep_in_memory(TOKEN_ID, token, TOKEN_HOST)
    return token
