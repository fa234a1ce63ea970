"""One process of bench_find: opens a long conversation, searches in it, and reports CPU times in ms."""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from samples import PARAGRAPH, SECTION, message

from desktop_chat.app.main_thread_gc import MainThreadGC
from desktop_chat.core.entities import Message, Role
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.find.find import FindSession
from desktop_chat.ui.transcript.find.hit_ticks import HitTicks
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.view import TranscriptView

MESSAGES = 10_000
CHINESE = "这里是模型用中文写的一段普通文字，里面也有 English words 和 `code`，长度和平常的回答差不多。"
LENGTH = 800
"""Bytes per message, for a total of 8 MB."""
COMMON = "prose"


def conversation(language: str) -> list[Message]:
    """Alternating questions and answers; the query occurs once, interrupted by markup, far above the end."""
    answer = (CHINESE + PARAGRAPH) * 10 if language == "zh" else SECTION
    question = (CHINESE if language == "zh" else PARAGRAPH) * 20
    made = [
        message(
            number,
            f"Message {number}. " + shortened(answer if number % 2 else question),
            Role.ASSISTANT if number % 2 else Role.USER,
        )
        for number in range(MESSAGES)
    ]
    made[MESSAGES - 60] = message(MESSAGES - 60, f"{shortened(question)}\n\nThe only nee**dle** of all.")
    return made


def shortened(text: str) -> str:
    return text.encode()[:LENGTH].decode(errors="ignore")


def cpu_ms(start: float) -> float:
    return (time.process_time() - start) * 1_000


class TimedFind(FindSession):
    """Records the duration of each slice, and how much of it was garbage collection."""

    def __init__(self, page: TranscriptPage) -> None:
        self.slices: list[float] = []
        self.own: list[float] = []
        self._garbage = self._began = 0.0
        gc.callbacks.append(self._note_garbage)
        super().__init__(page)

    def _note_garbage(self, phase: str, _info: object) -> None:
        if phase == "start":
            self._began = time.process_time()
        else:
            self._garbage += cpu_ms(self._began)

    def _go_on(self) -> None:
        start, self._garbage = time.process_time(), 0.0
        super()._go_on()
        self.slices.append(cpu_ms(start))
        self.own.append(self.slices[-1] - self._garbage)


def opened(app: QApplication, messages: list[Message]) -> TranscriptView:
    theme = Theme(app)
    theme.set_scheme("light")
    view = TranscriptView(theme, ErrorWords())
    model = TranscriptModel(messages, parent=view)
    view.resize(1_000, 800)
    view.set_model(model)
    view.show()
    for _ in range(20):
        QCoreApplication.processEvents()
    return view


def scan(messages: list[Message], word: str) -> float:
    """The baseline: visit every character once without doing anything."""
    start = time.process_time()
    found = [one for one in messages if one.text.casefold().find(word) >= 0]
    assert len(found) <= MESSAGES
    return cpu_ms(start)


def find_all(messages: list[Message], word: str) -> float:
    pattern = re.compile(re.escape(word), re.IGNORECASE)
    start = time.process_time()
    count = sum(len(pattern.findall(one.text)) for one in messages)
    assert count
    return cpu_ms(start)


def main(language: str) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    gc.freeze()  # like the program once its window is open
    MainThreadGC(app)
    messages = conversation(language)
    view = opened(app, messages)
    floor = scan(messages, "needle")
    start = time.process_time()
    view.find_session = finding = TimedFind(view.page)
    finding.search(FindQuery("Needle"))
    while finding.tally.ordinal == 0:  # no time passes between slices
        finding._go_on()
    first = cpu_ms(start)
    assert finding.tally.total == 1
    floor_all = find_all(messages, COMMON)
    finding.slices.clear()
    finding.own.clear()
    HitTicks(view.page, finding)
    finding.search(FindQuery(COMMON))
    while not finding.complete:
        QCoreApplication.processEvents()
    report = {
        "floor": floor,
        "first": first,
        "floor_all": floor_all,
        "all": sum(finding.slices),
        "longest": max(finding.own),
        "with_garbage": max(finding.slices),
        "hits": finding.tally.total,
        "bytes": sum(len(one.text.encode()) for one in messages),
    }
    finding.leave()
    view.close()
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
