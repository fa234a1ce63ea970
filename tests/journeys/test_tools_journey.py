"""Tools in the real window, by keyboard: calls side by side, a refusal with words, Stop in the midst, a restart."""

from __future__ import annotations

from desk import Desk, MakeDesk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import ChatOptions, Message, Status
from desktop_chat.core.tools import CallStatus
from desktop_chat.services.demo.demo_provider import DEMO_ID
from desktop_chat.services.demo.demo_tools import DEMO_TOOLS

CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)


async def open_with_tools(make_desk: MakeDesk) -> Desk:
    """Open the demo with all of its tools allowed in the conversation."""
    desk = make_desk()
    await desk.open(demo=True)
    tools = tuple(tool.id for tool in DEMO_TOOLS)
    desk.window.tabs.new_tab(ChatOptions(connection_id=DEMO_ID, model="demo", tools=tools))
    await desk.until(lambda: desk.tab.session is not None)
    return desk


def waiting(desk: Desk) -> int:
    return len(desk.tab.session.waiting_calls)


def calls_of(message: Message) -> list[tuple[CallStatus, str]]:
    return [(call.status, call.result) for call in message.tool_calls]


async def test_tools_run_only_as_the_user_decides(make_desk: MakeDesk) -> None:
    desk = await open_with_tools(make_desk)
    desk.ask("What is the weather in Paris and Tokyo?")
    await desk.until(lambda: waiting(desk) == 2, "two calls side by side")
    desk.screenshot("tools-waiting")
    for left in (1, 0):
        await desk.until(desk.tab.transcript.hasFocus, "the focus on the waiting call")
        desk.press(Qt.Key.Key_A, *CONTROL_SHIFT)
        await desk.until(lambda left=left: waiting(desk) == left)
    weather = await desk.answered()
    assert weather.status is Status.COMPLETE
    assert [status for status, _ in calls_of(weather)] == [CallStatus.DONE] * 2
    assert all(result in weather.text for _, result in calls_of(weather))

    desk.ask("Send a postcard")
    await desk.until(lambda: waiting(desk) == 1)
    desk.press(Qt.Key.Key_D, *CONTROL_SHIFT)
    await desk.until(lambda: QApplication.focusWidget() is not desk.tab.transcript, "the field for words")
    QTest.keyClicks(QApplication.focusWidget(), "Not today.")
    desk.press(Qt.Key.Key_Return)
    postcard = await desk.answered()
    [(status, result)] = calls_of(postcard)
    assert status is CallStatus.REFUSED
    assert "Not today." in result

    desk.ask("Please wait")
    await desk.until(lambda: waiting(desk) == 1)
    desk.press(Qt.Key.Key_A, *CONTROL_SHIFT)
    await desk.until(lambda: desk.tab.session.reply.calls[-1].status is CallStatus.RUNNING)
    desk.click("Stop")
    stopped = await desk.answered()
    assert stopped.status is Status.CANCELLED
    assert [status for status, _ in calls_of(stopped)] == [CallStatus.STOPPED]

    desk.ask("And a table")
    assert (await desk.answered()).status is Status.COMPLETE, "the conversation is still valid"
    kept = [calls_of(message) for message in desk.tab.session.path]
    await desk.close()

    again = make_desk()
    await again.open(demo=True)
    tabs = again.window.tabs
    await again.until(lambda: again.tab.session is not None)
    for _ in range(3):
        if again.tab.session.path:
            break
        again.control(Qt.Key.Key_Tab)
        await again.until(lambda: tabs.current is not None and again.tab.session is not None)
    assert [calls_of(message) for message in again.tab.session.path] == kept
