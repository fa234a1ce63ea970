"""Words for the request inspector: how an exchange ended, and what its phases are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from desktop_chat.core.entities import Failure
from desktop_chat.core.exchanges import GAP_LIMITS_S, Exchange, Mark
from desktop_chat.core.finish_reasons import Ending, ending_of
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr


def outcome_text(exchange: Exchange) -> str:
    """Return a sentence or two that say how an exchange ended, and why."""
    if not exchange.ended:
        return tr("The answer is still arriving.")
    if exchange.error_code:
        failure = Failure(exchange.error_code, exchange.error_detail)
        return sentence(failure, model=exchange.model, connection=exchange.connection_name)
    reason = exchange.finish_reason
    if exchange.is_stopped and reason is None:
        return tr("You stopped the reply, so Desktop Chat closed the connection before the server finished.")
    if reason is None:
        return tr(
            "The answer ended without a finish reason: the server, or something between it and this computer, "
            "cut it off."
        )
    return _ENDINGS.get(ending_of(reason), _complete)(reason)


def _complete(reason: str) -> str:
    return tr("The reply is complete (finish reason “{reason}”).", reason=reason)


def _faulty(reason: str) -> str:
    return tr("The server reported a fault as the end of the reply (finish reason “{reason}”).", reason=reason)


_ENDINGS: Mapping[Ending, Callable[[str], str]] = {
    Ending.LENGTH: lambda reason: tr(
        "The server ended the reply at its limit of tokens (finish reason “{reason}”).", reason=reason
    ),
    Ending.FILTERED: lambda reason: tr(
        "The server's filter ended the reply (finish reason “{reason}”).", reason=reason
    ),
    Ending.LOST: _faulty,
    Ending.FAULT: _faulty,
}


def usage_text(exchange: Exchange) -> str:
    """Return the tokens that the server counted, or that it did not."""
    usage = exchange.usage
    if usage is None or (usage.prompt_tokens is None and usage.completion_tokens is None):
        return tr("The server did not say.")
    counts: Sequence[tuple[int | None, Callable[[str], str]]] = (
        (usage.prompt_tokens, lambda count: tr("{count} in the request", count=count)),
        (usage.cached_tokens, lambda count: tr("{count} of them from the cache", count=count)),
        (usage.completion_tokens, lambda count: tr("{count} in the reply", count=count)),
        (usage.reasoning_tokens, lambda count: tr("{count} of them reasoning", count=count)),
    )
    return " · ".join(words(f"{count:,}") for count, words in counts if count is not None)


def phase_name(mark: Mark) -> str:
    """Return the name of the phase that leads to a moment."""
    return _PHASES[mark]()


_PHASES = {
    Mark.RESOLVED: lambda: tr("Looking up the name"),
    Mark.CONNECTED: lambda: tr("Connecting"),
    Mark.SECURED: lambda: tr("TLS handshake"),
    Mark.SENT: lambda: tr("Sending the request"),
    Mark.ANSWERED: lambda: tr("Waiting for the answer"),
    Mark.FIRST_BYTE: lambda: tr("First byte"),
    Mark.FIRST_TOKEN: lambda: tr("First token"),
    Mark.ENDED: lambda: tr("Receiving the answer"),
}


def seconds_text(seconds: float) -> str:
    """Return a duration in milliseconds or seconds."""
    if seconds < 1:
        return tr("{ms} ms", ms=f"{seconds * 1000:.1f}" if seconds < 0.1 else f"{seconds * 1000:.0f}")
    return tr("{seconds} s", seconds=f"{seconds:.2f}")


def gap_class_name(place: int) -> str:
    """Return the name of a class of gaps (see `GAP_LIMITS_S`)."""
    if place == len(GAP_LIMITS_S):
        return tr("over {limit}", limit=_limit(GAP_LIMITS_S[-1]))
    return tr("under {limit}", limit=_limit(GAP_LIMITS_S[place]))


def _limit(seconds: float) -> str:
    return tr("{ms} ms", ms=f"{seconds * 1000:.0f}") if seconds < 1 else tr("{seconds} s", seconds=f"{seconds:.0f}")
