"""Manages the open tabs: their order, opening, closing and restoring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.library import is_blank
from desktop_chat.core.library_events import ConversationChanged, ConversationsRemoved, LibraryEvent
from desktop_chat.core.workspace import OpenTab, ScrollPlace, Workspace
from desktop_chat.ui.actions import Actions
from desktop_chat.ui.context import Context
from desktop_chat.ui.tabs.closed_tabs import ClosedTabs
from desktop_chat.ui.tabs.tab_strip import TabStrip
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of

if TYPE_CHECKING:
    from desktop_chat.ui.chat.page import ChatPage
    from desktop_chat.ui.chat.tab import ChatTab


@dataclass(slots=True)
class _Page:
    """An open conversation; its tab is created when it is first shown."""

    conversation_id: str
    scroll_place: ScrollPlace | None = None
    prompt: str = ""
    tab: ChatTab | None = None
    loading: asyncio.Task[None] | None = None
    loaded: bool = False
    target: tuple[str, str] | None = None
    """What is still to be shown: a message's id, and the words to find in it."""


class TabManager(QWidget):
    """Owns the open tabs. Each conversation is open in at most one tab, and there is always a tab."""

    activated = Signal(str)
    state_changed = Signal(str, TabState)
    changed = Signal()
    """Something stored in the workspace changed."""

    def __init__(self, context: Context, actions: Actions, make_tab: Callable[[str], ChatTab]) -> None:
        super().__init__()
        self._context = context
        self._make_tab = make_tab
        self._pages: dict[str, _Page] = {}
        self._closed = ClosedTabs(self._is_there)
        self._active_id = self._early_id = ""
        self.strip = TabStrip(context.theme, actions)
        self._bar = self.strip.bar
        self._stack = QStackedWidget()
        self._stack.setProperty("page", True)
        self._lay_out()
        self._connect()

    # --- open tabs -----------------------------------------------------------------------------------------------

    @property
    def current_id(self) -> str:
        """The id of the active conversation."""
        return self._active_id

    @property
    def current(self) -> ChatTab | None:
        """The active tab; None before `restore`."""
        page = self._pages.get(self._active_id)
        return page.tab if page else None

    @property
    def page(self) -> ChatPage | None:
        """The active tab's page; None while it is loading."""
        return self.current.page if self.current is not None else None

    @property
    def ids(self) -> list[str]:
        """The ids of the open conversations, in tab order."""
        return self._bar.ids

    def open_tabs(self) -> tuple[OpenTab, ...]:
        """Return the open tabs as stored in the workspace."""
        return tuple(self._as_open_tab(self._pages[conversation_id]) for conversation_id in self._bar.ids)

    def closed_tabs(self) -> tuple[OpenTab, ...]:
        """Return the closed tabs, the last closed last."""
        return self._closed.all()

    def begin_early(self) -> None:
        """Open a new tab for typing before the conversations are loaded; `restore` follows."""
        if not self._pages:
            self._early_id = self.new_tab()
            if self.current is not None:
                self.current.loading_page.wait_for_all()

    def restore(self, workspace: Workspace) -> None:
        """Open the tabs of a workspace; only the active one is loaded now. A new tab in which the user typed meanwhile
        stays active, after the others."""
        early, active = self._pages.get(self._early_id), ""
        self._early_id = ""
        for number, kept in enumerate(workspace.tabs):
            conversation_id = kept.conversation_id
            if not self._is_there(conversation_id) and number == workspace.active:
                conversation_id = self._context.library.create(self._default_options()).id
            if self._is_there(conversation_id) and conversation_id not in self._pages:
                self._add(_Page(conversation_id, kept.scroll_place), self._bar.count() - (early is not None))
                active = conversation_id if number == workspace.active else active or conversation_id
        self._closed.restore(workspace.closed)
        if early is not None and early.tab is not None and (early.tab.composer.is_used or not active):
            return
        if active:
            self.activate(active)
        else:
            self.new_tab()
        if early is not None:
            self.close_tab(early.conversation_id)

    # --- opening -------------------------------------------------------------------------------------------------

    def new_tab(self, options: ChatOptions | None = None, prompt: str = "") -> str:
        """Start a conversation in a new tab at the end, with `prompt` in the composer, unsent."""
        return self._begin_at(self._bar.count(), options, prompt)

    def begin(self, options: ChatOptions | None, prompt: str) -> None:
        """Start a conversation in place of an active blank tab, or in a new tab at the end."""
        place, blank_id = self._place_of_blank()
        self._begin_at(place, options, prompt)
        self.close_tab(blank_id)

    def open(self, conversation_id: str, scroll_place: ScrollPlace | None = None) -> None:
        """Show a conversation: in its tab, in place of an active blank tab, or in a new tab at the end. A previously
        closed tab gets its old scroll position."""
        if conversation_id in self._pages:
            self.activate(conversation_id)
            return
        left = self._closed.of(conversation_id) or OpenTab(conversation_id)
        place, blank_id = self._place_of_blank()
        self._open_at(place, OpenTab(conversation_id, scroll_place or left.scroll_place))
        self.close_tab(blank_id)

    def open_at(self, conversation_id: str, message_id: str, words: str = "") -> None:
        """Show a conversation at a message; where there are `words`, find and mark them in it."""
        self.open(conversation_id)
        page = self._pages[conversation_id]
        page.target = (message_id, words)
        self._show_target(page)

    def reopen(self) -> None:
        """Reopen the last closed tab at its former index; an active blank tab is replaced."""
        if (kept := self._closed.last()) is None:
            return
        _, blank_id = self._place_of_blank()
        self._open_at(self._bar.count() if kept.place is None else min(kept.place, self._bar.count()), kept)
        self.close_tab(blank_id)

    @property
    def can_reopen(self) -> bool:
        """Whether a closed tab can be opened again."""
        return self._closed.last() is not None

    def activate(self, conversation_id: str) -> None:
        """Activate an open tab."""
        with QSignalBlocker(self._bar):
            self._bar.choose(conversation_id)
        self._show(conversation_id, focus=True)

    def step(self, steps: int) -> None:
        """Activate the tab `steps` to the right (left if negative), wrapping around."""
        ids = self._bar.ids
        if ids:
            self.activate(ids[(ids.index(self._active_id) + steps) % len(ids)])

    def activate_place(self, place: int) -> None:
        """Activate the tab at an index counted from 0; -1 is the last. Does nothing if there is none."""
        ids = self._bar.ids
        if ids and place < len(ids):
            self.activate(ids[place])

    # --- closing -------------------------------------------------------------------------------------------------

    def close_tab(self, conversation_id: str) -> None:
        """Close a tab, stopping its reply and keeping its draft. Ignored if it is not open."""
        if conversation_id not in self._pages:
            return
        page = self._pages[conversation_id]
        self._remember(page)
        self._take(page)
        if page.loading is not None:
            page.loading.cancel()
        if page.tab is not None:
            page.tab.close_view()
            page.tab.deleteLater()
        if not self._pages:
            self.new_tab()
        self.changed.emit()

    def close_others(self, conversation_id: str) -> None:
        """Close all tabs but one."""
        for other in [known for known in self._bar.ids if known != conversation_id]:
            self.close_tab(other)

    def rename(self, conversation_id: str) -> None:
        """Edit an open tab's title in place."""
        self._bar.rename(conversation_id)

    def finish(self) -> None:
        """Save the drafts of all tabs, which stay visible until the end."""
        self._unfollow()
        for page in self._pages.values():
            if page.loading is not None:
                page.loading.cancel()
            if page.tab is not None:
                page.tab.keep_draft()

    # --- showing -------------------------------------------------------------------------------------------------

    def _open_at(self, place: int, kept: OpenTab) -> None:
        self._add(_Page(kept.conversation_id, kept.scroll_place), place)
        self.activate(kept.conversation_id)

    def _add(self, page: _Page, place: int) -> None:
        conversation = self._context.library[page.conversation_id]
        self._pages[page.conversation_id] = page
        self._bar.add(page.conversation_id, title_of(conversation), place)
        self._closed.forget((page.conversation_id,))
        self.strip.fit()

    def _begin_at(self, place: int, options: ChatOptions | None, prompt: str) -> str:
        conversation = self._context.library.create(options or self._default_options())
        self._add(_Page(conversation.id, prompt=prompt), place)
        self.activate(conversation.id)
        return conversation.id

    def _take(self, page: _Page) -> None:
        """Remove a page; the focus moves only if it was in the page."""
        focus = QApplication.focusWidget()
        had_focus = page.tab is not None and focus is not None and page.tab.isAncestorOf(focus)
        del self._pages[page.conversation_id]
        with QSignalBlocker(self._bar):
            self._bar.take(page.conversation_id)
        if page.tab is not None:
            self._stack.removeWidget(page.tab)
            page.tab.hide()
        self.strip.fit()
        self.state_changed.emit(page.conversation_id, TabState.IDLE)
        if page.conversation_id == self._active_id and self._pages:
            self._show(self._bar.current_id, focus=had_focus)

    def _show_chosen(self, conversation_id: str) -> None:
        self._show(conversation_id, focus=not self._bar.hasFocus())

    def _show(self, conversation_id: str, *, focus: bool) -> None:
        page, before = self._pages[conversation_id], self._pages.get(self._active_id)
        if page is not before or page.tab is None:
            if before is not None and before.tab is not None:
                before.tab.set_active(False)
            self._active_id = conversation_id
            self._context.crash_guard.show(conversation_id)
            tab = page.tab or self._make(page)
            self._stack.setCurrentWidget(tab)
            tab.set_active(True)
            self._bar.refresh()
            self.activated.emit(conversation_id)
            self.changed.emit()
        if focus and page.tab is not None:
            page.tab.focus_composer()

    def _make(self, page: _Page) -> ChatTab:
        conversation_id = page.conversation_id
        tab = page.tab = self._make_tab(conversation_id)
        self._stack.addWidget(tab)
        tab.state_changed.connect(partial(self._note_state, page))
        tab.opened.connect(partial(self._show_place, page))
        tab.scrolled.connect(self.changed)
        tab.set_prompt(page.prompt)
        page.loading = self._context.tasks.start(tab.load(), f"load {conversation_id[:8]}")
        return tab

    def _show_place(self, page: _Page) -> None:
        """Scroll a newly loaded conversation to its last position or to the message that was asked for."""
        page.loaded = True
        if page.tab is not None:
            page.tab.restore_scroll_place(page.scroll_place)
        self._show_target(page)

    def _show_target(self, page: _Page) -> None:
        if page.tab is not None and page.loaded and page.target and page.conversation_id == self._active_id:
            target, page.target = page.target, None
            page.tab.show_message(*target)

    # --- events --------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            for conversation_id in self._pages:
                self._bar.set_title(conversation_id, title_of(self._context.library[conversation_id]))
        super().changeEvent(event)

    def _on_library_event(self, event: LibraryEvent) -> None:
        if isinstance(event, ConversationChanged) and event.conversation.id in self._pages:
            if event.conversation.trashed_at is not None:
                self.close_tab(event.conversation.id)
            else:
                self._bar.set_title(event.conversation.id, title_of(event.conversation))
        elif isinstance(event, ConversationChanged) and event.conversation.id in self._closed:
            self.changed.emit()
        elif isinstance(event, ConversationsRemoved):
            for conversation_id in event.conversation_ids:
                self.close_tab(conversation_id)
            self._closed.forget(event.conversation_ids)
            self.changed.emit()

    def _note_state(self, page: _Page, state: TabState) -> None:
        """Ignore states from a tab that was closed."""
        if self._pages.get(page.conversation_id) is page:
            self._bar.set_state(page.conversation_id, state)
            self.state_changed.emit(page.conversation_id, state)

    def _remember(self, page: _Page) -> None:
        if not self._is_blank(page.conversation_id):
            place = self._bar.ids.index(page.conversation_id)
            self._closed.remember(replace(self._as_open_tab(page), place=place))

    def _as_open_tab(self, page: _Page) -> OpenTab:
        return OpenTab(page.conversation_id, page.tab.scroll_place() if page.tab and page.loaded else page.scroll_place)

    def _is_there(self, conversation_id: str) -> bool:
        library = self._context.library
        return conversation_id in library and library[conversation_id].trashed_at is None

    def _is_blank(self, conversation_id: str) -> bool:
        library = self._context.library
        return conversation_id in library and is_blank(library[conversation_id])

    def _place_of_blank(self) -> tuple[int, str]:
        """Return the index and id of the active tab if it is blank, else the end and an empty id."""
        if self._is_blank(self._active_id):
            return self._bar.ids.index(self._active_id), self._active_id
        return self._bar.count(), ""

    def _default_options(self) -> ChatOptions:
        from desktop_chat.core.new_conversation import default_options  # noqa: PLC0415  (not before the first paint)

        context = self._context
        return default_options(context.connections, context.preferences.settings, context.models.get)

    def _focus_composer(self) -> None:
        if self.current is not None:
            self.current.focus_composer()

    def _show_menu(self, conversation_id: str, place: QPoint) -> None:
        from desktop_chat.ui.tabs.tab_menu import tab_menu  # noqa: PLC0415  # not needed at startup

        tab_menu(
            self,
            self._context.theme,
            rename=partial(self.rename, conversation_id),
            close=partial(self.close_tab, conversation_id),
            close_others=partial(self.close_others, conversation_id) if len(self._pages) > 1 else None,
            reopen=self.reopen if self.can_reopen else None,
        ).open_at(place)

    def _connect(self) -> None:
        self._unfollow = self._context.library.events.add(self._on_library_event)
        self._bar.chosen.connect(self._show_chosen)
        self._bar.close_asked.connect(self.close_tab)
        self._bar.left.connect(self._focus_composer)
        self._bar.renamed.connect(self._context.library.rename)
        self._bar.menu_requested.connect(self._show_menu)
        self._bar.tabMoved.connect(self.changed)

    def _lay_out(self) -> None:
        line = QFrame()
        line.setProperty("line", True)
        rows = (self.strip, line, self._stack)
        self.setLayout(column_of(*rows, grow=(self._stack,), spacing=0, margins=NO_MARGINS))
