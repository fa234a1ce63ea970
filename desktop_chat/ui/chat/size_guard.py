"""Asks, above the composer, before sending a request far larger than the last one or than the model can read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject

from desktop_chat.core.prompt_size import RequestSize
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.send_guard import BACK, SEND, QuestionBar, SendGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr

SHORTEN = "shorten"
SUMMARISE = "summarise"


class SizeGuard(SendGuard):
    """After the user agrees to a size, asks again in this conversation only when it has grown by half. Does not ask
    where the settings say to summarise instead."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(composer, parent)
        self._context = context
        self._session = session
        self.summarises = False
        """Whether what is older is to be summarised before the request that was let pass."""
        self._can_summarise = False
        self._is_to_summarise = False
        self._size = RequestSize(0)
        self._agreed = 0
        self._send: Callable[[], None] = lambda: None

    def lets_pass(self, size: RequestSize, send: Callable[[], None], *, at_id: str = "", asking: bool = True) -> bool:
        """Return whether a request may be sent now; if not, ask. `send` is called, and checks again, if the user
        agrees. `at_id` and `asking`: see `ChatSession.can_summarise`."""
        self.summarises = False
        if size.tokens <= size.limit(self._agreed):
            self._close()
            return True
        self._can_summarise = not size.is_too_large_alone and self._session.can_summarise(at_id, asking=asking)
        is_automatic = size.is_over_window and self._context.preferences.settings.summarise_automatically
        if self._can_summarise and (is_automatic or self._is_to_summarise):
            self.summarises = True
            self._close()
            return True
        self._size, self._send = size, send
        self._ask()
        return False

    def _ask(self) -> None:
        if self._bar is None:
            self._use(SizeBar(self._context.theme))
        if isinstance(self._bar, SizeBar):
            shorter = [SUMMARISE] if self._can_summarise else []
            shorter += [SHORTEN] if self._can_be_shorter else []
            self._bar.set_request(self._size, self._session.conversation.options.model, shorter)
            self._bar.ask()

    @property
    def _can_be_shorter(self) -> bool:
        return len(self._session.path) > 1

    def _act(self, action: str) -> None:
        self.go_back()
        if action == SHORTEN:
            self._session.leave_out(self._size, self._size.limit(self._agreed))
        if action in {SEND, SHORTEN, SUMMARISE}:
            self._agreed = max(self._agreed, self._size.tokens if action == SEND else 0)
            self._is_to_summarise = action == SUMMARISE
            self._send()
            self._is_to_summarise = False

    def _note_change(self) -> None:
        self._close()


class SizeBar(QuestionBar):
    """The question about the size and its answers."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._size = RequestSize(0)
        self._model = ""
        self._shorter: list[str] = []

    def set_request(self, size: RequestSize, model: str, shorter: list[str]) -> None:
        """Set the request that the question is about, and what could make it shorter."""
        self._size, self._model, self._shorter = size, model, shorter

    def retranslate(self) -> None:
        self.set_text(_words(self._size, self._model))
        words = {SUMMARISE: tr("Summarise earlier messages"), SHORTEN: tr("Leave out earlier messages")}
        shorter = [(action, words[action]) for action in self._shorter]
        self.set_actions([(SEND, tr("Send anyway")), *shorter, (BACK, tr("Back"))])


def _words(size: RequestSize, model: str) -> str:
    tokens = _rounded(size.tokens)
    if size.is_over_window:
        return tr(
            "This request is about {size} tokens, but {model} accepts only about {window}. It has not been sent.",
            size=tokens,
            model=model,
            window=_rounded(size.window or size.listed),
        )
    if size.before:
        return tr(
            "This request is about {size} tokens; the last one here was about {before}. It has not been sent.",
            size=tokens,
            before=_rounded(size.before),
        )
    return tr("This request is about {size} tokens. It has not been sent.", size=tokens)


def _rounded(tokens: int) -> str:
    """Format a number with two significant digits, as it is an estimate."""
    step = 10 ** max(0, len(str(tokens)) - 2)
    return QLocale().toString(round(tokens / step) * step)
