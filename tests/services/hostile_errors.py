"""The formats of servers' errors, and what each means: with an error status, with status 200, inside a stream."""

from __future__ import annotations

from typing import NamedTuple

from hostile_peer import Peer, both


class Wrapped(NamedTuple):
    """An error as a server sends it, the expected code and the text that is shown."""

    mode: str
    status: str
    body: object
    code: str
    detail: str
    headers: tuple[tuple[str, str], ...] = ()
    wait_s: float | None = None


def google(status: int, message: str, name: str, *details: dict[str, object]) -> list[object]:
    return [{"error": {"code": status, "message": message, "status": name, "details": list(details)}}]


BAD, FORBIDDEN, MISSING, MANY = "400 Bad Request", "403 Forbidden", "404 Not Found", "429 Too Many Requests"
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3600s"}
KEY_INFO = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
QUOTA = "You exceeded your current quota, please check your plan and billing details."
CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking</body></html>"
EXTRA = {"type": "extra_forbidden", "loc": ["body", "top"], "msg": "Extra inputs are not permitted", "input": "secret"}

ERRORS = [
    # a list around the object
    Wrapped(
        "list-key",
        BAD,
        google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT", KEY_INFO),
        "authentication_failed",
        "API key not valid. Please pass a valid API key.",
    ),
    Wrapped(
        "list-model",
        MISSING,
        google(404, "models/g-9 is not found for API version v1main.", "NOT_FOUND"),
        "model_not_found",
        "models/g-9 is not found for API version v1main.",
    ),
    Wrapped(
        "list-field",
        BAD,
        google(400, 'Unknown name "frequency_boost": Cannot find field.', "INVALID_ARGUMENT"),
        "request_rejected",
        'Unknown name "frequency_boost": Cannot find field.',
    ),
    Wrapped("list-wait", MANY, google(429, QUOTA, "RESOURCE_EXHAUSTED", RETRY), "rate_limited", QUOTA, wait_s=3_600),
    Wrapped(
        "list-200",
        "200 OK",
        google(503, "The model is overloaded.", "UNAVAILABLE"),
        "provider_fault",
        "The model is overloaded.",
    ),
    # models without eyes or hands
    Wrapped(
        "images-llama",
        "500 Internal Server Error",
        {"error": {"code": 500, "message": "image input is not supported - hint: you may need to provide the mmproj"}},
        "images_refused",
        "image input is not supported - hint: you may need to provide the mmproj",
    ),
    Wrapped(
        "images-deepseek",
        "422 Unprocessable Entity",
        {"error": {"message": "Failed to deserialize: unknown variant `image_url`, expected `text`"}},
        "images_refused",
        "Failed to deserialize: unknown variant `image_url`, expected `text`",
    ),
    Wrapped(
        "images-openrouter",
        MISSING,
        {"error": {"message": "No endpoints found that support image input", "code": 404}},
        "images_refused",
        "No endpoints found that support image input",
    ),
    Wrapped(
        "images-lm-studio",
        BAD,
        {"error": "Model does not support images. Please use a model that does."},
        "images_refused",
        "Model does not support images. Please use a model that does.",
    ),
    Wrapped(
        "images-chinese",
        BAD,
        {"code": "InvalidParameter", "message": "该模型不支持图片输入"},
        "images_refused",
        "该模型不支持图片输入",
    ),
    Wrapped(
        "tools-vllm",
        BAD,
        {
            "object": "error",
            "message": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            "type": "BadRequestError",
            "code": 400,
        },
        "tools_refused",
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    ),
    Wrapped(
        "tools-openrouter",
        MISSING,
        {"error": {"message": "No endpoints found that support tool use.", "code": 404}},
        "tools_refused",
        "No endpoints found that support tool use.",
    ),
    # a nested error of another server
    Wrapped(
        "raw-json",
        BAD,
        {
            "error": {
                "message": "Provider returned error",
                "code": 400,
                "metadata": {
                    "raw": '{"error":{"message":"This endpoint takes at most 4 messages."}}',
                    "provider_name": "Crucible",
                },
            }
        },
        "request_rejected",
        "This endpoint takes at most 4 messages.",
    ),
    Wrapped(
        "raw-text",
        "502 Bad Gateway",
        {"error": {"message": "Provider returned error", "code": 502, "metadata": {"raw": "upstream is down"}}},
        "provider_fault",
        "upstream is down",
    ),
    Wrapped(
        "raw-context",
        BAD,
        {
            "error": {
                "message": "Provider returned error",
                "metadata": {"raw": '{"message":"prompt is too long: 9 tokens"}'},
            }
        },
        "context_too_long",
        "prompt is too long: 9 tokens",
    ),
    Wrapped(
        "json-in-message",
        BAD,
        {"error": {"message": 'BadRequestError: {"error": {"message": "Too hot.", "code": 7}}'}},
        "request_rejected",
        "Too hot.",
    ),
    Wrapped(
        "object-in-message",
        "422 Unprocessable",
        {"object": "error", "message": {"detail": [EXTRA]}},
        "request_rejected",
        "body.top: Extra inputs are not permitted",
    ),
    Wrapped("text-of-json", BAD, b'"Only this."', "request_rejected", "Only this."),
    # flat, and other member names
    Wrapped(
        "flat-balance",
        FORBIDDEN,
        {"code": "INSUFFICIENT_BALANCE", "message": "Insufficient account balance"},
        "quota_exceeded",
        "Insufficient account balance",
    ),
    Wrapped(
        "flat-number",
        BAD,
        {"code": 20012, "message": "Model does not exist.", "data": None},
        "model_not_found",
        "Model does not exist.",
    ),
    Wrapped(
        "flat-200",
        "200 OK",
        {"code": 50505, "message": "Try again later.", "data": None},
        "provider_fault",
        "Try again later.",
    ),
    Wrapped(
        "base-resp",
        "200 OK",
        {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        "quota_exceeded",
        "insufficient balance",
    ),
    Wrapped(
        "base-resp-wait",
        "200 OK",
        {"choices": None, "base_resp": {"status_code": 1002, "status_msg": "RPM, wait 3600s"}},
        "rate_limited",
        "RPM, wait 3600s",
        wait_s=3_600,
    ),
    Wrapped(
        "base-resp-sensitive",
        "200 OK",
        {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}},
        "content_refused",
        "input new_sensitive",
    ),
    Wrapped("detail-text", BAD, {"detail": "Not like this"}, "request_rejected", "Not like this"),
    Wrapped(
        "detail-list",
        "422 Unprocessable",
        {"detail": [EXTRA, {"loc": ["query"], "msg": "Field required"}]},
        "request_rejected",
        "body.top: Extra inputs are not permitted; query: Field required",
    ),
    Wrapped("detail-200", "200 OK", {"detail": "worker is gone"}, "provider_fault", "worker is gone"),
    Wrapped(
        "errors-list",
        BAD,
        {"errors": [{"code": 7003, "message": "No such field"}], "success": False, "result": None},
        "request_rejected",
        "No such field",
    ),
    Wrapped("errors-text", BAD, {"errors": ["One.", "Two."]}, "request_rejected", "One.; Two."),
    Wrapped(
        "errors-200",
        "200 OK",
        {"success": False, "errors": [{"message": "Too many requests"}]},
        "rate_limited",
        "Too many requests",
    ),
    Wrapped(
        "error-list",
        BAD,
        {"success": False, "error": [{"code": 2005, "message": "Gateway says no"}]},
        "request_rejected",
        "Gateway says no",
    ),
    # codes and wording take precedence over the status
    Wrapped(
        "moderation",
        FORBIDDEN,
        {
            "error": {
                "code": 403,
                "message": 'Your input was flagged for "x". No credits were charged.',
                "metadata": {"reasons": ["x"], "flagged_input": "y"},
            }
        },
        "content_refused",
        'Your input was flagged for "x". No credits were charged.',
    ),
    Wrapped(
        "filter-code",
        BAD,
        {
            "error": {
                "message": "Filtered.",
                "code": "content_filter",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        "content_refused",
        "Filtered.",
    ),
    Wrapped(
        "suspended",
        MANY,
        {"error": {"message": "suspended due to insufficient balance", "type": "x"}},
        "quota_exceeded",
        "suspended due to insufficient balance",
    ),
    Wrapped(
        "chinese-balance",
        MANY,
        {"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}},
        "quota_exceeded",
        "余额不足或无可用资源包,请充值。",
    ),
    Wrapped(
        "arrears",
        BAD,
        {"error": {"message": "Access denied.", "type": "Arrearage", "code": "Arrearage"}},
        "quota_exceeded",
        "Access denied.",
    ),
    Wrapped(
        "said-wait",
        MANY,
        {"error": {"message": "Rate limit reached. Please try again in 1h0m0.5s.", "code": "rate_limit_exceeded"}},
        "rate_limited",
        "Rate limit reached. Please try again in 1h0m0.5s.",
        wait_s=3_600,
    ),
    Wrapped(
        "too-large-a-minute",
        "413 Payload Too Large",
        {
            "error": {
                "message": "Request too large for model `q` on tokens per minute (TPM): Limit 6000, Requested 8000",
                "type": "tokens",
                "code": "rate_limit_exceeded",
            }
        },
        "context_too_long",
        "Request too large for model `q` on tokens per minute (TPM): Limit 6000, Requested 8000",
    ),
    Wrapped(
        "413-json",
        "413 Payload Too Large",
        {"error": {"message": "body over 10 MB"}},
        "request_too_large",
        "body over 10 MB",
    ),
    # other meanings of a status
    Wrapped(
        "404-responses-only",
        MISSING,
        {"error": {"message": "This model is only supported in v1/responses and not in v1/chat/completions."}},
        "responses_only",
        "This model is only supported in v1/responses and not in v1/chat/completions.",
    ),
    Wrapped(
        "400-chat-only",
        BAD,
        {"error": {"message": "This model is not supported in the v1/responses endpoint."}},
        "chat_completions_only",
        "This model is not supported in the v1/responses endpoint.",
    ),
    Wrapped(
        "404-data-policy",
        MISSING,
        {
            "error": {
                "code": 404,
                "message": "No endpoints found matching your data policy. Configure it in the privacy settings",
            }
        },
        "data_policy_refused",
        "No endpoints found matching your data policy. Configure it in the privacy settings",
    ),
    Wrapped(
        "404-not-found-model",
        MISSING,
        {"error": {"message": "Not found the model k-9 or Permission denied"}},
        "model_not_found",
        "Not found the model k-9 or Permission denied",
    ),
    Wrapped(
        "404-named-only",
        MISSING,
        {"type": "error", "error": {"type": "not_found_error", "message": "model: c-9"}},
        "model_not_found",
        "model: c-9",
    ),
    Wrapped(
        "404-of-the-api",
        MISSING,
        {"error": {"code": 404, "message": "This account has no project."}},
        "request_rejected",
        "This account has no project.",
    ),
    Wrapped(
        "404-file",
        MISSING,
        {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}},
        "wrong_address",
        "File Not Found",
    ),
    Wrapped(
        "400-model",
        BAD,
        {"error": {"message": "acme/giant-2 is not a valid model ID", "code": 400}},
        "model_not_found",
        "acme/giant-2 is not a valid model ID",
    ),
    Wrapped(
        "unexpected-endpoint",
        "200 OK",
        {"error": "Unexpected endpoint or method. (POST /x). Returning 200 anyway"},
        "wrong_address",
        "Unexpected endpoint or method. (POST /x). Returning 200 anyway",
    ),
    Wrapped(
        "region",
        FORBIDDEN,
        {"error": {"code": "unsupported_country_region_territory", "message": "Not here"}},
        "region_refused",
        "Not here",
    ),
    Wrapped(
        "region-words",
        BAD,
        google(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"),
        "region_refused",
        "User location is not supported for the API use.",
    ),
    Wrapped("firewall", FORBIDDEN, CHALLENGE, "firewall_blocked", "Just a moment...", (("kind", "text/html"),)),
    Wrapped(
        "firewall-503",
        "503 Service Unavailable",
        CHALLENGE,
        "firewall_blocked",
        "Just a moment...",
        (("kind", "text/html"), ("cf_mitigated", "challenge")),
    ),
    Wrapped(
        "firewall-text",
        FORBIDDEN,
        b"error code: 1010",
        "firewall_blocked",
        "error code: 1010",
        (("kind", "text/plain"),),
    ),
]


class Event(NamedTuple):
    """An error event after "Hello"."""

    mode: str
    event: str
    code: str
    detail: str


EVENTS = [
    Event(
        "event-flat", 'data: {"code": 50505, "message": "Overloaded.", "data": null}', "provider_fault", "Overloaded."
    ),
    Event("event-list", 'data: [{"error": {"code": 429, "message": "Slow down"}}]', "rate_limited", "Slow down"),
    Event(
        "event-base-resp",
        'data: {"choices": [], "base_resp": {"status_code": 1027, "status_msg": "output"}}',
        "content_refused",
        "output",
    ),
    Event("event-detail", 'data: {"detail": "CUDA is gone"}', "provider_fault", "CUDA is gone"),
    Event(
        "event-typed-detail",
        'event: error\ndata: {"detail": [{"loc": ["body"], "msg": "gone"}]}',
        "provider_fault",
        "body: gone",
    ),
    Event("event-quota", 'data: {"error": {"message": "余额不足"}}', "quota_exceeded", "余额不足"),
]


def _play_answer(case: Wrapped) -> None:
    async def play(peer: Peer) -> None:
        await peer.answer(case.status, case.body, **dict(case.headers))

    both(case.mode)(play)


def _play_event(case: Event) -> None:
    async def play(peer: Peer) -> None:
        await peer.head()
        await peer.send(peer.hello())
        await peer.send(f"{case.event}\n\n")

    both(case.mode)(play)


for _case in ERRORS:
    _play_answer(_case)
for _event in EVENTS:
    _play_event(_event)
