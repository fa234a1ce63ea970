"""The actions of a message: its buttons, its menu, and the remedies after a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from desktop_chat.core.entities import Api, ChatOptions, Message, Role
from desktop_chat.core.library_events import ConversationGrown
from desktop_chat.core.prompt_size import tokens_in
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.composer_popups import ComposerPopups
from desktop_chat.ui.chat.presenter import ChatPresenter
from desktop_chat.ui.chat.tab_dialogs import TabDialogs
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import Remedy
from desktop_chat.ui.text.message_markdown import message_markdown
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:
    from desktop_chat.core.exchanges import Exchange


class MessageActions:
    """Carries out the actions of messages in an open conversation."""

    def __init__(
        self,
        context: Context,
        session: ChatSession,
        presenter: ChatPresenter,
        popups: ComposerPopups,
        dialogs: TabDialogs,
    ) -> None:
        self._context = context
        self._session = session
        self._presenter = presenter
        self._popups = popups
        self._tab_dialogs = dialogs
        navigator = context.navigator
        self._actions: dict[str, Callable[[Message], None]] = {
            "edit": presenter.edit,
            "regenerate": self._regenerate,
            "regenerate_with": self._choose_and_regenerate,
            "delete": self._delete,
            "copy_rich": lambda message: dialogs.copy_rich(session.conversation_id, message),
            "export": lambda message: dialogs.export(session.conversation_id, message.id),
            "inspect": self._inspect,
            "previous": partial(self._show_alternative, step=-1),
            "next": partial(self._show_alternative, step=1),
            Remedy.RETRY: self._regenerate,
            Remedy.CONTINUE: self._continue,
            Remedy.SHORTEN: self._shorten,
            Remedy.SUMMARISE: self._summarise,
            Remedy.USE_SUMMARY: lambda message: session.use_summary(message.id, in_use=True),
            Remedy.SEND_WHOLE: lambda message: session.use_summary(message.id, in_use=False),
            Remedy.WITHOUT_SUMMARY: self._answer_without_summary,
            Remedy.DETAILS: self._show_details,
            Remedy.OPEN_KEY: lambda _: navigator.ask_for_key(session.conversation.options.connection_id),
            Remedy.ALLOW_KEY: self._allow_key,
            Remedy.USE_V1: self._use_v1,
            Remedy.CHOOSE_MODEL: lambda _: popups.open_models(),
            Remedy.OPEN_SETTINGS: lambda _: navigator.open_settings("connections"),
            Remedy.NEW_CONVERSATION: self._start_new_conversation,
            Remedy.EDIT_QUESTION: self._edit_question,
            Remedy.USE_RESPONSES: partial(self._switch_api, Api.RESPONSES),
            Remedy.WITHOUT_IMAGES: self._send_without_images,
            Remedy.USE_CHAT_COMPLETIONS: partial(self._switch_api, Api.CHAT_COMPLETIONS),
        }

    def act(self, action: str, message_id: str) -> None:
        """Carry out an action on a message."""
        handler = self._actions.get(action)
        message = self._message(message_id)
        if handler is not None and message is not None:
            handler(message)

    def open_document(self, message_id: str, sha256: str) -> None:
        """Show a document that is attached to a message."""
        message = self._message(message_id)
        for attachment in message.attachments if message is not None else ():
            if attachment.sha256 == sha256:
                self._tab_dialogs.open_document(attachment)
                return

    def copy_last_reply(self) -> None:
        """Copy the last reply that has text, and is no summary, to the clipboard, as Markdown."""
        replies = (m for m in reversed(self._session.path) if m.role is Role.ASSISTANT and m.summary is None)
        reply = next((m for m in replies if m.text or m.tool_calls), None)
        if reply is not None:
            QGuiApplication.clipboard().setText(message_markdown(reply))

    def regenerate_last(self) -> None:
        """Regenerate the last reply; the existing one stays as another version."""
        if self._session.path and not self._session.running:
            self._regenerate(self._session.path[-1])

    def summarise(self) -> None:
        """Summarise the earlier messages, or say that there are none to summarise."""
        if self._session.running:
            return
        if not self._session.can_summarise():
            self._context.navigator.say(tr("There are no earlier messages to summarise yet."))
        elif not self._presenter.can_ask:
            self._popups.open_models()
        elif self._presenter.budget_guard.lets_pass(self._session.request_size().tokens, self.summarise):
            self._session.summarise()

    def _summarise(self, message: Message) -> None:
        """Summarise the earlier messages in the place of a reply, and answer its question with the summary."""
        again = partial(self.act, Remedy.SUMMARISE, message.id)
        if self._presenter.connection is not None and self._may_spend(message, again):
            self._session.summarise(message.id)

    def _answer_without_summary(self, message: Message) -> None:
        again = partial(self.act, Remedy.WITHOUT_SUMMARY, message.id)
        if self._presenter.connection is not None and self._may_spend(message, again):
            self._session.regenerate(message.id, summarising=False)

    def _regenerate(self, message: Message) -> None:
        if not self._presenter.can_ask:
            self._popups.open_models()
        elif message.role is Role.ASSISTANT and not self._session.running:
            size, guard = self._session.request_size(at_id=message.id), self._presenter.size_guard
            again = partial(self.act, "regenerate", message.id)
            if not self._presenter.budget_guard.lets_pass(size.tokens, again):
                return
            if message.summary is not None:
                self._session.regenerate(message.id)
            elif guard.lets_pass(size, again, at_id=message.id, asking=False):
                if guard.summarises:
                    self._session.summarise(message.id)
                else:
                    self._session.regenerate(message.id)

    def _choose_and_regenerate(self, message: Message) -> None:
        """Regenerate a reply with another model; the conversation keeps its own."""

        def regenerate(connection_id: str, model: str) -> None:
            options = replace(self._session.conversation.options, connection_id=connection_id, model=model)
            if self._may_spend(message, lambda: regenerate(connection_id, model), options):
                self._session.regenerate(message.id, options)

        self._popups.open_models(then=regenerate)

    def _inspect(self, message: Message) -> None:
        self._tab_dialogs.inspect(message, partial(self._send_again, message.id))

    def _send_again(self, message_id: str, exchange: Exchange) -> None:
        """Send a recorded request again as it was; the answer becomes another version of the reply."""
        if self._message(message_id) is not None and not self._session.running:
            conversation = self._session.conversation
            options = replace(conversation.options, connection_id=exchange.connection_id, model=exchange.model)
            send = partial(self._send_again, message_id, exchange)
            text = json.dumps(dict(exchange.body), default=lambda _image: "")  # what an image takes is not known
            if self._presenter.budget_guard.lets_pass(tokens_in((text,)), send, options):
                self._session.regenerate(message_id, options, exchange.body)

    def _delete(self, message: Message) -> None:
        self._presenter.cancel_edit()
        if removed := self._session.delete(message.id):
            words = tr("%n message(s) deleted.", n=len(removed))
            self._context.navigator.offer_undo(words, partial(self._undelete, removed))

    def _undelete(self, messages: tuple[Message, ...]) -> None:
        """Restore deleted messages. The tab may have been closed, and the conversation reopened, since."""
        library, conversation_id = self._context.library, self._session.conversation_id
        if conversation_id in library:
            self._session.undelete(messages)
            library.events.emit(ConversationGrown(conversation_id))

    def _edit_question(self, message: Message) -> None:
        question = self._message(message.parent_id or "")
        if question is not None:
            self._presenter.edit(question)

    def _switch_api(self, api: Api, message: Message) -> None:
        """Switch the connection to another API and regenerate a reply."""
        if not self._session.running:
            self._context.connections.use_api(self._session.conversation.options.connection_id, api)
            self._regenerate(message)

    def _send_without_images(self, message: Message) -> None:
        """Regenerate a reply without any image of the conversation, and send none to its model from now on."""
        if not self._session.running:
            options = self._session.conversation.options
            self._context.providers.leave_images_out(options.connection_id, options.model)
            self._regenerate(message)

    def _continue(self, message: Message) -> None:
        go_on = partial(self.act, Remedy.CONTINUE, message.id)
        if self._presenter.connection is not None and self._may_spend(message, go_on):
            self._session.go_on(message.id)

    def _shorten(self, message: Message) -> None:
        shorten = partial(self.act, Remedy.SHORTEN, message.id)
        if self._presenter.connection is not None and self._may_spend(message, shorten):
            self._session.shorten(message.id)

    def _may_spend(self, message: Message, send: Callable[[], None], options: ChatOptions | None = None) -> bool:
        """Return whether another request for a reply may be sent; if not, the user is asked, and `send` is called."""
        tokens = self._session.request_size(at_id=message.id).tokens
        return self._presenter.budget_guard.lets_pass(tokens, send, options)

    def _allow_key(self, message: Message) -> None:
        if (connection := self._presenter.connection) is not None:
            self._tab_dialogs.allow_key(connection, partial(self.act, Remedy.RETRY, message.id))

    def _use_v1(self, message: Message) -> None:
        if (connection := self._presenter.connection) is not None and not self._session.running:
            self._tab_dialogs.use_v1(connection, partial(self.act, Remedy.RETRY, message.id))

    def _show_details(self, message: Message) -> None:
        if message.failure is not None:
            self._tab_dialogs.show_details(message.failure)

    def _show_alternative(self, message: Message, step: int) -> None:
        ids = self._session.alternatives(message.id)
        at = ids.index(message.id) + step
        if 0 <= at < len(ids):
            self._session.show_alternative(ids[at])

    def _start_new_conversation(self, message: Message) -> None:
        question = self._message(message.parent_id or "") if message.role is Role.ASSISTANT else message
        self._context.navigator.begin_conversation(question.text if question is not None else "")

    def _message(self, message_id: str) -> Message | None:
        return next((m for m in self._session.path if m.id == message_id), None)
