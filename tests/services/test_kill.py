"""A process killed at any moment loses nothing that its store has promised to keep.

How soon it promises that is tested with a clock under control (`tests/core/test_promised_soon.py`), and with a real one
in `tests/soak/soak_kills.py`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from after_a_crash import find_all
from streaming_child import NUMBERS_A_REPLY, RECAST_AFTER

MOMENTS = [
    ("taken", 1),
    ("taken", RECAST_AFTER),
    ("taken", RECAST_AFTER + 40),
    ("taken", NUMBERS_A_REPLY - 1),
    ("taken", NUMBERS_A_REPLY),
    ("stored", RECAST_AFTER),
    ("stored", NUMBERS_A_REPLY),
    *[("taken", number) for number in random.Random(0).sample(range(2, 400), 2)],
]
"""The same in every process that collects these tests; `soak_kills.py` uses new ones each time."""


def stream_and_kill(file: Path, what: str, moment: int) -> int:
    """Let a process stream into `file`, kill it once it has taken or stored the number `moment`; return the last number
    that its store promised to keep."""
    script = Path(__file__).with_name("streaming_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    last = {"taken": -1, "stored": -1}
    with subprocess.Popen([sys.executable, str(script), str(file)], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith(b"\n"):
                word, _, number = line.decode().split()
                last[word] = int(number)
            if last[what] >= moment:
                process.kill()
    assert last[what] >= moment, "the process ended by itself"
    return last["stored"]


@pytest.mark.thorough
@pytest.mark.parametrize(("what", "moment"), MOMENTS)
async def test_everything_that_was_promised_survives_a_kill(tmp_path: Path, what: str, moment: int) -> None:
    file = tmp_path / "history.db"
    promised = stream_and_kill(file, what, moment)
    found = await find_all(file, {0: promised})
    assert found.problem == ""
    assert found.lost_s == (0.0,)
