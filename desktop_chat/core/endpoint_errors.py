"""Errors of the local endpoint: those that keep it from starting, and those that a caller gets.

ChatError
'- EndpointError: PortTaken, AddressUnavailable, ServerMissing, TokenUnusable
   '- RequestError (status): TokenRefused, OriginRefused, HostRefused, CallerBlocked, BudgetReached, TooManyRequests,
      BodyTooLarge, BodyTooSlow, BodyInvalid, PathUnknown, PageMissing, MethodRefused, RequestStopped, EndpointEnding
"""

from __future__ import annotations

from typing import ClassVar

from desktop_chat.core.errors import ChatError


class EndpointError(ChatError):
    """The local endpoint failed."""

    code = "endpoint"


class PortTaken(EndpointError):
    """Another program uses the port; `detail` is its number."""

    code = "port_taken"


class AddressUnavailable(EndpointError):
    """The endpoint cannot listen at the address; `detail` says why."""

    code = "address_unavailable"


class ServerMissing(EndpointError):
    """The packages of the extra `serve` are not installed; `detail` is the first that is missing."""

    code = "server_missing"


class TokenUnusable(EndpointError):
    """The token is too short, or is not printable ASCII without spaces."""

    code = "token_unusable"


class RequestError(EndpointError):
    """A request was refused or ended by the endpoint itself; `status` is that of the HTTP answer."""

    code = "call"
    status: ClassVar[int] = 400


class TokenRefused(RequestError):
    """The request has no token, or the wrong one."""

    code = "token_refused"
    status = 401


class OriginRefused(RequestError):
    """The request comes from a page whose origin is not allowed."""

    code = "origin_refused"
    status = 403


class HostRefused(RequestError):
    """The request names another host than this computer."""

    code = "host_refused"
    status = 421


class CallerBlocked(RequestError):
    """The user blocked this caller."""

    code = "caller_blocked"
    status = 403


class BudgetReached(RequestError):
    """A budget is reached, and the user wants to be asked before more is spent. Not 429: programs try that again."""

    code = "budget_reached"
    status = 402


class TooManyRequests(RequestError):
    """As many requests as allowed are running."""

    code = "too_many_calls"
    status = 429


class BodyTooLarge(RequestError):
    """The body is larger than is accepted."""

    code = "body_too_large"
    status = 413


class BodyTooSlow(RequestError):
    """The body did not arrive in time."""

    code = "body_too_slow"
    status = 408


class BodyInvalid(RequestError):
    """The body is not what is expected; `detail` says what is wrong."""

    code = "body_invalid"


class PathUnknown(RequestError):
    """There is nothing at this path."""

    code = "path_unknown"
    status = 404


class PageMissing(RequestError):
    """The chat page is not part of this installation."""

    code = "page_missing"
    status = 404


class MethodRefused(RequestError):
    """The path exists, but not for this method."""

    code = "method_refused"
    status = 405


class RequestStopped(RequestError):
    """The user stopped the request in the window."""

    code = "call_stopped"
    status = 503


class EndpointEnding(RequestError):
    """The endpoint ends while the request runs."""

    code = "endpoint_ending"
    status = 503
