"""Warns, above the composer, that a budget is reached or would be exceeded; or asks before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from desktop_chat.core.budgets import Budget, BudgetPeriod, BudgetState, Estimate
from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.errors import StoreError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.prompt_size import tokens_in, tokens_of
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_guard import BACK, SEND, QuestionBar, SendGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text import budget_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for

CHANGE = "change"
WAIVE = "waive"
SOON_MS = 300
"""How long after a change of the text the budgets are looked at."""
_Known = frozenset[tuple[Budget, bool]]
"""Budgets, and whether they are reached."""


class BudgetGuard(SendGuard):
    """Without budgets it does nothing. A warning appears while the user writes and holds nothing back; it stays away
    once it was closed, until another budget is concerned, or reached."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._session = session
        self._agreed = False
        """Whether the next request is confirmed, also if another guard asks before it is sent."""
        self._closed: _Known = frozenset()
        self._states: Sequence[BudgetState] = ()
        self._send: Callable[[], None] = lambda: None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._look)
        composer.content_changed.connect(self._look_soon)
        self._look_soon()

    def lets_pass(self, tokens: int, send: Callable[[], None], options: ChatOptions | None = None) -> bool:
        """Return whether a request with a prompt of this size may be sent now; if not, ask. `send` is called, and
        checks again, if the user agrees, or once it is known what was spent."""
        if not self._has_budgets:
            return True
        if self._agreed:
            return True
        budgets = self._context.budgets
        if not budgets.is_read:
            start_for(self._composer, self._context.tasks, self._read_and(send), "read what was spent")
            return False
        found = budgets.exceeded_by(self._estimate(tokens, options))
        if not found:
            self._close()
        elif budgets.asks:
            self._send = send
            self._show(found, asks=True)
        else:
            self._warn(found)
        return not found or not budgets.asks

    def note_sent(self) -> None:
        """Ask again before the next request: one is on its way."""
        self._agreed = False

    @property
    def _has_budgets(self) -> bool:
        return bool(self._context.preferences.settings.budgets)

    async def _read_and(self, then: Callable[[], None]) -> None:
        with suppress(StoreError):  # what was known before counts
            await self._context.budgets.read()
        then()

    def _estimate(self, tokens: int, options: ChatOptions | None = None) -> Estimate:
        options = options or self._session.conversation.options
        connection = self._context.connections.get(options.connection_id)
        host = host_of(connection.base_url) if connection is not None else ""
        return self._context.budgets.estimate(host, options.model, tokens)

    # --- while the user writes -----------------------------------------------------------------------------------

    def _look_soon(self) -> None:
        if self._has_budgets:
            self._soon.start()

    def _look(self) -> None:
        start_for(self._composer, self._context.tasks, self._read_and(self._follow), "look at the budgets")

    def _follow(self) -> None:
        """Show or hide the warning. The size of the request is that of the last one with what is written now."""
        text, attached = self._composer.text, self._composer.attached
        if self._context.budgets.asks or self._session.running or not (text.strip() or attached):
            return
        tokens = self._session.tokens_before + tokens_in((text,)) + sum(map(tokens_of, attached))
        if found := self._context.budgets.exceeded_by(self._estimate(tokens)):
            self._warn(found)
        else:
            self._close()

    # --- the bar -------------------------------------------------------------------------------------------------

    def _warn(self, states: Sequence[BudgetState]) -> None:
        if not _known(states) <= self._closed:
            self._show(states, asks=False)

    def _show(self, states: Sequence[BudgetState], *, asks: bool) -> None:
        is_new = _known(states) != _known(self._states) or asks or not self.asks
        self._states = states
        if self._bar is None:
            self._use(BudgetBar(self._context.theme))
        if isinstance(self._bar, BudgetBar):
            self._bar.set_states(states, asks=asks)
            self._bar.ask() if is_new else self._bar.retranslate()

    def go_back(self) -> None:
        """Close the bar and return to the text."""
        if not self._context.budgets.asks:
            self._closed |= _known(self._states)
        super().go_back()

    def _act(self, action: str) -> None:
        if action == CHANGE:
            self._context.navigator.open_settings("budgets")
            return
        self.go_back()
        if action == WAIVE:
            self._context.budgets.waive(self._states)
        if action in {SEND, WAIVE}:
            self._agreed = True
            self._send()

    def _note_change(self) -> None:
        self._agreed = False
        if self._context.budgets.asks:
            self._close()


class BudgetBar(QuestionBar):
    """Which budgets are concerned, and what can be done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._states: Sequence[BudgetState] = ()
        self._asks = False

    def set_states(self, states: Sequence[BudgetState], *, asks: bool) -> None:
        """Set what the bar is about, and whether something waits for the answer."""
        self._states, self._asks = states, asks

    def retranslate(self) -> None:
        words = budget_text.exceeded(self._states)
        if not self._asks:
            self.set_text(words)
            self.set_actions([(CHANGE, tr("Budgets...")), (BACK, tr("Close"))])
            return
        has_month = any(state.budget.period is BudgetPeriod.MONTH for state in self._states)
        waive = tr("Allow this month") if has_month else tr("Allow today")
        self.set_text(tr("{problem} It has not been sent.", problem=words))
        self.set_actions([(SEND, tr("Send once")), (WAIVE, waive), (CHANGE, tr("Budgets...")), (BACK, tr("Back"))])


def _known(states: Sequence[BudgetState]) -> _Known:
    return frozenset((state.budget, state.is_reached) for state in states)
