"""The application in its own process: asks a question and prints what is shown, as lines of "TIME CHARACTERS".

Usage: asking_child.py DATA_DIR ["empty"]. With "empty" it empties the trash once text is shown.

TIME is the monotonic clock in seconds. It runs until told to exit, or killed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from desk import Desk, last_of

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.loop import run
from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.start import make_qt_application
from desktop_chat.services.paths import Paths

app = make_qt_application()
MainThreadGC(app)


class ReportingDesk(Desk):
    """Watches the reply in the only tab."""

    def __init__(self, application: Application) -> None:
        super().__init__(app, Path())
        self.application = application
        self.window = application.window

    async def empty_trash(self) -> None:
        await self.until(lambda: self.window.tabs.current is not None and self.tab.session is not None)
        await self.until(lambda: self.tab.session.path and len(self.last.text) > 100)
        await self.application.library.delete([c.id for c in self.application.library.trashed()])

    async def report(self) -> None:
        await self.until(lambda: self.window.tabs.current is not None and self.tab.session is not None)
        self.ask("go")
        while True:
            print(time.monotonic(), len(last_of(self.tab).text), flush=True)
            await asyncio.sleep(0.02)


async def main(data_dir: Path) -> int:
    application = Application(app, Paths(data_dir), Arguments(data_dir=data_dir))
    desk = ReportingDesk(application)
    reporting = asyncio.create_task(desk.report())
    emptying = asyncio.create_task(desk.empty_trash()) if sys.argv[2:] == ["empty"] else None
    try:
        return await application.run(when_open=lambda: None, when_closing=lambda: None)
    finally:
        reporting.cancel()
        if emptying is not None:
            emptying.cancel()


if __name__ == "__main__":
    data_dir = Path(sys.argv[1])
    Paths(data_dir).make_directories()
    run(main(data_dir), app)
