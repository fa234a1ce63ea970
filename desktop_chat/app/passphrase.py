"""Asks for a passphrase on the terminal, or reads it from a file or standard input; never from the command line, which
other programs can see."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from desktop_chat.core.errors import ChatError
from desktop_chat.core.exporting import SHORTEST_PASSPHRASE
from desktop_chat.ui.text import backup_text

STANDARD_INPUT = "-"
_MOST = 4_096


class PassphraseRefused(ChatError):
    """There is no usable passphrase; `detail` is the sentence that says why."""

    code = "passphrase_refused"


def passphrase_in(source: str) -> str:
    """Return the first line of a file, or of standard input. Raises PassphraseRefused."""
    try:
        if source == STANDARD_INPUT:
            data = sys.stdin.buffer.readline(_MOST) if sys.stdin is not None else b""
        else:
            with Path(source).open("rb") as stream:
                data = stream.readline(_MOST)
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise PassphraseRefused(backup_text.file_unreadable(source, error.strerror or str(error))) from error
    except ValueError as error:
        raise PassphraseRefused(backup_text.file_unreadable(source, "UTF-8")) from error
    if not text:
        raise PassphraseRefused(backup_text.passphrase_missing())
    return text


def new_passphrase() -> str:
    """Ask twice for a new passphrase. Raises PassphraseRefused."""
    typed = typed_passphrase()
    if typed != _asked(backup_text.ask_again()):
        raise PassphraseRefused(backup_text.passphrases_differ())
    return checked(typed)


def typed_passphrase() -> str:
    """Ask once. Raises PassphraseRefused if there is no terminal."""
    return _asked(backup_text.ask_passphrase())


def checked(passphrase: str) -> str:
    """Return a new passphrase. Raises PassphraseRefused for one that is soon guessed."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseRefused(backup_text.passphrase_short(SHORTEST_PASSPHRASE))
    return passphrase


def can_ask() -> bool:
    """Return whether somebody can be asked: there is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def _asked(question: str) -> str:
    if not can_ask():
        raise PassphraseRefused(backup_text.no_terminal())
    try:
        return getpass.getpass(f"{question} ")
    except EOFError as error:
        raise PassphraseRefused(backup_text.passphrase_missing()) from error
