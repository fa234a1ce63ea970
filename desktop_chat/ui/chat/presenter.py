"""Connects a conversation's session to its composer: sends what the user writes and shows the session's state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import ChatOptions, Connection, Conversation, Message, Role, Status
from desktop_chat.core.events import (
    MessageAdded,
    PathChanged,
    ReplyDelta,
    ReplyEnded,
    ReplyStopping,
    SessionEvent,
    ToolCallChanged,
)
from desktop_chat.core.library_events import ConversationChanged, LibraryEvent
from desktop_chat.core.new_conversation import default_model, default_options
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Settings
from desktop_chat.ui.chat.budget_guard import BudgetGuard
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.image_guard import ImageGuard
from desktop_chat.ui.chat.options_popup import is_own_choice
from desktop_chat.ui.chat.secret_guard import SecretGuard
from desktop_chat.ui.chat.size_guard import SizeGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce

if TYPE_CHECKING:
    from desktop_chat.ui.chat.attachments.pending import Pending

_FAILED = frozenset({Status.FAILED, Status.INTERRUPTED, Status.FILTERED})


class ChatPresenter(QObject):
    """Forwards the user's requests and shows the session's state. Call `close` at the end."""

    state_changed = Signal(TabState)
    shown_changed = Signal()
    """The page to show may have changed: the first message arrived, or the connection changed."""
    model_wanted = Signal()
    """A question cannot be sent until a model is chosen."""
    editing_changed = Signal(str)
    """The id of the question being edited; empty when editing ends."""
    bar_made = Signal(QWidget)
    """A bar to show above the composer."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._composer = composer
        self._active = False
        self._state = TabState.IDLE
        self._edited_id = ""
        self._saved: tuple[str, Sequence[Pending]] = ("", ())
        """What was written and attached before a question was edited."""
        self.image_guard = ImageGuard(context, session, composer, self)
        """Says that the model does not read the attached images."""
        self.image_guard.passed.connect(self.send)
        self.image_guard.bar_made.connect(self.bar_made)
        self.secret_guard = SecretGuard(context, composer, self)
        """Asks before sending text that seems to contain a key."""
        self.secret_guard.passed.connect(self.send)
        self.secret_guard.bar_made.connect(self.bar_made)
        self.size_guard = SizeGuard(context, session, composer, self)
        """Asks before sending an unusually large request."""
        self.size_guard.bar_made.connect(self.bar_made)
        self.budget_guard = BudgetGuard(context, session, composer, self)
        """Warns of requests that exceed a budget, or asks before sending them."""
        self.budget_guard.bar_made.connect(self.bar_made)
        self._removers = [
            session.events.add(self._on_event),
            context.library.events.add(self._on_library_event),
            context.preferences.changed.add(self._on_settings),
        ]
        composer.submitted.connect(self.send)
        composer.stop_requested.connect(self.stop)
        composer.draft_changed.connect(self._keep_draft)
        composer.edit_cancelled.connect(self.cancel_edit)
        composer.set_waiting(False)
        composer.add_draft(self._conversation.draft, self._conversation.draft_attachments)
        composer.keep_draft()
        self.choose_connection_if_none()
        self._show_conversation()
        composer.set_send_key(context.preferences.settings.send_key)
        self._show_earlier()
        if session.reply is not None:
            self._note_running(stopping=session.reply.progress.stopping)

    @property
    def state(self) -> TabState:
        return self._state

    @property
    def connection(self) -> Connection | None:
        """The conversation's connection."""
        return self._context.connection_of(self._session.conversation_id)

    @property
    def can_ask(self) -> bool:
        """Whether a connection and a model are chosen."""
        return self.connection is not None and bool(self._conversation.options.model)

    def close(self) -> None:
        """Stop listening."""
        for remove in self._removers:
            remove()

    def set_active(self, active: bool) -> None:
        """Set whether the conversation is in view; either way, an unseen reply or error now counts as seen."""
        self._active = active
        if self._state in {TabState.UNSEEN, TabState.ERROR}:
            self._set_state(TabState.IDLE)

    # --- user requests -------------------------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Send a question with the composer's attachments, or an edited one in place of the original. All stays in the
        composer until it is taken."""
        attachments = self._composer.attached
        if self._session.running or not self._composer.files_are_read or not (text.strip() or attachments):
            return
        if not self.can_ask:
            self.model_wanted.emit()
            return
        if not self.image_guard.lets_pass() or not self.secret_guard.lets_pass(text):
            return
        size = self._session.request_size(text, at_id=self._edited_id, attachments=attachments)
        if not self.budget_guard.lets_pass(size.tokens, self._send_again):
            return
        if not self.size_guard.lets_pass(size, self._send_again, at_id=self._edited_id):
            return
        summarising = self.size_guard.summarises
        self._composer.clear()
        if edited_id := self._edited_id:
            self._note_edited("")
            self._session.edit_and_resend(edited_id, text, attachments, summarising=summarising)
            self._restore()
        else:
            self._session.send(text, attachments, summarising=summarising)
        announce(self._composer.edit, tr("Sent"))
        options = self._conversation.options
        self._context.preferences.note_used(options.connection_id, options.model)

    def _send_again(self) -> None:
        """Send what is in the composer now, after a guard has asked."""
        self.send(self._composer.text)

    def stop(self) -> None:
        """Stop the reply; if none is running, cancel editing."""
        if self._session.running:
            self._session.cancel()
        else:
            self.cancel_edit()

    def choose(self, connection_id: str, model: str = "") -> None:
        """Use this connection and model from now on; without a model, the connection's default one. If there is none,
        the user is asked to choose."""
        context, connection = self._context, self._context.connections.get(connection_id)
        if connection is not None:
            model = default_model(connection, context.preferences.settings, context.models.get, own=model)
        self.set_options(replace(self._conversation.options, connection_id=connection_id, model=model))
        context.preferences.note_used(connection_id, model)
        if not model:
            self.model_wanted.emit()

    def set_options(self, options: ChatOptions) -> None:
        """Change the conversation's options."""
        self._context.library.set_options(self._session.conversation_id, options)

    def choose_connection_if_none(self) -> None:
        """Set a new conversation's connection: the last one used, else the first real one; never the demo
        automatically."""
        if self.connection is not None or self._session.path:
            return
        context = self._context
        chosen = default_options(context.connections, context.preferences.settings, context.models.get)
        if chosen.connection_id:
            options = self._conversation.options
            self.set_options(replace(options, connection_id=chosen.connection_id, model=chosen.model))

    def retranslate(self) -> None:
        """Update the connection's name, which may be translated."""
        self._show_conversation()

    def edit(self, question: Message) -> None:
        """Put an earlier question into the composer for editing."""
        if question.role is not Role.USER or self._session.running:
            return
        if not self._edited_id:
            self._composer.flush_draft()
            self._saved = (self._composer.text, self._composer.take_files())
        self._note_edited(question.id)
        self._composer.set_text(question.text)
        self._composer.show_attached(question.attachments)
        self._composer.edit.setFocus()

    def cancel_edit(self) -> None:
        """Cancel editing an earlier question and restore the previous text."""
        if self._edited_id:
            self._note_edited("")
            self._restore()

    def _restore(self) -> None:
        (text, files), self._saved = self._saved, ("", ())
        self._composer.set_text(text)
        self._composer.put_files(files)

    def _note_edited(self, message_id: str) -> None:
        self._edited_id = message_id
        self._composer.set_editing(bool(message_id))
        self.editing_changed.emit(message_id)

    # --- events --------------------------------------------------------------------------------------------------

    def _on_event(self, event: SessionEvent) -> None:
        match event:
            case ReplyDelta():
                return
            case MessageAdded(message):
                self._note_added(message)
            case ToolCallChanged():
                self._set_state(TabState.ASKING if self._session.waiting_calls else TabState.STREAMING)
            case ReplyStopping():
                self._composer.set_running(False)
            case ReplyEnded(message):
                self._composer.set_running(False)
                self._set_state(self._state_after(message))
            case PathChanged(messages):
                self._note_path(messages)

    def _note_path(self, messages: Sequence[Message]) -> None:
        self._show_earlier()
        if messages:
            self.shown_changed.emit()
        if messages and messages[-1].status is Status.RUNNING:
            self._note_running()

    def _note_added(self, message: Message) -> None:
        if message.role is Role.USER:
            self._show_earlier()
        else:
            self._note_running()
        self.shown_changed.emit()

    def _note_running(self, *, stopping: bool = False) -> None:
        """Show a running reply: a new one, a continued one, or one that was running before the tab opened."""
        self.budget_guard.note_sent()
        self._composer.set_running(not stopping)
        self._set_state(TabState.ASKING if self._session.waiting_calls else TabState.STREAMING)

    def _state_after(self, message: Message) -> TabState:
        if message.status in _FAILED:
            return TabState.ERROR
        return TabState.IDLE if self._active or message.status is Status.CANCELLED else TabState.UNSEEN

    def _set_state(self, state: TabState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _on_library_event(self, event: LibraryEvent) -> None:
        if isinstance(event, ConversationChanged) and event.conversation.id == self._session.conversation_id:
            self._show_conversation()

    def _on_settings(self, settings: Settings) -> None:
        self._composer.set_send_key(settings.send_key)
        if self._session.conversation_id in self._context.library:
            self.choose_connection_if_none()
            self._show_conversation()

    def _show_conversation(self) -> None:
        options, connection = self._conversation.options, self.connection
        self._composer.set_model(options.model, connection_name(connection) if connection else "")
        self.image_guard.follow()
        self._composer.tools_button.show_count(len(options.tools))
        self._composer.set_options_changed(is_own_choice(options) or self._session.left_out > 0)
        self.shown_changed.emit()

    def _show_earlier(self) -> None:
        self._composer.set_earlier(lambda: [m.text for m in self._session.path if m.role is Role.USER])

    def _keep_draft(self, text: str) -> None:
        if not self._edited_id and self._session.conversation_id in self._context.library:
            self._context.library.set_draft(self._session.conversation_id, text, self._composer.attached)

    @property
    def _conversation(self) -> Conversation:
        return self._session.conversation
