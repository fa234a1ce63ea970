"""Drags a conversation out of the list, into another program, as a Markdown file.

The file is written while the button is still held, so nothing waits at the drop. During a drag, Qt runs a loop of its
own. That is safe here: a timer starts it, never a coroutine, so that replies go on streaming meanwhile.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop_chat.core.errors import ChatError
from desktop_chat.ui.context import Context
from desktop_chat.ui.sidebar.conversation_list import ConversationListView
from desktop_chat.ui.sidebar.conversation_list_model import ListRole
from desktop_chat.ui.style.icons import pixmap
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.widgets.qt_tasks import start_for

_ICON = 32


class ConversationDrag(QObject):
    """One drag at a time: from a press, over the writing of the file, to the drop."""

    def __init__(self, context: Context, view: ConversationListView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        view.viewport().installEventFilter(self)
        self._pressed: tuple[str, QPoint] | None = None
        self._writing = ""
        """The conversation that is being written."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer over the list; what belongs to a drag does not reach the list."""
        if isinstance(event, QMouseEvent):
            match event.type():
                case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton:
                    self._press(event.position().toPoint())
                case QEvent.Type.MouseMove if event.buttons() & Qt.MouseButton.LeftButton:
                    return self._move(event.position().toPoint())
                case QEvent.Type.MouseButtonRelease:
                    self._pressed, self._writing = None, ""
        return super().eventFilter(watched, event)

    def _press(self, place: QPoint) -> None:
        conversation_id = str(self._view.indexAt(place).data(ListRole.CONVERSATION_ID) or "")
        self._pressed = (conversation_id, place) if conversation_id else None

    def _move(self, place: QPoint) -> bool:
        """Begin far enough from the press; return whether this is a drag."""
        if self._pressed is None:
            return bool(self._writing)
        conversation_id, start = self._pressed
        if (place - start).manhattanLength() < QApplication.startDragDistance():
            return False
        self._pressed, self._writing = None, conversation_id
        start_for(self._view, self._context.tasks, self._write(conversation_id), "write what is dragged")
        return True

    async def _write(self, conversation_id: str) -> None:
        try:
            title = title_of(self._context.library[conversation_id])
            file = await self._context.exporter.markdown_file(conversation_id, title)
        except ChatError as error:
            from desktop_chat.ui.text.export_text import export_problem  # noqa: PLC0415  # rarely needed

            self._writing = ""
            self._context.navigator.say(export_problem(error))
            return
        if self._writing == conversation_id and self.button_is_down():
            QTimer.singleShot(0, self._view, lambda: self.drag(file))
        self._writing = ""

    def button_is_down(self) -> bool:
        """Return whether the user still drags."""
        return bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)

    def drag(self, file: Path) -> None:
        """Let the user drop a file."""
        from desktop_chat.ui.export.sharing import file_data  # noqa: PLC0415  # not needed at startup

        drag = QDrag(self._view)
        drag.setMimeData(file_data(file))
        drag.setPixmap(pixmap("document", _ICON, self._view.devicePixelRatioF(), self._context.theme.palette.text))
        drag.exec(Qt.DropAction.CopyAction)
