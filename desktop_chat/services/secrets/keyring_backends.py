"""Which keyrings are trusted with a key on each system, and what is asked of one. All of it blocks."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from desktop_chat.core.errors import KeyringLocked, KeyringRejected, KeyringUnavailable, SecretError


class KeyringBackend(Protocol):
    """A keyring."""

    @property
    def name(self) -> str:
        """Its name as a person knows it."""
        ...

    def is_locked(self) -> bool:
        """Say whether it must be unlocked first; never asks the person."""
        ...

    def holds(self, service: str, user: str) -> bool:
        """Say whether there is a key; does not ask the person where the system allows it."""
        ...

    def get(self, service: str, user: str) -> str | None:
        """Return a key, or None. May ask the person to unlock."""
        ...

    def put(self, service: str, user: str, key: str) -> None:
        """Store a key."""
        ...

    def remove(self, service: str, user: str) -> None:
        """Remove a key that is there."""
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
"""By system: module, class, name; the first that works is taken. What is not listed here is never used: the `keyring`
package itself would fall back to a plain text file or to nothing at all, without a word."""


def find_backend(platform: str = sys.platform) -> KeyringBackend:
    """Return the first trusted keyring that works. Raises KeyringUnavailable with what each of them said."""
    reasons = []
    for module, kind, name in _TRUSTED.get(platform, ()):
        try:
            backend_class = getattr(importlib.import_module(module), kind)
            _ = backend_class.priority  # raises where the backend cannot work here
            backend = backend_class()
        except Exception as error:  # noqa: BLE001  (each backend raises what its own library does)
            reasons.append(f"{name}: {error}")
            continue
        return _SecretServiceVault(backend) if module.endswith(".SecretService") else _KeyringVault(backend, name)
    raise KeyringUnavailable("; ".join(dict.fromkeys(reasons)) or f"no keyring is known on {platform}")


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
        return False  # not to be known without asking

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
    """The Secret Service, which can be looked at without a prompt."""

    def __init__(self, backend: Any) -> None:
        super().__init__(backend, "Secret Service")

    @property
    def name(self) -> str:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (there is no jeepney outside Linux)

        return secret_service.name_of_service()

    def is_locked(self) -> bool:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (there is no jeepney outside Linux)

        return secret_service.is_locked()

    def get(self, service: str, user: str) -> str | None:
        """Look first: without a key there is nothing to unlock the keyring for, and no reason to ask the person."""
        return super().get(service, user) if self.holds(service, user) else None

    def holds(self, service: str, user: str) -> bool:
        from desktop_chat.services.secrets import secret_service  # noqa: PLC0415  (there is no jeepney outside Linux)

        return secret_service.holds({"service": service, "username": user})


@contextmanager
def translate_keyring_errors(hide: Callable[[str], str]) -> Iterator[None]:
    """Raise SecretError for whatever a backend raises; `hide` takes keys out of its words."""
    try:
        yield
    except SecretError:
        raise
    except Exception as error:
        raise _kind_of(error)(hide(f"{type(error).__name__}: {error}")) from error


_LOCKED = {"KeyringLocked", "LockedException", "PromptDismissedException"}
_UNAVAILABLE = {"NoKeyringError", "InitError", "SecretServiceNotAvailableException", "OSError"}


def _kind_of(error: BaseException) -> type[SecretError]:
    """Decide by the names of the classes, which belong to libraries that are not on every system."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _LOCKED or type(error.__cause__).__name__ in _LOCKED:
        return KeyringLocked
    return KeyringUnavailable if names & _UNAVAILABLE else KeyringRejected
