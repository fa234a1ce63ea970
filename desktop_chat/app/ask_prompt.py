"""Builds a prompt from the command line: its words, standard input, and files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop_chat.app.ask_arguments import STANDARD_INPUT
from desktop_chat.app.terminal import print_error
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.errors import ChatError
from desktop_chat.core.image_files.formats import attachable_format
from desktop_chat.core.ports import Blobs
from desktop_chat.core.text_files import decoded, fenced
from desktop_chat.ui.text import terminal_text

MAX_BYTES = 16 * 1024 * 1024
"""Limit per text file, and for standard input: more than any model accepts."""
_PDF, _HEAD = b"%PDF-", 1_024
"""The signature of a PDF, and the bytes in which it stands."""


@dataclass(frozen=True, slots=True)
class AskPrompt:
    """A prompt: its text with the text files, and the images and documents that are attached to it."""

    text: str
    attached: tuple[Path, ...] = ()


class WrongUsage(ChatError):
    """The command line cannot be used; `detail` is the sentence that says why."""

    code = "wrong_usage"


def prompt_from(words: str, files: Sequence[Path]) -> AskPrompt:
    """Return the prompt: each text file in a code fence with its name, then the words. Raises WrongUsage."""
    texts = {file: _text_of(file) for file in files}
    attached = tuple(file for file, text in texts.items() if text is None)
    parts = [fenced(file.name, text) for file, text in texts.items() if text is not None]
    if words.strip():
        parts.append(words)
    if not parts and not attached:
        raise WrongUsage(terminal_text.nothing_asked())
    return AskPrompt("\n\n".join(parts), attached)


async def attachments_of(prompt: AskPrompt, blobs: Blobs) -> tuple[Attachment, ...]:
    """Read the attached files. Raises WrongUsage."""
    if not prompt.attached:
        return ()
    from desktop_chat.app.attachment_files import AttachmentFiles  # noqa: PLC0415  (rarely needed)
    from desktop_chat.core.attachment_errors import AttachmentError  # noqa: PLC0415
    from desktop_chat.core.attachment_reading import FileSource, ReadOptions  # noqa: PLC0415
    from desktop_chat.ui.text.attachment_text import attachment_problem, left_out_of  # noqa: PLC0415

    reader = AttachmentFiles(blobs)
    found = []
    try:
        for file in prompt.attached:
            try:
                attachment = await reader.read(FileSource(file), ReadOptions(), lambda _: None)
            except AttachmentError as error:
                raise WrongUsage(terminal_text.unreadable(str(file), attachment_problem(error))) from None
            if left_out := left_out_of(attachment):
                print_error(f"{file}: {left_out}")
            found.append(attachment)
    finally:
        reader.close()
    return tuple(found)


def words_from(argument: str) -> str:
    """Return the words of the command line, or standard input for a dash. Raises WrongUsage."""
    if argument != STANDARD_INPUT:
        return argument
    try:
        return _standard_input(sys.stdin.buffer).rstrip("\r\n") if sys.stdin is not None else ""
    except OSError as error:
        raise WrongUsage(terminal_text.unreadable("-", error.strerror or str(error))) from None


def _text_of(file: Path) -> str | None:
    """Return the text of a file; None for an image or a document. Raises WrongUsage."""
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise WrongUsage(terminal_text.unreadable(str(file), getattr(error, "strerror", None) or str(error))) from None
    if _PDF in content[:_HEAD] or attachable_format(content) not in {"", "svg"}:
        return None
    text = decoded(content)
    if text is not None and len(content) > MAX_BYTES:
        raise WrongUsage(terminal_text.unreadable(str(file), terminal_text.too_large()))
    return text


def _standard_input(stream: BinaryIO) -> str:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise WrongUsage(terminal_text.unreadable("-", terminal_text.too_large()))
    text = decoded(content)
    if text is None:
        raise WrongUsage(terminal_text.unreadable("-", terminal_text.not_text()))
    return text
