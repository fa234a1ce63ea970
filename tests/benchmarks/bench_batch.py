"""A batch of 10,000 rows against a server that answers after 20 ms: time on the wall, and memory."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batch_upstream import LATENCY_S
from harness import HERE, ROOT, Row, python

TITLE = "batch"
ROWS = int(os.environ.get("BATCH_ROWS", "10000"))
AT_ONCE = int(os.environ.get("BATCH_AT_ONCE", "2"))
WALL_AT_MOST = 1.15
GROWTH_AT_MOST_MB = 12.0
"""What ten times the rows may add in memory: their ids, digests, places and states."""


def measure() -> list[Row]:
    with _upstream() as port:
        bare_s = float(subprocess.check_output(_upstream_command(str(port), str(ROWS), str(AT_ONCE)), cwd=ROOT))
        _, few_mb = _batch(port, ROWS // 10)
        wall_s, many_mb = _batch(port, ROWS)
    ideal_s = ROWS / AT_ONCE * LATENCY_S
    ratio = wall_s / ideal_s
    return [
        Row(
            f"{ROWS:,} rows, {AT_ONCE} at once, with start and end; the barest client: {bare_s / ideal_s:.2f}x",
            f"{ideal_s:.1f} s",
            f"{wall_s:.1f} s",
            f"{ratio:.2f}x",
            f"at most {WALL_AT_MOST}x",
            ratio <= WALL_AT_MOST,
        ),
        Row(
            f"peak memory of {ROWS:,} rows, against {ROWS // 10:,}",
            f"{few_mb:.1f} MB",
            f"{many_mb:.1f} MB",
            f"+{many_mb - few_mb:.1f} MB",
            f"at most +{GROWTH_AT_MOST_MB:g} MB",
            many_mb - few_mb <= GROWTH_AT_MOST_MB,
        ),
    ]


def _batch(port: int, rows: int) -> tuple[float, float]:
    """Run a batch and return its seconds on the wall and its peak memory in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        with source.open("w") as stream:
            for number in range(rows):
                body = {"model": "m", "messages": [{"role": "user", "content": f"Question {number}"}]}
                stream.write(json.dumps({"custom_id": str(number), "body": body}) + "\n")
        server = ("--base-url", f"http://127.0.0.1:{port}/v1", "--concurrency", str(AT_ONCE), "--no-stream")
        command = python("-m", "desktop_chat", "--data-dir", folder, "batch", *server, str(source), str(output))
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        answers = output.read_bytes().count(b"An answer.")
    if process.returncode or answers != rows:
        raise RuntimeError(f"exit code {process.returncode}, {answers} answers")
    return wall_s, usage.ru_maxrss / 1024


def _upstream_command(*arguments: str) -> list[str]:
    return python(str(HERE / "batch_upstream.py"), *arguments)


@contextmanager
def _upstream() -> Iterator[int]:
    pipe = subprocess.PIPE
    with subprocess.Popen(_upstream_command(), stdin=pipe, stdout=pipe, cwd=ROOT) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()
