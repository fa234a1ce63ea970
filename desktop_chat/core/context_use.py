"""How much of a model's context window the next request takes: as the server counted the last one, else estimated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_chat.core.entities import Message, Role, Status, Usage
from desktop_chat.core.prompt_size import tokens_in, tokens_in_messages

NEAR_END = 0.8
"""The share of the window from which on there is little room left."""


@dataclass(frozen=True, slots=True)
class ContextUse:
    """Tokens that the conversation takes, and the model's window; each is 0 if unknown."""

    tokens: int = 0
    window: int = 0
    is_estimate: bool = False

    @property
    def share(self) -> float:
        """The used share of the window, at most 1; 0 if the window is unknown."""
        return min(1.0, self.tokens / self.window) if self.window else 0.0

    @property
    def is_near_end(self) -> bool:
        """Whether little room is left."""
        return self.share >= NEAR_END


def tokens_used(
    sent: Sequence[Message],
    system_prompt: str,
    usage_of: Callable[[Message], Usage | None],
    count: Callable[[Sequence[Message]], int] = tokens_in_messages,
) -> tuple[int, bool]:
    """Return the tokens of what is sent, and whether that is an estimate, which `count` makes. `usage_of` returns what
    the server counted for the last request of a reply, if it did; a count from before the summary that is sent says
    nothing. The reasoning of a reply is not sent again."""
    since = sent[0].created_at if sent and sent[0].summary is not None else 0.0
    for index in range(len(sent) - 1, -1, -1):
        message = sent[index]
        if message.role is not Role.ASSISTANT or message.status is Status.FAILED:
            continue
        if message.summary is not None or message.created_at < since:
            break
        usage = usage_of(message)
        if usage is None or not usage.prompt_tokens or usage.completion_tokens is None:
            break
        reply = max(0, usage.completion_tokens - (usage.reasoning_tokens or 0))
        after = [later for later in sent[index + 1 :] if later.role is Role.USER]
        return usage.prompt_tokens + reply + count(after), bool(after)
    return tokens_in((system_prompt,)) + count(sent), True
