"""The request inspector: each request for a reply with its answer, its times, and ways to send it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QListWidget, QMenu, QPushButton, QStackedWidget, QToolButton, QWidget

from desktop_chat import __version__
from desktop_chat.core.entities import Message
from desktop_chat.core.exchange_formats import as_curl, as_node, as_python, har_of, request_json, shown_headers
from desktop_chat.core.exchanges import Exchange, Headers, TimedEvent, timed_events
from desktop_chat.ui.chat.inspector.event_table import EventTable
from desktop_chat.ui.chat.inspector.overview import Overview
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import format_time
from desktop_chat.ui.style.theme import restyle
from desktop_chat.ui.text.exchange_text import seconds_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file, write_bytes
from desktop_chat.ui.widgets.screen_geometry import resize_on_screen
from desktop_chat.ui.widgets.scroll_area import ScrollArea
from desktop_chat.ui.widgets.source_view import MAX_SHOWN, SourceView
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_FOLLOW_MS = 1_000
"""How often an answer that is still arriving is read again."""
_WIDTH, _HEIGHT = 860, 620


class Inspector(Retranslated, QDialog):
    """Shows the exchanges of one reply; does not block the window."""

    send_again = Signal(object)
    """The `Exchange` whose request is to be sent again."""

    def __init__(self, context: Context, reply: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._theme = context.theme
        self._reply = reply
        self._kept: list[Exchange] = []
        self._exchanges: list[Exchange] = []
        self._reading: Callable[[], None] | None = None
        self.choice = NoWheelComboBox()
        self.pages = QListWidget()
        self.overview = Overview(self._theme)
        self.request, self.response = SourceView(self._theme), SourceView(self._theme)
        self.events = EventTable(self._theme)
        self._stack = QStackedWidget()
        self._nothing, self.state = WrappedLabel(), WrappedLabel()
        self.copy_as = QToolButton()
        self._copy_menu = QMenu(self)
        self.copy_as.setMenu(self._copy_menu)
        self.save, self.again, self._close = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._follow = QTimer(self, interval=_FOLLOW_MS)
        self._follow.timeout.connect(self.refresh)
        self.pages.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.choice.activated.connect(self._show_chosen)
        self.save.clicked.connect(self._save)
        self.again.clicked.connect(self._send_again)
        self._close.clicked.connect(self.reject)
        self.pages.setCurrentRow(0)
        self.retranslate()
        self._follow.start()
        self.pages.setFocus()
        if not self._exchanges:
            start_for(self, context.tasks, self._read_kept(), "read what was kept of a reply's requests")
        resize_on_screen(self, QSize(self._theme.px(_WIDTH), self._theme.px(_HEIGHT)))

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that is shown."""
        place = self.choice.currentIndex()
        return self._exchanges[place] if 0 <= place < len(self._exchanges) else None

    def refresh(self) -> None:
        """Show what has arrived since; a new exchange is shown if the last one was."""
        exchanges = self._context.providers.exchanges_of(self._reply.id) or self._kept
        was_last = self.choice.currentIndex() == len(self._exchanges) - 1
        chosen = self.exchange
        self._exchanges = exchanges
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItems([_title(exchange, place, len(exchanges)) for place, exchange in enumerate(exchanges)])
            place = exchanges.index(chosen) if chosen in exchanges and not was_last else len(exchanges) - 1
            self.choice.setCurrentIndex(place)
        self._head.setVisible(len(exchanges) > 1)
        has_any = bool(exchanges)
        self._nothing.setVisible(not has_any)
        self._body.setVisible(has_any)
        for button in (self.copy_as, self.save, self.again):
            button.setVisible(has_any)
        self._show_chosen()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Request inspector"))
        self.choice.setAccessibleName(tr("Request"))
        self.pages.setAccessibleName(tr("Pages"))
        names = (tr("Overview"), tr("Request"), tr("Answer"), tr("Events"))
        for row, name in enumerate(names):
            if row < self.pages.count():
                self.pages.item(row).setText(name)
            else:
                self.pages.addItem(name)
        self.request.setAccessibleName(tr("Request"))
        self.response.setAccessibleName(tr("Answer"))
        self.events.retranslate()
        self._nothing.setText(
            tr(
                "There is no record of this reply's requests. It is kept in memory for the last replies until Desktop "
                "Chat ends, or on disk if you want that (Settings, Data)."
            )
        )
        self.copy_as.setText(tr("Copy as"))
        self.save.setText(tr("Save as HAR..."))
        self.again.setText(tr("Send again"))
        self.again.setToolTip(tr("Send exactly this request again. The answer becomes another version of the reply."))
        self._close.setText(tr("Close"))
        self._fill_copy_menu()
        self.refresh()

    async def _read_kept(self) -> None:
        self._kept = await self._context.read_kept_exchanges(self._reply.conversation_id, self._reply.id)
        self.refresh()

    def _show_chosen(self) -> None:
        if (exchange := self.exchange) is None:
            return
        if self._reading is not None:
            self._reading()
        self._reading = start_for(self, self._context.tasks, self._read(exchange), "read an exchange")

    async def _read(self, exchange: Exchange) -> None:
        """Read an exchange on a thread: it may have megabytes."""
        has_ended = exchange.ended
        request, response, events = await asyncio.to_thread(_texts_of, exchange)
        self.overview.show_exchange(exchange, events)
        self.request.show_text(request)
        self.response.show_text(response)
        self.events.show_events(events, exchange.hide)
        self.again.setEnabled(self._can_send_again(exchange))
        if has_ended and exchange is self._exchanges[-1]:
            self._follow.setInterval(5 * _FOLLOW_MS)  # another request may follow, but nothing is in a hurry

    def _can_send_again(self, exchange: Exchange) -> bool:
        connection = self._context.connections.get(exchange.connection_id)
        return connection is not None and connection.api is exchange.api and not exchange.is_kept

    def _fill_copy_menu(self) -> None:
        self._copy_menu.clear()
        kinds = (
            ("curl", as_curl),
            ("Python", as_python),
            ("Node", as_node),
            (tr("JSON of the request"), partial(request_json, indented=True)),
        )
        for name, make in kinds:
            self._copy_menu.addAction(name).triggered.connect(partial(self._copy, name, make))

    def _copy(self, name: str, make: Callable[[Exchange], str], _checked: bool = False) -> None:
        if (exchange := self.exchange) is not None:
            start_for(self, self._context.tasks, self._copy_text(name, make, exchange), "copy a request")

    async def _copy_text(self, name: str, make: Callable[[Exchange], str], exchange: Exchange) -> None:
        QGuiApplication.clipboard().setText(await asyncio.to_thread(make, exchange))
        self._tell(tr("Copied as {name}. Put your key into the variable API_KEY.", name=name))

    def _save(self) -> None:
        start_for(self, self._context.tasks, self._save_har(tuple(self._exchanges)), "save a HAR file")

    async def _save_har(self, exchanges: Sequence[Exchange]) -> None:
        patterns = [tr("HTTP archive ({pattern})", pattern="*.har")]
        file = await ask_new_file(self, tr("Save as HAR"), "request.har", patterns)
        if file is None:
            return
        content = await asyncio.to_thread(_har_bytes, exchanges)
        problem = await asyncio.to_thread(write_bytes, file, content)
        if problem:
            self._tell(tr("The file could not be saved: {detail}.", detail=problem), is_problem=True)
        else:
            self._tell(tr("Saved to {file}. It has the whole conversation in it, but no key.", file=str(file)))

    def _send_again(self) -> None:
        if (exchange := self.exchange) is not None:
            self.send_again.emit(exchange)

    def _tell(self, words: str, *, is_problem: bool = False) -> None:
        restyle(self.state, danger=is_problem, muted=not is_problem)
        self.state.setText(words)
        self.state.show()
        announce(self, words)

    def _lay_out(self) -> None:
        px = self._theme.px
        self.copy_as.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy_as.setProperty("chevron", True)
        self._nothing.setProperty("muted", True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state.hide()
        self._close.setDefault(True)
        overview = ScrollArea()
        overview.setWidgetResizable(True)
        overview.setWidget(self.overview)
        overview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for page in (overview, self.request, self.response, self.events):
            self._stack.addWidget(page)
        self.pages.setProperty("sidebar", True)
        self.pages.setFixedWidth(px(132))
        side = QWidget()
        side.setProperty("sidebar", True)
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setLayout(column_of(self.pages, margins=(px(10), px(14), px(6), px(10))))
        self._body = QWidget()
        self._body.setLayout(row_of(side, self._stack, grow=(self._stack,), spacing=0, margins=NO_MARGINS))
        buttons = row_of(self.copy_as, self.save, self.again, None, self._close, spacing=px(8))
        foot = column_of(self.state, buttons, spacing=px(8), margins=(px(16), px(10), px(16), px(14)))
        self._head = QWidget()
        self._head.setLayout(column_of(self.choice, margins=(px(16), px(12), px(16), px(12))))
        parts = (self._head, self._body, self._nothing, foot)
        self.setLayout(column_of(*parts, grow=(self._body, self._nothing), spacing=0, margins=NO_MARGINS))


def _title(exchange: Exchange, place: int, count: int) -> str:
    at = format_time(datetime.fromtimestamp(exchange.started_at, UTC).astimezone())
    status = str(exchange.status) if exchange.status else tr("No answer")
    took = seconds_text(max(exchange.marks.values(), default=0.0))
    number = tr("Request {place} of {count}", place=place + 1, count=count)
    return f"{number} · {at} · {status} · {took}"


def _texts_of(exchange: Exchange) -> tuple[str, str, list[TimedEvent]]:
    """Return the request and the answer as they are shown, and the answer's events."""
    head = f"POST {exchange.hide(exchange.url)}"
    body = request_json(exchange, indented=True, with_images=False)
    request = f"{head}\n{_lines_of(exchange, exchange.request_headers)}\n\n{body}"
    content = exchange.hide(exchange.content[: 4 * MAX_SHOWN].decode("utf-8", "replace"))
    status = f"{exchange.http_version} {exchange.status}" if exchange.status else ""
    response = f"{status}\n{_lines_of(exchange, exchange.response_headers)}\n\n{content}" if status else ""
    return request, response, timed_events(exchange.pieces)


def _har_bytes(exchanges: Sequence[Exchange]) -> bytes:
    return b"".join(piece.encode("utf-8", "replace") for piece in har_of(exchanges, __version__))


def _lines_of(exchange: Exchange, headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in shown_headers(exchange, headers))
