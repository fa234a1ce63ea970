"""What the tabs show: conversations and batches, each created when its tab is first in view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.workspace import OpenTab
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:
    from desktop_chat.ui.batch.batch_page import BatchPage
    from desktop_chat.ui.chat.tab import ChatTab


@dataclass(frozen=True, slots=True)
class TabSigns:
    """What an entry tells the strip: a state, a new title, and a change of what the workspace keeps."""

    state: Callable[[TabState], None]
    titled: Callable[[], None]
    changed: Callable[[], None]


class Entry(Protocol):
    """An open tab. `id` is that of its conversation or batch."""

    id: str

    @property
    def widget(self) -> QWidget | None:
        """What is shown; None before `make`."""
        ...

    @property
    def title(self) -> str: ...

    @property
    def is_running(self) -> bool:
        """Whether something runs that closing the tab would end, and that is worth a question."""
        ...

    def make(self, signs: TabSigns, parent: QWidget) -> QWidget:
        """Create what is shown."""
        ...

    def set_active(self, active: bool) -> None:
        """Set whether this is the active tab."""
        ...

    def focus(self) -> None:
        """Focus what is used first."""
        ...

    def stop(self) -> None:
        """Stop what runs."""
        ...

    async def may_close(self) -> bool:
        """Ask whether to end what runs."""
        ...

    def close(self) -> None:
        """Stop what runs, keep what can be kept, and delete the widget."""
        ...

    def finish(self) -> None:
        """Keep what can be kept, because the application is ending."""
        ...

    def kept(self) -> OpenTab:
        """Return the tab as the workspace keeps it."""
        ...


class ChatEntry:
    """A conversation's tab."""

    def __init__(
        self,
        context: Context,
        make_tab: Callable[[str, QWidget], ChatTab],
        kept: OpenTab,
        prompt: str = "",
    ) -> None:
        self.id = kept.conversation_id
        self.tab: ChatTab | None = None
        self._context = context
        self._make_tab = make_tab
        self._left = kept
        """How it was left."""
        self._prompt = prompt
        self._loading: asyncio.Task[None] | None = None
        self._is_loaded = self._is_active = False
        self._target: tuple[str, str] | None = None
        """What is still to be shown: a message's id, and the words to find in it."""

    @property
    def widget(self) -> QWidget | None:
        return self.tab

    @property
    def title(self) -> str:
        return title_of(self._context.library[self.id])

    @property
    def is_running(self) -> bool:
        return False  # a reply that is stopped can go on

    def make(self, signs: TabSigns, parent: QWidget) -> QWidget:
        tab = self.tab = self._make_tab(self.id, parent)
        tab.state_changed.connect(signs.state)
        tab.opened.connect(self._show_place)
        tab.scrolled.connect(signs.changed)
        tab.set_prompt(self._prompt)
        self._loading = self._context.tasks.start(tab.load(), f"load {self.id[:8]}")
        return tab

    def set_active(self, active: bool) -> None:
        self._is_active = active
        if self.tab is not None:
            self.tab.set_active(active)
        if active:
            self._context.crash_guard.show(self.id)

    def focus(self) -> None:
        if self.tab is not None:
            self.tab.focus_composer()

    def stop(self) -> None:
        if self.tab is not None and self.tab.page is not None:
            self.tab.page.presenter.stop()

    async def may_close(self) -> bool:
        return True

    def close(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
        if self.tab is not None:
            self.tab.close_view()
            self.tab.deleteLater()

    def finish(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
        if self.tab is not None:
            self.tab.keep_draft()

    def kept(self) -> OpenTab:
        if self.tab is None or not self._is_loaded:
            return replace(self._left, place=None)
        return OpenTab(self.id, self.tab.scroll_place(), folded=self.tab.folded())

    def show_message(self, message_id: str, words: str) -> None:
        """Show a message as soon as the tab is active and loaded; where there are `words`, find and mark them in it."""
        self._target = (message_id, words)
        self._show_target()

    def _show_place(self) -> None:
        """Scroll a newly loaded conversation to its last position or to the message that was asked for."""
        self._is_loaded = True
        if self.tab is not None:
            self.tab.restore_scroll_place(self._left.scroll_place, self._left.folded)
        self._show_target()

    def _show_target(self) -> None:
        if self.tab is not None and self._is_loaded and self._target and self._is_active:
            target, self._target = self._target, None
            self.tab.show_message(*target)


class BatchEntry:
    """A batch's tab."""

    def __init__(self, context: Context, job: BatchJob, *, is_new: bool) -> None:
        self.id = job.id
        self.page: BatchPage | None = None
        self._context = context
        self._job = job
        self._is_new = is_new

    @property
    def widget(self) -> QWidget | None:
        return self.page

    @property
    def title(self) -> str:
        return self.page.title if self.page is not None else self._job.name or tr("Batch")

    @property
    def is_running(self) -> bool:
        return self.page is not None and self.page.is_running

    def make(self, signs: TabSigns, parent: QWidget) -> QWidget:
        from desktop_chat.ui.batch.batch_page import BatchPage  # noqa: PLC0415  (few tabs have batches)

        page = self.page = BatchPage(self._context, self.id, None if self._is_new else self._job, parent)
        page.state_changed.connect(signs.state)
        page.titled.connect(signs.titled)
        page.changed.connect(signs.changed)
        return page

    def set_active(self, active: bool) -> None:
        if self.page is not None:
            self.page.set_active(active)
        if active:
            self._context.crash_guard.show("")

    def focus(self) -> None:
        if self.page is not None:
            self.page.focus()

    def stop(self) -> None:
        if self.page is not None:
            self.page.stop()

    async def may_close(self) -> bool:
        return self.page is None or await self.page.may_close()

    def close(self) -> None:
        if self.page is not None:
            self.page.close_page()
            self.page.deleteLater()

    def finish(self) -> None:
        if self.page is not None:
            self.page.finish()

    def kept(self) -> OpenTab:
        return OpenTab(self.id, batch=self.page.form.job() if self.page is not None else self._job)
