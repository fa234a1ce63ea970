"""What arrives is stored within half a second, in few writes, by a clock that only the test moves."""

from __future__ import annotations

import asyncio

import pytest
from fakes import MemoryStore
from prompt_loop import PromptLoop

from desktop_chat.core.entities import Conversation, Message, Role, Status
from desktop_chat.core.ports import TextIncrement, WriteBatch
from desktop_chat.core.write_behind import INTERVAL_S, WriteBehind

CRASH_COSTS_S = 0.5
TICK_S = 0.01
ARRIVALS = 500


class TimedStore(MemoryStore):
    """Takes `write_s` for each write, and notes when each number was stored."""

    def __init__(self, write_s: float) -> None:
        super().__init__()
        self._write_s = write_s
        self.stored_at: dict[int, float] = {}

    async def write(self, batch: WriteBatch) -> None:
        await asyncio.sleep(self._write_s)
        await super().write(batch)
        now = asyncio.get_running_loop().time()
        self.stored_at |= dict.fromkeys([int(word) for entry in batch.journal for word in entry.text.split()], now)


async def stream_into(store: TimedStore) -> list[float]:
    """Let a reply receive numbers; return when each arrived."""
    write_behind = WriteBehind(store)
    arrived_at: list[float] = []
    waiting: list[str] = []

    def take() -> list[TextIncrement]:
        text = "".join(waiting)
        waiting.clear()
        return [TextIncrement(text, "")]

    write_behind.note_conversation(Conversation(id="one"))
    write_behind.note_message(Message("m", "one", None, Role.ASSISTANT, "", Status.RUNNING, 1.0))
    write_behind.follow("m", take)
    for number in range(ARRIVALS):
        waiting.append(f"{number} ")
        arrived_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(TICK_S)
    await write_behind.aclose()
    return arrived_at


@pytest.mark.parametrize("write_s", [0.0, 0.1])
def test_a_crash_costs_at_most_half_a_second_and_writes_are_few(write_s: float) -> None:
    store = TimedStore(write_s)
    with asyncio.Runner(loop_factory=PromptLoop) as runner:
        arrived_at = runner.run(stream_into(store))
    assert sorted(store.stored_at) == list(range(ARRIVALS))
    assert max(store.stored_at[number] - at for number, at in enumerate(arrived_at)) < CRASH_COSTS_S
    assert len(store.batches) <= ARRIVALS * TICK_S / INTERVAL_S + 2
