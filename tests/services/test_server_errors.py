"""The meaning of servers' errors, and the part of their messages that is worth showing."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.errors import (
    AuthenticationFailed,
    ChatCompletionsOnly,
    ContentRefused,
    ContextTooLong,
    DataPolicyRefused,
    ModelNotFound,
    ProviderError,
    ProviderFault,
    QuotaExceeded,
    RateLimited,
    RegionRefused,
    RequestRejected,
    ResponsesOnly,
    WrongAddress,
)
from desktop_chat.services.provider.reply_reader import ReplyReader
from desktop_chat.services.provider.server_errors import (
    WORDS_LIMIT,
    error_for,
    error_in,
    retry_after_s,
    said_delay,
    words_of,
)

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_delays(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "Plain"}}, "Plain"),
        ({"error": "Plain"}, "Plain"),
        ({"detail": "Plain"}, "Plain"),
        ({"message": "Plain"}, "Plain"),
        ('{"error": {"message": "Plain"}}', "Plain"),
        ("two\n\tlines", "two lines"),
        ("<!DOCTYPE html><html><title>\n Oh  no </title><body>secret", "Oh no"),
        ("<html><body>no title</body></html>", ""),
        ({"error": {"message": "<html><title>Inside</title></html>"}}, "Inside"),
        ("\x89PNG\x00\x00", ""),
        (None, ""),
        (5, ""),
        ({"error": {"code": 5}}, ""),
    ],
)
def test_messages(body: object, words: str) -> None:
    assert words_of(body) == words


@given(
    st.text() | st.recursive(st.none() | st.text(), lambda v: st.dictionaries(st.sampled_from(["error", "message"]), v))
)
def test_messages_are_short_and_plain(body: object) -> None:
    words = words_of(body)
    assert len(words) <= WORDS_LIMIT
    assert words.isprintable()


@given(
    st.integers(300, 599), st.text() | st.dictionaries(st.sampled_from(["error", "code"]), st.integers() | st.text())
)
def test_every_status_is_an_error(status: int, body: object) -> None:
    assert isinstance(error_for(status, body, {}), ProviderError)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "invalid model ID", ModelNotFound),
        (400, "Unknown parameter", RequestRejected),
        (404, "Invalid URL (POST /v1/x)", WrongAddress),
        (500, "boom", ProviderFault),
    ],
)
def test_kinds(status: int, message: str, kind: type[ProviderError]) -> None:
    assert type(error_for(status, {"error": {"message": message}}, {})) is kind


SAID: list[tuple[type[ProviderError], int, list[str]]] = [
    (
        ContextTooLong,
        400,
        [
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
            "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
            "prompt token count of 140000 exceeds the limit of 128000",
            "Prompt 超长",
            "Please reduce the length of the messages or completion.",
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
            "prompt is too long: 210000 tokens > 200000 maximum",
            "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length",
            "Input is too long for requested model.",
            "Range of input length should be [1, 30720]",
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
            "the request exceeds the available context size. try increasing the context size",
            "Trying to keep the first 5000 tokens when context the overflows. It is loaded with context length of 4096",
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096 tokens",
            "too many tokens: total number of tokens in the prompt cannot exceed 4081",
            "输入内容过长，请缩短后重试",
            "请求超过最大长度限制",
        ],
    ),
    (
        ContextTooLong,
        400,
        [
            "Invalid request: Your request exceeded model token limit: 8192",
            "litellm.ContextWindowExceededError: OpenAIException - Input is long",
            "the max input characters is 20000",
            "token count exceeds model limit",
        ],
    ),
    (QuotaExceeded, 403, ["Your newly created team doesn't have any credits or licenses yet.", "Key limit exceeded"]),
    (QuotaExceeded, 429, ["you have used up your daily free allocation of 10,000 neurons"]),
    (ModelNotFound, 404, ["No endpoints found for acme/gone."]),
    (ModelNotFound, 400, ["The requested model is not supported.", "This model doesn't exist"]),
    (ResponsesOnly, 400, ["Model g-5 is enabled only for api versions 2025-03 and only with the responses API"]),
    (WrongAddress, 400, ["400 The plain HTTP request was sent to HTTPS port"]),
    (AuthenticationFailed, 400, ["Access token invalid or no longer valid"]),
    (RateLimited, 400, ["Open api daily request limit reached"]),
    (ContextTooLong, 429, ["Request too large for q on tokens per min (TPM). The tokens must be reduced."]),
    (QuotaExceeded, 403, ["Insufficient account balance", "用户额度不足, 剩余额度: 0", "账户已欠费，请充值"]),
    (QuotaExceeded, 429, ["You exceeded your current quota", "Your credits have been depleted.", "余额不足"]),
    (QuotaExceeded, 400, ["Your credit balance is too low to access the API.", "You need more credits"]),
    (QuotaExceeded, 401, ["该令牌额度已用尽"]),
    (RateLimited, 429, ["Rate limit reached for requests", "您的账户已达到速率限制", "q is temporarily rate-limited"]),
    (RateLimited, 403, ["API rate limit exceeded", "请求过于频繁"]),
    (
        ContentRefused,
        400,
        [
            "Your request was rejected as a result of our safety system.",
            "Input data may contain inappropriate content.",
            "系统检测到输入或生成内容可能包含不安全或敏感内容",
            "The prompt was flagged as violating our usage policy.",
            "内容未通过审核",
        ],
    ),
    (ContentRefused, 403, ["openai/g requires moderation on OpenAI."]),
    (
        RegionRefused,
        403,
        ["Country, region, or territory not supported", "This model is not available in your region."],
    ),
    (RegionRefused, 400, ["User location is not supported for the API use.", "您所在的地区暂不支持该服务"]),
    (DataPolicyRefused, 404, ["No endpoints available matching your guardrail restrictions and data policy."]),
    (
        ModelNotFound,
        404,
        ["models/g is not found for API version v1", "The API deployment for this resource does not exist."],
    ),
    (
        ModelNotFound,
        400,
        ["模型不存在，请检查模型代码。", "acme/giant-2 is not a valid model ID", "model `x-1` has been decommissioned"],
    ),
    (ModelNotFound, 403, ["Project `p` does not have access to model `x`", "该令牌无权使用模型 x"]),
    (ModelNotFound, 503, ["当前分组 default 下对于模型 x 无可用渠道"]),
    (ResponsesOnly, 404, ["This model is only supported in v1/responses and not in v1/chat/completions."]),
    (
        ResponsesOnly,
        400,
        [
            'model "c" is not accessible via the /chat/completions endpoint',
            "Function tools are not supported here. Please use /v1/responses instead.",
        ],
    ),
    (
        ChatCompletionsOnly,
        400,
        [
            "model g is not supported via Responses API.",
            "This model is only supported in v1/chat/completions and not in v1/responses.",
        ],
    ),
    (AuthenticationFailed, 400, ["API key not valid. Please pass a valid API key.", "令牌无效"]),
    (AuthenticationFailed, 403, ["Not allowed"]),
    (ProviderFault, 500, ["boom", "服务器繁忙，请稍后再试"]),
    (WrongAddress, 404, ["Unknown request URL: POST /openai/v1/x.", "Not Found", "404 page not found", ""]),
    (WrongAddress, 200, ["Unexpected endpoint or method. (POST /chat/completions)"]),
    (RequestRejected, 404, ["This account has no project."]),
    (
        RequestRejected,
        400,
        [
            "Unknown parameter",
            "参数名大小写敏感",
            "max_tokens is too large: 50000. This model supports at most 16384 completion tokens",
            "'temperature' is not supported with this model.",
            "This is not a chat model. Did you mean to use v1/completions?",
            "`max_tokens` must be at most `8192`, less than the `context_window` for this model",
        ],
    ),
]


@pytest.mark.parametrize(
    ("kind", "status", "words"), [(kind, status, one) for kind, status, many in SAID for one in many]
)
def test_wording_takes_precedence_over_the_status(kind: type[ProviderError], status: int, words: str) -> None:
    body = {"error": {"message": words, "type": "invalid_request_error", "code": None}}
    error = error_in(body) if status == 200 else error_for(status, body, {})
    assert type(error) is kind
    if status != 200:
        assert error_for(status, json.dumps(body), {}).detail == (words or str(status))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Arrearage", QuotaExceeded),
        ("INSUFFICIENT_BALANCE", QuotaExceeded),
        ("DataInspectionFailed", ContentRefused),
        ("InvalidEndpointOrModel.NotFound", ModelNotFound),
        ("Throttling.RateQuota", RateLimited),
        ("1113", QuotaExceeded),
        ("1301", ContentRefused),
        (30001, QuotaExceeded),
        ("1261", ContextTooLong),
        ("tokens_limit_reached", ContextTooLong),
        ("model_not_supported", ModelNotFound),
        ("AccessDenied.Unpurchased", RequestRejected),
    ],
)
def test_codes_take_precedence_over_the_status_in_all_spellings(code: object, kind: type[ProviderError]) -> None:
    assert type(error_for(400, {"error": {"code": code, "message": "no"}}, {})) is kind
    assert type(error_in({"code": code, "message": "no"})) is kind


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 20s.", 20.0),
        ("Please try again in 1m30.5s.", 90.5),
        ("try again in 250ms", 0.25),
        ("Please retry in 41.5s", 41.5),
        ("retry after 2 minutes", 120.0),
        ("Try again in 1h0m1s", 3_601.0),
        ("wait 30 seconds", 30.0),
        ("请在 30 秒后重试", 30.0),
        ("try again in 40h", None),
        ("try again later", None),
        ("try again in 5 models", None),
        ("retry 3", None),
    ],
)
def test_a_delay_in_the_message(words: str, seconds: float | None) -> None:
    assert said_delay(words) == seconds
    assert error_for(429, {"error": {"message": words}}, {}).retry_after_s == seconds
    assert error_for(429, {"error": {"message": words}}, {"retry-after": "7"}).retry_after_s == 7.0
    assert error_for(400, {"error": {"message": words}}, {}).retry_after_s is None


@pytest.mark.parametrize("delay", ["41s", "41", 41, "41.0s"])
def test_a_quota_with_a_delay_is_a_rate_limit(delay: object) -> None:
    body = {"error": {"message": "You exceeded your current quota", "details": [{"retryDelay": delay}]}}
    error = error_for(429, [body], {})
    assert (type(error), error.retry_after_s) == (RateLimited, 41.0)
    assert type(error_for(429, {"error": {"message": "You exceeded your current quota"}}, {})) is QuotaExceeded


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"error": {"message": "no", "param": "messages[0].role"}}, "messages[0].role"),
        ({"detail": [{"loc": ["body", "stream_options"], "msg": "no"}]}, "body.stream_options"),
        ({"message": {"detail": [{"loc": ["body", "stream_options", 0], "msg": "no"}]}}, "body.stream_options.0"),
        ({"error": {"message": "no", "param": None}}, ""),
        ("no", ""),
    ],
)
def test_the_parameter_of_an_error(body: object, parameter: str) -> None:
    assert error_for(400, body, {}).parameter == parameter


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just('{"error": {"message": "x"}}'),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "error",
                        "errors",
                        "message",
                        "detail",
                        "code",
                        "metadata",
                        "raw",
                        "base_resp",
                        "status_code",
                        "loc",
                        "msg",
                        "details",
                        "retryDelay",
                        "param",
                        "success",
                        "choices",
                        "status",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_body_gives_a_short_plain_message(body: object) -> None:
    for error in (error_for(400, body, {}), error_for(404, json.dumps(body), {}), error_in(body)):
        if error is not None:
            assert len(error.detail) <= WORDS_LIMIT
            assert error.detail.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [], "error": None},
        {"choices": []},
        [],
        None,
        {"data": []},
        {"x": 1},
        {"code": 0, "message": "ok", "data": {}},
        {"code": "success", "msg": "ok"},
        {"base_resp": {"status_code": 0, "status_msg": ""}, "choices": None},
        {"success": True, "errors": [], "result": {}},
        {"code": 7, "message": "ok", "data": [{"id": "m"}]},
        [{"id": "m", "status": "failed", "detail": "x"}],
        [[]],
        [1],
        {"choices": [{}], "code": 5},
    ],
)
def test_what_is_not_an_error(body: object) -> None:
    assert error_in(body) is None


@pytest.mark.parametrize("status", ["failed", "Error"])
def test_a_failure_at_the_top_level_is_an_error(status: str) -> None:
    error = error_in({"status": status, "message": "The engine is gone"})
    assert error is not None
    assert error.detail == "The engine is gone"
    assert error_in({"status": "completed", "message": "The engine is there"}) is None


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_an_error_at_the_limit_of_nesting_is_classified(begin: str, end: str) -> None:
    for depth in range(900, 1_000):
        deep = begin * depth + "1" + end * depth
        for text in (f'{{"error":{deep}}}', f'{{"error":{{"message":{deep}}}}}', f'{{"error":{{"code":{deep}}}}}'):
            reader = ReplyReader("text/event-stream")
            reader.feed(f"data: {text}\n\n".encode())
            reader.end()
            assert isinstance(reader.failure, ProviderError)
            with suppress(RecursionError):
                assert isinstance(error_for(400, json.loads(text), {}), ProviderError)


@pytest.mark.parametrize(("said", "seconds"), [("0s", 0.0), ("0.5s", 0.5), (0, 0.0), (0.25, 0.25), (True, None)])
def test_a_short_delay_in_the_body_is_read(said: object, seconds: float | None) -> None:
    error = error_for(429, {"error": {"message": "slow down", "details": [{"retryDelay": said}]}}, {})
    assert error.retry_after_s == seconds


@pytest.mark.parametrize("code", [429, "429"])
def test_the_status_inside_an_answer_counts(code: object) -> None:
    assert isinstance(error_in({"error": {"message": "later", "code": code}}), RateLimited)


def test_a_list_of_errors_is_an_error() -> None:
    assert error_in({"errors": [{"message": "broken"}]}) is not None
    assert error_in({"errors": []}) is None
