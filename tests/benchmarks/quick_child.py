"""The whole program on a screen while its quick window is asked for: prints the seconds until one can write as JSON.

Usage: quick_child.py DATA_DIR. One can write when the window is active, painted, and its text has the focus; afterwards
the X server presses a key to prove it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "journeys")]

from desk import Desk  # noqa: E402 -- the path comes first
from PySide6.QtCore import QEvent, QObject  # noqa: E402 -- the path comes first

from desktop_chat.app.loop import run  # noqa: E402 -- the path comes first
from desktop_chat.app.main_thread_gc import MainThreadGC  # noqa: E402 -- the path comes first
from desktop_chat.app.single_instance import SingleInstance  # noqa: E402 -- likewise
from desktop_chat.app.start import make_qt_application  # noqa: E402 -- the path comes first
from desktop_chat.core.open_request import QUICK_WINDOW, OpenRequest  # noqa: E402 -- the path comes first
from desktop_chat.ui.quick.quick_window import KEPT_S, QuickWindow  # noqa: E402 -- the path comes first

TIMES = 5


class Caret(QObject):
    """Notes when the quick window has been painted with the focus in its text."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        self.at = 0.0
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 -- Qt's name
        if event.type() == QEvent.Type.Paint and not self.ready.is_set():
            window = getattr(watched, "window", lambda: None)()
            tab = window.tab if isinstance(window, QuickWindow) else None
            if tab is not None and watched is tab.composer.edit.viewport() and tab.composer.edit.hasFocus():
                self.at = time.perf_counter()
                self.ready.set()
        return False


async def until_ready(caret: Caret, begun: float) -> float:
    async with asyncio.timeout(10):
        await caret.ready.wait()
    return caret.at - begun


async def opened(desk: Desk, caret: Caret) -> float:
    caret.ready.clear()
    begun = time.perf_counter()
    desk.application.open_request(OpenRequest(window=QUICK_WINDOW))
    taken = await until_ready(caret, begun)
    await press(desk)
    await asyncio.sleep(0.2)
    return taken


async def press(desk: Desk) -> None:
    """Type a character and take it back."""
    edit = desk.application.quick.window.tab.composer.edit
    for keys, text in (("x", "x"), ("BackSpace", "")):
        process = await asyncio.create_subprocess_exec("xdotool", "key", keys)
        await process.wait()
        await desk.until(lambda text=text: edit.text == text)


async def hide(desk: Desk) -> None:
    desk.application.quick.window.hide()
    await asyncio.sleep(0.3)


async def main(data_dir: Path) -> dict[str, object]:
    desk, caret = Desk(app, data_dir), Caret()
    instance = SingleInstance(data_dir)
    instance.acquire()
    instance.listen()
    instance.received.connect(lambda request: desk.application.open_request(request))  # noqa: PLW0108 -- made later
    await desk.open()
    MainThreadGC(app)  # like the program
    await asyncio.sleep(3)
    first = await opened(desk, caret)
    window, same, other = desk.application.quick.window, [], []
    for _ in range(TIMES):
        await hide(desk)
        same.append(await opened(desk, caret))
    for number in range(TIMES):
        conversation_id = window.tab.conversation_id
        desk.application.library.rename(conversation_id, f"No. {number}")
        window.tab.session.send("hi")
        await desk.until(lambda: not window.tab.session.running)
        await hide(desk)
        window._hidden_at -= 2 * KEPT_S
        other.append(await opened(desk, caret))
        assert window.tab.conversation_id != conversation_id
    await hide(desk)
    caret.ready.clear()
    begun = time.perf_counter()
    command = ("-m", "desktop_chat", "--data-dir", str(data_dir), "--quick")
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    alone = await until_ready(caret, begun)
    await process.wait()
    await desk.close()
    instance.release()
    return {"first": first, "same": same, "other": other, "process": alone}


if __name__ == "__main__":
    app = make_qt_application()
    folder = Path(sys.argv[1])
    (folder / "settings.toml").write_text('language = "en"\nscheme = "light"\ndefault_connection_id = "demo"\n')
    print(json.dumps(run(main(folder), app)), flush=True)
