"""What can fail about a key and the keyring that holds it."""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class SecretError(ChatError):
    """The keyring could not return or store a key."""

    code = "keyring"


class KeyringLocked(SecretError):
    """The keyring is locked and was not unlocked."""

    code = "keyring_locked"


class KeyringUnavailable(SecretError):
    """There is no keyring that can be trusted with keys."""

    code = "keyring_unavailable"


class KeyringTimedOut(SecretError):
    """The keyring did not answer in time."""

    code = "keyring_timed_out"


class KeyringRejected(SecretError):
    """The keyring refused, or did not store what it was given."""

    code = "keyring_rejected"


class KeyInvalid(SecretError):
    """The text cannot be a key: empty, not printable ASCII, or too long for this system's keyring."""

    code = "key_invalid"


class KeyForOtherHost(SecretError):
    """The stored key is for another server than the one requested; `detail` names that server."""

    code = "key_for_other_host"


class KeyWithoutHost(SecretError):
    """The key was stored by an earlier version, without its server, so the user has to confirm the server."""

    code = "key_without_host"
