"""Builds a prompt from the command line: its words, standard input, and text files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from desktop_chat.app.ask_arguments import STANDARD_INPUT
from desktop_chat.core.errors import ChatError
from desktop_chat.core.text_files import decoded, fenced
from desktop_chat.ui.text import terminal_text

MAX_BYTES = 16 * 1024 * 1024
"""Limit per file, and for standard input: more than any model accepts."""


class WrongUsage(ChatError):
    """The command line cannot be used; `detail` is the sentence that says why."""

    code = "wrong_usage"


def prompt_from(words: str, files: Sequence[Path]) -> str:
    """Return the prompt: each file in a code fence with its name, then the words. Raises WrongUsage."""
    parts = [_fenced(file) for file in files]
    if words.strip():
        parts.append(words)
    if not parts:
        raise WrongUsage(terminal_text.nothing_asked())
    return "\n\n".join(parts)


def words_from(argument: str) -> str:
    """Return the words of the command line, or standard input for a dash. Raises WrongUsage."""
    if argument != STANDARD_INPUT:
        return argument
    try:
        return _text("-", sys.stdin.buffer).rstrip("\r\n") if sys.stdin is not None else ""
    except OSError as error:
        raise WrongUsage(terminal_text.unreadable("-", error.strerror or str(error))) from None


def _fenced(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return fenced(file.name, _text(str(file), stream))
    except (OSError, ValueError) as error:
        raise WrongUsage(terminal_text.unreadable(str(file), getattr(error, "strerror", None) or str(error))) from None


def _text(name: str, stream: BinaryIO) -> str:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise WrongUsage(terminal_text.unreadable(name, terminal_text.too_large()))
    text = decoded(content)
    if text is None:
        raise WrongUsage(terminal_text.unreadable(name, terminal_text.not_text()))
    return text
