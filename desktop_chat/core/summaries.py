"""Which messages a summary stands for, and what of a conversation is sent because of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from desktop_chat.core.entities import NEXT_QUESTION, Message, Role, Status, has_answer
from desktop_chat.core.errors import ContextTooLong
from desktop_chat.core.prompt_size import tokens_in_messages

KEPT_EXCHANGES = 2
"""The last questions that are still sent word for word after a summary, with all that follows them."""


def replaces_older(message: Message) -> bool:
    """Return whether a message is a summary that is sent in place of the older messages: never half a summary."""
    is_whole = message.status is Status.COMPLETE and bool(message.text.strip())
    return message.summary is not None and message.summary.in_use and is_whole


def start_of(path: Sequence[Message], first_id: str) -> int:
    """Return the index of the first message that a shortened conversation sends (see `ChatOptions.sent_from_id`)."""
    if not first_id:
        return 0
    if first_id == NEXT_QUESTION:
        return len(path)
    return next((index for index, message in enumerate(path) if message.id == first_id), 0)


def sent_part(path: Sequence[Message], first_id: str = "") -> list[Message]:
    """Return the messages of a path that are sent, in the order in which they are sent.

    The last summary in use comes first, then what it does not stand for; all other summaries are left out. One that
    stands for all that is above it is not ours: messages above are missing, or another program wrote it.
    """
    at, first = _sent_places(path, first_id)
    rest = [message for message in path[first:] if message.summary is None]
    return rest if at is None else [path[at], *rest]


def _sent_places(path: Sequence[Message], first_id: str) -> tuple[int | None, int]:
    """Return the place of the summary that is sent, if any, and the first place of what is sent word for word."""
    start = start_of(path, first_id)
    for at in range(len(path) - 1, start - 1, -1):
        summary = path[at].summary
        if summary is not None and summary.messages < at and replaces_older(path[at]):
            return at, max(start, summary.messages)
    return None, start


def older_messages(path: Sequence[Message], first_id: str = "", window: int = 0) -> int:
    """Return how many messages at the beginning of a path a new summary would stand for; 0 if there is nothing to
    summarise. `window`: the model's context window in tokens, 0 if unknown.

    What is left are whole exchanges, so tool calls stay with their answers: as many as KEPT_EXCHANGES, or only the last
    one if there are no more, or if they would take half of the window.
    """
    _, first = _sent_places(path, first_id)
    places = range(len(path) - 1, first - 1, -1)
    last = list(islice((place for place in places if path[place].role is Role.USER), KEPT_EXCHANGES + 1))
    for start in reversed(last[:-1]):
        if start == last[0] or not window or 2 * tokens_in_messages(sent_part(path[start:])) <= window:
            return start
    return 0


def summarised_part(path: Sequence[Message], messages: int, first_id: str = "") -> list[Message]:
    """Return what the model reads to summarise the first `messages` messages of a path: an earlier summary first."""
    older = {message.id for message in path[:messages]}
    return [message for message in sent_part(path, first_id) if message.id in older or message.summary is not None]


def place_of_summary(path: Sequence[Message]) -> int:
    """Return the length of the path that a summary is appended to: all but a failed end, whose place it takes."""
    if not path or path[-1].role is not Role.ASSISTANT:
        return len(path)
    end = path[-1]
    is_useless = end.summary is not None and not replaces_older(end) and end.summary.in_use
    is_refused = end.failure is not None and (not has_answer(end) or end.failure.code == ContextTooLong.code)
    return len(path) - 1 if is_useless or is_refused else len(path)
