"""A user at the real window: the whole application on a real screen, and methods that click, type and look."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QWidget

from desktop_chat.app.application import Application
from desktop_chat.app.arguments import Arguments
from desktop_chat.core.entities import Connection, Message, Status
from desktop_chat.core.ports import Secrets
from desktop_chat.services.paths import Paths
from desktop_chat.ui.batch.batch_page import BatchPage
from desktop_chat.ui.chat.suspect_page import SuspectPage
from desktop_chat.ui.chat.tab import ChatTab

W = TypeVar("W", bound=QWidget)
MakeDesk = Callable[..., "Desk"]
"""Makes a desk in the test's data directory, with a keyring where one is given; it is closed however the test ends."""
SCREENSHOTS = Path(__file__).parents[2] / "build" / "journeys"
PATIENCE_S = 60.0
"""How long to wait before giving up. Does not affect any measurement."""


class Desk:
    """The application in one data directory; it can be closed and opened again."""

    def __init__(self, app: QApplication, data_dir: Path, secrets: Secrets | None = None) -> None:
        self._app = app
        self._secrets = secrets
        self._is_open = False
        self.data_dir = data_dir

    async def open(self, **arguments: object) -> None:
        """Start the application like the command line does."""
        paths = Paths(self.data_dir)
        paths.make_directories()
        given = Arguments(data_dir=self.data_dir, **arguments)
        self.application = Application(self._app, paths, given, secrets=self._secrets)
        self.window = self.application.window
        self._is_open = True
        await self.application.open()
        self.window.activateWindow()
        await self.until(lambda: self.batch or (self.window.tabs.current and (self.tab.session or self.asks_to_open)))

    @property
    def asks_to_open(self) -> bool:
        """Whether the current tab shows a question instead of a conversation, because the last run crashed on it."""
        return any(page.isVisible() for page in self.tab.findChildren(SuspectPage))

    async def open_anyway(self) -> None:
        """Open the conversation behind that question."""
        assert self.asks_to_open
        self.click("Open anyway", self.tab)
        await self.until(lambda: self.tab.session is not None, "the conversation")

    async def close(self) -> None:
        """Close the window with its close button, and wait for the shutdown. Does nothing if it is not open."""
        if not self._is_open:
            return
        self._is_open = False
        await self.application.close()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # --- looking ----------------------------------------------------------------------------------------------------

    @property
    def tab(self) -> ChatTab:
        tab = self.window.tabs.current
        assert tab is not None
        return tab

    @property
    def batch(self) -> BatchPage | None:
        """The batch in the current tab."""
        return next((page for page in self.window.findChildren(BatchPage) if page.isVisible()), None)

    @property
    def last(self) -> Message:
        """Return the last message of the current tab, with the text on screen."""
        return last_of(self.tab)

    def find(self, name: str, kind: type[W] = QWidget, within: QWidget | None = None) -> W:
        """Return the visible widget with an accessible name, or with a text if it has none."""
        found = [widget for widget in self._visible(kind, within) if name in {_name(widget), _text(widget)}]
        assert found, f"nothing visible is called {name!r}"
        return found[0]

    def sees(self, name: str, kind: type[QWidget] = QWidget) -> bool:
        """Return whether something visible has this name or text."""
        return any(name in {_name(widget), _text(widget)} for widget in self._visible(kind, None))

    def sees_text(self, part: str) -> bool:
        """Return whether a visible label, button or bar contains these words."""
        return any(part in _text(widget) or part in _name(widget) for widget in self._visible(QWidget, None))

    def _visible(self, kind: type[W], within: QWidget | None) -> list[W]:
        roots = [within] if within is not None else [w for w in self._app.topLevelWidgets() if w.isVisible()]
        return [
            widget
            for root in roots
            for widget in [*([root] if isinstance(root, kind) else []), *root.findChildren(kind)]
            if widget.isVisible()
        ]

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until the condition holds."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():  # noqa: ASYNC110  (observes the screen, like a user)
                    await asyncio.sleep(0.01)
        except TimeoutError:
            screenshot = self.screenshot("waited-in-vain")
            raise AssertionError(
                f"waited in vain: {what or condition}; what was there instead: {screenshot}; {_focus_and_pointer()}"
            ) from None

    def screenshot(self, name: str) -> Path:
        """Save a screenshot for those who want to see it; return its path."""
        file = SCREENSHOTS / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.window.screen().grabWindow(0).save(str(file))
        return file

    # --- hands ------------------------------------------------------------------------------------------------------

    def click(self, name: str, within: QWidget | None = None) -> None:
        """Click a button."""
        button = self.find(name, QAbstractButton, within)
        assert button.isEnabled(), f"{name!r} cannot be clicked"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key in the focused widget."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(self._app.focusWidget() or self.window, key, held)

    def control(self, key: Qt.Key) -> None:
        """Press a key with Ctrl."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def fill(self, name: str, text: str) -> None:
        """Replace the content of a field by typing."""
        line = self.find(name, QLineEdit)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def type(self, text: str) -> None:
        """Type into the composer of the current tab; characters without a key come from an input method."""
        edit = self.tab.composer.edit
        edit.setFocus()
        if text.isascii():
            QTest.keyClicks(edit, text)
        else:
            edit.insertPlainText(text)

    def ask(self, text: str) -> None:
        """Type a question and send it with Enter."""
        self.type(text)
        QTest.keyClick(self.tab.composer.edit, Qt.Key.Key_Return)

    def spots_of(self, name: str) -> list[QPoint]:
        """Return the positions of the transcript's buttons with this action, from top to bottom."""
        view = self.tab.transcript
        return [
            (control.rects[0].center() + QPointF(view.page.column_x, one.y)).toPoint()
            for one in view.page.placed
            for control in one.entry.controls()
            if control.name == name and control.rects
        ]

    def click_beside(self, name: str) -> None:
        """Click the last button of the transcript with this action."""
        spots = self.spots_of(name)
        assert spots, f"no button in view does {name!r}"
        self.click_at(self.tab.transcript.viewport(), spots[-1])

    def click_at(self, widget: QWidget, place: QPoint) -> None:
        """Click at a position in a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    # --- states -----------------------------------------------------------------------------------------------------

    async def new_tab(self) -> ChatTab:
        """Open a tab with Ctrl+T and wait until it is ready."""
        before = self.window.tabs.current_id
        self.control(Qt.Key.Key_T)
        await self.until(lambda: self.window.tabs.current_id != before and self.tab.session is not None)
        return self.tab

    async def new_batch(self, source: Path, prompt: str) -> BatchPage:
        """Choose Batch... in the menu and fill its fields by typing; wait until it can be started."""
        self.press(Qt.Key.Key_F10)
        menu = self._app.activePopupWidget()
        assert isinstance(menu, QMenu)
        entry = next(entry for entry in menu.actions() if entry.text() in {"Batch...", "批量任务…"})
        self.click_at(menu, menu.actionGeometry(entry).center())
        await self.until(lambda: self.batch, "the batch's tab")
        page = self.batch
        assert page is not None
        assert self._app.focusWidget() is page.form.source
        QTest.keyClicks(page.form.source, str(source))
        page.form.template.setFocus()
        QTest.keyClicks(page.form.template, prompt)
        await self.until(page.start_button.isEnabled, "the estimate")
        return page

    async def answered(self, tab: ChatTab | None = None) -> Message:
        """Wait until the last reply has ended; return it."""
        tab = tab or self.tab
        await self.until(lambda: not tab.session.running, "the reply has not ended")
        return last_of(tab)

    async def speaking(self, tab: ChatTab | None = None, characters: int = 1) -> None:
        """Wait until the running reply shows some text."""
        tab = tab or self.tab
        await self.until(lambda: len(last_of(tab).text) >= characters, "no text came")

    def use(self, connection: Connection, model: str) -> None:
        """Make a stored connection and its model the default of new tabs, like choosing them once."""
        self.application.preferences.put_connection(connection)
        self.application.preferences.update(default_connection_id=connection.id, default_model=model)

    async def with_model(self, connection: Connection, model: str) -> ChatTab:
        """Open a new tab with a connection and a model, whatever the previous conversation used."""
        self.use(connection, model)
        tab = await self.new_tab()
        conversation = tab.session.conversation
        options = replace(conversation.options, connection_id=connection.id, model=model)
        self.application.library.set_options(conversation.id, options)
        return tab


def last_of(tab: ChatTab) -> Message:
    """Return the last message of a tab, as shown."""
    message = tab.session.path[-1]
    if message.status is Status.RUNNING:
        return tab.transcript.model.message(message.id) or message
    return message


def _name(widget: QWidget) -> str:
    return widget.accessibleName()


def _text(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return text().replace("&", "") if callable(text) and not isinstance(widget, QLineEdit) else ""


def _focus_and_pointer() -> str:
    """Say where keys and clicks go now."""
    position = QCursor.pos()
    return (
        f"active window: {QApplication.activeWindow()}, focus: {QApplication.focusWidget()}, "
        f"popup: {QApplication.activePopupWidget()}, pointer: {position.x()}, {position.y()} "
        f"over {QApplication.widgetAt(position)}, modifiers: {QApplication.queryKeyboardModifiers()}"
    )
