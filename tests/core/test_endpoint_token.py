"""The endpoint's token is made once, survives in the keyring, and works without one."""

from __future__ import annotations

from fakes import MemorySecrets

from desktop_chat.core.endpoint_token import TOKEN_ID, endpoint_token, renewed_token
from desktop_chat.core.key_errors import KeyringLocked


async def test_the_token_is_made_once_and_renewed_when_asked() -> None:
    secrets = MemorySecrets()
    first = await endpoint_token(secrets)
    assert len(first) >= 43
    assert secrets.keys == {TOKEN_ID: first}
    assert await endpoint_token(secrets) == first
    second = await renewed_token(secrets)
    assert second != first
    assert await endpoint_token(secrets) == second


async def test_without_a_keyring_the_token_is_kept_until_the_end() -> None:
    secrets = MemorySecrets()
    secrets.error = KeyringLocked()
    token = await endpoint_token(secrets)
    assert secrets.keys == {}
    assert secrets.session_keys == {TOKEN_ID: token}
    secrets.error = None
    assert await endpoint_token(secrets) == token
