"""Imports large conversations until it is killed. Usage: import_child.py DATABASE

Prints "began N" before conversation N is taken in, and "done N" after.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from imported_chats import COUNT, imported

from desktop_chat.services.sqlite.import_writer import ImportWriter
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


async def prepare(file: Path) -> None:
    store = SqliteStore(file)
    await store.open()
    await store.aclose()


def main() -> None:
    file = Path(sys.argv[1])
    asyncio.run(prepare(file))
    with ImportWriter(file) as writer:
        for number in range(COUNT):
            print("began", number, flush=True)
            writer.write([imported(number)])
            print("done", number, flush=True)


if __name__ == "__main__":
    main()
