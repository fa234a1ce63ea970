"""Tasks that belong to no session are kept while they run, and no longer."""

from __future__ import annotations

import asyncio
import gc
import weakref

from desktop_chat.core.tasks import Tasks


async def test_a_task_that_has_ended_is_let_go_of() -> None:
    tasks = Tasks()
    task = tasks.start(asyncio.sleep(0), "short")
    assert task.get_name() == "short"
    await task
    await asyncio.sleep(0)
    ended = weakref.ref(task)
    del task
    gc.collect()
    assert ended() is None
    await tasks.aclose()


async def test_what_still_runs_is_cancelled_at_the_end() -> None:
    tasks = Tasks()
    task = tasks.start(asyncio.Event().wait(), "endless")
    await asyncio.sleep(0)
    await tasks.aclose()
    assert task.cancelled()


async def test_a_bug_is_told_of_with_the_name_of_its_task() -> None:
    async def fail() -> None:
        raise LookupError("a bug")

    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    tasks = Tasks()
    task = tasks.start(fail(), "broken")
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert [(context["message"], str(context["exception"]), context["task"]) for context in told] == [
        ("the task 'broken' failed", "a bug", task)
    ]
    await tasks.aclose()


async def test_those_that_must_end_by_themselves_are_waited_for() -> None:
    tasks, ended = Tasks(), []

    async def work(times: int) -> None:
        await asyncio.sleep(0)
        ended.append(times)
        if times:
            tasks.start(work(times - 1), "another")

    tasks.start(work(2), "first")
    await tasks.finish()
    assert ended == [2, 1, 0]
