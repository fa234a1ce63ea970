"""The messages of one conversation as a tree: editing and regenerating add branches, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Message, Status


class MessageTree:
    """Messages by id, with their children in the order in which they came; parents come before their children.

    A message whose parent is not known begins a path of its own, so that it can be reached all the same.
    """

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages: dict[str, Message] = {}
        self._parents: dict[str, str | None] = {}
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
            parent_id = message.parent_id if message.parent_id in self._messages else None
            self._parents[message.id] = parent_id
            self._children.setdefault(parent_id, []).append(message.id)
        self._messages[message.id] = message

    def remove(self, message_id: str) -> tuple[Message, ...]:
        """Take out a message and all that follows it, in every version. Returns them, parents before children."""
        removed: list[Message] = []
        waiting = [message_id]
        for following in waiting:  # grows while it is walked
            waiting += self._children.get(following, [])
            removed.append(self._messages[following])
        self._children[self._parents[message_id]].remove(message_id)
        for message in removed:
            del self._messages[message.id], self._parents[message.id]
            self._children.pop(message.id, None)
        return tuple(removed)

    def path_to(self, leaf_id: str | None) -> tuple[Message, ...]:
        """Return the messages from the root to `leaf_id`; without one, to the newest leaf."""
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
        """Return all messages, in the order in which they came."""
        return self._messages.values()

    def ancestors(self, message_id: str) -> tuple[Message, ...]:
        """Return the messages from the root to the parent of `message_id`; none for one that begins a path."""
        return self.path_to(message_id)[:-1]

    def alternatives(self, message_id: str) -> tuple[str, ...]:
        """Return a message and its siblings, oldest first, leaving out siblings that came to nothing and that nothing
        follows: with these and `leaf_under`, all else can be reached from any path."""
        siblings = self._children[self._parents[message_id]]
        return tuple(sibling for sibling in siblings if sibling == message_id or not self._came_to_nothing(sibling))

    def _came_to_nothing(self, message_id: str) -> bool:
        message = self._messages[message_id]
        is_void = message.status is not Status.RUNNING and not message.text and not message.reasoning
        return is_void and not self._children.get(message_id)
