"""Estimates a request's size before it is sent, and decides whether it is unusual enough to ask the user first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Message, Role
from desktop_chat.core.sent_calls import RESULT_LIMIT

if TYPE_CHECKING:
    from desktop_chat.core.tools import Tool

BYTES_PER_TOKEN = 4
"""Bytes of UTF-8. English has about four per token; Chinese has somewhat less than one character, or three bytes."""
PIXELS_PER_TOKEN = 784
"""Models see an image as patches of about 28 x 28 pixels (Qwen, Anthropic: 750 pixels; OpenAI: 32 x 32)."""
MAX_IMAGE_TOKENS = 1_600
"""Most large providers scale an image down to about this many patches."""
TYPICAL_TOKENS = 25_000
"""Tokens that are unremarkable even for a first request; the user is asked above FAR times as many."""
UNUSUAL_FACTOR = 4
"""A request this many times larger than the last one is unusual."""
MAX_KNOWN_WINDOW = 1_000_000
"""More tokens than any known model reads; only a larger request that the server counted raises this limit."""
ASK_AGAIN_FACTOR = 1.5
"""The user is asked again once a request exceeds the agreed size by this factor."""
_WINDOW = re.compile(
    r"(?:maximum context length(?: is)?|context (?:window|size|length)(?: of| is)?|max_model_len|n_ctx)"
    r"[^\d]{0,24}(\d[\d,]{2,10})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RequestSize:
    """Estimated tokens of a request. `before`: those of the last answered request, 0 if there is none; `counted`:
    whether the server counted those. `window`: the context window that the server states; `listed`: that of the shipped
    table, which may be out of date; 0 if unknown. `own`: the tokens that do not depend on earlier messages."""

    tokens: int
    before: int = 0
    counted: bool = False
    window: int = 0
    listed: int = 0
    own: int = 0

    @property
    def is_too_large_alone(self) -> bool:
        """Whether the model's window could not hold it without any earlier message."""
        return 0 < (self.window or self.listed) < self.own

    @property
    def is_over_window(self) -> bool:
        """Whether the model's window cannot hold it, if the estimate is right."""
        return 0 < (self.window or self.listed) < self.tokens

    def limit(self, agreed: int) -> int:
        """Return the number of tokens above which to ask the user, who has agreed to `agreed` in this conversation."""
        if self.window:
            return max(self.window, int(ASK_AGAIN_FACTOR * agreed))
        usual = UNUSUAL_FACTOR * max(self.before, agreed, TYPICAL_TOKENS)
        known = max(agreed, self.before if self.counted else 0)
        return min(usual, max(self.listed or MAX_KNOWN_WINDOW, int(ASK_AGAIN_FACTOR * known)))


def tokens_in(texts: Iterable[str]) -> int:
    """Estimate the number of tokens in some texts, within a factor of about two."""
    return sum(map(_bytes_in, texts)) // BYTES_PER_TOKEN


def tokens_in_json(value: object) -> int:
    """Estimate the number of tokens in the texts of a request's JSON. An image counts as the largest image, whatever
    its bytes; recordings are not counted."""
    texts: list[str] = []
    images = 0
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [member for name, member in each.items() if name != "input_audio"]
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str) and each.startswith("data:"):
            images += 1
        elif isinstance(each, str):
            texts.append(each)
    return tokens_in(texts) + images * MAX_IMAGE_TOKENS


def tokens_of_image(width: int, height: int) -> int:
    """Estimate the number of tokens of an image of so many pixels, up to what most providers keep."""
    return min(MAX_IMAGE_TOKENS, -(-width * height // PIXELS_PER_TOKEN))


def tokens_of(attachment: Attachment) -> int:
    """Estimate the number of tokens of an attachment, within a factor of about two.

    Documents by the bytes of their text, as `tokens_in` does; images by their pixels; an image of a page counts as the
    largest image.
    """
    pages = MAX_IMAGE_TOKENS * len(attachment.page_sha256s)
    return tokens_of_image(attachment.width, attachment.height) + pages + attachment.text_size // BYTES_PER_TOKEN


def tokens_in_messages(messages: Iterable[Message]) -> int:
    """Estimate the number of tokens in messages with their attachments and tool calls."""
    return sum(map(weight_of, messages)) // BYTES_PER_TOKEN


def weight_of(message: Message) -> int:
    """Return the bytes of a message's text and tool calls, and for its attachments as many as a text with their tokens
    has."""
    weight = _bytes_in(message.text)
    for call in message.tool_calls:
        weight += _bytes_in(call.arguments) + _bytes_in(call.result[:RESULT_LIMIT])
    if message.role is Role.USER:
        weight += BYTES_PER_TOKEN * sum(map(tokens_of, message.attachments))
    return weight


def _bytes_in(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def tokens_in_tools(tools: Iterable[Tool]) -> int:
    """Estimate the number of tokens of offered tools, which each request repeats."""
    return tokens_in(text for tool in tools for text in (tool.name, tool.description, json.dumps(dict(tool.schema))))


def last_request(
    path: Sequence[Message], count: Callable[[Sequence[Message]], int] = tokens_in_messages
) -> tuple[int, bool]:
    """Return the number of tokens of the last answered request, and whether the server counted them; if not, `count`
    does."""
    for index in range(len(path) - 1, -1, -1):
        message = path[index]
        if message.role is Role.ASSISTANT and (message.text or message.tool_calls):
            is_one_request = not message.tool_calls
            if message.usage is not None and message.usage.prompt_tokens and is_one_request:
                return message.usage.prompt_tokens, True
            return count(path[:index]), False
    return 0, False


def context_window_in(words: str) -> int:
    """Return the context window stated in a server's refusal of a longer request; 0 if it states none."""
    found = _WINDOW.search(words)
    return int(found.group(1).replace(",", "")) if found else 0


def start_within(
    path: Sequence[Message], most: int, count: Callable[[Sequence[Message]], int] = tokens_in_messages
) -> int:
    """Return the index of the first question from which the path has at most `most` tokens, as `count` counts them; its
    length if none."""
    tokens, start = 0, len(path)
    for index in range(len(path) - 1, -1, -1):
        tokens += count(path[index : index + 1])
        if tokens > most:
            break
        if path[index].role is Role.USER:
            start = index
    return start
