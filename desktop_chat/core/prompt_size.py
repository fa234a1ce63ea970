"""How large a request is, before it is sent, and whether that is so unusual that the person is asked first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_chat.core.entities import Message, Role

BYTES_PER_TOKEN = 4
"""Of UTF-8. English has about four letters a token, Chinese somewhat less than one character of three bytes."""
TYPICAL_TOKENS = 25_000
"""Tokens that are no news even where nothing was sent before; asked is from FAR times as many on."""
UNUSUAL_FACTOR = 4
"""So many times what was sent last is far more."""
MAX_KNOWN_WINDOW = 1_000_000
"""Tokens that no model is known to read; above it only a request that a server counted is taken as usual."""
ASK_AGAIN_FACTOR = 1.5
"""So many times what the person has agreed to is asked about again."""
_WINDOW = re.compile(
    r"(?:maximum context length(?: is)?|context (?:window|size|length)(?: of| is)?|max_model_len|n_ctx)"
    r"[^\d]{0,24}(\d[\d,]{2,10})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RequestSize:
    """Tokens of a request, estimated. `before`: of the last one that was answered here, 0 without any; `counted` where
    the server said so itself. `window`: what the model reads at most, 0 where that is not known."""

    tokens: int
    before: int = 0
    counted: bool = False
    window: int = 0

    def limit(self, agreed: int) -> int:
        """Return from how many tokens on the person is asked, who has agreed to `agreed` in this conversation."""
        if self.window:
            return max(self.window, int(ASK_AGAIN_FACTOR * agreed))
        usual = UNUSUAL_FACTOR * max(self.before, agreed, TYPICAL_TOKENS)
        known = max(agreed, self.before if self.counted else 0)
        return min(usual, max(MAX_KNOWN_WINDOW, int(ASK_AGAIN_FACTOR * known)))


def tokens_in(texts: Iterable[str]) -> int:
    """Estimate how many tokens some texts have; half or twice as many are possible."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // BYTES_PER_TOKEN


def last_request(path: Sequence[Message]) -> tuple[int, bool]:
    """Return how many tokens the last request had that was answered, and whether the server counted them."""
    for index in range(len(path) - 1, -1, -1):
        message = path[index]
        if message.role is Role.ASSISTANT and message.text:
            if message.usage is not None and message.usage.prompt_tokens:
                return message.usage.prompt_tokens, True
            return tokens_in(earlier.text for earlier in path[:index]), False
    return 0, False


def context_window_in(words: str) -> int:
    """Return the tokens that a model reads at most, as a server says them when it refuses a longer request; 0 where it
    does not say so."""
    found = _WINDOW.search(words)
    return int(found.group(1).replace(",", "")) if found else 0


def start_within(path: Sequence[Message], most: int) -> int:
    """Return the index of the first question from which on a path has at most `most` tokens; its length for none."""
    tokens, start = 0, len(path)
    for index in range(len(path) - 1, -1, -1):
        tokens += tokens_in((path[index].text,))
        if tokens > most:
            break
        if path[index].role is Role.USER:
            start = index
    return start
