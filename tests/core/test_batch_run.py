"""A batch from its first row to its last, on a loop without waiting, with a provider that does what a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from prompt_loop import PromptLoop

from desktop_chat.core.attachment_errors import AttachmentError, FileBroken, ReaderUnavailable
from desktop_chat.core.batch_errors import AnswerInvalid, BatchProblem, BatchRefused
from desktop_chat.core.batch_limiter import FIRST_AT_ONCE, BatchLimiter
from desktop_chat.core.batch_request import BatchRequest
from desktop_chat.core.batch_run import (
    MAX_PREPARED,
    MAX_REFUSALS,
    BatchEvent,
    BatchParts,
    BatchRun,
    RowStored,
    RunSlowed,
)
from desktop_chat.core.deltas import Delta, FinishDelta, ImageDelta, TextDelta, ToolCallDelta, UsageDelta
from desktop_chat.core.entities import Failure, Role, Usage
from desktop_chat.core.errors import (
    AuthenticationFailed,
    ConnectionRefused,
    ModelNotFound,
    ProviderFault,
    RateLimited,
    RequestRejected,
)
from desktop_chat.core.key_errors import KeyringLocked
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage

Act = Callable[[Prompt], Sequence[Delta | Exception | float]]


class Memory:
    """An output whose disk is memory."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.problem: BatchRefused | None = None
        self.flushed = 0

    async def put(self, line: bytes, stored: Callable[[int], None]) -> None:
        if self.problem is not None:
            raise self.problem
        self.lines.append(json.loads(line))
        stored(len(self.lines) - 1)

    async def flush(self) -> None:
        self.flushed += 1
        if self.problem is not None:
            raise self.problem

    def texts(self) -> dict[str, str]:
        return {
            line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"]
            for line in self.lines
            if line["response"]
        }

    def codes(self) -> dict[str, str]:
        return {line["custom_id"]: line["error"]["code"] for line in self.lines if line["error"]}


class Server:
    """A provider. `act` returns what happens to a request: deltas, seconds to wait, and errors."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.asked: list[str] = []
        self.running = self.most = 0
        self.sees: bool | None = None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        assert prompt.slot is not None
        await prompt.slot.take()
        self.asked.append(prompt.messages[-1].text)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for step in self._act(prompt):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.running -= 1
        prompt.slot.give_back()
        await asyncio.sleep(0)

    def reads_images(self, model: str) -> bool | None:
        return self.sees

    async def models(self) -> list[str]:
        return []

    async def aclose(self) -> None:
        pass


class World:
    """A batch of rows that ask for their numbers."""

    def __init__(self, act: Act, rows: int = 1, **parts: Any) -> None:
        self.server = Server(act)
        self.output = Memory()
        self.events: list[BatchEvent] = []
        self.rows = rows
        self.at_once = parts.pop("at_once", 8)
        self.members = parts.pop("row_members", ())
        self.completed = 0
        self.error: Exception | None = None
        self.images: dict[int, tuple[PromptImage, ...]] = {}
        self.unreadable: dict[int, AttachmentError] = {}
        self._parts = parts
        self.end: Failure | BatchRefused | None = None
        self.stop_after: float | None = None

    async def _complete(self, row: int, request: BatchRequest) -> BatchRequest:
        self.completed += 1
        if row in self.unreadable:
            raise self.unreadable[row]
        (message,) = request.messages
        return replace(request, messages=(replace(message, images=self.images.get(row, ())),))

    async def _provider(self) -> Server:
        if self.error is not None:
            raise self.error
        return self.server

    async def _read(self, rows: Sequence[int]) -> Sequence[tuple[BatchRequest, str]]:
        return [
            (BatchRequest(f"r{row}", (PromptMessage(Role.USER, str(row)),), "m", members=self.members), "d")
            for row in rows
        ]

    def run(self) -> World:
        """Run it to its end, at once."""
        with asyncio.Runner(loop_factory=PromptLoop) as runner:
            self.end = runner.run(self._run())
        return self

    async def _run(self) -> Failure | BatchRefused | None:
        loop = asyncio.get_running_loop()
        limiter = BatchLimiter(self.at_once, self._parts.pop("per_minute", 0), loop.time)
        parts = BatchParts(
            read=self._read, complete=self._complete, provider=self._provider, output=self.output, **self._parts
        )
        run = BatchRun(range(self.rows), parts, limiter, self.at_once, loop.time)
        run.events.add(self.events.append)
        if self.stop_after is not None:
            loop.call_later(self.stop_after, run.stop)
        end = await run.run()
        self.took = loop.time()
        return end


def echo(prompt: Prompt) -> list[Delta | Exception | float]:
    return [0.02, TextDelta(f"re {prompt.messages[-1].text}"), FinishDelta("stop"), UsageDelta(Usage(3, 2))]


def at_first(*errors: Exception) -> Act:
    """Raise these errors one after the other, for any request, and then answer."""
    left = list(errors)
    return lambda prompt: [0.02, left.pop(0)] if left else echo(prompt)


def test_every_row_is_asked_once_and_no_more_than_allowed_at_the_same_time() -> None:
    world = World(echo, 200).run()
    assert world.end is None
    assert world.output.texts() == {f"r{row}": f"re {row}" for row in range(200)}
    assert sorted(world.server.asked, key=int) == [str(row) for row in range(200)]
    assert world.server.most == 8
    assert world.took == pytest.approx(200 / 8 * 0.02, rel=0.1)
    stored = [event for event in world.events if isinstance(event, RowStored)]
    assert sorted(event.row for event in stored) == list(range(200))


def test_a_rate_holds_for_the_whole_run() -> None:
    world = World(echo, 31, per_minute=60).run()
    assert 30 <= world.took < 31


def test_a_429_is_not_a_retry_and_slows_everyone_down() -> None:
    world = World(at_first(*[RateLimited(retry_after_s=5)] * 4), 10, retries=0).run()
    assert world.end is None
    assert len(world.output.texts()) == 10
    assert len(world.server.asked) == 14
    assert world.took > 5
    assert {event.failure.code for event in world.events if isinstance(event, RunSlowed)} == {"rate_limited"}


def test_a_server_that_always_says_429_ends_the_run_without_a_storm() -> None:
    world = World(lambda _: [RateLimited()], 1_000).run()
    assert isinstance(world.end, Failure)
    assert world.end.code == "rate_limited"
    assert world.output.lines == []
    assert len(world.server.asked) <= MAX_REFUSALS + 8


def test_a_server_that_wants_hours_ends_the_run_at_once() -> None:
    world = World(lambda _: [RateLimited(retry_after_s=7_200)], 5).run()
    assert isinstance(world.end, Failure)
    assert world.end.retry_after_s == 7_200
    assert world.took < 1


@pytest.mark.parametrize(
    "first",
    [ProviderFault(), ConnectionRefused(), [TextDelta("half")], [FinishDelta("stop")]],
    ids=["fault", "refused", "cut", "empty"],
)
def test_what_passes_is_asked_again(first: Any) -> None:
    left = [[first] if isinstance(first, Exception) else first]
    world = World(lambda prompt: left.pop() if left else echo(prompt)).run()
    assert world.output.texts() == {"r0": "re 0"}
    assert world.output.lines[0]["attempts"] == 2
    assert world.took >= 1


def test_what_stays_is_a_line_with_its_code() -> None:
    def act(prompt: Prompt) -> list[Delta | Exception | float]:
        if prompt.messages[-1].text == "1":
            return [RequestRejected("no such thing")]
        return [ProviderFault("oops")] if prompt.messages[-1].text == "2" else echo(prompt)

    world = World(act, 4, retries=2).run()
    assert world.end is None
    assert world.output.codes() == {"r1": "request_rejected", "r2": "provider_fault"}
    assert world.server.asked.count("1") == 1
    assert world.server.asked.count("2") == 3
    assert len(world.output.texts()) == 2


def test_what_fails_for_all_rows_ends_the_run_and_fails_none() -> None:
    for error in (AuthenticationFailed("bad"), ModelNotFound(), ConnectionRefused()):
        world = World(lambda _, error=error: [error], 100, retries=1, at_once=2).run()  # type: ignore[misc]
        assert isinstance(world.end, Failure)
        assert world.end.code == error.code
        assert world.output.lines == []
        assert len(world.server.asked) <= 2 * 2 + 2  # two that are asked, two that are prepared, and their retries
    rows_differ = World(lambda _: [ModelNotFound()], 3, has_one_model=False).run()
    assert rows_differ.end is None
    assert len(rows_differ.output.codes()) == 3


def test_a_locked_keyring_ends_the_run() -> None:
    world = World(echo, 3)
    world.error = KeyringLocked()
    assert world.run().end == KeyringLocked().failure()


def test_a_bug_is_not_taken_for_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        World(lambda _: [ZeroDivisionError()], 3).run()


def test_a_full_disk_ends_the_run() -> None:
    world = World(echo, 300)
    world.output.problem = BatchRefused(BatchProblem.OUTPUT_FAILED, "out", detail="No space left on device")
    assert world.run().end is world.output.problem
    assert len(world.server.asked) <= 16


def test_a_stopped_run_keeps_what_is_finished_and_cancels_the_rest() -> None:
    world = World(lambda prompt: echo(prompt) if int(prompt.messages[-1].text) < 4 else [60.0], 50, at_once=4)
    world.stop_after = 5.0
    world.run()
    assert world.end is None
    assert set(world.output.texts()) == {"r0", "r1", "r2", "r3"}
    assert world.server.running == 0
    assert world.took == pytest.approx(5)


async def slow_check(text: str) -> str:
    await asyncio.sleep(0.02)
    return text


def test_the_next_request_does_not_wait_until_an_answer_is_checked() -> None:
    world = World(echo, 20, check=slow_check, at_once=1).run()
    assert world.server.most == 1
    assert len(world.output.texts()) == 20
    assert world.took == pytest.approx(20 * 0.02 + 0.02)


@pytest.mark.parametrize("at_once", [1, 3, 40])
def test_no_more_rows_are_prepared_than_are_needed_soon(at_once: int) -> None:
    world = World(lambda _: [60.0], 200, at_once=at_once)
    world.stop_after = 5.0
    world.run()
    assert world.completed - len(world.server.asked) <= MAX_PREPARED + max(0, at_once - FIRST_AT_ONCE)


def test_an_answer_that_has_arrived_when_the_run_is_stopped_becomes_a_line() -> None:
    world = World(echo, 20, check=slow_check, at_once=1)
    world.stop_after = 0.05  # the second answer is being checked, and the third request runs
    world.run()
    assert world.end is None
    assert set(world.output.texts()) == {"r0", "r1"}
    assert world.server.asked == ["0", "1", "2"]
    assert world.took == pytest.approx(0.06)


def test_an_answer_that_does_not_fit_is_not_asked_for_again_after_stop() -> None:
    async def refuse(text: str) -> Any:
        await slow_check(text)
        raise AnswerInvalid

    world = World(echo, 20, check=refuse, at_once=1)
    world.stop_after = 0.05  # the first waits to be asked again, the second is being checked
    world.run()
    assert world.output.lines == []
    assert world.server.asked == ["0", "1"]


def test_the_times_of_a_row_begin_when_it_is_sent() -> None:
    world = World(echo, 5, at_once=1).run()
    assert [line["timing"]["total_s"] for line in world.output.lines] == [pytest.approx(0.02)] * 5


def test_a_cancelled_run_is_on_disk_too() -> None:
    world = World(lambda prompt: echo(prompt) if int(prompt.messages[-1].text) < 4 else [60.0], 50, at_once=4)

    async def cancel() -> None:
        running = asyncio.create_task(world._run())
        await asyncio.sleep(5)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        runner.run(cancel())
    assert world.output.flushed == 1
    assert world.server.running == 0


def test_an_answer_that_does_not_fit_is_asked_for_again_and_then_fails() -> None:
    tries: dict[str, int] = {}

    async def check(text: str) -> Any:
        number = text.removeprefix("re ")
        tries[number] = tries.get(number, 0) + 1
        if number == "1" or tries[number] < 2:
            raise AnswerInvalid("not so")
        return {"number": number}

    world = World(echo, 2, check=check, retries=2).run()
    assert world.output.codes() == {"r1": "answer_invalid"}
    assert tries == {"0": 2, "1": 3}
    good = next(line for line in world.output.lines if line["response"])
    assert good["parsed"] == {"number": "0"}
    bad = next(line for line in world.output.lines if line["error"])
    assert (bad["text"], bad["error"]["message"], bad["attempts"]) == ("re 1", "not so", 3)
    assert good["response"]["body"]["usage"]["prompt_tokens"] == 3, "that of the answer"
    assert [(line["usage"]["prompt_tokens"], line["usage"]["completion_tokens"]) for line in (good, bad)] == [
        (6, 4),
        (9, 6),
    ], "that of all attempts, which are all paid for"
    assert good["usage"]["cached_tokens"] is None, "the server does not count these"


def test_tool_calls_and_images_are_part_of_an_answer() -> None:
    call: list[Delta | Exception | float] = [
        ToolCallDelta(0, "c1", "look", '{"a": 1}'),
        ImageDelta("image/png", b"png"),
        FinishDelta("tool_calls"),
    ]
    world = World(lambda _: call, row_members=(("tools", []),)).run()
    said = world.output.lines[0]["response"]["body"]["choices"][0]
    assert said["message"]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"a": 1}'}
    assert "data:image/png;base64,cG5n" in said["message"]["content"]
    assert said["finish_reason"] == "tool_calls"


def test_a_batch_without_rows_ends_at_once() -> None:
    assert World(echo, 0).run().end is None


def test_a_document_that_cannot_be_read_is_a_failure_and_was_not_asked() -> None:
    world = World(echo, rows=3)
    world.unreadable[1] = FileBroken("no pages")
    assert world.run().end is None
    assert world.output.codes() == {"r1": "file_broken"}
    [line] = [line for line in world.output.lines if line["error"]]
    assert (line["attempts"], line["error"]["message"]) == (0, "no pages")
    assert len(world.server.asked) == 2


@pytest.mark.parametrize("sees", [True, None, False])
def test_an_image_is_a_failure_and_was_not_asked_if_the_model_is_known_to_read_none(sees: bool | None) -> None:
    world = World(echo, rows=3)
    world.server.sees = sees
    world.images[1] = (PromptImage("image/png", b"png"),)
    assert world.run().end is None
    assert world.output.codes() == ({"r1": "images_refused"} if sees is False else {})
    assert [line["attempts"] for line in world.output.lines if line["error"]] == [0] * (sees is False)
    assert len(world.server.asked) == (2 if sees is False else 3)


def test_without_what_reads_documents_the_run_ends() -> None:
    world = World(echo, rows=2)
    world.unreadable = {row: ReaderUnavailable() for row in range(2)}
    assert world.run().end == Failure("reader_unavailable")
    assert world.output.lines == []
