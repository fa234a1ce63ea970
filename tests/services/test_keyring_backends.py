"""Which keyrings are used, how they are configured, and how their errors are translated."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import ClassVar

import pytest

from desktop_chat.core.key_errors import KeyInvalid, KeyringLocked, KeyringRejected, KeyringUnavailable, SecretError
from desktop_chat.services.secrets.keyring_backends import find_backend, translate_keyring_errors


class WinVaultKeyring:
    """A substitute for the Windows backend, which can only be imported on Windows."""

    priority: ClassVar[float] = 5
    persist = "enterprise"

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, user: str) -> str | None:
        return self.keys.get((service, user))

    def set_password(self, service: str, user: str, key: str) -> None:
        self.keys[service, user] = key

    def delete_password(self, service: str, user: str) -> None:
        del self.keys[service, user]


def test_windows_keeps_keys_on_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("keyring.backends.Windows")
    module.WinVaultKeyring = WinVaultKeyring  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    keyring_backend = find_backend("win32")
    assert keyring_backend.name == "Windows Credential Manager"
    assert keyring_backend._backend.persist == "local machine"  # type: ignore[attr-defined]
    keyring_backend.put("service", "c1", "key")
    assert keyring_backend.get("service", "c1") == "key"
    assert keyring_backend.holds("service", "c1")
    assert not keyring_backend.is_locked()
    keyring_backend.remove("service", "c1")
    assert not keyring_backend.holds("service", "c1")


class PromptDismissedException(Exception):
    """Named like SecretStorage's."""


class InitError(Exception):
    """Named like keyring's."""


class PasswordSetError(Exception):
    """Named like keyring's."""


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PromptDismissedException("no"), KeyringLocked),
        (InitError("no default collection"), KeyringUnavailable),
        (ConnectionRefusedError("bus"), KeyringUnavailable),
        (PasswordSetError("no"), KeyringRejected),
        (UnicodeEncodeError("ascii", "secret", 0, 1, "bad"), KeyringRejected),
    ],
)
def test_foreign_errors_are_translated_by_name(error: Exception, kind: type[SecretError]) -> None:
    with pytest.raises(kind) as caught, translate_keyring_errors(str):
        raise error
    assert caught.value.__cause__ is error


def test_a_dismissed_prompt_inside_another_error_means_locked() -> None:
    with pytest.raises(KeyringLocked), translate_keyring_errors(str):
        raise InitError("failed") from PromptDismissedException("dismissed")


def test_our_own_errors_pass_and_foreign_messages_are_redacted() -> None:
    with pytest.raises(KeyInvalid), translate_keyring_errors(str):
        raise KeyInvalid("empty")
    with pytest.raises(KeyringRejected) as caught, translate_keyring_errors(lambda words: words.replace("sk-1", "*")):
        raise PasswordSetError("not sk-1")
    assert caught.value.detail == "PasswordSetError: not *"
