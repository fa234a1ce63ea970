"""Kills a process at random moments while four conversations stream, and checks what a restart finds.

python tests/soak/soak_kills.py [KILLS [SEED]]
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from soak import ROOT, Result, child_environment, report  # isort: skip  (sets the path)
from after_a_crash import find_all

TABS = 4
LONGEST_S = 1.5


def stream_and_kill(file: Path, after_s: float) -> dict[int, int]:
    """Let a process stream, kill it this long after its first number; return the last number of each conversation."""
    script = ROOT / "tests" / "services" / "streaming_child.py"
    command = [sys.executable, str(script), str(file), str(TABS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=child_environment()) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(after_s)
        process.kill()
        lines += process.stdout.readlines()
    taken: dict[int, int] = {}
    for line in lines:
        if line.startswith(b"taken") and line.endswith(b"\n"):
            _, tab, number = line.split()
            taken[int(tab)] = int(number)
    return taken


async def main(kills: int, seed: int) -> Result:
    dice = random.Random(seed)
    problems, lost = [], [0.0]
    for number in range(kills):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "history.db"
            taken = stream_and_kill(file, dice.uniform(0, LONGEST_S))
            found = await find_all(file, taken)
        lost.extend(found.lost_s)
        if found.problem or max(found.lost_s, default=0) > 0.5:
            problems.append(f"kill {number}: {found.problem or f'{max(found.lost_s):.2f} s lost'}")
    return Result(f"{kills} kills, {TABS} conversations each, at most {max(lost):.2f} s of text lost", problems)


if __name__ == "__main__":
    count, seed, *_ = [*map(int, sys.argv[1:]), *[300, random.randrange(10**6)][len(sys.argv) - 1 :]]
    report(asyncio.run(main(count, seed)))
