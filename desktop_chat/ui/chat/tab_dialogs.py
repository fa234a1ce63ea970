"""The dialogs of a tab: opening links, allowing keys, error details and saving a copy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Connection, Failure, Message
from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import SecretError
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.connection_text import shown_host
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask, confirm
from desktop_chat.ui.widgets.open_link import ask_to_open
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.exchanges import Exchange
    from desktop_chat.ui.transcript.transcript_model import TranscriptModel


class TabDialogs:
    """Shows the dialogs of a page without blocking it."""

    def __init__(self, page: QWidget, context: Context) -> None:
        self._page = page
        self._context = context
        self._tasks = context.tasks
        self._secrets = context.secrets

    def open_link(self, url: str, text: str) -> None:
        """Open a link's address in the browser if the user agrees; `text` is the link's text."""
        work = ask_to_open(self._page, self._context.preferences, url, text)
        start_for(self._page, self._tasks, work, "open a link")

    def show_details(self, failure: Failure) -> None:
        """Show the server's error message, with a button to copy it."""
        start_for(self._page, self._tasks, self._show(failure), "details of a failure")

    def allow_key(self, connection: Connection, ask_again: Callable[[], None]) -> None:
        """Ask whether a key that was stored without its host may be sent to the connection's host."""
        start_for(self._page, self._tasks, self._ask_for_key(connection, ask_again), "allow a key")

    def use_v1(self, connection: Connection, ask_again: Callable[[], None]) -> None:
        """Add "/v1" to a connection's address if a model server responds there."""
        from desktop_chat.ui.chat.use_v1 import use_v1  # noqa: PLC0415  # not needed at startup

        work = use_v1(self._page, self._context, connection, ask_again)
        start_for(self._page, self._tasks, work, "use /v1")

    def open_document(self, document: Attachment) -> None:
        """Show a document that is attached to a message."""
        from desktop_chat.ui.chat.attachments.preview import open_sent  # noqa: PLC0415  # not needed at startup

        open_sent(self._page, self._context, document)

    def inspect(self, reply: Message, send_again: Callable[[Exchange], None]) -> None:
        """Show what was sent for a reply and what came back."""
        from desktop_chat.ui.chat.inspector.inspector import Inspector  # noqa: PLC0415  # not needed at startup

        inspector = Inspector(self._context, reply, self._page)
        inspector.send_again.connect(send_again)
        inspector.finished.connect(inspector.deleteLater)
        inspector.show()

    def save_copy(self, title: str, model: TranscriptModel, tell: Callable[[Callable[[], str]], None]) -> None:
        """Save the shown conversation to a file that the user chooses."""
        from desktop_chat.ui.chat.save_copy import save_copy  # noqa: PLC0415  # not needed at startup

        work = save_copy(self._page, self._context.exporter, title, model, tell)
        start_for(self._page, self._tasks, work, "save a copy")

    def export_text(self, title: str, text: str) -> None:
        """Save a part of a conversation, as Markdown, to a file that the user chooses."""
        from desktop_chat.ui.chat.save_copy import save_text  # noqa: PLC0415  # not needed at startup

        work = save_text(self._page, title, text, lambda words: self._context.navigator.say(words()))
        start_for(self._page, self._tasks, work, "export a selection")

    def export(self, conversation_id: str, message_id: str = "") -> None:
        """Ask how to export a conversation, or a message of it."""
        from desktop_chat.ui.export.dialog import ExportDialog  # noqa: PLC0415  # not needed at startup

        ExportDialog(self._context, self._page, conversation_id, message_id).open_once()

    def copy_rich(self, conversation_id: str, message: Message) -> None:
        """Copy a message so that word processors paste it with its formatting."""
        from desktop_chat.ui.export.rich_copy import copy_rich  # noqa: PLC0415  # not needed at startup

        work = copy_rich(self._context, conversation_id, message)
        start_for(self._page, self._tasks, work, "copy as rich text")

    async def _ask_for_key(self, connection: Connection, ask_again: Callable[[], None]) -> None:
        host = host_of(connection.base_url)
        text = tr(
            "The key for “{name}” was saved by an earlier version, which did not record its server. If you "
            "agree, it will be sent to {host} from now on, and to no other server.",
            name=connection.name,
            host=shown_host(host),
        )
        title = tr("Send key to {host}?", host=shown_host(host))
        if not await confirm(self._page, title, text, tr("Send key"), danger=True):
            return
        with suppress(SecretError):  # the retry meets the same error and shows it
            await self._secrets.reassign(connection.id, host, "")
        ask_again()

    async def _show(self, failure: Failure) -> None:
        text = f"{failure.code}\n\n{failure.detail}"
        question = Question(self._page, tr("Details"), tr("Copy"), tells=True)
        question.add_text(text)
        if await ask(question) == Question.DialogCode.Accepted:
            QGuiApplication.clipboard().setText(text)
