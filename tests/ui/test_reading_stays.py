"""Whatever happens around it, the line being read stays in place: a random walk through all of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from live_model import LiveModel
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scrolling import scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status, Timing
from desktop_chat.core.events import MessageAdded, ReplyDelta, ReplyEnded
from desktop_chat.core.settings import ZOOM_STEPS
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.view import TranscriptView

PROSE = (
    "Words in many scripts: 中文和 Latin 混排，العربية مع English words, שלום עולם, emoji 👩‍👩‍👧‍👦, `code` and "
    "more of the usual prose that goes on for a while so that it takes several lines of any column. "
)
EVERYTHING = f"""## Heading

{PROSE * 4}

- item one
- {PROSE}

```python
def f(x):  # 注释
    return "a rather long line of code that does not fit into a narrow column of text at all, or does it"
```

| a | b |
|:--|--:|
| {PROSE} | `2` |

> {PROSE}
"""


def message(number: int, text: str, role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    return Message(f"m{number}", "c", None, role, text, status, 1.7e9, model="test-1")


def history(count: int) -> list[Message]:
    answers = (
        replace(message(n, EVERYTHING), reasoning=f"Thoughts of {n}.\n\n{PROSE}", timing=Timing(0.1, 4.2, 5.0))
        for n in range(1, count, 2)
    )
    questions = (message(n, f"Question {n}. {PROSE}", Role.USER) for n in range(0, count, 2))
    return [one for pair in zip(questions, answers, strict=False) for one in pair]


@dataclass(frozen=True)
class Line:
    """The line at the top edge: one of its characters, and the distance of its top above the edge, at zoom 1."""

    message_id: str
    key: int
    letter: int
    above: float


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    made.set_scheme("light")
    yield made
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    qapp.setFont(QFont())


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> TranscriptView:
    made = TranscriptView(theme, ErrorWords())
    qtbot.addWidget(made)
    made.resize(720, 520)
    made.set_model(LiveModel(history(40), parent=made))
    made.show()
    qtbot.waitExposed(made)
    return made


def line_at_top(view: TranscriptView) -> Line | None:
    """Return what is being read; None at the end, and where the edge cuts something without text."""
    if view.at_end:
        return None
    spot, offset = view.scroller.anchor
    entry = view.document.entry(spot)
    if not isinstance(entry, BlockEntry) or entry.layout is None or not entry.layout.boxes:
        return None
    zoom, message_id = view.document.render_style.zoom, view.model.row(spot.place).message.id
    lines = [
        (box.y + box.tops[number], box.start + box.layout.lineAt(number).textStart())
        for box in entry.layout.boxes
        for number in range(len(box.tops))
    ]
    top = max((top for top, _ in lines if top <= offset), default=min(top for top, _ in lines))
    letter = next(letter for at, letter in lines if at == top)
    return Line(message_id, entry.key, letter, (offset - top) / zoom)


def pixels_off(view: TranscriptView, line: Line) -> float:
    """Return how far a line has moved."""
    place = view.model.place_of(line.message_id)
    assert place is not None
    spot = Spot(place, view.document.item(place).index_of(line.key))
    layout = view.document.entry(spot).layout
    assert layout is not None
    box = layout.box_at(line.letter)
    assert box is not None
    number = box.layout.lineForTextPosition(line.letter - box.start).lineNumber()
    way = view.scroller.way_to(spot, 100_000)
    assert way is not None
    return way + box.y + box.tops[number] + line.above * view.document.render_style.zoom


class Walk:
    """Performs random actions."""

    def __init__(self, view: TranscriptView, seed: int) -> None:
        self.view = view
        self.dice = random.Random(seed)
        self.now = 0.0
        self.count = len(view.document)
        view.smooth_scroll.clock = lambda: self.now

    def scrolls(self) -> list[Callable[[], object]]:
        return [self.scroll, self.glide, self.drag, self.go_to_message]

    def others(self) -> list[Callable[[], object]]:
        return [
            self.stream, self.stream, self.answer, self.resize, self.resize, self.zoom, self.zoom, self.scheme,
            self.column, self.fonts, self.hide, self.retranslate, self.measure_above, self.end_reply,
        ]  # fmt: skip

    def scroll(self) -> None:
        self.view.page.scroll_by(self.dice.choice([-900, -333, -40, -3, 7, 55, 400]))

    def glide(self) -> None:
        at = QPointF(50, 50)
        event = QWheelEvent(
            at,
            self.view.viewport().mapToGlobal(at),
            QPoint(),
            QPoint(0, self.dice.choice([-240, -15, 15, 120, 600])),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self.view.page.theme.set_motion("on")
        QApplication.sendEvent(self.view.viewport(), event)
        for _ in range(self.dice.randrange(8)):
            self.now += 0.016
            self.view.smooth_scroll.step()
        self.view.smooth_scroll.stop()

    def drag(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(self.dice.randrange(bar.maximum()))

    def go_to_message(self) -> None:
        scroll_to_message(self.view, self.dice.randrange(len(self.view.document)))

    def stream(self) -> None:
        last = self.view.model.row(self.count - 1)
        if not last.running:
            self.answer()
            last = self.view.model.row(self.count - 1)
        for _ in range(3):
            start = self.dice.randrange(len(EVERYTHING))
            delta = TextDelta(EVERYTHING[start : start + self.dice.randrange(1, 400)])
            self.view.model.on_event(ReplyDelta(last.message.id, delta))
            self.view.model.tell()

    def answer(self) -> None:
        self.end_reply()
        self.view.model.on_event(MessageAdded(message(1_000 + self.count, "", status=Status.RUNNING)))
        self.count += 1

    def end_reply(self) -> None:
        last = self.view.model.row(self.count - 1)
        if last.running:
            self.view.model.tell()
            self.view.model.on_event(ReplyEnded(replace(last.message, text="Short.", status=Status.CANCELLED)))

    def resize(self) -> None:
        self.view.resize(self.dice.randrange(300, 1_300), self.dice.randrange(200, 900))

    def zoom(self) -> None:
        self.view.page.theme.set_zoom(self.dice.choice(ZOOM_STEPS))

    def scheme(self) -> None:
        self.view.page.theme.set_scheme(self.dice.choice(["light", "dark"]))

    def column(self) -> None:
        self.view.page.theme.set_column(self.dice.choice((640, 760, 960, 0)))

    def fonts(self) -> None:
        texts, codes = ["", "DejaVu Serif", "Noto Serif CJK SC", "missing"], ["", "Noto Sans Mono CJK SC"]
        self.view.page.theme.set_fonts(self.dice.choice(texts), self.dice.choice(codes))

    def hide(self) -> None:
        self.view.hide()
        self.dice.choice([self.zoom, self.resize, self.column])()
        self.view.show()
        self.view.viewport().grab()

    def retranslate(self) -> None:
        self.view.retranslate()

    def measure_above(self) -> None:
        """Lay out blocks above, like a search or a copy does."""
        spot = self.view.scroller.anchor[0]
        for place in range(max(0, spot.place - 3), spot.place):
            for index in range(len(self.view.document.item(place).entries)):
                self.view.document.entry(Spot(place, index))
        self.view.page.show_changes()


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(2, 12))])
def test_a_random_walk_never_moves_the_text_being_read(view: TranscriptView, seed: int) -> None:
    walk = Walk(view, seed)
    walk.drag()
    line, checked = line_at_top(view), 0
    for _ in range(70):
        if walk.dice.random() < 0.25:
            walk.dice.choice(walk.scrolls())()
            line = line_at_top(view)
            continue
        was_at_end, step = view.at_end, walk.dice.choice(walk.others())
        step()
        assert not was_at_end or view.at_end, step.__name__
        if view.at_end or line is None:
            line = line_at_top(view)
        else:
            assert abs(pixels_off(view, line)) <= 1, (step.__name__, line)
            checked += 1
    assert checked > 10


def toggles(view: TranscriptView) -> list[int]:
    """Return where visible reasoning can be folded or unfolded."""
    return [
        number
        for number, one in enumerate(view.page.placed)
        if any(control.name == "toggle_reasoning" for control in one.entry.controls())
    ]


@pytest.mark.parametrize("seed", range(4))
def test_folding_does_not_move_what_is_above(view: TranscriptView, seed: int) -> None:
    walk, checked = Walk(view, seed), 0
    for _ in range(60):
        walk.dice.choice(walk.scrolls())()
        for number in toggles(view)[:1]:
            before = {id(one.entry): one.y for one in view.page.placed[: number + 1]}
            was_at_end = view.at_end
            view.hit_tester._toggle("toggle_reasoning", view.page.placed[number])
            if not (was_at_end or view.at_end):
                assert {one.y - before[id(one.entry)] for one in view.page.placed if id(one.entry) in before} <= {0}
                checked += 1
    assert checked > 5


def test_a_window_made_narrow_and_wide_again_is_where_it_was(view: TranscriptView) -> None:
    walk = Walk(view, 1)
    walk.drag()
    before, y = view.scroller.anchor, [one.y for one in view.page.placed]
    for width in [*range(700, 320, -7), *range(320, 721, 9), 720]:
        view.resize(width, 520)
    assert view.scroller.anchor == before
    assert [one.y for one in view.page.placed] == y


def test_zooming_in_and_out_again_is_where_it_was(view: TranscriptView, theme: Theme) -> None:
    walk = Walk(view, 2)
    walk.drag()
    before = view.scroller.anchor
    for zoom in (*ZOOM_STEPS, *reversed(ZOOM_STEPS), 1.0):
        theme.set_zoom(zoom)
    assert view.scroller.anchor == before


def test_a_hidden_view_keeps_its_position_through_a_zoom(view: TranscriptView, theme: Theme) -> None:
    Walk(view, 3).drag()
    before = view.scroll_place()
    view.hide()
    theme.set_zoom(2.0)
    assert view.scroll_place() == before
    theme.set_zoom(1.0)
    view.show()
    assert view.scroll_place() == before
