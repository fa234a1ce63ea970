"""Kills a batch of 2,000 rows at fifty random moments: nothing is lost, and nothing stored is asked again.

Usage: PYTHONPATH=.:tests:tests/services .venv/bin/python tests/soak/soak_batch_kills.py [KILLS] [SEED]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from batch_process import survive_kills


def main() -> None:
    kills, seed = (int(word) for word in (*sys.argv[1:], *("50", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(survive_kills(Path(folder), kills, rows=40 * kills, chance=random.Random(seed)))
    print(f"{kills} kills: 0 lost, 0 asked again")


if __name__ == "__main__":
    main()
