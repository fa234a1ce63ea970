"""What the readers of exports in JSON begin with: which files, what is in them, and how a place in them is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from desktop_chat.core.importing import ImportedConversation, Unread, one_line
from desktop_chat.services.imports.import_files import Files
from desktop_chat.services.imports.json_stream import elements

Read = Callable[[Any, str], Iterator[ImportedConversation | Unread]]
"""Reads a value that is at this place."""

CONVERSATIONS = re.compile(r"(?:.*/)?conversations(?:[-_.]\d+)?\.json")
"""What ChatGPT and Claude call their files; large exports have several."""


def conversation_files(files: Files) -> list[str]:
    """Return the names of the files of conversations, in order; a file alone may have any name."""
    return sorted(each for each in files.names if CONVERSATIONS.fullmatch(each) or len(files.names) == 1)


def json_files(files: Files) -> list[str]:
    """Return the names of all JSON files, in order."""
    return sorted(each for each in files.names if each.lower().endswith(".json"))


def read_each(
    files: Files, names: Iterable[str], read: Read, prefix: str | None = None
) -> Iterator[ImportedConversation | Unread]:
    """Yield what `read` makes of each value in these files (see `elements`), and what is damaged."""
    for file in names:
        with files.open(file) as stream:
            for number, value in enumerate(elements(stream, file, prefix), 1):
                if isinstance(value, Unread):
                    yield value
                else:
                    yield from read(value, f"{file}, {number}")


def titled(where: str, title: str) -> str:
    """Return the name of a place with the title of the conversation that is there."""
    return f"{where}: {one_line(title, 80)}" if title else where
