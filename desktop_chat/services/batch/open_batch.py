"""A batch that is open: its input was read, its output is locked and says which rows are finished."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_chat.core.attachment_errors import AttachmentError
from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_limiter import BatchLimiter
from desktop_chat.core.batch_lines import StoredRow, latest, said_in, text_in
from desktop_chat.core.batch_progress import Asked, BatchProgress, Estimate, PriceOf, RowState, estimate
from desktop_chat.core.batch_request import BatchRequest, schema_members
from desktop_chat.core.batch_run import BatchEvent, BatchParts, BatchRun, RowStarted, RowStored
from desktop_chat.core.batch_table import written_table
from desktop_chat.core.entities import Api, Failure, Status
from desktop_chat.core.errors import NoModel
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Provider
from desktop_chat.services.batch.answer_check import AnswerCheck
from desktop_chat.services.batch.batch_input import BatchInput, BatchRow
from desktop_chat.services.batch.batch_output import OutputFile, line_at
from desktop_chat.services.batch.folder_documents import FolderDocuments


class OpenBatch:
    """Opens a job, which is slow: use `opened`. Raises BatchRefused. Without `keeps_output`, nothing is written, others
    may write meanwhile, and the output need not exist: for an estimate."""

    def __init__(
        self,
        job: BatchJob,
        api: Api,
        *,
        default_model: str,
        price_of: PriceOf,
        documents: FolderDocuments,
        keeps_output: bool = True,
    ) -> None:
        self.job = job
        self.api = api
        self.events: Listeners[BatchEvent] = Listeners()
        self._check = AnswerCheck(Path(job.schema)) if job.schema else None
        self._price_of = price_of
        self._documents = documents
        _check_paths(job)
        self.input = BatchInput(job, api, schema=self._check.text if self._check else "", default_model=default_model)
        self._output: OutputFile | None = None
        try:
            if keeps_output or Path(job.output).is_file():
                self._output = OutputFile(Path(job.output), is_only_read=not keeps_output)
            models = [row.model for row in self.input.rows]
            self.progress = BatchProgress(models, price_of, time.monotonic)
            self._read_output()
            if not keeps_output:
                self.release()
        except BaseException:
            self.close()
            raise

    @classmethod
    async def opened(cls, *arguments: Any, **options: Any) -> OpenBatch:
        """Open a job on a thread; see the class. Cancelling the caller closes it again."""
        opening = asyncio.ensure_future(asyncio.to_thread(cls, *arguments, **options))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_unwanted)
            raise

    def ids(self) -> list[str]:
        """Return the ids of all rows, in order."""
        return [row.custom_id for row in self.input.rows]

    async def told(self, row: int) -> tuple[str, str]:
        """Return the question of a row, and its answer as far as it is on disk. Raises BatchRefused."""
        request, answer = await asyncio.to_thread(self._told, row)
        with suppress(AttachmentError):  # the answer says why
            request = await self._completed(row, request)
        return "" if request.document else "\n\n".join(request.texts()), answer

    async def table(self) -> bytes:
        """Return all rows as a table for spreadsheets, in UTF-8 with a mark, which Excel needs. Raises BatchRefused."""
        return await asyncio.to_thread(self._table)

    def _table(self) -> bytes:
        rows = [("custom_id", "status", "answer", "error")]
        for planned, row in zip(self.input.rows, self.progress.rows, strict=True):
            said = said_in(line_at(Path(self.job.output), row.at)) if row.at >= 0 else {}
            rows.append((planned.custom_id, str(said.get("status", "")), text_in(said), row.code))
        return written_table(rows).encode("utf-8-sig")

    def _told(self, row: int) -> tuple[BatchRequest, str]:
        ((request, _),) = self.input.read([row])
        at = self.progress.rows[row].at
        line = line_at(Path(self.job.output), at) if at >= 0 else b""
        said = said_in(line)
        error = said.get("error")
        detail = str(error.get("message") or "") if isinstance(error, dict) else ""
        return request, text_in(said) or detail

    def waiting(self, *, with_failed: bool = False) -> list[int]:
        """Return the rows that are to be asked."""
        wanted = {RowState.WAITING, *([RowState.FAILED] if with_failed else [])}
        return [index for index, row in enumerate(self.progress.rows) if row.state in wanted]

    async def estimate(self, rows: list[int]) -> Estimate:
        """Return what asking these rows takes."""
        return await asyncio.to_thread(self._estimate, rows)

    def _estimate(self, rows: list[int]) -> Estimate:
        found = (self.input.rows[row] for row in rows)
        asked = [Asked(row.model, self._tokens(row), row.max_tokens) for row in found]
        return estimate(asked, self.progress.output_each, self._price_of)

    def unread(self, rows: list[int]) -> list[int]:
        """Return the rows with documents that were not read yet, so that their tokens are unknown."""
        return [row for row in rows if self._tokens(self.input.rows[row]) is None]

    async def learn_tokens(self, row: int) -> None:
        """Read a row's document for an estimate. Raises BatchRefused."""
        await self._documents.learn_tokens(self.input.document_path(row), self.input.rows[row].document)

    async def first(self, count: int) -> list[tuple[BatchRequest, Failure | None]]:
        """Return the first requests as they are sent, or why they cannot be. Raises BatchRefused."""
        rows = range(min(count, len(self.input.rows)))
        read = await asyncio.to_thread(self.input.read, rows)
        found: list[tuple[BatchRequest, Failure | None]] = []
        for row, (request, _) in zip(rows, read, strict=True):
            try:
                found.append((await self._completed(row, request), None))
            except AttachmentError as error:
                found.append((request, error.failure()))
        return found

    def _tokens(self, row: BatchRow) -> int | None:
        if not row.document:
            return row.tokens
        known = self._documents.tokens(row.document)
        return row.tokens + known if known is not None else None

    async def _completed(self, row: int, request: BatchRequest) -> BatchRequest:
        """Return a request with its document. Raises AttachmentError, BatchRefused."""
        if not request.document:
            return request
        document = await self._documents.read(self.input.document_path(row), request.document)
        return self.input.with_document(request, document)

    def make_run(self, rows: list[int], provider: Callable[[], Awaitable[Provider]], *, wait_s: float) -> BatchRun:
        """Return a run that asks these rows. Raises NoModel."""
        if "" in self.input.models:
            raise NoModel
        if self._output is None:
            raise ValueError("this batch was opened for an estimate")
        for row in rows:
            if self.progress.rows[row].state is not RowState.WAITING:
                self.progress.forget(row)
        job = self.job
        parts = BatchParts(
            read=lambda found: asyncio.to_thread(self.input.read, found),
            complete=self._completed,
            provider=provider,
            output=self._output,
            has_one_model=len(self.input.models) == 1,
            members=schema_members(self._check.schema, self.api) if self._check else {},
            check=self._check.check if self._check else None,
            streaming=job.streaming,
            retries=job.retries,
            wait_s=wait_s,
        )
        run = BatchRun(rows, parts, BatchLimiter(job.at_once, job.per_minute, time.monotonic), job.at_once)
        run.events.add(self._follow)
        return run

    def close(self) -> None:
        """Close the files."""
        self.input.close()
        self.release()

    def release(self) -> None:
        """Let others write to the output."""
        if self._output is not None:
            self._output.close()
            self._output = None

    def _follow(self, event: BatchEvent) -> None:
        if isinstance(event, RowStarted):
            self.progress.start(event.row)
        elif isinstance(event, RowStored):
            self.progress.store(event.row, _stored(self.input.rows[event.row].custom_id, event), is_new=True)
        self.events.emit(event)

    def _read_output(self) -> None:
        """Find the rows that are finished. Raises BatchRefused if the output answers other questions."""
        if self._output is None:
            return
        known = latest(self._output.rows())
        others = []
        for index, row in enumerate(self.input.rows):
            stored = known.get(row.custom_id)
            if stored is None or (stored.code and stored.digest != row.digest):
                continue  # a row that failed and was then repaired is a new one
            if stored.digest != row.digest:
                others.append(row.custom_id)
            else:
                self.progress.store(index, stored, is_new=False)
        if others:
            raise BatchRefused(BatchProblem.OTHER_ROWS, self.job.output, names=others)


def _close_unwanted(opening: asyncio.Future[OpenBatch]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _stored(custom_id: str, event: RowStored) -> StoredRow:
    message, failure = event.answer.message, event.answer.failure
    seconds = message.timing.total_s if message.timing else None
    row = StoredRow(custom_id, "", message.status, "", event.answer.usage, seconds, event.at)
    return replace(row, status=Status.FAILED, code=failure.code) if isinstance(failure, Failure) else row


def _check_paths(job: BatchJob) -> None:
    source, output = Path(job.source), Path(job.output)
    with suppress(OSError):
        if output.exists() and source.exists() and output.samefile(source):
            raise BatchRefused(BatchProblem.OUTPUT_IS_INPUT, job.output)
        if source.is_dir() and output.resolve().is_relative_to(source.resolve()):
            raise BatchRefused(BatchProblem.OUTPUT_IS_INPUT, job.output)
