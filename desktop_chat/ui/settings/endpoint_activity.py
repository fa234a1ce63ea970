"""What happens at the local endpoint: the running streams, each with Stop, and the callers, each with Block."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from desktop_chat.core.budgets import Estimate
from desktop_chat.core.endpoint_callers import Caller
from desktop_chat.core.errors import StoreError
from desktop_chat.core.local_endpoint import LiveStream
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import format_date, format_time, local_day, today
from desktop_chat.ui.settings.setting_rows import SettingsPage
from desktop_chat.ui.settings.tool_permissions import Line
from desktop_chat.ui.text import budget_text
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.accessible_name import name_for_readers
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone

MAX_SHOWN = 20
"""More streams or callers are only counted: each line costs time while it changes."""
_SOON_MS = 200
_TICK_MS = 1_000


class Lines:
    """A line for each id, with one button, of which at most MAX_SHOWN are shown."""

    def __init__(self, page: SettingsPage, pressed: Callable[[str], None]) -> None:
        self._pressed = pressed
        self._column = QVBoxLayout()
        self.lines: dict[str, Line] = {}
        self.buttons: dict[str, QPushButton] = {}
        page.rows.addLayout(self._column)
        self.more = page.add_text(str)
        self.more.hide()

    def show_ids(self, ids: list[str]) -> None:
        """Show lines for the first of these ids, in this order."""
        shown = ids[:MAX_SHOWN]
        for gone in [known for known in self.lines if known not in shown]:
            line = self.lines.pop(gone)
            del self.buttons[gone]
            line.hide()  # before its removal, so that the focus moves to the next widget
            self._column.removeWidget(line)
            line.deleteLater()
        for place, known in enumerate(shown):
            if known not in self.lines:
                button = self.buttons[known] = QPushButton()
                button.clicked.connect(partial(self._pressed, known))
                self.lines[known] = Line(button)
            if (layout := self._column.itemAt(place)) is None or layout.widget() is not self.lines[known]:
                self._column.insertWidget(place, self.lines[known])
        self.more.setText(tr("And %n more", n=len(ids) - len(shown)))
        self.more.setVisible(len(ids) > len(shown))


class Streams:
    """The running streams. Their times are counted only while they can be seen."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._endpoint = context.endpoint
        self._page = page
        page.add_row(lambda: tr("Running now"), self._hint)
        self.shown = Lines(page, self._endpoint.stop_stream)
        self._soon = QTimer(page, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._refresh)
        until_gone(page, self._endpoint.streams_changed.add(self._follow))

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        self._show()

    def _hint(self) -> str:
        count = len(self._endpoint.streams)
        return tr("%n request(s)", n=count) if count else tr("Requests appear here while they are answered.")

    def _follow(self, _: None) -> None:
        if self._page.isVisible() and not self._soon.isActive():
            self._soon.start(_SOON_MS)

    def _refresh(self) -> None:
        self._page.retranslate()

    def _show(self) -> None:
        streams = self._endpoint.streams
        self.shown.show_ids(list(streams))
        for stream_id, line in self.shown.lines.items():
            stream = streams[stream_id]
            line.name.setText(_stream_name(stream))
            line.describe(_stream_text(stream))
            button = self.shown.buttons[stream_id]
            button.setText(tr("Stop"))
            name_for_readers(button, tr("Stop {name}", name=line.name.text()))
        if streams and self._page.isVisible():
            self._soon.start(_TICK_MS)


class Callers:
    """Everyone who has used the endpoint, the last one first."""

    def __init__(self, context: Context, page: SettingsPage) -> None:
        self._context = context
        self._endpoint = context.endpoint
        self._page = page
        self._callers: dict[str, Caller] = {}
        self._problem = ""
        self._is_reading = self._is_old = False
        page.add_row(lambda: tr("Callers"), self._hint)
        self.shown = Lines(page, self._toggle)
        until_gone(page, self._endpoint.streams_changed.add(self._follow))

    def load(self) -> None:
        """Read the callers again, after a reading that is under way."""
        self._is_old = True
        if not self._is_reading:
            start_for(self._page, self._context.tasks, self._read(), "read the callers of the endpoint")

    def retranslate(self) -> None:
        """Update the texts; the page updates the row's."""
        for name, line in self.shown.lines.items():
            caller = self._callers[name]
            line.name.setText(name)
            line.describe(_caller_text(caller))
            button = self.shown.buttons[name]
            button.setText(tr("Unblock") if caller.blocked else tr("Block"))
            words = tr("Unblock {name}", name=name) if caller.blocked else tr("Block {name}", name=name)
            name_for_readers(button, words)

    def _hint(self) -> str:
        if self._problem:
            return self._problem
        words = self._callers_text()
        over = self._context.budgets.exceeded_by(Estimate(is_unknown=True))
        if not over:
            return words
        return tr("{a} {b}", a=words, b=budget_text.over_for_callers(over, asks=self._context.budgets.asks))

    def _callers_text(self) -> str:
        if self._callers:
            return tr("A program names itself by the header X-Caller; otherwise its site or product is shown.")
        return tr("Nobody has used the endpoint yet. Copy an example above and run it.")

    def _follow(self, _: None) -> None:
        """Read again: a caller may be new, or its tokens counted."""
        if self._page.isVisible():
            self.load()

    async def _read(self) -> None:
        self._is_reading = True
        try:
            while self._is_old:
                self._is_old = False
                await self._load()
        finally:
            self._is_reading = False

    async def _load(self) -> None:
        with suppress(StoreError):  # what is known of them counts
            await self._context.budgets.read()
        try:
            callers = await self._endpoint.callers.callers()
        except StoreError as error:
            self._problem = sentence(error)
        else:
            self._problem = ""
            self._callers = {caller.name: caller for caller in callers}
        self.shown.show_ids(list(self._callers))
        self._page.retranslate()

    def _toggle(self, name: str) -> None:
        start_for(self._page, self._context.tasks, self._block(name), "block a caller")

    async def _block(self, name: str) -> None:
        try:
            await self._endpoint.set_blocked(name, blocked=not self._callers[name].blocked)
        except StoreError as error:
            self._problem = sentence(error)
        await self._load()


def _stream_name(stream: LiveStream) -> str:
    began = stream.began
    return tr("{caller}: {model}", caller=began.caller, model=began.model or began.path)


def _stream_text(stream: LiveStream) -> str:
    seconds = max(0, round(time.time() - stream.began.started_at))
    parts = (stream.began.connection, tr("%n token(s)", n=stream.tokens), tr("{number} s", number=seconds))
    return " · ".join(filter(None, parts))


def _caller_text(caller: Caller) -> str:
    day = local_day(caller.last_used)
    moment = datetime.fromtimestamp(caller.last_used)  # noqa: DTZ006  (shown in local time)
    when = format_time(moment) if day == today() else format_date(day)
    blocked = tr("Blocked") if caller.blocked else ""
    parts = (blocked, tr("last used: {time}", time=when), tr("%n token(s)", n=caller.tokens))
    return " · ".join(filter(None, parts))
