"""The keyrings that are trusted with keys on each system, behind one blocking interface."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from desktop_chat.core.key_errors import KeyringLocked, KeyringRejected, KeyringUnavailable, SecretError


class KeyringBackend(Protocol):
    """A keyring."""

    @property
    def name(self) -> str:
        """Its display name."""
        ...

    def is_locked(self) -> bool:
        """Return whether it must be unlocked first; never prompts."""
        ...

    def holds(self, service: str, user: str) -> bool:
        """Return whether there is a key; without a prompt if possible."""
        ...

    def get(self, service: str, user: str) -> str | None:
        """Return a key, or None. May prompt the user to unlock."""
        ...

    def put(self, service: str, user: str, key: str) -> None:
        """Store a key."""
        ...

    def remove(self, service: str, user: str) -> None:
        """Remove an existing key."""
        ...


_TRUSTED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "linux": (
        ("keyring.backends.SecretService", "Keyring", "Secret Service"),
        ("keyring.backends.libsecret", "Keyring", "Secret Service"),
        ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
    ),
    "win32": (("keyring.backends.Windows", "WinVaultKeyring", "Windows Credential Manager"),),
    "darwin": (("keyring.backends.macOS", "Keyring", "macOS Keychain"),),
}
"""By system: module, class, name; the first that works is used. Others are never used: the `keyring` package itself
would silently fall back to a plain text file or to nothing at all."""


def find_backend(platform: str = sys.platform) -> KeyringBackend:
    """Return the first trusted keyring that works. Raises KeyringUnavailable with each one's error message."""
    reasons = []
    for module, kind, name in _TRUSTED.get(platform, ()):
        try:
            backend_class = getattr(importlib.import_module(module), kind)
            _ = backend_class.priority  # raises if the backend cannot work here
            backend = backend_class()
        except Exception as error:  # noqa: BLE001  (each backend raises its own library's exceptions)
            reasons.append(f"{name}: {error}")
            continue
        return _SecretServiceVault(backend) if module.endswith(".SecretService") else _KeyringVault(backend, name)
    raise KeyringUnavailable("; ".join(dict.fromkeys(reasons)) or f"no keyring is supported on {platform}")


class _KeyringVault:
    """One of the `keyring` package's backends."""

    def __init__(self, backend: Any, name: str) -> None:
        self._backend = backend
        self._name = name
        if type(backend).__name__ == "WinVaultKeyring":
            backend.persist = "local machine"  # the default would roam to other computers

    @property
    def name(self) -> str:
        return self._name

    def is_locked(self) -> bool:
        return False  # cannot be known without prompting

    def holds(self, service: str, user: str) -> bool:
        return self.get(service, user) is not None

    def get(self, service: str, user: str) -> str | None:
        key: str | None = self._backend.get_password(service, user)
        return key

    def put(self, service: str, user: str, key: str) -> None:
        self._backend.set_password(service, user, key)

    def remove(self, service: str, user: str) -> None:
        self._backend.delete_password(service, user)


class _SecretServiceVault(_KeyringVault):
    """The Secret Service, which can be inspected without a prompt."""

    def __init__(self, backend: Any) -> None:
        super().__init__(backend, "Secret Service")

    @property
    def name(self) -> str:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (needs jeepney, so only on Linux)

        return secret_service.name_of_service()

    def is_locked(self) -> bool:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (Linux only)

        return secret_service.is_locked()

    def get(self, service: str, user: str) -> str | None:
        """Return a key, or None without a prompt: if there is no key, the keyring need not be unlocked."""
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (Linux only)

        with secret_service.closing_after_errors():
            return super().get(service, user) if self.holds(service, user) else None

    def put(self, service: str, user: str, key: str) -> None:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (Linux only)

        with secret_service.closing_after_errors():
            super().put(service, user, key)

    def remove(self, service: str, user: str) -> None:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (Linux only)

        with secret_service.closing_after_errors():
            super().remove(service, user)

    def holds(self, service: str, user: str) -> bool:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (Linux only)

        return secret_service.holds({"service": service, "username": user})


@contextmanager
def translate_keyring_errors(hide: Callable[[str], str]) -> Iterator[None]:
    """Raise SecretError for anything a backend raises; `hide` redacts keys from its message."""
    try:
        yield
    except SecretError:
        raise
    except Exception as error:
        raise _kind_of(error)(hide(f"{type(error).__name__}: {error}")) from error


_LOCKED = {"KeyringLocked", "LockedException", "PromptDismissedException"}
_UNAVAILABLE = {"NoKeyringError", "InitError", "SecretServiceNotAvailableException", "OSError"}


def _kind_of(error: BaseException) -> type[SecretError]:
    """Classify by class name, since the libraries are not installed on every system."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _LOCKED or type(error.__cause__).__name__ in _LOCKED:
        return KeyringLocked
    return KeyringUnavailable if names & _UNAVAILABLE else KeyringRejected
