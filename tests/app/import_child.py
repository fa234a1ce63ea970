"""Imports a file as a window does, until it is killed. Usage: import_child.py DATA_DIRECTORY FILE

Prints how many conversations have come, at each step."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from desktop_chat.app.import_process import ImportProcess
from desktop_chat.core.added_beside import AddedBeside
from desktop_chat.core.importing import ImportCounts, Imported, ImportKind, Unread
from desktop_chat.core.library import Library
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


async def main() -> None:
    paths = Paths(Path(sys.argv[1]))
    store = SqliteStore(paths.database_file)
    await store.open()
    write_behind = WriteBehind(store)
    library = Library(store, write_behind)
    importer = ImportProcess(paths, write_behind, AddedBeside(library, Tasks(), lambda: (), lambda: None))
    counts = ImportCounts()

    def tell(results: list[Imported | Unread], _share: float) -> None:
        for each in results:
            counts.take(each)
        print(counts.new, flush=True)

    await importer.add(Path(sys.argv[2]), ImportKind.CLAUDE, None, tell)


if __name__ == "__main__":
    asyncio.run(main())
