"""Formulas in the transcript: typeset in place, in the text's colour, and their LaTeX wherever text is copied."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import shiboken6
from live_model import LiveModel
from page_world import on_screen
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import MessageAdded, ReplyDelta, ReplyEnded
from desktop_chat.markdown import formula
from desktop_chat.markdown.formula import LONGEST
from desktop_chat.markdown.nodes import Span, Style
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.text_box import OBJECT, TextBox, spans_box
from desktop_chat.ui.transcript.document import Spot
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.math.formula_painter import paint_formula
from desktop_chat.ui.transcript.math.formula_typesetter import _Worker
from desktop_chat.ui.transcript.math.formulas import Inset
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.selection.selection import Position
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.scroller import Placed

PAGE = r"""The roots of $ax^2+bx+c=0$ with $a \ne 0$ are

$$
x_{1,2} = \frac{-b \pm \sqrt{b^2-4ac}}{2a}
$$

and 中文$\frac{1}{2}$里也有公式。

- an item with $\sum_{i=1}^n i$ in it

| name | formula |
|:-----|--------:|
| area | $\pi r^2$ |

Broken: $\frac{1}{$ and $$\unknown$$

The end.
"""

Show = Callable[[TranscriptModel], TranscriptView]


def message(number: int, text: str = "", role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    before = f"m{number - 1}" if number else None
    return Message(f"m{number}", "c", before, role, text, status, 1_700_000_000.0, model="test-1")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.set_scheme("light")
    return made


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Show:
    def made(model: TranscriptModel) -> TranscriptView:
        return on_screen(theme, qtbot, model, height=900)

    return made


def is_set(view: TranscriptView) -> bool:
    return not any(layout.waiting - set(view.document.render_style.formulas._known) for layout in layouts(view))


def settled(view: TranscriptView, qtbot: QtBot) -> None:
    """Wait until every visible formula has been typeset."""
    qtbot.waitUntil(lambda: is_set(view) and not view._formulas._typesetter._timer.isActive())


def layouts(view: TranscriptView) -> Iterator[BlockLayout]:
    for one in view.page.placed:
        if isinstance(one.entry, BlockEntry) and one.entry.layout is not None:
            yield one.entry.layout


def boxes(view: TranscriptView) -> Iterator[tuple[Placed, TextBox]]:
    for one in view.page.placed:
        if isinstance(one.entry, BlockEntry) and one.entry.layout is not None:
            for box in one.entry.layout.boxes:
                yield one, box


def shown(view: TranscriptView) -> list[str]:
    """Return the LaTeX of the painted formulas."""
    return [inset.latex for _, box in boxes(view) for inset in box.insets]


def words(view: TranscriptView) -> str:
    return "\n".join(layout_text(layout) for layout in layouts(view))


def point_of(view: TranscriptView, latex: str) -> QPoint:
    """Return the middle of a formula on screen."""
    for placed, box in boxes(view):
        for inset in box.insets:
            if inset.latex == latex:
                at = inset.rect().center() + QPointF(view.page.column_x + box.x, placed.y + box.y)
                return at.toPoint()
    raise AssertionError(latex)


def line_at_top(view: TranscriptView) -> str:
    """Return the text of the line at the top edge."""
    spot, offset = view.scroller.anchor
    layout = view.document.item(spot.place).entries[spot.index].layout
    assert layout is not None
    start = layout.position_at(0, offset + 2, {})
    return layout_text(layout, start, layout.boxes[0].line_end(start, at_end=True))


def line_y(view: TranscriptView) -> int:
    """Return how far below the top edge that line starts."""
    spot, offset = view.scroller.anchor
    layout = view.document.item(spot.place).entries[spot.index].layout
    assert layout is not None
    box = layout.box_at(layout.position_at(0, offset + 2, {}))
    assert box is not None
    return round(box.y + max(top for top in box.tops if box.y + top <= max(offset, box.y))) - offset


def rendered(view: TranscriptView) -> QImage:
    return view.viewport().grab().toImage()


# --- on screen ------------------------------------------------------------------------------------------------------


def test_the_source_is_shown_until_the_formula_is_typeset_or_for_good(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, PAGE)]))
    assert not shown(view)
    assert "$ax^2+bx+c=0$" in words(view)
    settled(view, qtbot)
    assert shown(view) == [
        "ax^2+bx+c=0",
        r"a \ne 0",
        r"x_{1,2} = \frac{-b \pm \sqrt{b^2-4ac}}{2a}",
        r"\frac{1}{2}",
        r"\sum_{i=1}^n i",
        r"\pi r^2",
    ]
    assert r"$\unknown$" in words(view)
    assert not any(OBJECT in layout_text(layout) for layout in layouts(view))


@pytest.mark.parametrize("step", [1, 7, 1_000])
def test_a_streamed_view_looks_like_an_opened_one(show: Show, qtbot: QtBot, step: int) -> None:
    running = message(1, status=Status.RUNNING)
    streamed = show(LiveModel([message(0, "Hi", Role.USER)]))
    streamed.model.on_event(MessageAdded(running))
    for start in range(0, len(PAGE), step):
        streamed.model.on_event(ReplyDelta("m1", TextDelta(PAGE[start : start + step])))
        streamed.model.tell()
        if start % 50 == 0:
            QApplication.processEvents()
    finished = replace(running, text=PAGE, status=Status.COMPLETE)
    streamed.model.on_event(ReplyEnded(finished))
    opened = show(LiveModel([message(0, "Hi", Role.USER), finished]))
    for view in (streamed, opened):
        settled(view, qtbot)
    assert shown(streamed)
    assert rendered(streamed) == rendered(opened)


def test_partial_repaints_equal_a_full_repaint(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "Hi", Role.USER), message(1, status=Status.RUNNING)]))
    for word in PAGE.split(" "):
        view.model.on_event(ReplyDelta("m1", TextDelta(word + " ")))
        view.model.tell()
        QApplication.processEvents()
    settled(view, qtbot)
    QApplication.processEvents()
    on_screen = view.screen().grabWindow(view.winId()).toImage()
    view.viewport().repaint()
    assert on_screen == view.screen().grabWindow(view.winId()).toImage()


def test_a_repeated_formula_is_typeset_once(show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    really = formula.typeset_formula

    def noted(latex: str, *, display: bool) -> formula.Formula | None:
        made.append(latex)
        return really(latex, display=display)

    monkeypatch.setattr("desktop_chat.ui.transcript.math.formula_typesetter.typeset_formula", noted)
    view = show(LiveModel([message(0, "$x^2$ and $x^2$", status=Status.RUNNING)]))
    settled(view, qtbot)
    for _ in range(5):
        view.model.on_event(ReplyDelta("m0", TextDelta(" and $x^2$ again")))
        view.model.tell()
    settled(view, qtbot)
    assert made == ["x^2"]
    assert shown(view) == ["x^2"] * 7


def test_text_without_formulas_starts_no_thread(show: Show) -> None:
    view = show(LiveModel([message(0, "No formula here, and $5 is no formula.")]))
    assert not view._formulas._typesetter._timer.isActive()
    assert not [thread for thread in threading.enumerate() if thread.name == "formulas"]


def test_the_libraries_are_loaded_only_when_needed() -> None:
    code = (
        "import sys, desktop_chat.ui.transcript.view;"
        "sys.exit(bool({'ziamath', 'ziafont', 'latex2mathml'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_thread_ends_with_the_last_formula(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, " ".join(f"$x_{{{n}}}$" for n in range(40)))]))
    settled(view, qtbot)
    qtbot.waitUntil(lambda: not [thread for thread in threading.enumerate() if thread.name == "formulas"])


def test_nothing_is_typeset_for_a_hidden_view(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, " ".join(f"$y_{{{n}}}$" for n in range(40)))]))
    view.hide()
    qtbot.waitUntil(lambda: not [thread for thread in threading.enumerate() if thread.name == "formulas"])
    assert len(view.document.render_style.formulas._known) < 40
    view.show()
    settled(view, qtbot)
    assert len(shown(view)) == 40


def test_a_formula_that_is_too_long_never_reaches_the_thread(show: Show, qtbot: QtBot) -> None:
    latex = "x" * (LONGEST + 1)
    view = show(LiveModel([message(0, f"$$\n{latex}\n$$")]))
    assert not view._formulas._typesetter._timer.isActive()
    assert latex in words(view)


# --- reading is not disturbed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [333, 777, 1_500])
def test_typeset_formulas_do_not_move_the_text_being_read(show: Show, qtbot: QtBot, back: int) -> None:
    text = "\n\n".join(f"Before {n} $\\frac{{{n}}}{{x}}$ after.\n\n$$\n\\sum_{{i={n}}}^n i\n$$" for n in range(60))
    view = show(LiveModel([message(0, "Hi", Role.USER), message(1, text)]))
    view.scroller.go_to_entry(view.page.placed[0].spot, 0)
    view.page.scroll_by(-back)
    before = line_at_top(view), line_y(view)
    assert any(layout.waiting for layout in layouts(view))
    settled(view, qtbot)
    assert (line_at_top(view), line_y(view)) == before


def test_a_paragraph_being_read_keeps_its_line(show: Show, qtbot: QtBot) -> None:
    text = " ".join(f"word{n} $\\frac{{{n}}}{{\\sqrt{{x}}}}$" for n in range(120))
    view = show(LiveModel([message(0, "Hi", Role.USER), message(1, text)]))
    view.resize(700, 400)
    place, offset = Spot(1, 1), 400
    view.scroller.go_to_entry(place, offset)
    view.page.show_changes()
    assert view.scroller.anchor == (place, offset)
    before = line_at_top(view)
    settled(view, qtbot)
    assert before.startswith(r"{\sqrt{x}}$ word41 ")  # a line that starts inside the source of a formula
    after = line_at_top(view)
    assert r"\frac{40}{\sqrt{x}}" in after or after.startswith("word41 ")  # depends on the font's widths


def test_the_end_is_followed_while_formulas_appear(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "Hi", Role.USER), message(1, status=Status.RUNNING)]))
    for number in range(40):
        view.model.on_event(ReplyDelta("m1", TextDelta(f"Line {number} $\\frac{{{number}}}{{2}}$.\n\n")))
        view.model.tell()
        QApplication.processEvents()
    settled(view, qtbot)
    assert view.at_end
    assert r"\frac{39}{2}" in shown(view)


# --- copying --------------------------------------------------------------------------------------------------------


def test_a_copy_includes_the_latex_with_its_delimiters(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "Text $x^2$ more.\n\n$$\na = b\n$$\n\nend")]))
    settled(view, qtbot)
    view.page.select_all()
    assert view.copier.text(markdown=False) == "Text $x^2$ more.\n\n$$a = b$$\n\nend"
    assert view.copier.text(markdown=True) == "Text $x^2$ more.\n\n$$\na = b\n$$\n\nend"


def test_a_double_click_selects_the_whole_formula(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, r"Some text $\frac{a}{b}$ and 中文$y$中文")]))
    settled(view, qtbot)
    for latex in (r"\frac{a}{b}", "y"):
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, latex))
        assert view.copier.text(markdown=False) == f"${latex}$"


def test_a_selection_stays_on_its_words_when_formulas_appear(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, r"Some $\frac{a}{b}$ and chosen words $y$.")]))
    layout = next(layouts(view))
    start = layout.boxes[0].text.index("chosen")
    view.selection.begin(Position("m0", 0, start))
    view.selection.extend(Position("m0", 0, start + len("chosen")))
    assert view.copier.text(markdown=False) == "chosen"
    settled(view, qtbot)
    assert shown(view)
    assert view.copier.text(markdown=False) == "chosen"


def test_a_selection_stays_below_a_formula_of_the_same_block(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "- Some $\\frac{a}{b}$ words\n\n  and chosen words")]))
    layout = next(layouts(view))
    start = layout.boxes[1].start + layout.boxes[1].text.index("chosen")
    view.selection.begin(Position("m0", 0, start))
    view.selection.extend(Position("m0", 0, start + len("chosen")))
    settled(view, qtbot)
    assert shown(view)
    assert view.copier.text(markdown=False) == "chosen"


def test_the_menu_of_a_formula_copies_its_latex(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, r"Some text $\frac{a}{b}$.")]))
    settled(view, qtbot)
    at = point_of(view, r"\frac{a}{b}")
    view.hit_tester.open_context_menu(QPointF(at), view.viewport().mapToGlobal(at))
    menu = view.findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Copy LaTeX").trigger()
    assert QGuiApplication.clipboard().text() == r"\frac{a}{b}"
    menu.close()


# --- appearance -----------------------------------------------------------------------------------------------------


def ink(image: QImage, area: QRectF, ground: int) -> set[int]:
    return {
        image.pixel(x, y)
        for x in range(int(area.left()), int(area.right()))
        for y in range(int(area.top()), int(area.bottom()))
        if image.pixel(x, y) != ground
    }


def inset_of(view: TranscriptView, latex: str) -> tuple[QRectF, Inset, TextBox]:
    for placed, box in boxes(view):
        for inset in box.insets:
            if inset.latex == latex:
                return inset.rect().translated(view.page.column_x + box.x, placed.y + box.y), inset, box
    raise AssertionError(latex)


def test_a_formula_is_on_the_baseline_of_its_words(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, r"Words $x$ and $\frac{a}{b}$ and $\int_0^1 x$ here.")]))
    settled(view, qtbot)
    _, box = next(boxes(view))
    line = box.layout.lineAt(0)
    for inset in box.insets:
        assert inset.base == pytest.approx(line.y() + line.ascent())
        assert inset.base - inset.ascent >= 0
        assert inset.base + inset.descent <= box.height
    assert len(box.insets) == 3


def test_lines_without_formulas_keep_their_height(theme: Theme) -> None:
    render_style = RenderStyle.of(theme)
    plain = spans_box(render_style, (Span("Words only"),), render_style.text, 600)
    assert plain.height == render_style.text.pitch
    assert not plain.insets


def test_a_formula_takes_its_colour_from_the_theme(show: Show, qtbot: QtBot, theme: Theme) -> None:
    view = show(LiveModel([message(0, "$$\nM\n$$")]))
    settled(view, qtbot)
    darkest = []
    for scheme in ("light", "dark"):
        theme.set_scheme(scheme)
        settled(view, qtbot)
        area, *_ = inset_of(view, "M")
        image = rendered(view)
        assert shown(view) == ["M"]
        values = {pixel & 0xFF for pixel in ink(image, area, image.pixel(2, 2))}
        darkest.append(min(values) if scheme == "light" else max(values))
    assert darkest[0] < 80
    assert darkest[1] > 180


def test_zoom_does_not_typeset_again(show: Show, qtbot: QtBot, theme: Theme) -> None:
    view = show(LiveModel([message(0, "$$\nM\n$$")]))
    settled(view, qtbot)
    small, *_ = inset_of(view, "M")
    theme.set_zoom(2.0)
    assert shown(view) == ["M"]
    large, *_ = inset_of(view, "M")
    assert large.width() == pytest.approx(2 * small.width(), rel=0.02)


def test_higher_resolution_shows_more_detail(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "$$\n\\sum_{i=1}^n x_i\n$$")]))
    settled(view, qtbot)
    _, inset, _ = inset_of(view, r"\sum_{i=1}^n x_i")
    render_style = view.document.render_style

    def painted(ratio: float) -> QImage:
        image = QImage(int(120 * ratio), int(80 * ratio), QImage.Format.Format_Grayscale8)
        image.setDevicePixelRatio(ratio)
        image.fill(255)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_formula(painter, render_style, inset.outline, QPointF(10, 45), size=inset.size, colour="text")
        painter.end()
        return image

    one, two = painted(1.0), painted(2.0)
    enlarged = one.scaled(two.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    assert two != enlarged

    def edges(image: QImage) -> int:
        return sum(
            abs((image.pixel(x, y) & 0xFF) - (image.pixel(x + 1, y) & 0xFF)) > 120
            for x in range(image.width() - 1)
            for y in range(image.height())
        )

    assert edges(two) > 2 * edges(enlarged)


def test_a_wide_formula_scrolls_separately(show: Show, qtbot: QtBot) -> None:
    view = show(LiveModel([message(0, "$$\n" + "+".join(f"x_{{{n}}}" for n in range(60)) + "\n$$\n\nText.")]))
    settled(view, qtbot)
    layout = next(layouts(view))
    assert layout.panes[0].hidden_width > 0
    assert layout.panes[0].rect.width() <= view.document.width
    assert layout.pane_at(layout.panes[0].rect.center().x(), layout.panes[0].rect.center().y()) == 0


def test_an_inline_formula_is_never_wider_than_the_column(show: Show, qtbot: QtBot) -> None:
    little, much = "+".join(f"x_{{{n}}}" for n in range(21)), "+".join(f"x_{{{n}}}" for n in range(60))
    view = show(LiveModel([message(0, f"Text ${little}$ and ${much}$ more.")]))
    settled(view, qtbot)
    assert shown(view) == [little]
    _, inset, box = inset_of(view, little)
    assert inset.width <= box.width + 0.5
    assert f"${much}$" in words(view)


def test_an_unreadable_colour_is_replaced_by_the_texts(theme: Theme) -> None:
    render_style = RenderStyle.of(theme)
    assert render_style.readable_colour("red", "text").name() == "#ff0000"
    assert render_style.readable_colour("yellow", "text") == render_style.colour("text")
    assert render_style.readable_colour("nonsense", "text") == render_style.colour("text")


def test_a_latex_span_without_a_formula_is_its_source(theme: Theme) -> None:
    render_style = RenderStyle.of(theme)
    waiting: set[tuple[str, bool]] = set()
    spans = render_style.formulas.resolved((Span("x", Style.MATH | Style.BOLD),), 16, None, waiting)
    assert spans == [Span("$x$", Style.CODE | Style.BOLD)]
    assert waiting == {("x", False)}


def test_a_deleted_view_cancels_the_remaining_formulas(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    made: list[str] = []

    def slowly(latex: str, *, display: bool) -> None:
        made.append(latex)
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr("desktop_chat.ui.transcript.math.formula_typesetter.typeset_formula", slowly)
    view = TranscriptView(theme, ErrorWords())
    view.set_model(LiveModel([message(0, " ".join(f"$z_{{{n}}}$" for n in range(40)))], parent=view))
    view.show()
    qtbot.waitUntil(begun.is_set)
    shiboken6.delete(view)
    go_on.set()
    qtbot.waitUntil(lambda: not [thread for thread in threading.enumerate() if thread.name == "formulas"])
    assert len(made) == 1


def test_pages_typeset_in_sequence_and_leave_the_interpreter_unchanged(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = {"a": threading.Event(), "b": threading.Event()}
    leave = threading.Event()

    def slowly(latex: str, *, display: bool) -> None:
        begun[latex].set()
        leave.wait(10)

    monkeypatch.setattr("desktop_chat.ui.transcript.math.formula_typesetter.typeset_formula", slowly)
    before = sys.getswitchinterval()
    first, second = _Worker(), _Worker()
    first.ask([("a", False)])
    begun["a"].wait(10)
    second.ask([("b", False)])
    assert not begun["b"].wait(0.05)
    leave.set()
    qtbot.waitUntil(lambda: begun["b"].is_set() and not first.runs and not second.runs)
    assert sys.getswitchinterval() == before
