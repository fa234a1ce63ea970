"""What of a conversation is shown and sent, and how much that is: a session without its replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_chat.core.entities import NEXT_QUESTION, ChatOptions, Conversation, Message, Role, Status, Summary
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.library import Library
from desktop_chat.core.message_weights import MessageWeights
from desktop_chat.core.ports import Providers
from desktop_chat.core.prompt_size import (
    RequestSize,
    context_window_in,
    last_request,
    start_within,
    tokens_in,
    tokens_in_messages,
    tokens_in_tools,
    tokens_of,
)
from desktop_chat.core.summaries import older_messages, place_of_summary, sent_part, start_of, summarised_part
from desktop_chat.core.tree import MessageTree

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.core.tools import Tool


class ConversationState:
    """A conversation's messages and options, and what of them a request would contain."""

    def __init__(
        self, conversation_id: str, messages: Iterable[Message], *, library: Library, providers: Providers
    ) -> None:
        self.conversation_id = conversation_id
        self._library = library
        self._providers = providers
        self._tree = MessageTree(messages)
        self._path = list(self._tree.path_to(self._tree.leaf_under(self.conversation.leaf_id)))
        self.tokens_in = MessageWeights().tokens_in
        """Estimates the tokens of messages, on any thread; what it has counted once it knows."""
        self._tools: tuple[Tool, ...] = ()
        """The tools that the last reply was offered."""
        self._listed = ("", 0)
        """A model, and its context window according to the shipped table."""

    @property
    def conversation(self) -> Conversation:
        """The conversation's current state in the library."""
        return self._library[self.conversation_id]

    @property
    def path(self) -> tuple[Message, ...]:
        """The messages shown, first to last. A running reply is included as it was at its start, without its new
        text."""
        return tuple(self._path)

    @property
    def left_out(self) -> int:
        """How many messages at the beginning of the path are no longer sent since it was shortened."""
        return start_of(self._path, self.conversation.options.sent_from_id)

    def can_summarise(self, at_id: str = "", *, asking: bool = False) -> bool:
        """Return whether there are older messages that a summary could stand for, if it comes at the end of the path or
        in the place of the message `at_id`; if `asking`, after another question there."""
        path = list(self._tree.ancestors(at_id) if at_id else self._path[: place_of_summary(self._path)])
        if asking:
            path.append(Message("", self.conversation_id, None, Role.USER, "", Status.COMPLETE, 0.0))
        return self._older(path) > 0

    @property
    def context_window(self) -> int:
        """The model's context window in tokens: the smallest that the server reported when it refused a request in this
        conversation, else the one from its model list, else the one that was noted; 0 if unknown."""
        model = self.conversation.options.model
        return self._window(model) or self._listed_for(model)

    def note_window(self, model: str, window: int) -> None:
        """Note a model's context window as the shipped table has it; what its server says goes before that."""
        self._listed = (model, window)

    @property
    def sent(self) -> list[Message]:
        """What is sent of the path: all of it unless it was shortened or summarised."""
        return list(self._sent_of(self._path))

    @property
    def tokens_before(self) -> int:
        """The tokens of the last answered request, as the server counted them, else estimated; 0 if there is none."""
        return last_request(self._path, self.tokens_in)[0]

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return the ids of a message and its alternatives, oldest first."""
        return self._tree.alternatives(message_id)

    def request_size(self, text: str = "", *, at_id: str = "", attachments: Sequence[Attachment] = ()) -> RequestSize:
        """Return the size of the next request with this question, in place of the message `at_id` if given. Tools
        count once a reply was offered them."""
        options = self.conversation.options
        sent = self._sent_of(self._path)
        path = self._sent_of(self._tree.ancestors(at_id)) if at_id else sent
        if at_id and at_id == options.sent_from_id:
            path = []
        own = tokens_in((options.system_prompt, text)) + sum(map(tokens_of, attachments))
        own += tokens_in_tools(tool for tool in self._tools if tool.id in options.tools)
        before, counted = last_request(sent, self.tokens_in)
        listed = self._listed_for(options.model)
        tokens = own + self.tokens_in(path)
        return RequestSize(tokens, before, counted, self._window(options.model), listed, own)

    def leave_out(self, size: RequestSize, most: int) -> None:
        """Leave out as many earlier messages as needed, now and in all later requests, to keep the request within
        `most` tokens if possible. The question itself is always sent."""
        sent = self._sent_of(self._path)
        question = size.tokens - self.tokens_in(sent)
        if sent and sent[0].summary is not None:  # it is sent whatever is left out
            most -= self.tokens_in(sent[:1])
            sent = sent[1:]
        start = start_within(sent, most - max(0, question), self.tokens_in)
        self._send_from(sent[start].id if start < len(sent) else NEXT_QUESTION)

    def _listed_for(self, model: str) -> int:
        return self._listed[1] if self._listed[0] == model else 0

    def _window(self, model: str) -> int:
        refused = (m.failure for m in self._tree.messages() if m.failure is not None and m.model == model)
        said = (context_window_in(failure.detail) for failure in refused if failure.code == ContextTooLong.code)
        listed = self._providers.context_window_of(self.conversation.options.connection_id, model)
        return min(filter(None, said), default=listed)

    def _sent_of(self, path: Sequence[Message]) -> Sequence[Message]:
        """Return the part of a path that is sent: all of it unless it was shortened or summarised."""
        first_id = self.conversation.options.sent_from_id
        if not self._tree.has_summaries:  # the usual case, at once in a conversation of any length
            return path[start_of(path, first_id) :]
        return sent_part(path, first_id)

    def _older(self, path: Sequence[Message]) -> int:
        options = self.conversation.options
        return older_messages(path, options.sent_from_id, self.context_window)

    def _summary_request(
        self, path: Sequence[Message], summary: Summary, options: ChatOptions
    ) -> tuple[Callable[[], Sequence[Message]], ChatOptions]:
        """Return what makes the messages of the request for a summary, and its options."""
        from desktop_chat.core.summary_request import (  # noqa: PLC0415  (few conversations are summarised)
            room_for_summary,
            summary_options,
            summary_question,
        )

        path, messages = tuple(path), tuple(self._tree.messages())
        window, first_id = self._window(options.model) or self._listed_for(options.model), options.sent_from_id

        def make() -> Sequence[Message]:
            older = summarised_part(path, summary.messages, first_id)
            room = room_for_summary(messages, options.model, window, tokens_in_messages(older))
            return [summary_question(older, room)]

        return make, summary_options(options)

    def _send_from(self, message_id: str) -> None:
        options = replace(self.conversation.options, sent_from_id=message_id)
        self._library.set_options(self.conversation_id, options)
