"""The messages of one conversation as a tree: editing and regenerating add branches, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Message, Status


class MessageTree:
    """Messages by id, with their children in order of arrival; parents are added before their children.

    A message with an unknown parent becomes a root, so that it stays reachable.
    """

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages: dict[str, Message] = {}
        self._parents: dict[str, str | None] = {}
        self._children: dict[str | None, list[str]] = {}
        self._summaries: set[str] = set()
        for message in messages:
            self.put(message)

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    def __getitem__(self, message_id: str) -> Message:
        return self._messages[message_id]

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its id."""
        if message.id not in self._messages:
            parent_id = message.parent_id if message.parent_id in self._messages else None
            self._parents[message.id] = parent_id
            self._children.setdefault(parent_id, []).append(message.id)
        self._messages[message.id] = message
        if message.summary is not None:
            self._summaries.add(message.id)

    @property
    def has_summaries(self) -> bool:
        """Whether any message is a summary."""
        return bool(self._summaries)

    def remove(self, message_id: str) -> tuple[Message, ...]:
        """Remove a message and all its descendants. Returns them, parents before children."""
        removed: list[Message] = []
        waiting = [message_id]
        for following in waiting:  # grows during iteration
            waiting += self._children.get(following, [])
            removed.append(self._messages[following])
        self._children[self._parents[message_id]].remove(message_id)
        for message in removed:
            del self._messages[message.id], self._parents[message.id]
            self._children.pop(message.id, None)
            self._summaries.discard(message.id)
        return tuple(removed)

    def path_to(self, leaf_id: str | None) -> tuple[Message, ...]:
        """Return the messages from the root to `leaf_id`; to the newest leaf if it is unknown."""
        if leaf_id not in self._messages:
            leaf_id = self.leaf_under(None)
        path: list[Message] = []
        while leaf_id is not None:
            path.append(self._messages[leaf_id])
            leaf_id = self._parents[leaf_id]
        return tuple(reversed(path))

    def leaf_under(self, message_id: str | None) -> str | None:
        """Return the last message reached by always taking the newest child."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def messages(self) -> Iterable[Message]:
        """Return all messages, in order of arrival."""
        return self._messages.values()

    def ancestors(self, message_id: str) -> tuple[Message, ...]:
        """Return the messages from the root to the parent of `message_id`; empty for a root."""
        return self.path_to(message_id)[:-1]

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return a message and its siblings, oldest first, without empty siblings that have no children.
        These and `leaf_under` reach everything else from any path."""
        siblings = self._children[self._parents[message_id]]
        if len(siblings) == 1:
            return (message_id,)
        return tuple(sibling for sibling in siblings if sibling == message_id or not self._is_empty_leaf(sibling))

    def _is_empty_leaf(self, message_id: str) -> bool:
        message = self._messages[message_id]
        says_something = message.text or message.reasoning or message.attachments or message.tool_calls
        return message.status is not Status.RUNNING and not says_something and not self._children.get(message_id)
