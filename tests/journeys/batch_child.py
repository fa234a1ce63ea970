"""The application in its own process: types a batch, starts it, and runs until it is killed.

Usage: batch_child.py DATA_DIR SOURCE PROMPT
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from desk import Desk
from PySide6.QtCore import Qt

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.loop import run
from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.start import make_qt_application
from desktop_chat.services.paths import Paths

app = make_qt_application()
MainThreadGC(app)


class BatchDesk(Desk):
    """Starts a batch with the keyboard."""

    def __init__(self, application: Application) -> None:
        super().__init__(app, Path())
        self.application = application
        self.window = application.window

    async def begin(self, source: Path, prompt: str) -> None:
        await self.until(lambda: self.window.tabs.current is not None and self.tab.session is not None)
        self.window.activateWindow()
        page = await self.new_batch(source, prompt)
        page.start_button.setFocus()
        self.press(Qt.Key.Key_Space)


async def main(data_dir: Path, source: Path, prompt: str) -> int:
    application = Application(app, Paths(data_dir), Arguments(data_dir=data_dir))
    beginning = asyncio.create_task(BatchDesk(application).begin(source, prompt))
    try:
        return await application.run(when_open=lambda: None, when_closing=lambda: None)
    finally:
        beginning.cancel()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    Paths(folder).make_directories()
    run(main(folder, Path(sys.argv[2]), sys.argv[3]), app)
