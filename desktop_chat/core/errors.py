"""Every failure that is expected, as a type with a code.

    ChatError (code, retryable)
    |- ProviderError
    |  |- AuthenticationFailed, KeyMissing, QuotaExceeded, RateLimited, ContextTooLong, RequestTooLarge,
    |  |  RequestRejected, ContentRefused, RegionRefused, DataPolicyRefused, ModelNotFound, ResponsesOnly,
    |  |  ChatCompletionsOnly, WrongAddress (ResponsesMissing), Redirected, FirewallBlocked, NoConnection, NoModel
    |  |- ConnectionRefused, NameNotFound, TlsUntrusted, ProxyRefused, ProxyInvalid, ConnectTimedOut, ConnectionLost
    |  '- StreamStalled, BadResponse, EmptyAnswer, EmptyReply, ReplyTooLarge, ToolUnavailable, ProviderFault
    |- StoreError: StoreTooNew, StoreCorrupt, StoreFull, StoreReadOnly, StoreLocked, StoreReplaced, StoreIsSymlink
    |- SecretError: KeyringLocked, KeyringUnavailable, KeyringTimedOut, KeyringRejected, KeyInvalid, KeyForOtherHost,
    |  KeyWithoutHost
    |- ImageError, in a file of its own: image_errors.py
    |- CertificateError: CertificatesUnreadable, NoCertificates
    '- SettingsError: DirectoryForeign, DirectoryShared

Anything else that is raised is a bug, and is not caught here.
"""

from __future__ import annotations

from typing import ClassVar

from desktop_chat.core.entities import Failure

DETAIL_LIMIT = 2_000
"""Characters kept of a server's own words."""

INTERNAL = "internal"
"""The code of a reply that ended by a bug of ours."""

CRASHED = "crashed"
"""The code of a reply that was under way when the application ended without a word."""


class ChatError(Exception):
    """An expected failure. `detail` holds the outside world's own words, already redacted; `parameter` names the member
    of the request that it is about, as the server does ("stream", "messages[0].role")."""

    code: ClassVar[str] = "chat"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, retry_after_s: float | None = None, parameter: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail[:DETAIL_LIMIT]
        self.retry_after_s = retry_after_s
        self.parameter = parameter

    def failure(self) -> Failure:
        """Return this error as a value that can be stored."""
        return Failure(self.code, self.detail, self.retry_after_s)


class ProviderError(ChatError):
    """The model's server, or the way to it, failed."""

    code = "provider"


class AuthenticationFailed(ProviderError):
    """The key was refused."""

    code = "authentication_failed"


class KeyMissing(ProviderError):
    """The connection needs a key and has none."""

    code = "key_missing"


class QuotaExceeded(ProviderError):
    """The account is out of credit."""

    code = "quota_exceeded"


class RateLimited(ProviderError):
    """Too many requests; `retry_after_s` says when to come back, where the server does."""

    code = "rate_limited"
    retryable = True


class ContextTooLong(ProviderError):
    """The prompt does not fit the model's context."""

    code = "context_too_long"


class RequestTooLarge(ProviderError):
    """The request has more bytes than the server, or what stands before it, takes."""

    code = "request_too_large"


class RequestRejected(ProviderError):
    """The server understood the request and does not accept it."""

    code = "request_rejected"


class ContentRefused(ProviderError):
    """The provider's content rules do not allow what was asked."""

    code = "content_refused"


class RegionRefused(ProviderError):
    """The provider does not serve the country that the request came from."""

    code = "region_refused"


class DataPolicyRefused(ProviderError):
    """No provider of the model keeps to the privacy settings of the account."""

    code = "data_policy_refused"


class ModelNotFound(ProviderError):
    """The server does not know the model."""

    code = "model_not_found"


class ResponsesOnly(ProviderError):
    """The model answers by the Responses API only."""

    code = "responses_only"


class ChatCompletionsOnly(ProviderError):
    """The model answers by Chat Completions only."""

    code = "chat_completions_only"


class WrongAddress(ProviderError):
    """Something answered, but not an OpenAI-compatible server: a page, say."""

    code = "wrong_address"


class ResponsesMissing(WrongAddress):
    """There is nothing at the address of the Responses API; Chat Completions may be there."""

    code = "responses_missing"


class Redirected(ProviderError):
    """The server sends requests on to another address, where they may not follow: that could be anybody's."""

    code = "redirected"


class FirewallBlocked(ProviderError):
    """A page of a firewall came instead of the server's answer."""

    code = "firewall_blocked"


class NoConnection(ProviderError):
    """No connection is chosen, or the chosen one is gone."""

    code = "no_connection"


class NoModel(ProviderError):
    """No model is chosen."""

    code = "no_model"


class ConnectionRefused(ProviderError):
    """Nothing listens at the address."""

    code = "connection_refused"
    retryable = True


class NameNotFound(ProviderError):
    """The host's name does not resolve."""

    code = "name_not_found"


class TlsUntrusted(ProviderError):
    """The server's certificate is not trusted."""

    code = "tls_untrusted"


class ProxyRefused(ProviderError):
    """The proxy did not let the request through."""

    code = "proxy_refused"


class ProxyInvalid(ProviderError):
    """The environment names a proxy that is none; `detail` is the variable's name."""

    code = "proxy_invalid"


class ConnectTimedOut(ProviderError):
    """No connection within the time limit."""

    code = "connect_timed_out"
    retryable = True


class ConnectionLost(ProviderError):
    """The connection broke, or the stream ended without saying that it was finished."""

    code = "connection_lost"
    retryable = True


class StreamStalled(ProviderError):
    """The server sent no complete event within the idle limit."""

    code = "stream_stalled"


class BadResponse(ProviderError):
    """The answer was not what the protocol says."""

    code = "bad_response"


class EmptyAnswer(ProviderError):
    """The server reported success and sent nothing at all."""

    code = "empty_answer"


class EmptyReply(ProviderError):
    """The model finished and returned nothing."""

    code = "empty_reply"


class ReplyTooLarge(ProviderError):
    """A reply or one of its events outgrew the memory limit."""

    code = "reply_too_large"


class ToolUnavailable(ProviderError):
    """The model asked for a tool that this chat does not have."""

    code = "tool_unavailable"


class ProviderFault(ProviderError):
    """The server itself failed (5xx, or an error object inside the stream)."""

    code = "provider_fault"
    retryable = True


class StoreError(ChatError):
    """The database could not do what was asked."""

    code = "store"


class StoreTooNew(StoreError):
    """The database was written by a newer version."""

    code = "store_too_new"


class StoreCorrupt(StoreError):
    """The database file is damaged."""

    code = "store_corrupt"


class StoreFull(StoreError):
    """The disk is full."""

    code = "store_full"


class StoreReadOnly(StoreError):
    """The database may not be written."""

    code = "store_read_only"


class StoreLocked(StoreError):
    """Another process holds the database."""

    code = "store_locked"


class StoreReplaced(StoreError):
    """Another file was put in the database's place while it was open."""

    code = "store_replaced"


class StoreIsSymlink(StoreError):
    """A link stands where the database or one of its companions should be, and links are not followed."""

    code = "store_is_link"


class SecretError(ChatError):
    """The keyring did not give or take a key."""

    code = "keyring"


class KeyringLocked(SecretError):
    """The keyring is locked and was not unlocked."""

    code = "keyring_locked"


class KeyringUnavailable(SecretError):
    """There is no keyring that can be trusted with a key."""

    code = "keyring_unavailable"


class KeyringTimedOut(SecretError):
    """The keyring did not answer in time."""

    code = "keyring_timed_out"


class KeyringRejected(SecretError):
    """The keyring refused, or did not keep what it was given."""

    code = "keyring_rejected"


class KeyInvalid(SecretError):
    """The text cannot be a key: empty, not printable ASCII, or too long for this system's keyring."""

    code = "key_invalid"


class KeyForOtherHost(SecretError):
    """The stored key is for another server than the one that is asked; `detail` names that server."""

    code = "key_for_other_host"


class KeyWithoutHost(SecretError):
    """The key was stored by an earlier version, which did not store the server with it: the person has to confirm
    that."""

    code = "key_without_host"


class CertificateError(ChatError):
    """The file with certificates to trust cannot be used."""

    code = "certificates"


class CertificatesUnreadable(CertificateError):
    """The file cannot be opened or read."""

    code = "certificates_unreadable"


class NoCertificates(CertificateError):
    """There is no certificate in the file."""

    code = "no_certificates"


class SettingsError(ChatError):
    """The settings could not be read or written."""

    code = "settings"


class DirectoryForeign(SettingsError):
    """The directory for settings, conversations or logs belongs to another user; `detail` names it."""

    code = "directory_foreign"


class DirectoryShared(SettingsError):
    """Other users can write to the directory for settings, conversations or logs; `detail` names it."""

    code = "directory_shared"
