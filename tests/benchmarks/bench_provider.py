"""CPU time per streamed chunk in the provider alone, compared with bare httpx2 bytes and json.loads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from harness import HERE, ROOT, Row, Run, python, run, side_by_side

TITLE = "A streamed chunk, provider alone"
AT_MOST = 2.0
STREAMS = (
    ("flood", 50_001, "50,000 chunks as fast as TCP takes them"),
    ("paced", 1_001, "1,000 chunks, one at a time"),
)
"""Model, number of chunks including the last, and a description."""


@contextmanager
def hostile_server() -> Iterator[str]:
    """Run the hostile server in its own process; yields its address."""
    command = python(str(ROOT / "tests" / "services" / "hostile_server.py"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.communicate("")


def measure() -> list[Row]:
    rows = []
    with hostile_server() as address:
        for model, chunks, words in STREAMS:
            floor, subject = side_by_side(
                lambda model=model, chunks=chunks: _run("raw", address, model, chunks),
                lambda model=model, chunks=chunks: _run("provider", address, model, chunks),
                rounds=5,
            )
            ratio = subject.median() / floor.median()
            rows.append(
                Row(
                    words,
                    f"{floor.median() * 1e6:.1f} us",
                    f"{subject.median() * 1e6:.1f} us",
                    f"{ratio:.2f}x",
                    f"at most {AT_MOST:g}x",
                    ratio <= AT_MOST,
                )
            )
    return rows


def _run(who: str, address: str, model: str, chunks: int) -> Run:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    child = str(HERE / "provider_child.py")
    return run(python(child, who, address, model, str(chunks)), environment={"PYTHONPATH": path})


if __name__ == "__main__":
    for row in measure():
        print(row, file=sys.stdout)
