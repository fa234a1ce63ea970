"""The endpoint's token is made once, survives in the keyring, and works without one."""

from __future__ import annotations

import pytest
from fakes import MemorySecrets

from desktop_chat.core.endpoint_token import TOKEN_ID, endpoint_token, renewed_token
from desktop_chat.core.key_errors import KeyForOtherHost, KeyringLocked, KeyringTimedOut, SecretError


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


class _LockedAtFirst(MemorySecrets):
    """A keyring that is unlocked only after the first question."""

    async def get(self, connection_id: str, host: str) -> str | None:
        if self.error is not None and connection_id not in self.session_keys:
            error, self.error = self.error, None
            raise error
        return await super().get(connection_id, host)


@pytest.mark.parametrize("error", [KeyringLocked(), KeyringTimedOut()])
async def test_a_keyring_that_is_unlocked_too_late_keeps_its_token(error: SecretError) -> None:
    secrets = _LockedAtFirst()
    kept = await endpoint_token(secrets)
    secrets.error = error
    meanwhile = await endpoint_token(secrets)
    assert secrets.keys == {TOKEN_ID: kept}, "programs have it, and it is used again after the next start"
    assert await endpoint_token(secrets) == meanwhile


async def test_an_item_that_is_not_ours_is_replaced() -> None:
    secrets = _LockedAtFirst()
    secrets.error = KeyForOtherHost("https://elsewhere.example")
    token = await endpoint_token(secrets)
    assert secrets.keys == {TOKEN_ID: token}
