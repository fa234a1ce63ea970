"""Tells other processes that keys have changed, so that one that keeps some for a while reads them again.

A file grows by one byte at each change. It says nothing of the keys.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from desktop_chat.services.private_files import open_private
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys


class KeyStamp:
    """The file. Whoever cannot write or read it does as without: keys are read again after a while."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def note_change(self) -> None:
        """Say that a key was stored or removed; call it when that is done."""
        with suppress(OSError):
            descriptor = open_private(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            try:
                os.write(descriptor, b"\n")
            finally:
                os.close(descriptor)

    def read(self) -> int:
        """Return a number that is another one after each change; read it before the keys."""
        try:
            return self._file.stat().st_size
        except OSError:
            return 0


def stamped_secrets(keys: KnownKeys, stamp: KeyStamp) -> KeyringSecrets:
    """Return the keyring's secrets, which say so in a file when they have changed a key."""
    return KeyringSecrets(keys, note_change=stamp.note_change)
