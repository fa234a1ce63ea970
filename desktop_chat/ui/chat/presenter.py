"""Brings one conversation's session, its transcript and its composer together; has no words of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_chat.core.addresses import addresses_with_v1
from desktop_chat.core.entities import Api, ChatOptions, Connection, Conversation, Message, Role, Status
from desktop_chat.core.errors import StoreError
from desktop_chat.core.events import MessageAdded, PathChanged, ReplyDelta, ReplyEnded, ReplyStopping, SessionEvent
from desktop_chat.core.library_events import ConversationChanged, ConversationGrown, LibraryEvent
from desktop_chat.core.new_conversation import default_model, default_options
from desktop_chat.core.session import ChatSession
from desktop_chat.core.settings import Settings
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.options_popup import is_own_choice
from desktop_chat.ui.chat.secret_guard import SecretGuard
from desktop_chat.ui.chat.size_guard import SizeGuard
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.error_text import Remedy
from desktop_chat.ui.text.tab_state import TabState
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.qt_tasks import start_for

logger = logging.getLogger(__name__)

_FAILED = frozenset({Status.FAILED, Status.INTERRUPTED, Status.FILTERED})


class ChatPresenter(QObject):
    """Passes on what the person wants, and shows what the session says. Ended by ``close``."""

    state_changed = Signal(TabState)
    shown_changed = Signal()
    """What the page has to show changed: the first message came, or the connection."""
    model_wanted = Signal()
    """A question cannot be asked before a model is chosen."""
    settings_requested = Signal(str)
    key_requested = Signal(str)
    conversation_requested = Signal(str)
    """A new conversation, with this text in its composer."""
    key_to_allow = Signal(object, object)
    """The person has to say that a connection's key is for its server: the connection, and what asks again then."""
    v1_wanted = Signal(object, object)
    """The address of a connection may only lack "/v1": the connection, and what asks again once it is found."""
    editing_changed = Signal(str)
    """The question that is being edited in the composer; empty when none is any more."""
    model_wanted_for = Signal(str)
    """A reply that is to be regenerated with a model that is still to be chosen."""
    deleted = Signal(int, object)
    """How many messages were deleted, and what brings them back."""
    bar_made = Signal(QWidget)
    """A question that belongs above the composer."""
    details_wanted = Signal(object)
    """Failure: what the server said is to be shown."""

    def __init__(self, context: Context, session: ChatSession, composer: Composer, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._composer = composer
        self._active = False
        self._state = TabState.IDLE
        self._edited_id = ""
        self._put_aside = ""
        self.secret_guard = SecretGuard(context, composer, self)
        """What asks before a text goes out that seems to hold a key."""
        self.secret_guard.passed.connect(self.send)
        self.secret_guard.bar_made.connect(self.bar_made)
        self.size_guard = SizeGuard(context.theme, session, composer, self)
        """What asks before a request goes out that is unusually large."""
        self.size_guard.bar_made.connect(self.bar_made)
        self._actions = self._make_actions()
        self._closed = False
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
        composer.add_draft(self._conversation.draft)
        composer.flush_draft()
        self.choose_connection_if_none()
        self._show_conversation()
        self._show_settings(context.preferences.settings)
        self._show_earlier()

    @property
    def state(self) -> TabState:
        return self._state

    @property
    def lacks_v1(self) -> bool:
        """Whether "/v1" may be missing in the address that is asked."""
        return self.connection is not None and bool(addresses_with_v1(self.connection.base_url))

    @property
    def connection(self) -> Connection | None:
        """The connection that answers in this conversation."""
        return self._context.connections.get(self._conversation.options.connection_id)

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        for remove in self._removers:
            remove()

    def set_active(self, active: bool) -> None:
        """Say whether the person sees this conversation. Coming, one sees what was unseen; going, one has seen it."""
        self._active = active
        if self._state in {TabState.UNSEEN, TabState.ERROR}:
            self._set_state(TabState.IDLE)

    # --- what the person wants -----------------------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Ask, or ask again in an earlier question's place. The text stays in the composer until it is taken."""
        if self._session.running or not text.strip():
            return
        options = self._conversation.options
        if self.connection is None or not options.model:
            self.model_wanted.emit()
            return
        if not self.secret_guard.lets_pass(text):
            return
        size = self._session.request_size(text, at_id=self._edited_id)
        if not self.size_guard.lets_pass(size, lambda: self.send(self._composer.text)):
            return
        self._composer.clear()
        if edited_id := self._edited_id:
            self._note_edited("")
            self._session.edit_and_resend(edited_id, text)
            self._composer.set_text(self._put_aside)
        else:
            self._session.send(text)
        announce(self._composer.edit, tr("Sent"))
        self._context.preferences.note_used(options.connection_id, options.model)

    def stop(self) -> None:
        """Stop the reply; without one, leave the editing of an earlier question."""
        if self._session.running:
            self._session.cancel()
        else:
            self.cancel_edit()

    def choose(self, connection_id: str, model: str = "") -> None:
        """Let this connection and model answer from now on; without a model, the one that the connection would begin
        with. Where it has none, the person is asked."""
        context, connection = self._context, self._context.connections.get(connection_id)
        if connection is not None:
            model = default_model(connection, context.preferences.settings, context.models.get, own=model)
        self.set_options(replace(self._conversation.options, connection_id=connection_id, model=model))
        context.preferences.note_used(connection_id, model)
        if not model:
            self.model_wanted.emit()

    def set_options(self, options: ChatOptions) -> None:
        """Change how this conversation asks."""
        self._context.library.set_options(self._session.conversation_id, options)

    def choose_connection_if_none(self) -> None:
        """Give a new conversation the connection used last, or else a person's own; never the demo by itself."""
        if self.connection is not None or self._session.path:
            return
        context = self._context
        chosen = default_options(context.connections, context.preferences.settings, context.models.get)
        if chosen.connection_id:
            options = self._conversation.options
            self.set_options(replace(options, connection_id=chosen.connection_id, model=chosen.model))

    def retranslate(self) -> None:
        """Name the connection anew; some have their names from us."""
        self._show_conversation()

    def copy_last_reply(self) -> None:
        """Put the last reply that has text on the clipboard, as Markdown."""
        replies = (m for m in reversed(self._session.path) if m.role is Role.ASSISTANT and m.text)
        reply = next(replies, None)
        if reply is not None:
            QGuiApplication.clipboard().setText(reply.text)

    def regenerate_last(self) -> None:
        """Ask the last question again; the reply that is there stays as another version."""
        if self._session.path and not self._session.running:
            self._regenerate(self._session.path[-1])

    def act(self, action: str, message_id: str) -> None:
        """Do what was pressed beside a message."""
        handler = self._actions.get(action)
        message = self._message(message_id)
        if handler is not None and message is not None:
            handler(message)

    def cancel_edit(self) -> None:
        """Leave an earlier question as it was; what was being written comes back."""
        if self._edited_id:
            self._note_edited("")
            self._composer.set_text(self._put_aside)

    def _note_edited(self, message_id: str) -> None:
        self._edited_id = message_id
        self._composer.set_editing(bool(message_id))
        self.editing_changed.emit(message_id)

    # --- what happened -------------------------------------------------------------------------------------------

    def _on_event(self, event: SessionEvent) -> None:
        match event:
            case ReplyDelta():
                return
            case MessageAdded(message):
                self._note_added(message)
            case ReplyStopping():
                self._composer.set_running(False)
            case ReplyEnded(message):
                self._composer.set_running(False)
                self._set_state(self._state_after(message))
            case PathChanged(messages):
                self._show_earlier()
                if messages and messages[-1].status is Status.RUNNING:
                    self._note_running()

    def _note_added(self, message: Message) -> None:
        if message.role is Role.USER:
            self._show_earlier()
        else:
            self._note_running()
        self.shown_changed.emit()

    def _note_running(self) -> None:
        """A reply is under way: a new one, or a cut one that goes on."""
        self._composer.set_running(True)
        self._set_state(TabState.STREAMING)

    def _state_after(self, message: Message) -> TabState:
        if message.status in _FAILED:
            return TabState.ERROR
        return TabState.IDLE if self._active or message.status is Status.CANCELLED else TabState.UNSEEN

    def _set_state(self, state: TabState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _on_library_event(self, event: LibraryEvent) -> None:
        own_id = self._session.conversation_id
        if isinstance(event, ConversationChanged) and event.conversation.id == own_id:
            self._show_conversation()
        elif isinstance(event, ConversationGrown) and event.conversation_id == own_id:
            start_for(self._composer, self._context.tasks, self._add_restored(), "take in what was restored")

    async def _add_restored(self) -> None:
        try:
            messages = await self._context.messages_of(self._session.conversation_id)
        except StoreError as error:
            logger.warning("what was restored is shown at the next start: %s: %s", error.code, error.detail)
        else:
            self._session.add_restored(messages)
            self.shown_changed.emit()

    def _on_settings(self, settings: Settings) -> None:
        self._show_settings(settings)
        if self._session.conversation_id in self._context.library:
            self.choose_connection_if_none()
            self._show_conversation()

    def _show_conversation(self) -> None:
        options, connection = self._conversation.options, self.connection
        self._composer.set_model(options.model, connection_name(connection) if connection else "")
        self._composer.set_options_changed(is_own_choice(options) or self._session.left_out > 0)
        self.shown_changed.emit()

    def _show_settings(self, settings: Settings) -> None:
        self._composer.set_send_key(settings.send_key)

    def _show_earlier(self) -> None:
        self._composer.set_earlier([m.text for m in self._session.path if m.role is Role.USER])

    def _keep_draft(self, text: str) -> None:
        if not self._edited_id and self._session.conversation_id in self._context.library:
            self._context.library.set_draft(self._session.conversation_id, text)

    # --- what can be done beside a message -----------------------------------------------------------------------

    def _make_actions(self) -> dict[str, Callable[[Message], None]]:
        return {
            "edit": self._edit,
            "regenerate": self._regenerate,
            "regenerate_with": lambda message: self.model_wanted_for.emit(message.id),
            "delete": self._delete,
            "previous": lambda message: self._show_alternative(message, -1),
            "next": lambda message: self._show_alternative(message, 1),
            Remedy.RETRY: self._regenerate,
            Remedy.CONTINUE: self._continue,
            Remedy.SHORTEN: self._shorten,
            Remedy.DETAILS: self._tell_details,
            Remedy.OPEN_KEY: lambda _: self.key_requested.emit(self._conversation.options.connection_id),
            Remedy.ALLOW_KEY: self._ask_for_key,
            Remedy.USE_V1: self._use_v1,
            Remedy.CHOOSE_MODEL: lambda _: self.model_wanted.emit(),
            Remedy.OPEN_SETTINGS: lambda _: self.settings_requested.emit("connections"),
            Remedy.NEW_CONVERSATION: self._ask_elsewhere,
            Remedy.EDIT_QUESTION: self._edit_question,
            Remedy.USE_RESPONSES: lambda message: self._ask_by(Api.RESPONSES, message),
            Remedy.USE_CHAT_COMPLETIONS: lambda message: self._ask_by(Api.CHAT_COMPLETIONS, message),
        }

    def _edit(self, message: Message) -> None:
        if message.role is not Role.USER or self._session.running:
            return
        if not self._edited_id:
            self._composer.flush_draft()
            self._put_aside = self._composer.text
        self._note_edited(message.id)
        self._composer.set_text(message.text)
        self._composer.edit.setFocus()

    def _edit_question(self, message: Message) -> None:
        question = self._message(message.parent_id or "")
        if question is not None:
            self._edit(question)

    def _ask_by(self, api: Api, message: Message) -> None:
        """Ask the connection by another API from now on, and ask again for a reply."""
        if not self._session.running:
            self._context.connections.use_api(self._conversation.options.connection_id, api)
            self._regenerate(message)

    def _regenerate(self, message: Message) -> None:
        if self.connection is None or not self._conversation.options.model:
            self.model_wanted.emit()
        elif message.role is Role.ASSISTANT and not self._session.running:
            size = self._session.request_size(at_id=message.id)
            if self.size_guard.lets_pass(size, lambda: self.act("regenerate", message.id)):
                self._session.regenerate(message.id)

    def _delete(self, message: Message) -> None:
        if self._edited_id:
            self.cancel_edit()
        if removed := self._session.delete(message.id):
            self.deleted.emit(len(removed), partial(self._undelete, removed))

    def _undelete(self, messages: tuple[Message, ...]) -> None:
        """Bring back what was deleted, for the tab may have been closed meanwhile, and another one opened."""
        if self._session.conversation_id in self._context.library:
            self._session.undelete(messages)
            if self._closed:
                self._context.library.events.emit(ConversationGrown(self._session.conversation_id))

    def regenerate_with(self, message_id: str, connection_id: str, model: str) -> None:
        """Ask again for a reply, of another model; the conversation goes on with its own."""
        options = replace(self._conversation.options, connection_id=connection_id, model=model)
        self._session.regenerate(message_id, options)

    def _continue(self, message: Message) -> None:
        if self.connection is not None:
            self._session.go_on(message.id)

    def _shorten(self, message: Message) -> None:
        if self.connection is not None:
            self._session.shorten(message.id)

    def _ask_for_key(self, message: Message) -> None:
        if self.connection is not None:
            self.key_to_allow.emit(self.connection, lambda: self.act(Remedy.RETRY, message.id))

    def _use_v1(self, message: Message) -> None:
        if self.connection is not None and not self._session.running:
            self.v1_wanted.emit(self.connection, lambda: self.act(Remedy.RETRY, message.id))

    def _tell_details(self, message: Message) -> None:
        if message.failure is not None:
            self.details_wanted.emit(message.failure)

    def _show_alternative(self, message: Message, step: int) -> None:
        ids = self._session.alternatives(message.id)
        at = ids.index(message.id) + step
        if 0 <= at < len(ids):
            self._session.show_alternative(ids[at])

    def _ask_elsewhere(self, message: Message) -> None:
        question = self._message(message.parent_id or "") if message.role is Role.ASSISTANT else message
        self.conversation_requested.emit(question.text if question is not None else "")

    def _message(self, message_id: str) -> Message | None:
        return next((m for m in self._session.path if m.id == message_id), None)

    @property
    def _conversation(self) -> Conversation:
        return self._session.conversation
