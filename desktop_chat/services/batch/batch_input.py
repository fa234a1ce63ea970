"""The rows of a batch: all of them are read and checked before the first is sent, and each again when its turn comes.

Of a file of requests only places and digests stay in memory, and of a folder names; a table is kept whole. Documents
of a folder are read later, each when its row is asked (`folder_documents.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, cast

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_request import BatchRequest, RowInvalid, request_from
from desktop_chat.core.batch_table import read_table
from desktop_chat.core.batch_template import Template, parse_template
from desktop_chat.core.entities import Api, Role
from desktop_chat.core.prompt import PromptMessage
from desktop_chat.core.prompt_size import tokens_in
from desktop_chat.core.text_files import decoded
from desktop_chat.services.batch.folder_documents import UNREAD, FolderDocument, digest_of, digest_of_file
from desktop_chat.services.documents.document_kinds import is_packed

MAX_LINE, MAX_TABLE, MAX_FILE = 64 * 1024 * 1024, 256 * 1024 * 1024, 16 * 1024 * 1024
"""Limits in bytes."""
_TABLES = frozenset({".csv", ".tsv"})
_REQUESTS = frozenset({".jsonl", ".ndjson", ".json"})
_TEXT_FIELD, _NAME_FIELD = "text", "name"
_ID_COLUMN = "custom_id"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row that was read and can be sent. `tokens` is an estimate; `max_tokens` what it allows for the answer.
    `document` is the digest of its document, whose tokens are not counted; empty for none."""

    custom_id: str
    digest: str
    model: str
    tokens: int
    max_tokens: int | None
    place: int
    document: str = ""


class _Source(Protocol):
    def places(self) -> Iterator[tuple[int, int]]:
        """Return the rows as number of a line and place."""
        ...

    def request(self, place: int) -> BatchRequest:
        """Read a row. Raises RowInvalid, BatchRefused."""
        ...

    def close(self) -> None:
        """Close the file, if it is open."""
        ...


class BatchInput:
    """The rows of a job. Reading is slow, so both methods belong on a thread. Raises BatchRefused, with the lines of
    all rows that have the first problem that was found."""

    def __init__(self, job: BatchJob, api: Api, *, schema: str = "", default_model: str = "") -> None:
        self._job = job
        self._schema = schema
        self._default_model = default_model
        self._source: _Source = _source_of(job, api)
        try:
            with _refusing(job.source):
                self.rows = self._read_all()
        except BatchRefused:
            self.close()
            raise
        self.models = frozenset(row.model for row in self.rows)
        """The models that the rows are for; an empty name among them says that one is missing."""

    def read(self, rows: Sequence[int]) -> list[tuple[BatchRequest, str]]:
        """Return the requests of some rows with their digests. Raises BatchRefused if the file was changed, or can no
        longer be read."""
        found = []
        for index in rows:
            row = self.rows[index]
            try:
                with _refusing(self._job.source):
                    request = self._request(row.place)
            except RowInvalid:
                request = None
            if request is None or request.digest(self._schema) != row.digest:
                raise BatchRefused(BatchProblem.INPUT_CHANGED, self._job.source, names=(row.custom_id,))
            found.append((request, row.digest))
        return found

    def document_path(self, row: int) -> Path:
        """Return where the document of a row is."""
        return Path(self._job.source, self.rows[row].custom_id)

    def with_document(self, request: BatchRequest, document: FolderDocument) -> BatchRequest:
        """Return the request for a document that was read."""
        filled = cast(_Folder, self._source).with_text(request.custom_id, document.text)
        *before, asked = filled.messages
        messages = (*before, replace(asked, images=document.images))
        return replace(request, messages=messages, document="")

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _request(self, place: int) -> BatchRequest:
        request = self._source.request(place)
        return replace(request, model=self._job.model or request.model or self._default_model)

    def _read_all(self) -> list[BatchRow]:
        rows: list[BatchRow] = []
        wrong: dict[BatchProblem, list[tuple[int, str]]] = {}
        known: set[str] = set()
        for line, place in self._source.places():
            try:
                request = self._request(place)
                _check_new(request.custom_id, known)
            except RowInvalid as error:
                wrong.setdefault(error.problem, []).append((line, ", ".join(error.names)))
                continue
            tokens, digest = tokens_in(request.texts()), request.digest(self._schema)
            limit, document = request.max_tokens, request.document
            rows.append(BatchRow(request.custom_id, digest, request.model, tokens, limit, place, document))
        for problem, found in wrong.items():
            lines = [line for line, _ in found if line]
            names = list(dict.fromkeys(name for _, name in found if name))
            raise BatchRefused(problem, self._job.source, lines=lines, names=names)
        if not rows:
            raise BatchRefused(BatchProblem.EMPTY, self._job.source)
        return rows


def _check_new(custom_id: str, known: set[str]) -> None:
    if custom_id in known:
        raise RowInvalid(BatchProblem.DUPLICATE_IDS, custom_id)
    known.add(custom_id)


def _source_of(job: BatchJob, api: Api) -> _Source:
    path = Path(job.source)
    with _refusing(job.source):
        if path.is_dir():
            return _Folder(path, job)
        if _has_requests(path):
            if job.template or job.system:
                raise BatchRefused(BatchProblem.NOT_FOR_JSONL)
            return _Requests(path, api)
        return _TableRows(path, job)


class _refusing:  # noqa: N801  (used like a function)
    """Turns what the system says of a file into BatchRefused, and names the file in one that names none."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError | ValueError):
            reason = getattr(error, "strerror", None) or str(error)
            raise BatchRefused(BatchProblem.UNREADABLE, self._source, detail=reason) from error
        if isinstance(error, BatchRefused) and not error.place:
            error.place = self._source


def _has_requests(path: Path) -> bool:
    if path.suffix.lower() in _TABLES | _REQUESTS:
        return path.suffix.lower() in _REQUESTS
    with path.open("rb") as stream:
        return stream.read(1_024).removeprefix(_BOM).lstrip().startswith(b"{")


class _Requests:
    """A file with a request on each line."""

    def __init__(self, path: Path, api: Api) -> None:
        self._path = path
        self._api = api
        self._stream = path.open("rb")
        self._reading = Lock()
        """Rows are read by the run and, at the same time, for who looks at one."""

    def places(self) -> Iterator[tuple[int, int]]:
        at = 0
        self._stream.seek(0)
        for number, line in enumerate(iter(lambda: self._stream.readline(MAX_LINE + 1), b""), 1):
            if line.strip():
                yield number, at
            at += len(line)
            self._stream.seek(at)

    def request(self, place: int) -> BatchRequest:
        with self._reading:
            self._stream.seek(place)
            line = self._stream.readline(MAX_LINE + 1)
        if len(line) > MAX_LINE:
            raise RowInvalid(BatchProblem.TOO_LARGE)
        return request_from(_object_in(line.removeprefix(_BOM)), self._api)

    def close(self) -> None:
        self._stream.close()


def _object_in(line: bytes) -> Mapping[str, Any]:
    """Return the JSON object on a line. Raises RowInvalid, also for numbers and characters that cannot be sent."""
    try:
        said = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
        if b"\\u" in line:
            json.dumps(said, ensure_ascii=False).encode()  # half of a pair of surrogates is no character
    except (ValueError, RecursionError):
        raise RowInvalid(BatchProblem.NO_JSON) from None
    if not isinstance(said, dict):
        raise RowInvalid(BatchProblem.NO_JSON)
    return said


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


class _Filled:
    """Makes requests from templates."""

    def __init__(self, job: BatchJob, fields: Sequence[str]) -> None:
        if not job.template:
            raise BatchRefused(BatchProblem.NO_TEMPLATE, names=fields)
        self._template = parse_template(job.template, fields)
        self._system: Template = parse_template(job.system, fields)

    def filled(self, custom_id: str, values: Mapping[str, str]) -> BatchRequest:
        messages = [PromptMessage(Role.USER, self._template.filled(values))]
        if system := self._system.filled(values):
            messages.insert(0, PromptMessage(Role.SYSTEM, system))
        return BatchRequest(custom_id, tuple(messages))

    def close(self) -> None:
        """Nothing stays open."""


class _TableRows(_Filled):
    """A table. A column `custom_id` names its rows; otherwise they are numbered."""

    def __init__(self, path: Path, job: BatchJob) -> None:
        self._table = read_table(_text_of(path, MAX_TABLE))
        super().__init__(job, self._table.columns)

    def places(self) -> Iterator[tuple[int, int]]:
        return ((line, place) for place, line in enumerate(self._table.lines))

    def request(self, place: int) -> BatchRequest:
        values = dict(zip(self._table.columns, self._table.rows[place], strict=True))
        custom_id = values.get(_ID_COLUMN, f"row-{place + 1}")
        if not custom_id:
            raise RowInvalid(BatchProblem.NO_ID)
        return self.filled(custom_id, values)


class _Folder(_Filled):
    """The files of a folder and the folders in it, but for hidden ones; their paths in it name the rows. What is no
    text is a document: its digest stands for its text."""

    def __init__(self, path: Path, job: BatchJob) -> None:
        super().__init__(job, (_NAME_FIELD, _TEXT_FIELD))
        self._path = path
        self._names = sorted(_files_in(path))

    def places(self) -> Iterator[tuple[int, int]]:
        return ((0, place) for place in range(len(self._names)))

    def request(self, place: int) -> BatchRequest:
        name = self._names[place]
        text, document = _text_or_digest(self._path / name)
        return replace(self.with_text(name, text or document), document=document)

    def with_text(self, name: str, text: str) -> BatchRequest:
        """Return the request for a file with this text."""
        return self.filled(name, {_NAME_FIELD: name, _TEXT_FIELD: text})


def _files_in(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(place, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()


def _text_or_digest(path: Path) -> tuple[str, str]:
    """Return the text of a file and an empty string, or an empty string and the digest of a document."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
        text = None if len(content) > MAX_FILE or is_packed(content) else decoded(content, western=False)
        if text is not None:
            return text, ""
        return "", digest_of(content) if len(content) <= MAX_FILE else digest_of_file(path)
    except (OSError, ValueError):
        return "", UNREAD


def _raise(error: OSError) -> None:
    raise error


def _text_of(path: Path, limit: int) -> str:
    """Return the text of a file. Raises OSError, BatchRefused."""
    with path.open("rb") as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise BatchRefused(BatchProblem.TOO_LARGE, str(path))
    text = decoded(content, western=False)
    if text is None:
        raise BatchRefused(BatchProblem.NOT_TEXT, str(path))
    return text
