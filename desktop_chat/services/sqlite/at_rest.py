"""Gives space back to the disk while nobody uses the database and no reply is being written."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from desktop_chat.core.errors import StoreError
from desktop_chat.core.tasks import report_bug
from desktop_chat.services.sqlite.hardening import GuardedConnection
from desktop_chat.services.sqlite.maintenance import SLICE_S
from desktop_chat.services.sqlite.message_index import is_merge_due
from desktop_chat.services.sqlite.rewriting import Rewriting
from desktop_chat.services.sqlite.space import (
    Stamp,
    has_unused_space,
    is_replying,
    is_rigid,
    merge_index,
    release_pages,
    stamp_of,
)

logger = logging.getLogger(__name__)

REST_S = 2.0
"""How long nobody must have used the database before it is worked on in slices."""
LONG_REST_S, LONGEST_REST_S = 60.0, 3_600.0
"""The same before the file is written anew, which any use ends; the next attempt waits twice as long."""
Submit = Callable[[Callable[[GuardedConnection], Any]], asyncio.Future[Any]]
"""Runs a function on the database's thread, with its connection."""


class AtRest:
    """Works for a store. `replace` puts a new file in place if the stamp is still the same, and opens it."""

    def __init__(
        self, file: Path, submit: Submit, replace: Callable[[Rewriting, Stamp, GuardedConnection], bool]
    ) -> None:
        self._file = file
        self._submit = submit
        self._replace = replace
        self._used_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._rewriting: Rewriting | None = None

    def begin(self) -> None:
        """Do what is due, unless that is going on already."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="give space back")
            self._task.add_done_callback(report_bug)

    def note_use(self) -> None:
        """Wait for the next rest."""
        self._used_at = time.monotonic()
        if self._rewriting is not None:
            self._rewriting.end()

    async def aclose(self) -> None:
        """Stop, and wait until no thread works any more."""
        if self._task is not None:
            self._task.cancel()
            if self._rewriting is not None:
                self._rewriting.end()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            if await self._submit(is_merge_due):
                await self._do_all(merge_index)
            if await self._submit(is_rigid):
                await self._rewrite()
            elif await self._submit(has_unused_space):
                await self._do_all(release_pages)
        except StoreError as error:
            logger.info("postponed giving space back: %s: %s", error.code, error.detail)

    async def _do_all(self, work: Callable[[GuardedConnection], bool]) -> None:
        """Do the work in slices, each after a pause as long as the last one took."""
        has_more, pause_s = True, 0.0
        while has_more:
            await asyncio.sleep(pause_s)
            await self._wait_for_rest(REST_S)
            started_at = time.monotonic()
            has_more = await self._submit(work)
            pause_s = max(SLICE_S, time.monotonic() - started_at)

    async def _wait_for_rest(self, rest_s: float) -> None:
        while True:
            left_s = self._used_at + rest_s - time.monotonic()
            if left_s <= 0 and not await self._submit(is_replying):
                return
            await asyncio.sleep(left_s if left_s > 0 else rest_s)

    async def _rewrite(self) -> None:
        rest_s = LONG_REST_S
        done = False
        while not done:
            await self._wait_for_rest(rest_s)
            rest_s = min(2 * rest_s, LONGEST_REST_S)
            self._rewriting = rewriting = Rewriting(self._file)
            try:
                stamp = await self._submit(stamp_of)
                done = await rewriting.run() and await self._submit(partial(self._replace, rewriting, stamp))
            finally:
                self._rewriting = None
                await rewriting.aclose()
        logger.info("the database file was written anew")
