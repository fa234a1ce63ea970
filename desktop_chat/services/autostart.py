"""Has the desktop start the application with the session, by an entry in the user's autostart folder on Linux.

https://specifications.freedesktop.org/autostart-spec/
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop_chat import APP_ID
from desktop_chat.services.launcher import exec_words

_ENTRY = f"""[Desktop Entry]
Type=Application
Version=1.4
Name=Desktop Chat
Exec={{command}}
Icon={APP_ID}
Terminal=false
"""


class AutostartEntry:
    """The entry in `file`, which runs `command`."""

    def __init__(self, file: Path, command: Sequence[str]) -> None:
        self._file = file
        self._text = _ENTRY.format(command=exec_words(command))

    @property
    def exists(self) -> bool:
        """Whether the desktop runs this command. Another one's entry does not count, nor one that was switched off."""
        try:
            return self._file.read_text(encoding="utf-8") == self._text
        except (OSError, ValueError):
            return False

    def write(self) -> None:
        """Write it, in place of one for another command. Raises OSError."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(self._text, encoding="utf-8")

    def remove(self) -> None:
        """Remove it, if it is there and runs this command. Raises OSError."""
        if self.exists:
            self._file.unlink()
