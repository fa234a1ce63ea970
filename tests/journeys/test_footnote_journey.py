"""Footnotes in the real window: a click on the number goes to the footnote, its arrow goes back."""

from __future__ import annotations

from desk import Desk
from mouse import Mouse
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from scrolling import scroll_to_message

from desktop_chat.core.entities import Connection
from desktop_chat.ui.transcript.blocks.node_layout import NOTE_BACK
from desktop_chat.ui.transcript.blocks.text_box import NOTE

QUESTION = (
    "Water boils[^a][^b] at 100 °C.\n\n"
    + "".join(f"Paragraph {number}.\n\n" for number in range(40))
    + "[^b]: Second, $p = 1$ bar.\n[^a]: At sea level only.\n"
)


def place_of(desk: Desk, name: str, number: int = 0) -> QPoint:
    """Return the middle of a control on the screen."""
    view = desk.tab.transcript
    target = [target for target in view.hit_tester.focus_chain.in_view() if target.control.name == name][number]
    return (target.control.rects[0].center() + QPointF(view.page.column_x, target.placed.y)).toPoint()


def names_in_view(desk: Desk) -> set[str]:
    return {target.control.name for target in desk.tab.transcript.hit_tester.focus_chain.in_view()}


async def test_a_click_goes_to_a_footnote_and_back_while_a_reply_streams(desk: Desk, connection: Connection) -> None:
    await desk.with_model(connection, "slow-text")
    desk.ask(QUESTION)
    await desk.speaking(characters=20)
    view = desk.tab.transcript
    height = view.scroller.total() + view.viewport().height()
    await desk.until(lambda: view.scroller.total() > height, "a reply so long that its end is out of view at the note")
    mouse = Mouse(view.viewport())
    scroll_to_message(view, 0)
    before = view.scroll_place()
    await mouse.click(place_of(desk, NOTE, 1))
    await desk.until(
        lambda: NOTE_BACK in names_in_view(desk) and NOTE not in names_in_view(desk) and not view.smooth_scroll.active
    )
    desk.screenshot("footnotes")
    assert view.hit_tester.focused is not None
    assert view.hit_tester.focused.value == "b"
    await mouse.click(place_of(desk, NOTE_BACK))
    await desk.until(lambda: view.scroll_place() == before, "the text is not where it was read")
    QTest.keyClick(view, Qt.Key.Key_Return)
    await desk.until(lambda: NOTE_BACK in names_in_view(desk), "Enter does not press the number that has the keyboard")
    assert desk.tab.session.running
