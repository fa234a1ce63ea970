"""Runs a batch in the terminal, without a window: the same rows, limits and output as in the window."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from desktop_chat.app.ask import report_bug
from desktop_chat.app.ask_prompt import WrongUsage
from desktop_chat.app.ask_target import AskTarget
from desktop_chat.app.batch_arguments import BatchArguments
from desktop_chat.app.budget_check import may_spend
from desktop_chat.app.exit_codes import CANCELLED, COMPLETE, CUT, FAILED, WRONG_USAGE
from desktop_chat.app.image_preparing import ImagePreparer
from desktop_chat.app.terminal import occupy_closed_streams, print_error
from desktop_chat.core.batch_errors import BatchRefused
from desktop_chat.core.batch_progress import Estimate as BatchEstimate
from desktop_chat.core.batch_progress import RowState
from desktop_chat.core.batch_run import BatchEvent, BatchRun, RowStored, RunSlowed
from desktop_chat.core.budgets import Estimate
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import NoConnection, NoModel
from desktop_chat.core.hosts import host_of
from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.services.batch.folder_documents import FolderDocuments
from desktop_chat.services.batch.open_batch import OpenBatch
from desktop_chat.ui.text import batch_text, terminal_text

if TYPE_CHECKING:
    from tqdm import tqdm  # type: ignore[import-untyped]

_PREVIEW_ROWS = 3
_END_S = 2.0


def batch(arguments: BatchArguments) -> int:
    """Run a batch and return the exit code: 0 all rows have an answer, 1 some failed or the run ended early, 2 wrong
    usage or unusable input, 3 some answers were cut off or filtered, 130 cancelled."""
    occupy_closed_streams()
    try:
        target = AskTarget(arguments.target)
        return asyncio.Runner().run(_Batch(arguments, target).run())
    except WrongUsage as error:
        print_error(error.detail)
    except BatchRefused as error:
        print_error(batch_text.problem(error))
    except KeyboardInterrupt:
        return CANCELLED
    except Exception as error:  # noqa: BLE001  (reported and logged)
        report_bug(target, error)
        return FAILED
    return WRONG_USAGE


class _Batch:
    """One run, and what it needs."""

    def __init__(self, arguments: BatchArguments, target: AskTarget) -> None:
        self._arguments = arguments
        self._target = target
        self._run: BatchRun | None = None
        self._is_stopped = False
        self._images = ImagePreparer()
        self._documents = FolderDocuments(self._images.prepare)
        self._bar: tqdm[Any] | None = None

    async def run(self) -> int:
        """Open the files, ask, and say how it ended. Raises BatchRefused, WrongUsage."""
        target = self._target
        if not self._arguments.dry_run:
            target.warm_up()
            target.keep_usage(UsageOrigin.BATCH)
        connection = await target.choose()
        if connection is None:
            raise WrongUsage(terminal_text.problem_with_remedy(NoConnection()))
        opened = await OpenBatch.opened(
            self._arguments.job,
            (target.connections.get(connection.id) or connection).api,
            default_model=target.model_at(connection),
            price_of=_price_of(connection, target.preferences.settings.prices),
            documents=self._documents,
            keeps_output=not self._arguments.dry_run,
        )
        try:
            if self._arguments.dry_run:
                return await self._estimate(opened)
            return await self._ask(opened, connection)
        finally:
            opened.close()
            self._documents.close()
            self._images.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await target.aclose()

    async def _estimate(self, opened: OpenBatch) -> int:
        rows = opened.waiting(with_failed=self._arguments.retry_failed)
        for row in opened.unread(rows):
            await opened.learn_tokens(row)
        found = await opened.estimate(rows)
        for line in batch_text.estimate_lines(opened.progress, found):
            print_error(line)
        await self._may_spend(found, is_confirmed=True)
        for request, failure in await opened.first(_PREVIEW_ROWS):
            print_error(batch_text.preview(request, failure))
        return COMPLETE

    async def _ask(self, opened: OpenBatch, connection: Connection) -> int:
        rows = opened.waiting(with_failed=self._arguments.retry_failed)
        if not await self._may_spend(await opened.estimate(rows), is_confirmed=self._arguments.over_budget):
            return WRONG_USAGE
        try:
            run = self._run = opened.make_run(
                rows,
                lambda: self._target.providers.provider_for(connection.id),
                wait_s=self._arguments.target.timeout_s,
            )
        except NoModel as error:
            raise WrongUsage(terminal_text.problem_with_remedy(error)) from None
        gc.freeze()  # what is loaded stays: collecting would look through all of it, again and again
        with _stopping(self._stop), self._showing(opened, len(rows)):
            ended = await run.run()
        counts = opened.progress.counts
        if ended is not None:
            print_error(batch_text.problem(ended) if isinstance(ended, BatchRefused) else batch_text.ended(ended))
        has_failed = ended is not None or counts[RowState.FAILED] > 0
        if sys.stderr.isatty() or self._is_stopped or has_failed or counts[RowState.CUT]:
            print_error(batch_text.summary(opened.progress))
        if self._is_stopped:
            return CANCELLED
        return FAILED if has_failed else CUT if counts[RowState.CUT] else COMPLETE

    async def _may_spend(self, found: BatchEstimate, *, is_confirmed: bool) -> bool:
        estimate, target = Estimate(found.spending.amounts, found.spending.is_unknown), self._target
        return await may_spend(
            target.paths,
            target.preferences,
            lambda _: estimate,
            is_confirmed=is_confirmed,
            is_least=found.output is None,
        )

    def _stop(self) -> None:
        self._is_stopped = True
        if self._run is not None:
            self._run.stop()

    @contextmanager
    def _showing(self, opened: OpenBatch, count: int) -> Iterator[None]:
        """Show a progress bar on a terminal, and nothing in a pipe but what a person must know."""
        if sys.stderr is None or not sys.stderr.isatty():
            yield
            return
        from tqdm import tqdm  # noqa: PLC0415  (only on a terminal)

        with tqdm(total=count, unit="row", file=sys.stderr, dynamic_ncols=True) as bar:
            self._bar = bar
            opened.events.add(self._show)
            yield

    def _show(self, event: BatchEvent) -> None:
        if self._bar is None:
            return
        if isinstance(event, RowStored):
            self._bar.update()
        elif isinstance(event, RunSlowed):
            self._bar.set_postfix_str(batch_text.slowed(event.failure, event.wait_s), refresh=True)


def _price_of(connection: Connection, own: tuple[PriceEntry, ...]) -> Callable[[str], Price | None]:
    from desktop_chat.ui.text.price_list import price_table  # noqa: PLC0415  (parses a file)

    table = price_table(own)
    return lambda model: table.price_of(host_of(connection.base_url), model)


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on Ctrl+C and on SIGTERM; a second one of them ends at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def end(which: signal.Signals) -> None:
        loop.remove_signal_handler(which)
        stop()

    with suppress(NotImplementedError):  # not available on Windows
        for each in signals:
            loop.add_signal_handler(each, end, each)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for each in signals:
                loop.remove_signal_handler(each)
