"""Every expected failure, as an exception with a code. A family below that names a file is defined there.

    ChatError (code, retryable)
    |- ProviderError
    |  |- AuthenticationFailed, KeyMissing, QuotaExceeded, RateLimited, ContextTooLong, RequestTooLarge,
    |  |  RequestRejected, ContentRefused, RegionRefused, DataPolicyRefused, ModelNotFound, ResponsesOnly,
    |  |  ChatCompletionsOnly, WrongAddress (ResponsesMissing), Redirected, FirewallBlocked, NoConnection, NoModel
    |  |- ImagesRefused, ToolsRefused: ability_errors.py
    |  |- ConnectionRefused, NameNotFound, TlsUntrusted, ProxyRefused, ProxyInvalid, ConnectTimedOut, ConnectionLost
    |  '- StreamStalled, InterruptedBySleep, BadResponse, EmptyAnswer, EmptyReply, ReplyTooLarge, ToolUnavailable,
    |     TooManyRounds, AttachmentMissing, ProviderFault
    |- StoreError: StoreTooNew, StoreCorrupt, StoreFull, StoreReadOnly, StoreLocked, StoreReplaced, StoreIsSymlink,
    |  BlobMissing
    |- SecretError: key_errors.py
    |- ImageError: image_errors.py
    |- AttachmentError: attachment_errors.py
    |- BatchRefused, AnswerInvalid: batch_errors.py
    |- EndpointError: endpoint_errors.py
    |- ExportError: export_errors.py
    |- ImportRefused: importing.py
    |- CertificateError: CertificatesUnreadable, NoCertificates
    '- SettingsError: DirectoryForeign, DirectoryShared

Any other exception is a bug and is not handled as an error.
"""

from __future__ import annotations

from typing import ClassVar

from desktop_chat.core.entities import Failure

DETAIL_LIMIT = 2_000
"""Maximum number of characters kept of a server's message."""

INTERNAL = "internal"
"""The code of a reply that was ended by a bug in this application."""

CRASHED = "crashed"
"""The code of a reply that was running when the application crashed or was killed."""


class ChatError(Exception):
    """An expected failure. `detail` is the server's or system's own message, already redacted; `parameter` is the
    request field that it concerns, as the server names it ("stream", "messages[0].role")."""

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
    """The request to the model's server failed."""

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
    """Too many requests; `retry_after_s` says when to retry, if the server does."""

    code = "rate_limited"
    retryable = True


class ContextTooLong(ProviderError):
    """The prompt is longer than the model's context."""

    code = "context_too_long"


class RequestTooLarge(ProviderError):
    """The request is larger than the server, or a proxy in front of it, accepts."""

    code = "request_too_large"


class RequestRejected(ProviderError):
    """The server understood the request and rejected it."""

    code = "request_rejected"


class ContentRefused(ProviderError):
    """The provider's content policy does not allow the request."""

    code = "content_refused"


class RegionRefused(ProviderError):
    """The provider does not serve the user's country."""

    code = "region_refused"


class DataPolicyRefused(ProviderError):
    """No provider of the model complies with the account's privacy settings."""

    code = "data_policy_refused"


class ModelNotFound(ProviderError):
    """The server does not know the model."""

    code = "model_not_found"


class ResponsesOnly(ProviderError):
    """The model is available through the Responses API only."""

    code = "responses_only"


class ChatCompletionsOnly(ProviderError):
    """The model is available through Chat Completions only."""

    code = "chat_completions_only"


class WrongAddress(ProviderError):
    """Something other than an OpenAI-compatible server answered, such as a web page."""

    code = "wrong_address"


class ResponsesMissing(WrongAddress):
    """The server does not offer the Responses API; it may offer Chat Completions."""

    code = "responses_missing"


class Redirected(ProviderError):
    """The server redirects to another address. Requests do not follow, as it could be anyone's."""

    code = "redirected"


class FirewallBlocked(ProviderError):
    """A firewall's page came instead of the server's answer."""

    code = "firewall_blocked"


class NoConnection(ProviderError):
    """No connection is selected, or the selected one no longer exists."""

    code = "no_connection"


class NoModel(ProviderError):
    """No model is selected."""

    code = "no_model"


class ConnectionRefused(ProviderError):
    """Nothing is listening at the address."""

    code = "connection_refused"
    retryable = True


class NameNotFound(ProviderError):
    """The host name does not resolve."""

    code = "name_not_found"


class TlsUntrusted(ProviderError):
    """The server's certificate is not trusted."""

    code = "tls_untrusted"


class ProxyRefused(ProviderError):
    """The proxy did not let the request through."""

    code = "proxy_refused"


class ProxyInvalid(ProviderError):
    """The environment names an invalid proxy; `detail` is the variable's name."""

    code = "proxy_invalid"


class ConnectTimedOut(ProviderError):
    """No connection was made within the time limit."""

    code = "connect_timed_out"
    retryable = True


class ConnectionLost(ProviderError):
    """The connection broke, or the stream ended without a finish reason."""

    code = "connection_lost"
    retryable = True


class StreamStalled(ProviderError):
    """The server sent no complete event within the idle limit."""

    code = "stream_stalled"


class InterruptedBySleep(ProviderError):
    """The connection did not survive that the computer slept."""

    code = "interrupted_by_sleep"
    retryable = True


class BadResponse(ProviderError):
    """The answer did not follow the protocol."""

    code = "bad_response"


class EmptyAnswer(ProviderError):
    """The server reported success but sent nothing."""

    code = "empty_answer"


class EmptyReply(ProviderError):
    """The model finished without returning anything."""

    code = "empty_reply"


class ReplyTooLarge(ProviderError):
    """A reply or one of its events exceeded the memory limit."""

    code = "reply_too_large"


class ToolUnavailable(ProviderError):
    """The model asked for a tool that this chat does not have."""

    code = "tool_unavailable"


class TooManyRounds(ProviderError):
    """The model kept calling tools, beyond the number of rounds that the settings allow."""

    code = "too_many_rounds"


class AttachmentMissing(ProviderError):
    """The content of an attachment to send is missing or damaged; `detail` is its name."""

    code = "attachment_missing"


class ProviderFault(ProviderError):
    """The server itself failed (5xx, or an error object inside the stream)."""

    code = "provider_fault"
    retryable = True


class StoreError(ChatError):
    """The database operation failed."""

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
    """The database is not writable."""

    code = "store_read_only"


class StoreLocked(StoreError):
    """Another process has locked the database."""

    code = "store_locked"


class StoreReplaced(StoreError):
    """The database file was replaced by another while it was open."""

    code = "store_replaced"


class StoreIsSymlink(StoreError):
    """The database or one of its companion files is a symbolic link, and links are not followed."""

    code = "store_is_link"


class BlobMissing(StoreError):
    """The content of an attachment is missing or damaged."""

    code = "blob_missing"


class CertificateError(ChatError):
    """The file of trusted certificates cannot be used."""

    code = "certificates"


class CertificatesUnreadable(CertificateError):
    """The file cannot be opened or read."""

    code = "certificates_unreadable"


class NoCertificates(CertificateError):
    """The file contains no certificate."""

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
