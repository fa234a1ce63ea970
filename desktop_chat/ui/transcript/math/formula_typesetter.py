"""Sets the formulas in view, one after the other, on a thread that runs only while there are some."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QTransform

from desktop_chat.markdown.formula import typeset_formula
from desktop_chat.markdown.nodes import Formula, Stroke
from desktop_chat.ui.transcript.math.formulas import FormulaKey, Formulas, Outline
from desktop_chat.ui.transcript.transcript_model import FRAME_MS

if TYPE_CHECKING:
    from desktop_chat.markdown.typesetter import Curve, Typesetter

_SWITCH_S = 0.0002
_TURN = threading.Lock()
"""Held while a formula is typeset, one in the whole application: it changes a setting of the interpreter."""
_PATIENCE = 6
"""Frames that finished formulas wait for others, so that a text is laid out again once for all of them."""
_TOGETHER = 5
"""Glyphs filled at once: many take the painter four times as long as a few at a time."""


class FormulaTypesetter(QObject):
    """Sets what was asked for last: formulas that scroll out of view before their turn are skipped."""

    def __init__(
        self, formulas: Callable[[], Formulas], came: Callable[[set[FormulaKey]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._formulas = formulas
        self._came = came
        self._worker = _Worker()
        self._ticks = 0
        self.destroyed.connect(self._worker.stop)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._take)

    def ask(self, wanted: Iterable[FormulaKey]) -> None:
        """Set these, and nothing asked for before."""
        formulas = self._formulas()
        keys = [key for key in wanted if formulas.is_open(key)]
        formulas.missed = bool(keys)
        self._worker.ask(keys)
        if keys and not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Set nothing more; the thread ends after its present formula."""
        self._worker.stop()
        self._timer.stop()

    def _take(self) -> None:
        self._ticks += 1
        if self._worker.runs and self._ticks < _PATIENCE:
            return
        self._ticks = 0
        formulas, came = self._formulas(), set()
        for key, outline in self._worker.results():
            formulas.put(key, outline)
            if outline is not None:
                came.add(key)
        if not self._worker.busy:
            self._timer.stop()
        if came:
            self._came(came)


class _Worker:
    """The thread. It starts with the first formula and ends with the last one, so nobody has to wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[FormulaKey] = deque()
        self._done: deque[tuple[FormulaKey, Outline | None]] = deque()
        self._present: FormulaKey | None = None
        self._runs = False
        self._glyphs: dict[int, QPainterPath] = {}

    @property
    def runs(self) -> bool:
        """True while a formula is being typeset."""
        with self._lock:
            return self._runs

    @property
    def busy(self) -> bool:
        """True while a formula is being typeset or waits to be taken."""
        with self._lock:
            return self._runs or bool(self._done)

    def ask(self, keys: Collection[FormulaKey]) -> None:
        with self._lock:
            there = {key for key, _ in self._done} | {self._present}
            self._waiting = deque(key for key in keys if key not in there)
            if self._waiting and not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="formulas", daemon=True).start()

    def stop(self) -> None:
        """Start nothing more; the present formula is the last."""
        self.ask(())

    def results(self) -> list[tuple[FormulaKey, Outline | None]]:
        """Return what has been typeset since the last call."""
        with self._lock:
            found = list(self._done)
            self._done.clear()
            return found

    def _run(self) -> None:
        while (key := self._next()) is not None:
            with _in_background():
                outline = self._outline(*key)
            with self._lock:
                self._done.append((key, outline))
                self._present = None

    def _next(self) -> FormulaKey | None:
        with self._lock:
            self._present = self._waiting.popleft() if self._waiting else None
            self._runs = self._present is not None
            return self._present

    def _outline(self, latex: str, display: bool) -> Outline | None:
        formula = typeset_formula(latex, display=display)
        if formula is None:
            return None
        from desktop_chat.markdown.typesetter import typesetter  # noqa: PLC0415 -- loaded by the line above

        return outlined(formula, typesetter(), self._glyphs)


@contextmanager
def _in_background() -> Iterator[None]:
    """Run without blocking the window's thread.

    Painting releases the interpreter lock at each call, and would get it back only after the switch interval. Another
    page may start before this one's last formula is done; the lock lets only one at a time change the interval.
    """
    with _TURN:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_S)
        try:
            yield
        finally:
            sys.setswitchinterval(interval)


def outlined(formula: Formula, typesetter: Typesetter, glyphs: dict[int, QPainterPath]) -> Outline:
    """Turn a formula into what is painted; `glyphs` keeps the glyphs met so far."""
    paths: list[tuple[str, QPainterPath]] = []
    in_last = 0
    for letter in formula.letters:
        if letter.glyph < 0:
            continue
        glyph = glyphs.get(letter.glyph)
        if glyph is None:
            glyph = glyphs[letter.glyph] = _path(typesetter.outline(letter.glyph))
        if not paths or paths[-1][0] != letter.colour or in_last == _TOGETHER:
            paths.append((letter.colour, _filled()))
            in_last = 0
        paths[-1][1].addPath(_placed(glyph, letter.x, letter.y, letter.size))
        in_last += 1
    paths += [(stroke.colour, _stroked(stroke)) for stroke in formula.strokes]
    ink = [path.boundingRect() for _, path in paths]
    bars = tuple((bar.colour, QRectF(bar.x, bar.y, bar.width, bar.height)) for bar in formula.bars)
    ink += [rect for _, rect in bars]
    return Outline(
        max(formula.width, *(rect.right() for rect in ink)) if ink else formula.width,
        max(formula.ascent, *(-rect.top() for rect in ink)) if ink else formula.ascent,
        max(formula.descent, *(rect.bottom() for rect in ink)) if ink else formula.descent,
        tuple(paths),
        bars,
        tuple(letter for letter in formula.letters if letter.glyph < 0),
    )


def _stroked(stroke: Stroke) -> QPainterPath:
    line = QPainterPath(QPointF(*stroke.start))
    line.lineTo(*stroke.end)
    pen = QPainterPathStroker()
    pen.setWidth(stroke.thickness)
    return pen.createStroke(line)


def _filled() -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


def _placed(path: QPainterPath, x: float, y: float, size: float) -> QPainterPath:
    return QTransform(size, 0, 0, size, x, y).map(path)


def _path(curves: tuple[Curve, ...]) -> QPainterPath:
    path, begins = QPainterPath(), False
    for points in curves:
        if begins:
            path.closeSubpath()
            path.moveTo(*points[0])
        elif len(points) == 1:
            path.lineTo(*points[0])
        elif len(points) == 2:
            path.quadTo(*points[0], *points[1])
        elif points:
            path.cubicTo(*points[0], *points[1], *points[2])
        begins = not points
    path.closeSubpath()
    return path
