"""A process that is killed while a summary is written, or once it is stored. Usage: summary_child.py DATABASE STAGE

The stage is "half" or "whole"; it prints "written" once that is on disk.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from fakes import PAUSE
from test_shortened_conversation import run


async def main(database: Path, *, whole: bool) -> None:
    async with run(database) as desk:
        session = await desk.session()
        for number in range(1, 5):
            desk.providers.provider._scripts.clear()
            desk.providers.provider.script(f"a{number}")
            await desk.ask(session, f"q{number}")
        desk.providers.provider._scripts.clear()
        desk.providers.provider.script("In ", *(() if whole else (PAUSE,)), "short.")
        session.summarise()
        if whole:
            await desk.sent(session)
        else:
            await desk.providers.provider.paused()
        await desk.write_behind.flush()
        print("written", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), whole=sys.argv[2] == "whole"))
