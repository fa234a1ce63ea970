"""A process that is killed while two tools run. Usage: tool_child.py DATABASE BLOBS

Prints "running" once the tools run and that is on disk.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chat_story import CONNECTION
from fakes import FakeProviders
from session_parts import FakeToolbox, session_parts

from desktop_chat.core.connections import Connections
from desktop_chat.core.deltas import FinishDelta, ImageDelta, ToolCallDelta
from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.library import Library
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tools import ToolResult
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.sqlite.sqlite_store import SqliteStore

IMAGE = b"\x89PNG\r\n\x1a\n, more or less"


async def main(database: Path, folder: Path) -> None:
    store = SqliteStore(database)
    await store.open()
    write_behind = WriteBehind(store)
    library = Library(store, write_behind)
    preferences = Preferences(Settings(connections=(CONNECTION,), safe_tools=("/quick", "/slow")))
    both = asyncio.Barrier(2)

    async def quick(_: Mapping[str, Any]) -> ToolResult:
        return ToolResult("quick result")

    async def slow(_: Mapping[str, Any]) -> ToolResult:
        await both.wait()
        await write_behind.flush()
        print("running", flush=True)
        await asyncio.Event().wait()
        raise AssertionError

    toolbox, providers = FakeToolbox(), FakeProviders()
    ids = (toolbox.add("quick", quick), toolbox.add("slow", slow), toolbox.add("asks", quick))
    providers.provider.script(
        "Before. ", ToolCallDelta(0, "q", "quick", ""), FinishDelta("tool_calls"),
    )  # fmt: skip
    providers.provider.script(
        "Between. ", ImageDelta("image/png", IMAGE),
        *(ToolCallDelta(n, f"{name}{n}", name, '{"a": 1}') for n, name in enumerate(("slow", "slow", "asks"))),
        FinishDelta("tool_calls"),
    )  # fmt: skip
    session = ChatSession(
        library.create(ChatOptions(connection_id="c1", model="m", tools=ids)).id,
        (),
        library=library,
        write_behind=write_behind,
        providers=providers,
        connections=Connections(preferences),
        preferences=preferences,
        **session_parts(preferences, toolbox, BlobFolder(folder)),
    )
    session.send("go")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
