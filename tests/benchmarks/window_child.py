"""Runs a window in a fresh process for bench_start.py and reports its cost as JSON.

Usage: window_child.py floor|product paint|idle DATA_DIR [SECONDS]. "floor" is an empty QMainWindow, "product" the real
program with its own start. Both are observed in the same way: by an event filter on the application.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

LATER = ("openai", "keyring", "markdown_it", "pygments.lexers")
TABS = 10


def main(subject: str, question: str, data_dir: str, seconds: float) -> None:
    from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: PLC0415 -- part of what is measured
    from PySide6.QtWidgets import QApplication, QMainWindow  # noqa: PLC0415

    class Watcher(QObject):
        """Detects the first paint of the main window, and measures right after it."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
                QApplication.instance().removeEventFilter(self)
                QTimer.singleShot(0, lambda: ask(watched))
            return False

    def ask(window: QMainWindow) -> None:
        if question == "paint":
            report(cpu_s=time.process_time(), imported=[name for name in LATER if name in sys.modules])
        elif subject == "product":
            open_tabs(window, lambda: idle(seconds))
        else:
            idle(seconds)

    watcher = Watcher()
    make_application = QApplication.__init__

    def make_and_watch(self: QApplication, *arguments: object) -> None:
        make_application(self, *arguments)
        self.installEventFilter(watcher)

    QApplication.__init__ = make_and_watch
    if subject == "floor":
        application = QApplication([])
        window = QMainWindow()
        window.resize(1100, 760)
        window.show()
        sys.exit(application.exec())
    from desktop_chat.__main__ import main as start  # noqa: PLC0415

    sys.argv = ["desktop-chat", "--data-dir", data_dir]
    start()


def open_tabs(window: object, done: Callable[[], None]) -> None:
    """Opens tabs one by one, like a user."""
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415

    for number in range(TABS - 1):
        delay_ms = 1_000 + 200 * number
        QTimer.singleShot(delay_ms, lambda: QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier))
    QTimer.singleShot(1_000 + 200 * TABS, done)


def idle(seconds: float) -> None:
    """Waits until startup is complete, then measures a period in which the window is idle."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    def begin() -> None:
        cpu, clock = time.process_time(), time.perf_counter()
        QTimer.singleShot(int(seconds * 1000), lambda: end(cpu, clock))

    def end(cpu: float, clock: float) -> None:
        share = (time.process_time() - cpu) / (time.perf_counter() - clock)
        report(cpu_share=share, pss_mb=memory_mb("Pss"), own_mb=memory_mb("Pss_Anon"), tabs=count_tabs())

    QTimer.singleShot(5_000, begin)


def count_tabs() -> int:
    from PySide6.QtWidgets import QApplication, QTabBar  # noqa: PLC0415

    return max((widget.count() for widget in QApplication.allWidgets() if isinstance(widget, QTabBar)), default=0)


def memory_mb(kind: str) -> float:
    """Return the process's memory (Linux): with "Pss", shared pages are divided among their users; "Pss_Anon" are those
    that are no file's."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:"))


def report(**values: object) -> None:
    """Print the result and exit at once: shutdown is not measured."""
    print(json.dumps(values), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]) if len(sys.argv) > 4 else 0)
