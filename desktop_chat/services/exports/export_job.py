"""Exports stored conversations to a file, a folder or a stream. Blocks: it runs in a process of its own."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from desktop_chat.core.export_errors import NothingToExport
from desktop_chat.core.exporting import (
    ENDINGS,
    IN_ONE_FILE,
    ExportedConversation,
    ExportFormat,
    ExportRequest,
    ExportResult,
)
from desktop_chat.core.file_names import FileNames, file_stem, free_name, safe_file_name
from desktop_chat.markdown.node_html import Marks
from desktop_chat.markdown.nodes import Code
from desktop_chat.services.exports.chat_jsonl import chat_line
from desktop_chat.services.exports.entries import ExportedDocument, document_of
from desktop_chat.services.exports.export_words import ExportWords
from desktop_chat.services.exports.output import (
    held,
    new_file,
    new_folder,
    part_of,
    put_beside,
    remove,
    translating,
    write_file,
)
from desktop_chat.services.exports.own_json import blobs_of, own_json
from desktop_chat.services.exports.own_zip import write_own_zip
from desktop_chat.services.exports.source import Conversations, StoredConversation
from desktop_chat.services.sqlite.plain_rows import PlainConversation, Shape

ZIP = ".zip"
MARKDOWN_FOLDER = "files"
Stored = TypeVar("Stored", ExportedConversation, ExportedConversation | PlainConversation)


class PdfPainter(Protocol):
    """Paints a document as PDF."""

    def __call__(
        self,
        document: ExportedDocument,
        words: ExportWords,
        content_of: Callable[[str], bytes | None],
        marks_of: Callable[[Code], Marks],
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ExportTools:
    """What an export needs besides the conversations."""

    words: ExportWords
    content_of: Callable[[str], bytes | None]
    marks_of: Callable[[Code], Marks]
    paint_pdf: PdfPainter
    now: Callable[[], float] = time.time


@dataclass(slots=True)
class ExportJob:
    """One export."""

    request: ExportRequest
    stored: Conversations
    tools: ExportTools
    tell: Callable[[int, int], None] = lambda _done, _all: None
    _missing: set[str] = field(default_factory=set)
    _written: int = 0

    def run(self) -> ExportResult:
        """Write to the request's target. Raises ExportError, StoreError."""
        ids = self._ids()
        target = self.request.target
        if self.request.format is ExportFormat.JSON and target.suffix.lower() == ZIP:
            with new_file(target, replace=self.request.replace) as stream:
                self._write_zip(ids, stream)
        elif self.request.format in IN_ONE_FILE:
            with new_file(target, replace=self.request.replace) as stream:
                self._write_pieces(self._pieces(ids), stream, target)
        elif len(ids) == 1 and not target.is_dir() and self.request.ids:
            self._write_one(ids[0], target)
        else:
            target = self._write_folder(ids, target)
        return ExportResult(target, self._written, len(self._missing))

    def write_to(self, stream: BinaryIO) -> ExportResult:
        """Write one file to a stream; attachments that would be beside it are left out. Raises ExportError, StoreError,
        and OSError of the stream."""
        ids = self._ids()
        pieces = (
            self._pieces(ids)
            if self.request.format in IN_ONE_FILE
            else (self._bytes(one) for one in self._each_document(ids))
        )
        stream.writelines(pieces)
        stream.flush()
        return ExportResult(self.request.target, self._written, len(self._missing))

    def _ids(self) -> list[str]:
        found = list(self.request.ids) or self.stored.ids(with_trash=self.request.format is ExportFormat.JSON)
        if not found:
            raise NothingToExport
        return found

    def _each(self, ids: list[str]) -> Iterator[ExportedConversation]:
        return self._present(map(self.stored.get, ids), len(ids))

    def _each_in_json(self, ids: list[str]) -> Iterator[StoredConversation]:
        return self._present(self.stored.read(ids, Shape.JSON), len(ids))

    def _each_document(self, ids: list[str]) -> Iterator[StoredConversation]:
        """Yield what is written to a file each. Markdown needs no objects, unless a branch or messages are chosen."""
        asked = self.request
        if asked.format is ExportFormat.MARKDOWN and not (asked.leaf_id or asked.message_ids):
            return self._present(self.stored.read(ids, Shape.TEXT), len(ids))
        return self._each(ids)

    def _present(self, stored: Iterable[Stored | None], count: int) -> Iterator[Stored]:
        """Yield and count the conversations; those that were deleted meanwhile are left out."""
        self.tell(0, count)
        for number, found in enumerate(stored, 1):
            if found is not None:
                yield found
                self._written += 1
            self.tell(number, count)
        if not self._written:
            raise NothingToExport

    def _content_of(self, sha256: str) -> bytes | None:
        content = self.tools.content_of(sha256)
        if content is None:
            self._missing.add(sha256)
        return content

    # --- one file for all ----------------------------------------------------------------------------------------

    def _pieces(self, ids: list[str]) -> Iterator[bytes]:
        if self.request.format is ExportFormat.JSON:
            return own_json(self._each_in_json(ids), self._content_of, now=self.tools.now())
        return (chat_line(one, self.request, self._content_of) for one in self._each(ids))

    def _write_pieces(self, pieces: Iterable[bytes], stream: BinaryIO, target: Path) -> None:
        for piece in pieces:
            with translating(target):
                stream.write(piece)

    def _write_zip(self, ids: list[str], stream: BinaryIO) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            write_own_zip(archive, self._each_in_json(ids), self._content_of, now=self.tools.now())

    # --- a file for each -----------------------------------------------------------------------------------------

    def _write_one(self, conversation_id: str, target: Path) -> None:
        [one] = self._each_document([conversation_id])
        if self.request.format is not ExportFormat.MARKDOWN or not any(blobs_of(one)):
            with new_file(target, replace=self.request.replace) as stream:
                stream.write(self._bytes(one))
            return
        beside = free_name(f"{target.stem} files", "", lambda name: target.with_name(name).exists())
        with new_file(target, replace=self.request.replace) as stream:
            part = part_of(target)
            try:
                with translating(target):
                    part.mkdir()
                with translating(target), held(part):
                    files = _BesideFiles(part, beside, self._content_of)
                    stream.write(self._markdown(one, files.place_of))
                    if not files.is_empty:
                        put_beside(part, target)
            finally:
                remove(part)

    def _write_folder(self, ids: list[str], target: Path) -> Path:
        day = time.strftime("%Y-%m-%d", time.localtime(self.tools.now()))
        with new_folder(target, f"Desktop Chat {day}") as (part, final):
            names = FileNames()
            for one in self._each_document(ids):
                stem = file_stem(one.conversation.title) or file_stem(self.tools.words.untitled) or "conversation"
                name = names.add(stem, ENDINGS[self.request.format])
                with translating(final / name):
                    write_file(part / name, self._bytes_with_files(one, part, name))
        return final

    def _bytes_with_files(self, one: StoredConversation, folder: Path, name: str) -> bytes:
        if self.request.format is not ExportFormat.MARKDOWN or not any(blobs_of(one)):
            return self._bytes(one)
        beside = f"{Path(name).stem} {MARKDOWN_FOLDER}"
        (folder / beside).mkdir()
        files = _BesideFiles(folder / beside, beside, self._content_of)
        text = self._markdown(one, files.place_of)
        if files.is_empty:
            (folder / beside).rmdir()
        return text

    def _markdown(self, one: StoredConversation, place_of: Callable[[str, str], str]) -> bytes:
        from desktop_chat.services.exports.markdown_export import markdown_bytes  # noqa: PLC0415  (one format of many)

        return markdown_bytes(one, self.request, self.tools.words, place_of)

    def _bytes(self, one: StoredConversation) -> bytes:
        """Return a conversation as a file without others beside it."""
        words = self.tools.words
        if self.request.format is ExportFormat.MARKDOWN:
            return self._markdown(one, lambda _sha256, _name: "")
        assert isinstance(one, ExportedConversation)  # noqa: S101  (see `_each_document`)
        document = document_of(one, self.request, words)
        match self.request.format:
            case ExportFormat.HTML:
                from desktop_chat.services.exports.html_export import html_of  # noqa: PLC0415  (one format of many)

                return html_of(document, words, self._content_of, self.tools.marks_of).encode("utf-8", "replace")
            case ExportFormat.DOCX:
                from desktop_chat.services.exports.docx_export import docx_of  # noqa: PLC0415  (slow to load)

                return docx_of(document, words, self._content_of)
            case ExportFormat.PDF:
                return self.tools.paint_pdf(document, words, self._content_of, self.tools.marks_of)
            case ExportFormat.TEXT:
                from desktop_chat.services.exports.text_export import text_of  # noqa: PLC0415  (one format of many)

                return text_of(document, words).encode("utf-8", "replace")
        raise NotImplementedError(f"no file of its own for each conversation in {self.request.format}")


class _BesideFiles:
    """The files beside a Markdown file, each written once."""

    def __init__(self, folder: Path, shown_folder: str, content_of: Callable[[str], bytes | None]) -> None:
        self._folder = folder
        self._shown_folder = shown_folder
        self._content_of = content_of
        self._by_content: dict[str, str] = {}
        self._names = FileNames()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self._names

    def place_of(self, sha256: str, name: str) -> str:
        """Write a file if it is new. Returns its address in Markdown, or an empty string if its content is missing."""
        if sha256 not in self._by_content:
            self._by_content[sha256] = self._written(sha256, name)
        return self._by_content[sha256]

    def _written(self, sha256: str, name: str) -> str:
        content = self._content_of(sha256)
        if content is None:
            return ""
        safe = Path(safe_file_name(name, "file"))
        free = self._names.add(safe.stem, safe.suffix)
        write_file(self._folder / free, content)
        return f"<{self._shown_folder}/{free}>"
