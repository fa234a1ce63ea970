"""The messages of one conversation as a tree: editing and regenerating add branches, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Message, Status


class MessageTree:
    """Messages by id, with their children in the order in which they came."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages: dict[str, Message] = {}
        self._children: dict[str | None, list[str]] = {}
        for message in messages:
            self.put(message)

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._messages

    def __getitem__(self, message_id: str) -> Message:
        return self._messages[message_id]

    def put(self, message: Message) -> None:
        """Add a message, or replace the one with its id."""
        if message.id not in self._messages:
            self._children.setdefault(message.parent_id, []).append(message.id)
        self._messages[message.id] = message

    def path_to(self, leaf_id: str | None) -> tuple[Message, ...]:
        """Return the messages from the root to `leaf_id`; without one, to the newest leaf."""
        if leaf_id not in self._messages:
            leaf_id = self.leaf_under(None)
        path: list[Message] = []
        while leaf_id is not None and leaf_id in self._messages:
            path.append(self._messages[leaf_id])
            leaf_id = self._messages[leaf_id].parent_id
        return tuple(reversed(path))

    def leaf_under(self, message_id: str | None) -> str | None:
        """Return the last message reached by always taking the newest child."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return a message and its siblings, oldest first, leaving out siblings that came to nothing."""
        siblings = self._children[self._messages[message_id].parent_id]
        return tuple(sibling for sibling in siblings if sibling == message_id or not _is_void(self._messages[sibling]))


def _is_void(message: Message) -> bool:
    return message.status is not Status.RUNNING and not message.text and not message.reasoning
