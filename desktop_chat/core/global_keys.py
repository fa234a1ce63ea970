"""The key that asks a quick question from any program: which keys there are to choose from, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

GLOBAL_KEYS = ("ctrl_alt_space", "ctrl_shift_space", "ctrl_alt_q", "ctrl_alt_a")
"""As the setting names them: modifiers, then the key. They are written for people in `ui/commands.py`."""


@dataclass(frozen=True, slots=True)
class ShortcutRefused:
    """The system did not give us the key: another program has it (`is_taken`), or there are no such keys here."""

    is_taken: bool
    detail: str = ""


class ShortcutError(Exception):
    """Raised when a shortcut cannot be registered; its text is never shown to the user."""

    def __init__(self, detail: str = "", *, is_taken: bool = False) -> None:
        super().__init__(detail)
        self.refused = ShortcutRefused(is_taken, detail)
