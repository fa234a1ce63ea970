"""Statistics of a reply, from the server's token counts and measured times."""

from __future__ import annotations

from desktop_chat.core.entities import Message


def tokens_per_second(message: Message) -> float | None:
    """Return completion tokens per second from the first token to the end; None if unknown.

    Needs a tenth of a second of streaming: a reply in one piece has no rate.
    """
    usage, timing = message.usage, message.timing
    if usage is None or timing is None or usage.completion_tokens is None:
        return None
    if timing.first_token_s is None or timing.total_s is None:
        return None
    seconds = timing.total_s - timing.first_token_s
    return usage.completion_tokens / seconds if seconds >= 0.1 else None
