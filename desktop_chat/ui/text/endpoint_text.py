"""Says why the local endpoint does not start, and what a caller of it is refused for. Has no Qt: `serve` uses it."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.entities import Failure
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr

_SENTENCES: dict[str, Callable[[str], str]] = {
    "port_taken": lambda port: tr("Port {port} is used by another program. Choose another port.", port=port),
    "address_unavailable": lambda _: tr("The local endpoint cannot listen at this address."),
    "server_missing": lambda _: tr(
        "The local endpoint needs packages that are not installed: pip install 'desktop-chat[serve]'"
    ),
    "token_unusable": lambda _: tr("The token must be at least 16 printable ASCII characters without spaces."),
    "token_refused": lambda _: tr("The token is missing or wrong. Send it as: Authorization: Bearer TOKEN"),
    "origin_refused": lambda _: tr("Pages of this origin are not allowed to use the local endpoint."),
    "host_refused": lambda _: tr("The request names another host than this computer."),
    "caller_blocked": lambda _: tr("This caller is blocked in Desktop Chat."),
    "budget_reached": lambda _: tr(
        "A budget is reached, or this request would exceed it. Raise it in Desktop Chat, in Settings, Budgets."
    ),
    "too_many_calls": lambda _: tr("Too many requests are running. Try again in a moment."),
    "body_too_large": lambda _: tr("The request is too large."),
    "body_too_slow": lambda _: tr("The request did not arrive in time."),
    "body_invalid": lambda _: tr("The request is not valid."),
    "path_unknown": lambda _: tr("There is nothing at this address."),
    "page_missing": lambda _: tr(
        "The chat page is not part of this installation. Programs can use /v1 and /api/chat/stream with the token."
    ),
    "method_refused": lambda _: tr("This HTTP method is not allowed at this address."),
    "call_stopped": lambda _: tr("The request was stopped in Desktop Chat."),
    "endpoint_ending": lambda _: tr("The local endpoint was switched off."),
}
"""By code, for each error in `core/endpoint_errors.py`."""
_NAMING_DETAIL = frozenset({"port_taken"})


def request_sentence(failure: Failure) -> str:
    """Return the sentence for an error that a caller gets, whoever it comes from."""
    own = _SENTENCES.get(failure.code)
    return own(failure.detail) if own is not None else sentence(failure)


def start_sentence(failure: Failure) -> str:
    """Return why the endpoint does not start, with the system's own words."""
    said = request_sentence(failure)
    if not failure.detail or failure.code in _NAMING_DETAIL:
        return said
    return tr("{sentence} ({detail})", sentence=said, detail=failure.detail)


def token_unreadable(file: str, problem: str) -> str:
    """Return the message that the token's file could not be read."""
    return tr("The token could not be read from {file}: {problem}", file=file, problem=problem)


def nothing_to_serve() -> str:
    """Return the warning that no connection is chosen."""
    return tr("No connection is set up: callers must name one, or start with --connection or --base-url.")


def reachable_from_network(url: str) -> str:
    """Return the warning that other computers can reach the endpoint."""
    return tr(
        "Other computers can reach {url}. Whoever has the token can use your models, and it is sent unencrypted.",
        url=url,
    )
