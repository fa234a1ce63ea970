"""Imports large conversations until it is killed. Usage: import_child.py DATABASE

Prints "began N" before conversation N is taken in, and "done N" after.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from imported_chats import COUNT, imported

from desktop_chat.services.sqlite.sqlite_store import SqliteStore


async def main() -> None:
    store = SqliteStore(Path(sys.argv[1]))
    for number in range(COUNT):
        print("began", number, flush=True)
        await store.take_in(imported(number))
        print("done", number, flush=True)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main())
