"""Reads 50 MB of each endless stream of a hostile server, and reports the peak memory.

python tests/soak/soak_bytes.py [MEGABYTES]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "services")]

from hostile_bytes import STREAMS, most_memory  # noqa: E402

from desktop_chat.core.entities import Api  # noqa: E402

MAX_MB = 128
"""Twice the largest reply and event with their copies, measured, plus a margin."""


def main(megabytes: int = 50) -> int:
    """Read all streams in both protocols; the exit code is 1 if one took too much memory."""
    most = 0.0
    for name in STREAMS:
        for api in Api:
            read: list[int] = []
            took = most_memory(name, api, megabytes * 1_000_000, read.append) / 1e6
            most = max(most, took)
            print(f"{name:36} {api.value:17} {read[0] / 1e6:7.1f} MB read, {took:6.1f} MB taken", flush=True)
    print(f"at most {most:.1f} MB; allowed {MAX_MB}")
    return 0 if most <= MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
