"""Has a process of its own do one job for the window, so that the loop is as free as without.

`services/job_worker.py` is the other side.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from desktop_chat.core.errors import ChatError, StoreError
from desktop_chat.services.helper_process import HelperLost, HelperProcess, helper_command
from desktop_chat.services.worker import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JobProcess:
    """A kind of job: the word that starts its process; the errors that it may report besides those of the store, which
    are `error` and its subclasses; the one of a process that is lost; and bytes of a message at the most."""

    word: str
    error: type[ChatError]
    lost: type[ChatError]
    max_message: int

    async def run(self, work: dict[str, Any], hear: Callable[[Any], object], read: Callable[[Any], T]) -> T:
        """Do one job in a process of its own, and return what `read` makes of its result. `hear` is called with what
        the process tells meanwhile, and as `read` in another thread. If this is cancelled, the process undoes what it
        has not finished. Raises what the process reports."""
        try:
            process = HelperProcess(helper_command(self.word))
        except OSError as error:
            raise self.lost(str(error)) from error
        worker = Worker("job")
        running = worker.submit(self._talk, process, work, hear, read)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            process.finish_input()
            await asyncio.wait({running})
            raise
        finally:
            if running.done() and not running.cancelled():
                running.exception()  # somebody has seen it
            worker.end()

    def _talk(
        self, process: HelperProcess, work: dict[str, Any], hear: Callable[[Any], object], read: Callable[[Any], T]
    ) -> T:
        try:
            process.wait_until_ready()
            process.send(json.dumps(work).encode())
            while not _is_end(answer := json.loads(process.message(self.max_message))):
                hear(answer)
            if "done" in answer:
                return read(answer["done"])
        except (HelperLost, OSError, ValueError) as error:
            raise self.lost(str(error)) from error
        finally:
            process.end_soon()
        raise self._reported(answer["code"], answer["detail"])

    def _reported(self, code: str, detail: str) -> ChatError:
        for kind in _all_of(self.error):
            if kind.code == code:
                return kind(detail)
        error = StoreError(detail)
        error.code = code  # type: ignore[misc]  # the code of one of its kinds, for its sentence
        return error


def _is_end(answer: Any) -> bool:
    return isinstance(answer, dict) and ("done" in answer or "code" in answer)


def _all_of(kind: type[ChatError]) -> Iterator[type[ChatError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all_of(each)
