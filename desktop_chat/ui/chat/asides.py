"""What a tab asks and shows in a dialog of its own: whether to open a link, what exactly failed, where to save."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Failure
from desktop_chat.core.tasks import Tasks
from desktop_chat.ui.asking import Question, ask, confirm
from desktop_chat.ui.i18n import tr
from desktop_chat.ui.owned_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.ui.models.transcript_model import TranscriptModel

_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


class Asides:
    """Asks on behalf of a page, which goes on meanwhile."""

    def __init__(self, page: QWidget, tasks: Tasks) -> None:
        self._page = page
        self._tasks = tasks

    def open_link(self, url: str) -> None:
        """Open an address in the browser if the person agrees."""
        start_for(self._page, self._tasks, self._ask_to_open(url), "open a link")

    def show_details(self, failure: Failure) -> None:
        """Show the server's own words, and offer to copy them."""
        start_for(self._page, self._tasks, self._show(failure), "details of a failure")

    def save_copy(self, title: str, model: TranscriptModel, tell: Callable[[Callable[[], str]], None]) -> None:
        """Save what is shown where the person wants it."""
        from desktop_chat.ui.chat.saved_copy import save_copy  # noqa: PLC0415  # kept out of the start

        start_for(self._page, self._tasks, save_copy(self._page, title, model, tell), "save a copy")

    async def _ask_to_open(self, url: str) -> None:
        if QUrl(url).scheme() in _SAFE_SCHEMES and await confirm(self._page, tr("Open this link?"), url, tr("Open")):
            QDesktopServices.openUrl(QUrl(url))

    async def _show(self, failure: Failure) -> None:
        text = f"{failure.code}\n\n{failure.detail}"
        question = Question(self._page, tr("Details"), tr("Copy"))
        question.add_text(text)
        if await ask(question) == Question.DialogCode.Accepted:
            QGuiApplication.clipboard().setText(text)
