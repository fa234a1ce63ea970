"""Wheel and keys scroll smoothly by the test's clock: never late, never past the target, never blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from live_model import LiveModel
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QInputDevice, QPaintEvent, QPalette, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot
from scrolling import jump_to_end, scroll_to_message

from desktop_chat.core.deltas import TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.events import MessageAdded, ReplyDelta
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.transcript.viewport.smooth_scroll import DURATION_S, eased

PROSE = "Words of a paragraph that is long enough to take some lines of a column. " * 6 + "\n\n- one\n- two\n"
FRAME = 1 / 60


def message(number: int, text: str, role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    return Message(f"m{number}", "c", None, role, text, status, 1.7e9, model="test-1")


def history(count: int) -> list[Message]:
    return [message(n, f"Message {n}. {PROSE}", Role.ASSISTANT if n % 2 else Role.USER) for n in range(count)]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    made.set_scheme("light")
    made.set_motion("on")
    yield made
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    qapp.setFont(QFont())


class Watched:
    """A view whose animation follows a test clock, and measurements of it."""

    def __init__(self, view: TranscriptView) -> None:
        self.view = view
        self.now = 100.0
        view.smooth_scroll.clock = lambda: self.now
        view.page.scroll_by(-3_000)

    def height(self) -> int:
        """Return the scroll position by the actual content: a line that stays laid out."""
        return self.view.scroller.value()

    def frames(self, count: int = 12) -> list[int]:
        """Advance frames. Returns the distance of each."""
        ways = []
        for _ in range(count):
            before = {id(one.entry): one.y for one in self.view.page.placed}
            self.now += FRAME
            self.view.smooth_scroll.step()
            ways.append(moved(before, self.view))
        return ways


def moved(before: dict[int, int], view: TranscriptView) -> int:
    """Return how many pixels the visible content moved up; all of it by the same distance."""
    (way,) = {before[id(one.entry)] - one.y for one in view.page.placed if id(one.entry) in before}
    return way


@pytest.fixture
def watched(theme: Theme, qtbot: QtBot) -> Watched:
    view = TranscriptView(theme, ErrorWords())
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_model(LiveModel(history(60), parent=view))
    view.show()
    qtbot.waitExposed(view)
    return Watched(view)


def turn(
    view: TranscriptView,
    units: int,
    pixels: int = 0,
    *,
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
    device: QPointingDevice | None = None,
) -> int:
    """Send a turn of the wheel like Qt. Returns the immediate distance."""
    at, before = QPointF(100, 100), {id(one.entry): one.y for one in view.page.placed}
    event = QWheelEvent(
        at,
        view.viewport().mapToGlobal(at),
        QPoint(0, pixels),
        QPoint(0, units),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        phase,
        False,
        Qt.MouseEventSource.MouseEventNotSynthesized,
        *([device] if device is not None else []),
    )
    QApplication.sendEvent(view.viewport(), event)
    return moved(before, view)


def notch(view: TranscriptView) -> int:
    return view.document.render_style.text.pitch * QApplication.wheelScrollLines()


def test_a_notch_starts_at_once_slows_down_and_ends_exactly(watched: Watched) -> None:
    first = turn(watched.view, 120)
    assert first < 0, "the wheel is felt with its own event"
    ways = [first, *watched.frames()]
    assert sum(ways) == -notch(watched.view)
    gone = [way for way in ways if way]
    assert gone == sorted(gone), "quick at first, then slower"
    assert len(gone) <= DURATION_S / FRAME + 1
    assert not watched.view.smooth_scroll.active


def test_the_distance_is_covered_in_time_with_any_number_of_frames(watched: Watched) -> None:
    first = turn(watched.view, -120)
    before = {id(one.entry): one.y for one in watched.view.page.placed}
    watched.now += 5
    watched.view.smooth_scroll.step()
    assert first + moved(before, watched.view) == notch(watched.view)
    assert not watched.view.smooth_scroll.active


def test_notches_during_a_glide_are_added(watched: Watched) -> None:
    gone = turn(watched.view, 120)
    for _ in range(4):
        gone += sum(watched.frames(2))
        gone += turn(watched.view, 120)
    assert gone + sum(watched.frames()) == -5 * notch(watched.view)


def test_turning_back_does_not_continue_first(watched: Watched) -> None:
    turn(watched.view, 360)
    watched.frames(2)
    assert turn(watched.view, -120) > 0
    assert sum(watched.frames()) > 0


@pytest.mark.parametrize("part", [1, 7, 15, 40, 60])
def test_a_high_resolution_wheel_goes_as_far_as_a_plain_one(watched: Watched, part: int) -> None:
    gone = 0
    for _ in range(840 // part):
        gone += turn(watched.view, part)
        gone += watched.frames(1)[0]
    gone += sum(watched.frames())
    assert abs(gone + 7 * notch(watched.view)) <= 1


def test_a_touchpad_moves_the_text_directly(watched: Watched) -> None:
    for phase in (Qt.ScrollPhase.ScrollUpdate, Qt.ScrollPhase.ScrollMomentum):
        assert turn(watched.view, 40, 13, phase=phase) == -13
        assert not watched.view.smooth_scroll.active


def test_a_touchpad_without_pixel_deltas_is_followed_too(watched: Watched) -> None:
    touchpad = QPointingDevice(
        "pad",
        7,
        QInputDevice.DeviceType.TouchPad,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Scroll,
        1,
        0,
    )
    assert turn(watched.view, 30, device=touchpad) == -notch(watched.view) // 4
    assert not watched.view.smooth_scroll.active


def test_a_touchpad_ends_a_glide(watched: Watched) -> None:
    turn(watched.view, 240)
    assert turn(watched.view, -40, -10, phase=Qt.ScrollPhase.ScrollUpdate) == 10
    assert watched.frames() == [0] * 12


@pytest.mark.parametrize("choice", ["off", "system"])
def test_nothing_glides_if_nothing_can_move(watched: Watched, theme: Theme, choice: str) -> None:
    theme.set_motion(choice)
    theme.set_desktop_moves(False)
    assert turn(watched.view, 120) == -notch(watched.view)
    QTest.keyClick(watched.view, Qt.Key.Key_PageUp)
    QTest.keyClick(watched.view, Qt.Key.Key_End)
    assert watched.view.at_end
    assert not watched.view.smooth_scroll.active


@pytest.mark.parametrize(
    ("key", "modifiers", "pages"),
    [
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, -1),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier, -1),
    ],
)
def test_pages_glide(watched: Watched, key: Qt.Key, modifiers: Qt.KeyboardModifier, pages: int) -> None:
    view = watched.view
    page = view.viewport().height() - 40
    ways = []
    for _ in range(2):
        before = {id(one.entry): one.y for one in view.page.placed}
        QTest.keyClick(view, key, modifiers)
        ways += [moved(before, view), *watched.frames(2)]
    ways += watched.frames()
    assert 0 < abs(ways[0]) < page
    assert sum(ways) == 2 * pages * page


def test_home_and_end_glide_over_short_and_jump_over_long_distances(watched: Watched) -> None:
    view = watched.view
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert not view.smooth_scroll.active
    assert view.scroller.value() == 0
    view.page.scroll_by(300)
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert view.smooth_scroll.active
    assert 0 < view.scroller.value() < 300
    watched.frames()
    assert view.scroller.value() == 0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert not view.smooth_scroll.active
    assert view.at_end
    turn(view, 240)
    watched.frames()
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert not view.at_end
    watched.frames()
    assert view.at_end


def test_alt_arrows_glide_to_the_start_of_a_message(watched: Watched) -> None:
    view = watched.view
    scroll_to_message(view, 20)
    for expected in (21, 22, 23):
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert view.model.row(expected).message.id == view.hit_tester.current_message
    watched.frames()
    spot, offset = view.scroller.anchor
    assert (spot.place, spot.index, offset) == (23, 0, 0)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    watched.frames()
    assert view.scroller.anchor[0].place == 22


def test_alt_arrows_start_from_the_current_position(watched: Watched) -> None:
    view = watched.view
    scroll_to_message(view, 20)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    watched.frames()
    scroll_to_message(view, 40)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    watched.frames()
    assert view.scroller.anchor[0].place == 41


def press(view: TranscriptView) -> None:
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))


@pytest.mark.parametrize(
    "interrupt",
    [
        press,
        lambda view: QTest.keyClick(view, Qt.Key.Key_Escape),
        lambda view: view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 200),
        lambda view: scroll_to_message(view, 5),
        jump_to_end,
    ],
)
def test_other_scrolling_stops_a_glide(watched: Watched, interrupt: Callable[[TranscriptView], None]) -> None:
    turn(watched.view, 600)
    watched.frames(2)
    interrupt(watched.view)
    assert watched.frames() == [0] * 12
    assert not watched.view.smooth_scroll.active


def test_the_first_notch_upwards_detaches_from_the_end_and_reaching_it_attaches_again(watched: Watched) -> None:
    view = watched.view
    view.model.on_event(MessageAdded(message(60, "", status=Status.RUNNING)))
    jump_to_end(view)
    turn(view, 120)
    assert not view.at_end
    for _ in range(6):
        view.model.on_event(ReplyDelta("m60", TextDelta("More words come in.\n\n")))
        view.model.tell()
        watched.frames(1)
    assert not view.at_end
    assert view._jump.isVisible()
    for _ in range(8):
        turn(view, -120)
        watched.frames()
    assert view.at_end
    assert view._jump.isHidden()


def test_the_button_glides_to_a_near_end(watched: Watched) -> None:
    view = watched.view
    jump_to_end(view)
    turn(view, 240)
    watched.frames()
    view.model.on_event(MessageAdded(message(60, "New", role=Role.ASSISTANT)))
    assert view._jump.text().startswith("1 new message")
    view._jump.click()
    assert view.smooth_scroll.active
    assert not view.at_end
    watched.frames()
    assert view.at_end


def test_the_button_stays_centred_and_off_the_last_footer(watched: Watched) -> None:
    view = watched.view
    jump_to_end(view)
    turn(view, 240)
    watched.frames()
    for number in range(60, 62):
        view.model.on_event(MessageAdded(message(number, "New\n\n" * 30, status=Status.COMPLETE, role=Role.ASSISTANT)))
        middle = view._jump.geometry().center().x() - view.viewport().geometry().center().x()
        assert abs(middle) <= 1, view._jump.text()
    assert view._jump.text().startswith("2 new message")
    view.scroller.follow_end()
    view.page.show_changes()
    view.page.scroll_by(-4)
    assert not view.at_end
    assert view._jump.isHidden(), "the footer of the last message is in view"


def test_scrolling_ends_at_both_ends(watched: Watched) -> None:
    view = watched.view
    scroll_to_message(view, 0)
    turn(view, 1_200)
    watched.frames(2)
    assert not view.smooth_scroll.active
    assert view.scroller.value() == 0
    jump_to_end(view)
    turn(view, -1_200)
    assert not view.smooth_scroll.active
    assert view.at_end


def test_a_hidden_view_jumps_to_its_target(watched: Watched) -> None:
    view = watched.view
    scroll_to_message(view, 20)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    view.hide()
    assert not view.smooth_scroll.active
    assert view.scroller.anchor[0].place == 21


def test_zero_distance_is_no_glide(watched: Watched) -> None:
    assert turn(watched.view, 1) == 0
    assert not watched.view.smooth_scroll.active


def groove(view: TranscriptView, *, above: bool) -> QPoint:
    """Return a point of the scroll bar next to its thumb."""
    bar, option = view.verticalScrollBar(), QStyleOptionSlider()
    bar.initStyleOption(option)
    control = QStyle.SubControl.SC_ScrollBarSubPage if above else QStyle.SubControl.SC_ScrollBarAddPage
    return bar.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, control, bar).center()


def test_a_click_next_to_the_thumb_scrolls_by_a_page_of_content(watched: Watched) -> None:
    view = watched.view
    for above, sign in ((True, -1), (False, 1)):
        before = {id(one.entry): one.y for one in view.page.placed}
        QTest.mouseClick(view.verticalScrollBar(), Qt.MouseButton.LeftButton, pos=groove(view, above=above))
        assert moved(before, view) + sum(watched.frames()) == sign * (view.viewport().height() - 40)


def test_the_wheel_over_the_scroll_bar_scrolls_the_text(watched: Watched) -> None:
    view, at = watched.view, QPointF(5, 50)
    before = {id(one.entry): one.y for one in view.page.placed}
    event = QWheelEvent(
        at,
        view.verticalScrollBar().mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.verticalScrollBar(), event)
    assert moved(before, view) + sum(watched.frames()) == -notch(view)


def test_the_thumb_stays_under_the_pointer_while_it_is_held(watched: Watched) -> None:
    view, bar = watched.view, watched.view.verticalScrollBar()
    jump_to_end(view)
    bar.setSliderDown(True)
    most = bar.maximum()
    for share in (0.9, 0.5, 0.1, 0.3):
        bar.setSliderPosition(round(most * share))
        assert bar.maximum() == most
        assert bar.sliderPosition() == round(most * share)
    bar.setSliderPosition(most)
    assert view.at_end
    bar.setSliderPosition(most // 3)
    bar.setSliderDown(False)
    assert bar.value() == view.scroller.value()
    assert bar.maximum() == view.scroller.total() - view.viewport().height()


def test_the_easing_is_monotone_and_complete() -> None:
    shares = [eased(n / 20) for n in range(-3, 25)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


class Paints(QObject):
    """Records how many rows of pixels each paint of a view covers."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self.heights: list[int] = []
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 -- Qt's name
        if isinstance(event, QPaintEvent):
            self.heights.append(sum(rect.height() for rect in event.region()))
        return False


def test_a_frame_of_a_glide_paints_only_the_newly_visible_part(watched: Watched) -> None:
    view = watched.view
    QApplication.processEvents()
    paints = Paints(view)
    first = turn(view, 120)
    QApplication.processEvents()
    for _ in range(4):
        watched.frames(1)
        QApplication.processEvents()
    assert 1 < len(paints.heights) <= 5, "one paint a frame at most"
    beside_the_button = view.viewport().height() - view._jump.y()
    assert view._jump.isVisible()
    assert max(paints.heights) <= abs(first) + beside_the_button + view.document.render_style.text.pitch
    assert max(paints.heights) < view.viewport().height() // 4


@pytest.mark.parametrize("steps", [(120, 120, -120), (-360, 120, 360)])
def test_scrolled_pixels_equal_a_full_repaint(watched: Watched, steps: tuple[int, ...]) -> None:
    view = watched.view
    for units in steps:
        turn(view, units)
        for _ in range(3):
            watched.frames(3)
            QApplication.processEvents()
            on_screen = view.screen().grabWindow(view.winId()).toImage()
            view.viewport().repaint()
            assert on_screen == view.screen().grabWindow(view.winId()).toImage()
