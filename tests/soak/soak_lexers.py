"""Shows hostile code in every language with a lexer, and measures how long the window is blocked.

    .venv/bin/python tests/soak/soak_lexers.py [LANGUAGE ...]

Each text is shown in a real transcript without a display, and highlighted by a real helper process. Prints each text
that took too long, and at the end the longest iteration of the loop in milliseconds of CPU; fails if one took longer
than a frame. All languages take about half an hour.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from pygments.lexers import get_all_lexers
from PySide6.QtCore import QCoreApplication

from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.app.start import make_qt_application
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.highlighting import HighlightJob, JobState
from desktop_chat.services.highlight_process import HighlightProcess
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

FRAME_MS = 16.7
LONG = 20_000
TEXTS: dict[str, str] = {
    "blanks in a line": "x = " + " " * LONG + "y",
    "blanks alone": " " * 6_000,
    "short words": "ab " * 11_500,
    "one word": "a" * LONG,
    "digits": "1" * LONG,
    "opening brackets": "(" * LONG,
    "brackets of all kinds": "[{(<" * 5_000,
    "quote marks": "\"'`" * 7_000,
    "backslashes": "\\" * LONG,
    "comments that do not end": "/* -- # // <!-- " * 1_200,
    "tags": "<a b=" * 4_000,
    "operators": "=-+*/%&|!<>" * 1_800,
    "commas": "1,'x'," * 3_000,
    "lines of blanks": "\n".join(["x = " + " " * 1_990 + "y"] * 20),
    "lines of words": "\n".join(["a b " * 450] * 20),
    "empty lines": "\n" * LONG,
    "lines with a blank": " \n" * 10_000,
    "lines that open": "{\n" * 8_000,
}


os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


class Watched(HighlightProcess):
    """Records how the last job ended."""

    job: HighlightJob | None = None

    def ask(self, job: HighlightJob) -> None:
        self.job = job
        super().ask(job)


class Sweep:
    """One transcript in which the texts are shown one after another."""

    def __init__(self) -> None:
        self._app = make_qt_application()
        MainThreadGC(self._app)  # like the program
        self._helper = Watched()
        self._view = TranscriptView(Theme(self._app), ErrorWords())
        self._view.use_highlighting(self._helper)
        self._view.resize(1_000, 800)
        self._view.show()
        self.longest: tuple[float, str] = (0.0, "")
        self.slow: list[str] = []

    def show(self, language: str, name: str) -> None:
        """Show a text until it is highlighted, or known to stay plain."""
        text = f"```{language}\n{TEXTS[name]}\n```\n"
        model = TranscriptModel(
            [Message("m", "c", None, Role.ASSISTANT, text, Status.COMPLETE, 1.7e9)], parent=self._view
        )
        self._helper.job = None
        turns = [self._turn(lambda: self._view.set_model(model))]
        highlighter = self._view._highlighter
        quiet = time.monotonic() + 0.02
        while time.monotonic() < quiet or self._view._long.must_wait() or highlighter._timer.isActive():
            turns.append(self._turn(QCoreApplication.processEvents))
            time.sleep(0.001)
        self.longest = max(self.longest, (max(turns), f"{language}, {name}"))
        if self._helper.job is not None and self._helper.job.state is JobState.FAILED:
            self.slow.append(f"{language}, {name}")
            print("took too long:", self.slow[-1], flush=True)

    @staticmethod
    def _turn(work: Callable[[], object]) -> float:
        """Return CPU milliseconds of this thread, so that other processes do not count."""
        started = time.thread_time()
        work()
        return (time.thread_time() - started) * 1_000

    def close(self) -> None:
        self._helper.close()
        self._view.close()


def main(chosen: list[str]) -> int:
    languages = chosen or sorted({aliases[0] for _, aliases, _, _ in get_all_lexers() if aliases})
    sweep = Sweep()
    for name in TEXTS:  # excludes the cost of the first of each kind
        sweep.show("text", name)
    sweep.longest = (0.0, "")
    started = time.monotonic()
    for language in languages:
        for name in TEXTS:
            sweep.show(language, name)
    sweep.close()
    spent = time.monotonic() - started
    print(f"{len(languages)} languages, {len(TEXTS)} texts each, {spent:.0f} s; {len(sweep.slow)} took too long")
    print(f"longest turn of the loop: {sweep.longest[0]:.1f} ms ({sweep.longest[1]})")
    return int(sweep.longest[0] > FRAME_MS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
