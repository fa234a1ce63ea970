"""The words of the transcript besides the messages: the author, the state of a reply, its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Protocol

from desktop_chat.core.entities import Failure, Message, Role, Status, Usage, tokens_per_second
from desktop_chat.core.reply import Progress, Reply
from desktop_chat.ui.languages import format_time
from desktop_chat.ui.text.summary_text import summary_mark
from desktop_chat.ui.text.translation import tr

if TYPE_CHECKING:
    from desktop_chat.markdown.speech_text import SpokenSentence

SILENCE_S = 3.0
"""Seconds without data after which the transcript says so."""


class MessageLabels(Protocol):
    """Words about a reply that did not simply succeed; handed to the view, which knows no error codes."""

    def sentence(self, message: Message) -> str:
        """What happened; empty if nothing needs to be said."""
        ...

    def actions(self, message: Message) -> list[tuple[str, str]]:
        """The remedies, as (action id, label), the best first."""
        ...

    def finish_state(self, message: Message) -> str:
        """How the reply ended, in words."""
        ...

    def cost(self, message: Message) -> str:
        """What the reply cost; empty if it was free, or nothing is known of it."""
        ...

    def cause(self, failure: Failure, message: Message) -> str:
        """Why the request for a reply is sent again, as one sentence."""
        ...


def speaker(message: Message) -> str:
    """Return the author of a message."""
    if message.role is Role.USER:
        return tr("You")
    if message.role is Role.SYSTEM:
        return tr("System")
    name = message.model or message.connection_name or tr("Reply")
    return name if message.summary is None else f"{summary_mark(message)}  ·  {name}"


def time_of(message: Message) -> str:
    """Return when a message was created, in local time."""
    return format_time(datetime.fromtimestamp(message.created_at, UTC).astimezone())


def progress_line(progress: Progress, now: float, *, has_text: bool, is_calling: bool = False, cause: str = "") -> str:
    """Return the state of a running reply; empty while text arrives, or while the card of a tool call says more.
    `cause` says why it is sent again."""
    silent = 0.0 if progress.finished else now - progress.heard_at
    if progress.stopping:
        return tr("Stopping...")
    if progress.retry_at is not None:
        return _retry_line(max(1, ceil(progress.retry_at - now)), cause)
    if is_calling:
        return ""
    if progress.first_token_at is None:
        return _waiting_line(now - progress.started_at)
    if silent >= SILENCE_S:
        return tr("No data for {seconds} s", seconds=int(silent))
    return "" if has_text or progress.answer_at is None else tr("Writing...")


def _waiting_line(waited: float) -> str:
    if waited < 1:
        return tr("Waiting for first token...")
    return tr("Waiting for first token... {seconds} s", seconds=f"{waited:.1f}")


def _retry_line(seconds: int, cause: str) -> str:
    """The countdown comes first: a narrow column cuts the end."""
    if cause:
        return tr("Retrying in {seconds} s. {cause}", seconds=seconds, cause=cause)
    return tr("Retrying in {seconds} s", seconds=seconds)


def reasoning_state(message: Message, reply: Reply | None, now: float) -> str:
    """Return the heading of the reasoning."""
    if reply is not None and reply.progress.answer_at is None:
        started = now if reply.progress.first_token_at is None else reply.progress.first_token_at
        return tr("Thinking... {seconds} s", seconds=int(now - started)) if now - started >= 1 else tr("Thinking...")
    timing = reply.timing() if reply is not None else message.timing
    if timing is None or timing.reasoning_s is None:
        return tr("Reasoning")
    return tr("Thought for {seconds} s", seconds=max(1, round(timing.reasoning_s)))


def numbers(message: Message, state: str, cost: str = "") -> tuple[str, ...]:
    """Return the footer: time to first token, tokens, cost, speed, and how the reply ended unless that is obvious.

    The first one is complete, the next ones shorter and shorter for narrow columns; all say how it ended.
    """
    ended = [state] if state and message.status is not Status.RUNNING else []
    parts = _figures(message, cost)
    lines = ["  ·  ".join(parts[:count] + ended) for count in range(len(parts), 0, -1)]
    return tuple(lines) or tuple(ended)


def counted(message: Message, cost: str = "") -> str:
    """Return the tokens of a reply, one kind a line, as the server counted them, and its cost; empty if nothing is
    known."""
    usage = message.usage or Usage()
    lines = []
    if usage.prompt_tokens is not None:
        lines.append(tr("Prompt: %n token(s)", n=usage.prompt_tokens))
    if usage.cached_tokens:
        lines.append(tr("Cached: %n token(s)", n=usage.cached_tokens))
    if usage.reasoning_tokens:
        lines.append(tr("Reasoning: %n token(s)", n=usage.reasoning_tokens))
    if usage.completion_tokens is not None:
        lines.append(tr("Reply: %n token(s)", n=usage.completion_tokens))
    if cost:
        lines.append(tr("Cost: {amount}", amount=cost))
    return "\n".join(lines)


def _figures(message: Message, cost: str) -> list[str]:
    parts = []
    if message.timing is not None and message.timing.first_token_s is not None:
        parts.append(_first_token(message.timing.first_token_s))
    if message.usage is not None and message.usage.completion_tokens is not None:
        parts.append(tr("%n token(s)", n=message.usage.completion_tokens))
    if cost:
        parts.append(cost)
    if (rate := tokens_per_second(message)) is not None:
        parts.append(tr("{rate} tokens/s", rate=f"{rate:.0f}"))
    return parts


def _first_token(seconds: float) -> str:
    if seconds < 0.05:
        return tr("under 0.1 s to first token")
    return tr("{seconds} s to first token", seconds=f"{seconds:.1f}")


def said(heard: Iterable[SpokenSentence], *after: str) -> str:
    """Return what a screen reader says for some sentences; titles and items get a full stop before what follows."""
    words = [tr("Code.") if one.is_code else _with_formulas_said(one.words) for one in heard]
    words += after
    return " ".join([*map(_with_stop, words[:-1]), *words[-1:]])


def _with_formulas_said(words: str) -> str:
    if "$" not in words and "\\" not in words:
        return words
    from desktop_chat.ui.text.formula_text import with_formulas_said  # noqa: PLC0415  (only for screen readers)

    return with_formulas_said(words)


def _with_stop(words: str) -> str:
    if not words[-1].isalnum():
        return words
    return f"{words}。" if words[-1] >= "\u2e80" else f"{words}."
