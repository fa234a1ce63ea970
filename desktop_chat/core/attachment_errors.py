"""Errors of reading files to attach: a branch of the error hierarchy that only attachments need.

AttachmentError: FileUnreadable, NotAFile, FileVanished, FileForbidden, FileTooLarge, TooManyPixels, FileEncrypted,
FileEmpty, FileKindUnknown, FileBroken, ReadingTimedOut, ReadingTooLarge, ReaderUnavailable

Each has a sentence in `ui/text/attachment_text.py`.
"""

from __future__ import annotations

from desktop_chat.core.errors import ChatError


class AttachmentError(ChatError):
    """A file could not be attached."""

    code = "attachment"


class FileUnreadable(AttachmentError):
    """The system does not let the file be read, for another reason than those below; `detail` says which."""

    code = "file_unreadable"


class NotAFile(AttachmentError):
    """It is a folder, a device, a pipe or a socket."""

    code = "not_a_file"


class FileVanished(AttachmentError):
    """There is no such file, or there is none any more."""

    code = "file_vanished"


class FileForbidden(AttachmentError):
    """The user may not read the file or open its folder."""

    code = "file_forbidden"


class FileTooLarge(AttachmentError):
    """The file has more bytes than are read, packed or unpacked."""

    code = "file_too_large"


class TooManyPixels(AttachmentError):
    """The image has more pixels than are decoded."""

    code = "too_many_pixels"


class FileEncrypted(AttachmentError):
    """The document asks for a password."""

    code = "file_encrypted"


class FileEmpty(AttachmentError):
    """The file has no bytes, or the document has no text and no pages."""

    code = "file_empty"


class FileKindUnknown(AttachmentError):
    """The content is neither text nor of a supported kind, whatever its name says."""

    code = "file_kind_unknown"


class FileBroken(AttachmentError):
    """The file is damaged, truncated or not what its beginning says."""

    code = "file_broken"


class ReadingTimedOut(AttachmentError):
    """Reading took longer than allowed."""

    code = "reading_timed_out"


class ReadingTooLarge(AttachmentError):
    """Reading took more memory than allowed."""

    code = "reading_too_large"


class ReaderUnavailable(AttachmentError):
    """The process that reads documents does not start."""

    code = "reader_unavailable"
