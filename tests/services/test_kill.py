"""A process killed at any moment loses at most half a second of the reply under way, and nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from streaming_child import NUMBERS_A_REPLY, TICK_S

from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import CRASHED
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

MAY_BE_LOST = int(0.5 / TICK_S)
MOMENTS = [1, NUMBERS_A_REPLY - 1, NUMBERS_A_REPLY, *(random.Random().randrange(2, 400) for _ in range(2))]


def stream_and_kill(file: Path, moment: int) -> int:
    """Let a process stream into `file`, kill it when it has taken `moment`, and return the last number it took."""
    script = Path(__file__).with_name("streaming_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(script), str(file)], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        last = -1
        while last < moment:
            last = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().decode()
    whole_lines = rest[: rest.rfind("\n") + 1].split()
    return int(whole_lines[-1]) if whole_lines else last


@pytest.mark.parametrize("moment", MOMENTS)
async def test_what_had_arrived_is_there_after_a_kill(tmp_path: Path, moment: int) -> None:
    file = tmp_path / "history.db"
    last = stream_and_kill(file, moment)
    store = SqliteStore(file)
    report = await store.open()
    messages = [m for c in await store.conversations() for m in await store.messages(c.id)]
    await store.aclose()
    numbers = [int(word) for message in messages for word in message.text.split()]
    assert report.set_aside == ""
    assert numbers == list(range(len(numbers)))
    assert last - len(numbers) + 1 <= MAY_BE_LOST
    assert all(is_as_promised(message, report.recovered_replies) for message in messages)


def is_as_promised(message: Message, recovered: tuple[str, ...]) -> bool:
    """Say whether a message is whole, or marked as cut off by the crash."""
    if message.id in recovered:
        return message.status is Status.INTERRUPTED and message.failure is not None and message.failure.code == CRASHED
    return message.status is Status.COMPLETE and len(message.text.split()) == NUMBERS_A_REPLY
