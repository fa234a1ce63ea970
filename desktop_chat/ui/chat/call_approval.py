"""Lets the user decide about tool calls: connects their cards to the session, and takes the focus to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.core.events import SessionEvent, ToolCallChanged
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.frame import ChatFrame
from desktop_chat.ui.context import Context
from desktop_chat.ui.widgets.qt_tasks import until_gone

if TYPE_CHECKING:  # few replies have calls
    from desktop_chat.core.tools import Approval


class CallApproval(QObject):
    """Connects a session with the transcript of a frame."""

    def __init__(self, context: Context, session: ChatSession, frame: ChatFrame, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._frame = frame
        self._transcript = frame.transcript
        self._known: set[str] = set()
        """Calls that have waited; the focus was taken to them, or not."""
        self._decided: set[str] = set()
        self._took_focus = False
        self._transcript.document.describe_tool = self._description_of
        self._transcript.call_decided.connect(self._decide)
        self._transcript.refusal_asked.connect(self._ask_why)
        until_gone(self, session.events.add(self._on_event))

    def _on_event(self, event: SessionEvent) -> None:
        if not isinstance(event, ToolCallChanged):
            return
        waiting = self._waiting()
        if any(call_id not in self._known for call_id in waiting):
            self._known.update(waiting)
            if self._may_take_focus():
                self._took_focus = self._transcript.focus_waiting_call(waiting)

    def _waiting(self) -> list[str]:
        return [call.id for call in self._session.waiting_calls if call.id not in self._decided]

    def _description_of(self, name: str) -> str:
        """Return what the server says about a tool, by its name on the wire."""
        reply = self._session.reply
        tool = reply.tools.get(name) if reply is not None else None
        return tool.description if tool is not None else ""

    def _may_take_focus(self) -> bool:
        """Return whether the user looks at the end and neither types nor does anything elsewhere in the window."""
        frame, focused = self._frame, QApplication.focusWidget()
        if not self._transcript.isVisible() or not self._transcript.at_end or frame.composer.is_used:
            return False
        return focused is not None and focused in {frame.composer.edit, self._transcript}

    def _decide(self, call_id: str, approval: Approval, words: str = "") -> None:
        self._decided.add(call_id)  # it waits until the loop's next turn
        self._session.decide(call_id, approval, words)
        if not self._took_focus or not self._transcript.hasFocus():
            return
        if not self._transcript.focus_waiting_call(self._waiting()):
            self._took_focus = False
            self._frame.composer.edit.setFocus()

    def _ask_why(self, call_id: str, button: QRect) -> None:
        from desktop_chat.core.tools import Approval  # noqa: PLC0415  (few replies have calls)
        from desktop_chat.ui.chat.refusal_popup import RefusalPopup  # noqa: PLC0415

        anchor = QWidget(self._transcript.viewport())
        anchor.setGeometry(button)
        popup = RefusalPopup(self._context.theme, self._frame)
        popup.refused.connect(lambda words: self._decide(call_id, Approval.REFUSE, words))
        popup.closed.connect(anchor.deleteLater)
        popup.closed.connect(popup.deleteLater)
        popup.ask_at(anchor)
