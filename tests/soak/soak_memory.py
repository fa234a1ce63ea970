"""Streams two hours' worth of replies into the real window as fast as possible, and monitors its memory.

    python tests/soak/soak_memory.py [REPLIES]

Each reply has 500 deltas of Markdown. What is bounded by design is filled before, see `memory_child.py`. Run it on a
screen, or with QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from soak import ROOT, Result, child_environment, report

MAX_GROWTH = 0.05


def main(replies: int) -> Result:
    server = [sys.executable, str(ROOT / "tests" / "services" / "hostile_server.py")]
    child = str(Path(__file__).with_name("memory_child.py"))
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()) as serving,
    ):
        assert serving.stdout is not None
        port = serving.stdout.readline().decode().strip()
        command = [sys.executable, child, port, folder, str(replies)]
        told = subprocess.run(command, capture_output=True, text=True, check=False, env=child_environment())
        serving.communicate()
    if told.returncode:
        return Result("the window ended early", [told.stderr[-2_000:]])
    found = json.loads(told.stdout.splitlines()[-1])
    memory = found["memory_mb"]
    growth = memory[-1] / memory[0] - 1
    problems = [f"memory grew by {growth:.1%} after the warm-up"] if growth > MAX_GROWTH else []
    if found["whole"] != replies:
        problems.append(f"only {found['whole']} of {replies} replies are whole")
    words = f"{replies} replies, {500 * replies} deltas: {memory} MB ({growth:+.1%} after the warm-up); "
    return Result(words + f"tasks at rest {sorted(set(found['tasks']))}", problems)


if __name__ == "__main__":
    report(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
