"""Counts the tokens of a conversation's messages, each message once: those of a long one take several frames."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_chat.core.entities import Message
from desktop_chat.core.prompt_size import BYTES_PER_TOKEN, weight_of


class MessageWeights:
    """Knows the messages counted so far; any thread may count."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Message, int]] = {}

    def tokens_in(self, messages: Iterable[Message]) -> int:
        """Estimate the number of tokens as `tokens_in_messages` does."""
        known, total = self._known, 0
        for message in messages:
            found = known.get(message.id)
            if found is None or found[0] is not message:  # replies grow
                found = known[message.id] = (message, weight_of(message))
            total += found[1]
        return total // BYTES_PER_TOKEN
