"""A process killed at any moment loses at most half a second of the running reply, and nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from after_a_crash import MAY_BE_LOST, find_all
from streaming_child import NUMBERS_A_REPLY, RECAST_AFTER, TICK_S

MOMENTS = [
    1,
    RECAST_AFTER,
    RECAST_AFTER + 40,
    NUMBERS_A_REPLY - 1,
    NUMBERS_A_REPLY,
    *random.Random(0).sample(range(2, 400), 2),
]
"""The same in every process that collects these tests; `soak_kills.py` uses new ones each time."""


def stream_and_kill(file: Path, moment: int) -> int:
    """Let a process stream into `file`, kill it once it has accepted `moment`; return the last number it accepted."""
    script = Path(__file__).with_name("streaming_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(script), str(file)], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        last = -1
        while last < moment:
            last = int(process.stdout.readline().split()[1])
        process.kill()
        rest = process.stdout.read().decode()
    whole_lines = rest[: rest.rfind("\n") + 1].splitlines()
    return int(whole_lines[-1].split()[1]) if whole_lines else last


@pytest.mark.parametrize("moment", MOMENTS)
async def test_everything_that_arrived_survives_a_kill(tmp_path: Path, moment: int) -> None:
    file = tmp_path / "history.db"
    last = stream_and_kill(file, moment)
    found = await find_all(file, {0: last})
    assert found.problem == ""
    assert found.lost_s[0] <= MAY_BE_LOST * TICK_S
