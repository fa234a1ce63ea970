"""What users paste as a key, and the result."""

from __future__ import annotations

import pytest

from desktop_chat.core.key_errors import KeyInvalid
from desktop_chat.services.secrets.keys import KnownKeys, clean_key


@pytest.mark.parametrize(
    "pasted",
    [
        "sk-abc123",
        "  sk-abc123\r\n",
        '"sk-abc123"',
        "'sk-abc123' ",
        "“sk-abc123”",
        "Bearer sk-abc123",
        "bearer   'sk-abc123'",
        "Authorization: Bearer sk-abc123",
        "`Bearer sk-abc123`",
    ],
)
def test_surrounding_text_is_removed(pasted: str) -> None:
    assert clean_key(pasted) == "sk-abc123"


@pytest.mark.parametrize("pasted", ["", "  \n", "''", "Bearer ", "sk-ключ", "sk abc", "sk-a\nsk-b", "sk-\x07", "密钥"])
def test_invalid_keys_are_rejected(pasted: str) -> None:
    with pytest.raises(KeyInvalid) as caught:
        clean_key(pasted)
    assert caught.value.detail in {"empty", "characters"}


def test_known_keys_are_remembered_until_forgotten_and_never_shown() -> None:
    keys = KnownKeys()
    keys.add("sk-one")
    keys.add("sk-one")
    keys.add("")
    keys.add("sk-two")
    assert keys.all() == ("sk-one", "sk-two")
    assert "sk-" not in repr(keys)
    keys.forget("sk-one")
    keys.forget("unknown")
    assert keys.all() == ("sk-two",)
