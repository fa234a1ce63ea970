"""Says why a file could not be attached, and what of an attached document is not sent."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.attachment_reading import MAX_FILE_BYTES
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Failure
from desktop_chat.core.errors import ChatError
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr

_SENTENCES: dict[str, Callable[[], str]] = {
    "file_unreadable": lambda: tr("The file could not be read."),
    "not_a_file": lambda: tr("This is not a file, but a folder or a device."),
    "file_vanished": lambda: tr("The file no longer exists."),
    "file_forbidden": lambda: tr("You do not have permission to read this file."),
    "file_too_large": lambda: tr(
        "The file is too large: at most {size} MB are read, and less of some kinds.", size=MAX_FILE_BYTES // 1024**2
    ),
    "too_many_pixels": lambda: tr("The image has too many pixels. Scale it down and attach it again."),
    "file_encrypted": lambda: tr("The document needs a password. Save a copy without a password and attach that."),
    "file_empty": lambda: tr("There is nothing in this file."),
    "file_kind_unknown": lambda: tr("Files of this kind cannot be read. Attach an image, a document or a text file."),
    "file_broken": lambda: tr("The file is damaged or incomplete."),
    "reading_timed_out": lambda: tr("Reading the file took too long and was stopped."),
    "reading_too_large": lambda: tr("Reading the file took too much memory and was stopped."),
    "reader_unavailable": lambda: tr("The program that reads documents could not be started."),
}
"""By code, for each error in `core/attachment_errors.py`."""


def attachment_problem(error: ChatError | Failure) -> str:
    """Return a sentence on why a file could not be attached: for AttachmentError and StoreError, without its name."""
    return _SENTENCES[error.code]() if error.code in _SENTENCES else sentence(error)


def left_out_of(attachment: Attachment) -> str:
    """Return a sentence on what of a document is not sent; empty if all of it is."""
    pages, letters = attachment.pages_left_out, attachment.letters_left_out
    if pages and letters:
        return tr(
            "Not sent: {pages} of {total} pages, and {letters} characters.",
            pages=f"{pages:,}",
            total=f"{attachment.pages:,}",
            letters=f"{letters:,}",
        )
    if pages:
        return tr("Not sent: {pages} of {total} pages.", pages=f"{pages:,}", total=f"{attachment.pages:,}")
    return tr("Not sent: {letters} characters at the end.", letters=f"{letters:,}") if letters else ""
