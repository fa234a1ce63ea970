"""Manages the open tabs: their order, opening, closing and restoring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Signal
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.library import is_blank
from desktop_chat.core.library_events import ConversationChanged, ConversationsRemoved, LibraryEvent
from desktop_chat.core.workspace import OpenTab, ScrollPlace, Workspace
from desktop_chat.ui.actions import Actions
from desktop_chat.ui.context import Context
from desktop_chat.ui.tabs.closed_tabs import ClosedTabs
from desktop_chat.ui.tabs.entries import BatchEntry, ChatEntry, Entry, TabSigns
from desktop_chat.ui.tabs.tab_strip import TabStrip
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.ui.chat.page import ChatPage
    from desktop_chat.ui.chat.tab import ChatTab


class TabManager(QWidget):
    """Owns the open tabs, each with a conversation or a batch. A conversation is open in at most one tab, and there is
    always a tab."""

    activated = Signal(str)
    state_changed = Signal(str, TabState)
    changed = Signal()
    """Something stored in the workspace changed."""

    def __init__(self, context: Context, actions: Actions, make_tab: Callable[[str, QWidget], ChatTab]) -> None:
        super().__init__()
        self._context = context
        self._make_tab = make_tab
        self._entries: dict[str, Entry] = {}
        self._closed = ClosedTabs(self._can_open)
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
        """The id of the active tab's conversation or batch."""
        return self._active_id

    @property
    def current(self) -> ChatTab | None:
        """The active tab's conversation; None before `restore`, and for a batch."""
        entry = self._entries.get(self._active_id)
        return entry.tab if isinstance(entry, ChatEntry) else None

    @property
    def page(self) -> ChatPage | None:
        """The active conversation's page; None while it is loading, and for a batch."""
        return self.current.page if self.current is not None else None

    @property
    def ids(self) -> list[str]:
        """The ids of the open conversations and batches, in tab order."""
        return self._bar.ids

    def open_tabs(self) -> tuple[OpenTab, ...]:
        """Return the open tabs as stored in the workspace."""
        return tuple(self._entries[tab_id].kept() for tab_id in self._bar.ids)

    def closed_tabs(self) -> tuple[OpenTab, ...]:
        """Return the closed tabs, the last closed last."""
        return self._closed.all()

    def begin_early(self) -> None:
        """Open a new tab for typing before the conversations are loaded; `restore` follows."""
        if not self._entries:
            self._early_id = self.new_tab()
            if self.current is not None:
                self.current.loading_page.wait_for_all()

    def restore(self, workspace: Workspace) -> None:
        """Open the tabs of a workspace; only the active one is loaded now. A new tab in which the user typed meanwhile
        stays active, after the others."""
        early, active = self._early(), ""
        self._early_id = ""
        for number, kept in enumerate(workspace.tabs):
            if not self._can_open(kept) and number == workspace.active:
                kept = OpenTab(self._context.library.create(self._default_options()).id)  # noqa: PLW2901
            if self._can_open(kept) and kept.conversation_id not in self._entries:
                self._add(self._entry_of(kept), self._bar.count() - (early is not None))
                active = kept.conversation_id if number == workspace.active else active or kept.conversation_id
        self._closed.restore(workspace.closed)
        if early is not None and early.tab is not None and (early.tab.composer.is_used or not active):
            return
        if active:
            self.activate(active)
        else:
            self.new_tab()
        if early is not None:
            self.close_tab(early.id)

    def _early(self) -> ChatEntry | None:
        """Return the tab that `begin_early` opened."""
        entry = self._entries.get(self._early_id)
        return entry if isinstance(entry, ChatEntry) else None

    # --- opening -------------------------------------------------------------------------------------------------

    def new_tab(self, options: ChatOptions | None = None, prompt: str = "") -> str:
        """Start a conversation in a new tab at the end, with `prompt` in the composer, unsent."""
        return self._begin_at(self._bar.count(), options, prompt)

    def begin(self, options: ChatOptions | None, prompt: str) -> None:
        """Start a conversation in place of an active blank tab, or in a new tab at the end."""
        place, blank_id = self._place_of_blank()
        self._begin_at(place, options, prompt)
        self.close_tab(blank_id)

    def new_batch(self) -> None:
        """Open a tab for a new batch, in place of an active blank tab or at the end."""
        place, blank_id = self._place_of_blank()
        entry = BatchEntry(self._context, BatchJob(), is_new=True)
        self._add(entry, place)
        self.activate(entry.id)
        self.close_tab(blank_id)

    def open(self, conversation_id: str, scroll_place: ScrollPlace | None = None) -> None:
        """Show a conversation: in its tab, in place of an active blank tab, or in a new tab at the end. A previously
        closed tab gets its old scroll position."""
        if conversation_id in self._entries:
            self.activate(conversation_id)
            return
        left = self._closed.of(conversation_id) or OpenTab(conversation_id)
        place, blank_id = self._place_of_blank()
        self._open_at(place, replace(left, scroll_place=scroll_place or left.scroll_place, place=None))
        self.close_tab(blank_id)

    def open_at(self, conversation_id: str, message_id: str, words: str = "") -> None:
        """Show a conversation at a message; where there are `words`, find and mark them in it."""
        self.open(conversation_id)
        entry = self._entries[conversation_id]
        if isinstance(entry, ChatEntry):
            entry.show_message(message_id, words)

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

    def close_tab(self, tab_id: str) -> None:
        """Close a tab, stopping its reply or batch and keeping its draft. Ignored if it is not open."""
        if tab_id not in self._entries:
            return
        entry = self._entries[tab_id]
        self._remember(entry)
        self._take(entry)
        entry.close()
        if not self._entries:
            self.new_tab()
        self.changed.emit()

    def ask_to_close(self, *tab_ids: str) -> None:
        """Close tabs; those in which a batch runs, only if the user agrees."""
        running = [tab_id for tab_id in tab_ids if tab_id in self._entries and self._entries[tab_id].is_running]
        for tab_id in tab_ids:
            if tab_id not in running:
                self.close_tab(tab_id)
        if running:
            start_for(self, self._context.tasks, self._ask_to_close(running), "ask to close")

    async def _ask_to_close(self, tab_ids: Sequence[str]) -> None:
        for tab_id in tab_ids:
            if tab_id in self._entries:
                self.activate(tab_id)
                if await self._entries[tab_id].may_close():
                    self.close_tab(tab_id)

    def close_others(self, tab_id: str) -> None:
        """Close all tabs but one."""
        self.ask_to_close(*(known for known in self._bar.ids if known != tab_id))

    def stop(self) -> None:
        """Stop what runs in the active tab."""
        if self._active_id in self._entries:
            self._entries[self._active_id].stop()

    def rename(self, conversation_id: str) -> None:
        """Edit an open conversation's title in place."""
        if isinstance(self._entries.get(conversation_id), ChatEntry):
            self._bar.rename(conversation_id)

    def finish(self) -> None:
        """Save the drafts of all tabs, which stay visible until the end."""
        self._unfollow()
        for entry in self._entries.values():
            entry.finish()

    # --- showing -------------------------------------------------------------------------------------------------

    def _open_at(self, place: int, kept: OpenTab) -> None:
        self._add(self._entry_of(kept), place)
        self.activate(kept.conversation_id)

    def _entry_of(self, kept: OpenTab) -> Entry:
        if kept.batch is not None:
            return BatchEntry(self._context, kept.batch, is_new=False)
        return ChatEntry(self._context, self._make_tab, kept)

    def _add(self, entry: Entry, place: int) -> None:
        self._entries[entry.id] = entry
        self._bar.add(entry.id, entry.title, place)
        self._closed.forget((entry.id,))
        self.strip.fit()

    def _begin_at(self, place: int, options: ChatOptions | None, prompt: str) -> str:
        conversation = self._context.library.create(options or self._default_options())
        self._add(ChatEntry(self._context, self._make_tab, OpenTab(conversation.id), prompt), place)
        self.activate(conversation.id)
        return conversation.id

    def _take(self, entry: Entry) -> None:
        """Remove a tab; the focus moves only if it was in it."""
        focus, widget = QApplication.focusWidget(), entry.widget
        had_focus = widget is not None and focus is not None and widget.isAncestorOf(focus)
        del self._entries[entry.id]
        with QSignalBlocker(self._bar):
            self._bar.take(entry.id)
        if widget is not None:
            self._stack.removeWidget(widget)
            widget.hide()
        self.strip.fit()
        self.state_changed.emit(entry.id, TabState.IDLE)
        if entry.id == self._active_id and self._entries:
            self._show(self._bar.current_id, focus=had_focus)

    def _show_chosen(self, tab_id: str) -> None:
        self._show(tab_id, focus=not self._bar.hasFocus())

    def _show(self, tab_id: str, *, focus: bool) -> None:
        entry, before = self._entries[tab_id], self._entries.get(self._active_id)
        if entry is not before or entry.widget is None:
            if before is not None and before is not entry:
                before.set_active(False)
            self._active_id = tab_id
            widget = entry.widget or self._make(entry)
            self._stack.setCurrentWidget(widget)
            entry.set_active(True)
            self._bar.refresh()
            self.activated.emit(tab_id)
            self.changed.emit()
        if focus:
            entry.focus()

    def _make(self, entry: Entry) -> QWidget:
        signs = TabSigns(partial(self._note_state, entry), partial(self._note_title, entry), self.changed.emit)
        widget = entry.make(signs, self._stack)
        self._stack.addWidget(widget)
        return widget

    # --- events --------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            for entry in self._entries.values():
                self._bar.set_title(entry.id, entry.title)
        super().changeEvent(event)

    def _on_library_event(self, event: LibraryEvent) -> None:
        if isinstance(event, ConversationChanged) and event.conversation.id in self._entries:
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

    def _note_state(self, entry: Entry, state: TabState) -> None:
        """Ignore states from a tab that was closed."""
        if self._entries.get(entry.id) is entry:
            self._bar.set_state(entry.id, state)
            self.state_changed.emit(entry.id, state)

    def _note_title(self, entry: Entry) -> None:
        if self._entries.get(entry.id) is entry:
            self._bar.set_title(entry.id, entry.title)

    def _remember(self, entry: Entry) -> None:
        kept = entry.kept()
        if kept.batch.source if kept.batch is not None else not self._is_blank(entry.id):
            self._closed.remember(replace(kept, place=self._bar.ids.index(entry.id)))

    def _can_open(self, kept: OpenTab) -> bool:
        return kept.batch is not None or self._is_there(kept.conversation_id)

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

    def focus_active(self) -> None:
        """Focus what is used first in the active tab."""
        if self._active_id in self._entries:
            self._entries[self._active_id].focus()

    def _show_menu(self, tab_id: str, place: QPoint) -> None:
        from desktop_chat.ui.tabs.tab_menu import tab_menu  # noqa: PLC0415  # not needed at startup

        tab_menu(
            self,
            self._context.theme,
            rename=partial(self.rename, tab_id) if isinstance(self._entries[tab_id], ChatEntry) else None,
            close=partial(self.ask_to_close, tab_id),
            close_others=partial(self.close_others, tab_id) if len(self._entries) > 1 else None,
            reopen=self.reopen if self.can_reopen else None,
        ).open_at(place)

    def _connect(self) -> None:
        self._unfollow = self._context.library.events.add(self._on_library_event)
        self._bar.chosen.connect(self._show_chosen)
        self._bar.close_asked.connect(self.ask_to_close)
        self._bar.rename_asked.connect(self.rename)
        self._bar.left.connect(self.focus_active)
        self._bar.renamed.connect(self._context.library.rename)
        self._bar.menu_requested.connect(self._show_menu)
        self._bar.tabMoved.connect(self.changed)

    def _lay_out(self) -> None:
        line = QFrame()
        line.setProperty("line", True)
        rows = (self.strip, line, self._stack)
        self.setLayout(column_of(*rows, grow=(self._stack,), spacing=0, margins=NO_MARGINS))
