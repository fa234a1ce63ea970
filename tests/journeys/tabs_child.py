"""The application in its own process: opens, streams in, stops and closes tab after tab, then exits.

Usage: tabs_child.py DATA_DIR TABS. Uses the demo.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import sys
from pathlib import Path

from desk import Desk, last_of
from PySide6.QtCore import Qt

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.loop import run
from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.shutdown import exit_now
from desktop_chat.app.start import make_qt_application
from desktop_chat.services.paths import Paths

app = make_qt_application()
MainThreadGC(app)


class BusyDesk(Desk):
    """Uses tabs in quick succession."""

    def __init__(self, application: Application) -> None:
        super().__init__(app, Path())
        self.application = application
        self.window = application.window

    async def hurry(self, tabs: int) -> None:
        await self.until(lambda: self.window.tabs.current is not None and self.tab.session is not None)
        options = self.tab.session.conversation.options
        self.application.preferences.update(default_connection_id=options.connection_id, default_model=options.model)
        for number in range(tabs):
            tab = await self.new_tab()
            for question in ("Write something long", "And once more"):
                self.ask(question)
                await self.until(lambda tab=tab: tab.session.path and len(last_of(tab).text) > 40)
                self.press(Qt.Key.Key_Escape)
                await self.answered(tab)
            tab.session.regenerate(last_of(tab).id)
            await asyncio.sleep(0.05 * (number % 4))
            self.control(Qt.Key.Key_W)
            gc.collect()


async def main(data_dir: Path, tabs: int) -> int:
    application = Application(app, Paths(data_dir), Arguments(data_dir=data_dir, demo=True))
    desk = BusyDesk(application)

    async def hurry() -> None:
        try:
            await desk.hurry(tabs)
            print("done", flush=True)
        finally:
            application.window.close()

    hurrying = asyncio.create_task(hurry(), name="hurry")
    try:
        return await application.run(when_open=lambda: None, when_closing=lambda: None)
    finally:
        hurrying.cancel()
        await hurrying


if __name__ == "__main__":
    faulthandler.enable()
    data_dir = Path(sys.argv[1])
    Paths(data_dir).make_directories()
    code = run(main(data_dir, int(sys.argv[2])), app)
    faulthandler.enable()  # the application has disabled its own
    exit_now(code)
