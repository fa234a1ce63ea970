"""A window to use: the real one with simple tabs in it, in the chat tests' environment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chat_world import OPENAI, World, until, world
from PySide6.QtCore import QEvent, QRect, Signal
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_chat.core.entities import ChatOptions, Conversation
from desktop_chat.core.library import Library
from desktop_chat.core.workspace import OpenTab, ScrollPlace, Workspace
from desktop_chat.ui.chat.tab import ChatTab
from desktop_chat.ui.tabs.tab_manager import TabManager
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.window.main_window import MainWindow

DATA_FOLDER = Path("/nowhere/desktop-chat")


class PlainTab(QWidget):
    """Implements the tab's interface, and records calls."""

    state_changed = Signal(TabState)
    opened = Signal()
    scrolled = Signal()

    def __init__(self, here: World, conversation_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = here.context.sessions.view(conversation_id)
        self.conversation_id = conversation_id
        self.notes: list[str] = []
        self.active = False
        self.place: ScrollPlace | None = None
        self.folded_away: tuple[str, ...] = ()
        self.may_load = asyncio.Event()
        self.may_load.set()
        self.page = SimpleNamespace(
            presenter=SimpleNamespace(stop=partial(self.notes.append, "stop")),
            actions=SimpleNamespace(
                copy_last_reply=partial(self.notes.append, "copy"),
                regenerate_last=partial(self.notes.append, "regenerate"),
                summarise=partial(self.notes.append, "summarise"),
            ),
        )
        self.edit = QPlainTextEdit()
        QVBoxLayout(self).addWidget(self.edit)

    def reading_area(self) -> QRect:
        return self.rect()

    async def load(self) -> None:
        self.notes.append("load")
        await self.may_load.wait()
        self.notes.append("loaded")
        self.opened.emit()

    def show_message(self, message_id: str, words: str) -> None:
        self.notes.append(f"{words} in {message_id}")

    def set_active(self, active: bool) -> None:
        self.active = active

    def set_prompt(self, text: str) -> None:
        self.edit.setPlainText(text)

    def tell_of_link(self, *, is_cut: bool) -> None:
        self.notes.append("cut link" if is_cut else "link")

    def scroll_place(self) -> ScrollPlace | None:
        return self.place

    def folded(self) -> tuple[str, ...]:
        return self.folded_away

    def restore_scroll_place(self, place: ScrollPlace | None, folded: tuple[str, ...] = ()) -> None:
        self.place, self.folded_away = place, folded

    def focus_composer(self) -> None:
        self.edit.setFocus()

    def keep_draft(self) -> None:
        self.notes.append("draft")

    def close_view(self) -> None:
        self.notes.append("closed")
        self.view.close()


class Shell:
    """A main window, its world, and all tabs that were created in it."""

    def __init__(self, here: World, workspace: Workspace) -> None:
        self.here = here
        self.made: dict[str, PlainTab] = {}
        self.window = MainWindow(
            here.context,
            workspace,
            make_tab=self._make,  # type: ignore[arg-type]  # a simple tab instead of a chat
            data_folder=DATA_FOLDER,
        )
        here.window = self.window
        self.window.show()
        self.window.open_tabs(workspace)
        self.window.activateWindow()

    @property
    def library(self) -> Library:
        return self.here.library

    @property
    def tabs(self) -> TabManager:
        return self.window.tabs

    @property
    def current(self) -> PlainTab:
        return self.made[self.tabs.current_id]

    @property
    def titles(self) -> list[str]:
        return [self.tabs.strip.bar.title(known) for known in self.tabs.ids]

    async def aclose(self) -> None:
        self.window.finish()
        self.window.allow_close()
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _make(self, conversation_id: str, parent: QWidget) -> PlainTab:
        tab = self.made[conversation_id] = PlainTab(self.here, conversation_id, parent)
        return tab


def add(library: Library, title: str, *, at: float | None = None, pinned: bool = False, origin: str = "") -> str:
    """Add a conversation with a message to the library, as if it had been loaded."""
    conversation = library.create(ChatOptions(), origin)
    library.record_message(conversation.id, "a message", title)
    if pinned:
        library.pin(conversation.id, pinned=True)
    if at is not None:
        library._change(conversation.id, updated_at=at)
    return conversation.id


def kept(*conversation_ids: str, active: int = 0, closed: tuple[str, ...] = ()) -> Workspace:
    """Return a workspace with these tabs."""
    return Workspace(
        tabs=tuple(OpenTab(known) for known in conversation_ids),
        active=active,
        closed=tuple(OpenTab(known) for known in closed),
    )


@asynccontextmanager
async def shells(app: QApplication) -> AsyncIterator[ShellMaker]:
    """Yield a factory of windows, which are closed afterwards."""
    async with world(app, (OPENAI,)) as here:
        maker = ShellMaker(here)
        try:
            yield maker
        finally:
            for shell in maker.opened:
                await shell.aclose()


class ShellMaker:
    """Opens windows in one world, so that a test can restart."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.opened: list[Shell] = []

    async def open(self, workspace: Workspace | None = None) -> Shell:
        """Open a window and wait until it has the keyboard focus."""
        shell = Shell(self.here, workspace or Workspace())
        self.opened.append(shell)
        await until(shell.window.isActiveWindow)
        return shell

    def add(self, title: str) -> str:
        return add(self.here.library, title)

    def conversation(self, conversation_id: str) -> Conversation:
        return self.here.library[conversation_id]


@asynccontextmanager
async def window_with_chats(here: World, width: int = 1_100, height: int = 760) -> AsyncIterator[MainWindow]:
    """A window with real tabs, initially empty; closed at the end."""
    window = MainWindow(here.context, Workspace(), make_tab=partial(ChatTab, here.context), data_folder=DATA_FOLDER)
    here.window = window
    window.resize(width, height)
    window.show()
    window.open_tabs(Workspace())
    window.activateWindow()
    await until(window.isActiveWindow)
    yield window
    window.finish()
    await here.context.sessions.aclose()
    window.allow_close()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def control(page: QWidget, setting: str) -> Any:
    """The control of a setting on its page."""
    return page.findChild(QWidget, setting)


def tab_of(window: MainWindow) -> ChatTab:
    """Return the visible tab."""
    tab = window.tabs.current
    assert tab is not None
    return tab
