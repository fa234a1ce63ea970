"""A process that runs a tool server with a grandchild, says their process ids, and waits to be killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]


async def main() -> None:
    from tool_world import odd_server, tool_world  # noqa: PLC0415 -- found by the path above

    async with tool_world(odd_server("leaves-children"), odd_server("ignores-the-end", name="stubborn")) as world:
        child = (await world.call("echo")).text
        stubborn = (await world.call("pid", server="stubborn")).text
        print(child, stubborn, flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
