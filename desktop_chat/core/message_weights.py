"""Counts the tokens of a conversation's messages, each message once: those of a long one take several frames."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_chat.core.entities import Message
from desktop_chat.core.prompt_size import BYTES_PER_TOKEN, weight_of


class MessageWeights:
    """Knows the messages counted so far; any thread may count. Messages never change, so each is known as an object,
    which is kept: no other can get its identity."""

    def __init__(self) -> None:
        self._kept: list[Message] = []
        self._weights: dict[int, int] = {}

    def tokens_in(self, messages: Sequence[Message]) -> int:
        """Estimate the number of tokens as `tokens_in_messages` does."""
        try:
            return self._sum_of(messages)
        except KeyError:
            for message in messages:
                if id(message) not in self._weights:
                    self._kept.append(message)
                    self._weights[id(message)] = weight_of(message)
            return self._sum_of(messages)

    def _sum_of(self, messages: Sequence[Message]) -> int:
        """Return the tokens of messages that are all known, in a millisecond for 20,000. Raises KeyError for others."""
        return sum(map(self._weights.__getitem__, map(id, messages))) // BYTES_PER_TOKEN
