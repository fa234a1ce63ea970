"""Decides by its content what a document is; its name only tells kinds of text apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from desktop_chat.core.attachment_errors import FileEmpty, FileEncrypted, FileKindUnknown
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.office_zip import content_of, open_zip

Reader = Callable[[bytes, Asked, Output], None]
"""Reads a document into the output. Raises AttachmentError, and whatever its library raises for a broken file."""

_PDF_HEAD = 1_024
"""Bytes in which the signature of a PDF may stand."""
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins old Office files, and new ones with a password."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MAX_MEDIA_TYPE = 100
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MAIN_PARTS = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
"""By the folder that only this kind of file has."""
_OPEN_DOCUMENT = re.compile(r"application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation)(?:-template)?")
_TEXTS = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".xml": "application/xml",
}
"""By ending; all other text is text/plain, and HTML is recognised by its content."""


def is_packed(content: bytes) -> bool:
    """Return whether a file has its text inside a container, such as a PDF, whatever its bytes look like."""
    return b"%PDF-" in content[:_PDF_HEAD] or content.startswith((_ZIP, _OLE))


def media_type_of(content: bytes, name: str) -> str:
    """Return a document's media type; "text/..." or a type in `_TEXTS` for text. Raises AttachmentError."""
    if not content:
        raise FileEmpty
    if b"%PDF-" in content[:_PDF_HEAD]:
        return "application/pdf"
    if content.startswith(_ZIP):
        return _office_type(content)
    if content.startswith(_OLE):
        raise FileEncrypted if _ENCRYPTED_PACKAGE in content else FileKindUnknown
    return _TEXTS.get(PurePath(name).suffix.lower(), "text/plain")


def reader_of(media_type: str) -> Reader:
    """Return what reads documents of a type; its libraries are imported here. Raises ImportError."""
    if media_type == "application/pdf":
        from desktop_chat.services.documents.pdf_document import read_pdf  # noqa: PLC0415

        return read_pdf
    if media_type == _MAIN_PARTS["word/"]:
        from desktop_chat.services.documents.word_document import read_word  # noqa: PLC0415

        return read_word
    if media_type == _MAIN_PARTS["xl/"]:
        from desktop_chat.services.documents.excel_document import read_excel  # noqa: PLC0415

        return read_excel
    if media_type == _MAIN_PARTS["ppt/"]:
        from desktop_chat.services.documents.powerpoint_document import read_powerpoint  # noqa: PLC0415

        return read_powerpoint
    if _OPEN_DOCUMENT.fullmatch(media_type):
        from desktop_chat.services.documents.odf_document import read_odf_document  # noqa: PLC0415

        return read_odf_document
    from desktop_chat.services.documents.text_document import read_text  # noqa: PLC0415

    return read_text


def _office_type(content: bytes) -> str:
    archive = open_zip(content)
    names = archive.namelist()
    if "mimetype" in names and archive.getinfo("mimetype").file_size <= _MAX_MEDIA_TYPE:
        found = content_of(archive, "mimetype").decode("ascii", "replace").strip()
        if _OPEN_DOCUMENT.fullmatch(found):
            return found
    if "[Content_Types].xml" in names:
        for folder, media_type in _MAIN_PARTS.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    raise FileKindUnknown
