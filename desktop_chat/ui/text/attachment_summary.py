"""Describes attachments in a few words: size, estimated tokens, pages, and what of them is not sent."""

from __future__ import annotations

from pathlib import PurePath

from desktop_chat.core.attachment_reading import Progress
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.errors import ChatError
from desktop_chat.core.prompt_size import tokens_of
from desktop_chat.ui.text.attachment_text import attachment_problem, left_out_of
from desktop_chat.ui.text.translation import tr

_UNITS = (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024))
_MAX_CHARACTERS = 4


def size_text(size: int) -> str:
    """Return a number of bytes in a readable unit."""
    for unit, bytes_ in _UNITS:
        if size >= bytes_:
            number = size / bytes_
            return f"{number:.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
    return tr("%n byte(s)", n=size)


def tokens_text(tokens: int) -> str:
    """Return an estimated number of tokens, with two significant digits."""
    step = 10 ** max(0, len(str(tokens)) - 2)
    return tr("~{number} tokens", number=f"{round(tokens / step) * step:,}")


def kind_letters(name: str) -> str:
    """Return the few letters that say what kind of file a name belongs to: its suffix."""
    letters = PurePath(name).suffix.removeprefix(".").upper()
    return letters if 0 < len(letters) <= _MAX_CHARACTERS and letters.isalnum() else ""


def reading_text(progress: Progress) -> str:
    """Return how far reading a file has come."""
    if progress.total:
        return tr("Reading page {page} of {total}", page=f"{progress.done:,}", total=f"{progress.total:,}")
    return tr("Reading...")


def short_summary(attachment: Attachment) -> str:
    """Return what fits below a name: size and tokens."""
    return f"{size_text(attachment.size)} · {tokens_text(tokens_of(attachment))}"


def left_out_short(attachment: Attachment) -> str:
    """Return, in a few words, what of a document is not sent; empty if all of it is."""
    if attachment.pages_left_out:
        sent = attachment.pages - attachment.pages_left_out
        return tr("{sent} of {total} pages", sent=f"{sent:,}", total=f"{attachment.pages:,}")
    if attachment.letters_left_out:
        total = attachment.letters + attachment.letters_left_out
        return tr("{percent}% of the text", percent=max(1, attachment.letters * 100 // total))
    return ""


def long_summary(attachment: Attachment) -> str:
    """Return all that is known about an attachment, without its name."""
    facts = [size_text(attachment.size)]
    if attachment.kind is AttachmentKind.IMAGE:
        facts.append(f"{attachment.width:,} × {attachment.height:,}")
    if attachment.pages:
        facts.append(tr("{number} pages", number=f"{attachment.pages:,}") if attachment.pages > 1 else tr("1 page"))
    if attachment.letters:
        facts.append(tr("{number} characters", number=f"{attachment.letters:,}"))
    return " · ".join([*facts, tokens_text(tokens_of(attachment))])


def tooltip_of(name: str, attachment: Attachment | None, error: ChatError | None) -> str:
    """Return all that is known about a file that is attached, failed, or still being read, in lines."""
    lines = [name]
    if error is not None:
        lines.append(attachment_problem(error))
    elif attachment is not None:
        lines += [long_summary(attachment), left_out_of(attachment)]
    else:
        lines.append(tr("Reading..."))
    return "\n".join(filter(None, lines))


def spoken_summary(name: str, attachment: Attachment | None, error: ChatError | None) -> str:
    """Return the same for screen readers, in one sentence."""
    return ", ".join(tooltip_of(name, attachment, error).split("\n"))
