"""Classifies errors by servers' codes and wording, in English and Chinese.

The tables are consulted in this order: unambiguous codes, unambiguous wording, codes with several meanings, and
ambiguous wording. The HTTP status decides only if none of them match.

Sources: the error lists of OpenAI, Anthropic, Google, Azure, OpenRouter, Groq, Mistral, DeepSeek, Moonshot, MiniMax
(https://platform.minimax.io/docs/api-reference/errorcode), Zhipu (https://docs.z.ai/api-reference/api-code), DashScope,
SiliconFlow, Volcengine and new-api, and the messages of vLLM, llama.cpp, Ollama, LM Studio, TGI, LiteLLM and Copilot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from desktop_chat.core.ability_errors import ImagesRefused, ToolsRefused
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
    RequestTooLarge,
    ResponsesOnly,
    WrongAddress,
)
from desktop_chat.services.provider.missing_abilities import NO_IMAGES, NO_TOOLS

Kind: TypeAlias = type[ProviderError]

_PLAIN_CODES: Mapping[Kind, str] = {
    ContextTooLong: """context_length_exceeded exceed_context_size_error string_above_max_length context_window_exceeded
        context_too_long model_max_prompt_tokens_exceeded prompt_too_long max_tokens_exceeded base_resp_1039
        tokens_limit_reached 1261""",
    QuotaExceeded: """insufficient_quota billing_hard_limit_reached billing_not_active insufficient_balance
        billing_error insufficient_user_quota insufficient_credits exceeded_current_quota_error arrearage
        account_overdue account_overdue_error
        pre_consume_token_quota_failed allocation_quota.free_tier_only credit_balance_too_low
        payment_required base_resp_1008 base_resp_2056 1113 30001""",
    AuthenticationFailed: """invalid_api_key api_key_invalid incorrect_api_key_error invalid_authentication_error
        no_db_connection auth_error account_deactivated invalid_token unauthenticated base_resp_1004 base_resp_2049""",
    ContentRefused: """content_filter content_policy_violation content_filtered responsible_ai_policy_violation
        data_inspection_failed sensitive_content_detected input_text_sensitive_content_detected
        output_text_sensitive_content_detected sensitive_words_detected prompt_blocked moderation_blocked
        invalid_prompt content_moderation_failed risk_control base_resp_1026 base_resp_1027 1301""",
    RegionRefused: "unsupported_country_region_territory unsupported_location region_not_supported",
    ModelNotFound: """model_not_found model_not_exist model_not_available model_not_open model_decommissioned
        deployment_not_found invalid_endpoint_or_model.not_found model.access_denied unknown_model invalid_model
        unsupported_model model_not_supported 1211 20012""",
    WrongAddress: "unknown_url url.not_found",
    RequestTooLarge: "request_too_large payload_too_large",
}
_LOOSE_CODES: Mapping[Kind, str] = {
    RateLimited: """rate_limit_exceeded rate_limit_error rate_limit_reached_error resource_exhausted throttling
        throttling.rate_quota throttling.allocation_quota limit_requests too_many_requests rpm_rate_limit_exceeded
        tpm_rate_limit_exceeded base_resp_1002 1302 1303 1305""",
    AuthenticationFailed: "authentication_error 1000 1001 1002 1003 1004",
    ProviderFault: """overloaded_error server_error engine_overloaded_error server_overloaded api_error internal_error
        base_resp_1000 base_resp_1001 base_resp_1013 1234 50505 50603""",
    RequestRejected: "access_denied.unpurchased service_disabled base_resp_2013 1210 1213 1214 1215",
}
_NOT_FOUND_CODES = frozenset({"notfounderror", "notfound", "resourcenotfounderror", "resourcenotfound"})


def _pattern(*alternatives: str) -> str:
    """Return a pattern, which is compiled for the first error: compiling all takes 15 ms, and most runs need none."""
    return "|".join(alternatives)


def _is_in(words: str, pattern: str) -> bool:
    return re.search(pattern, words, re.IGNORECASE) is not None


_ONLY_BY = r"only (?:supported|available|accessible|works?) (?:in|via|through|with|on|by)"
_NOT_BY = r"not (?:supported|accessible|available) (?:in|via|through|with|on|by)"
_SAID_OF_RESPONSES = r"(?:the )?/?(?:v1)?/?responses\b"
_SAID_OF_CHAT = r"(?:the )?/?(?:v1)?/?chat[ /]completions?\b"

_PLAIN_WORDS: Sequence[tuple[Kind, str]] = (
    (
        ResponsesOnly,
        _pattern(
            rf"{_ONLY_BY} {_SAID_OF_RESPONSES}",
            rf"\buse {_SAID_OF_RESPONSES}",
            rf"\bonly (?:with|via|through|by) {_SAID_OF_RESPONSES}",
            rf"{_NOT_BY} {_SAID_OF_CHAT}(?!.{{0,60}}v1/completions)",
        ),
    ),
    (
        ChatCompletionsOnly,
        _pattern(
            rf"{_ONLY_BY} {_SAID_OF_CHAT}",
            rf"(?:{_NOT_BY}|does not support) {_SAID_OF_RESPONSES}",
        ),
    ),
    (ImagesRefused, NO_IMAGES),
    (ToolsRefused, NO_TOOLS),
    (DataPolicyRefused, _pattern(r"\bdata polic(?:y|ies)\b", r"matching your .{0,40}(?:privacy|guardrail)")),
    (
        RegionRefused,
        _pattern(
            r"country,? region,? or territory",
            r"\b(?:user )?location is not supported",
            r"not (?:available|supported|accessible|allowed) in your (?:country|region|location|area)",
            r"(?:country|region) (?:is )?not (?:available|supported|allowed)",
            r"unsupported (?:country|region|location)",
            r"(?:所在|当前|该|您的).{0,4}(?:国家|地区|区域).{0,8}(?:不支持|不可用|无法使用|受限)",
            r"不支持.{0,8}(?:国家|地区)",
        ),
    ),
    (
        QuotaExceeded,
        _pattern(
            r"(?:insufficient|not enough) (?:\w+ )?(?:balance|credits?|funds)",
            r"(?:balance|credits?) (?:is |are |has been |have been )?(?:\w+ )?(?:insufficient|too low|not enough)",
            r"(?:balance|credits?) (?:is |are |has been |have been )?(?:\w+ )?(?:depleted|exhausted|used up)",
            r"(?:requires|need) more credits",
            r"(?:not|n't) have any credits",
            r"key limit exceeded",
            r"insufficient[ _]quota",
            r"\bin arrears\b",
            r"in good standing",
            r"spending limit",
            r"(?:billing|usage) hard limit",
            r"余额.{0,4}不足",
            r"余额已?用(?:完|尽)",
            r"欠费",
            r"请.{0,3}充值",
            r"额度.{0,4}(?:不足|用尽|用完|耗尽)",
            r"资源包.{0,4}(?:不足|用尽|用完|耗尽)",
        ),
    ),
    (
        ContentRefused,
        _pattern(
            r"content (?:management|filter|moderation|safety|restriction)s? polic",
            r"content polic(?:y|ies)",
            r"usage polic(?:y|ies)",
            r"responsible ai",
            r"requires moderation",
            r"inappropriate content",
            r"(?:input|prompt|request|message|content|text)s?\b.{0,40}\b(?:was|were|been|is) (?:flagged|blocked)",
            r"(?:safety|content) (?:system|filter)",
            r"sensitive (?:content|words?|information)",
            r"prohibited content",
            r"(?<!大小写)敏感",
            r"违规",
            r"不安全.{0,6}内容",
            r"内容安全",
            r"(?:未通过|不通过).{0,6}审核",
            r"审核.{0,4}(?:未通过|不通过|失败)",
        ),
    ),
    (
        ContextTooLong,
        _pattern(
            r"context (?:length|size|window|limit)",
            r"too many (?:input )?tokens(?! per)",
            r"context ?window ?exceeded",
            r"exceed(?:s|ed)? (?:the )?(?:model|max|maximum)(?:'s)? token limit",
            r"max input characters",
            r"prompt (?:is )?too long",
            r"maximum (?:prompt|model|input|sequence) length",
            r"max(?:imum)?[ _](?:model|seq(?:uence)?|input)[ _]len",
            r"input token count\b.{0,60}\bexceeds",
            r"token count\b.{0,40}\bexceeds (?:the|model) limit",
            r"exceeds? (?:the )?(?:maximum|max) (?:allowed )?(?:number of )?(?:input |prompt )?(?:tokens|length)",
            r"reduce (?:the length of|your prompt|your message)",
            r"input (?:is|was) too long",
            r"input is longer than",
            r"range of input length",
            r"prompt exceeds max",
            r"inputs?`? (?:tokens )?(?:\+.{0,30})?must (?:be|have) .{0,20}tokens",
            r"request too large for\b.{0,120}\btokens",
            r"tokens must be reduced",
            r"total number of tokens .{0,40}cannot exceed",
            r"超长",
            r"(?:上下文|输入|提示词|消息|内容|文本|token).{0,12}(?:过长|太长|超出|超过|超限)",
            r"(?:超出|超过).{0,10}(?:上下文|最大长度|长度限制|token)",
        ),
    ),
    (
        WrongAddress,
        _pattern(
            r"invalid url\b",
            r"unknown (?:request )?(?:url|path|endpoint)",
            r"unexpected endpoint",
            r"no route\b",
            r"cannot (?:post|get) /",
            r"\bno static resource",
            r"plain http request was sent to https",
        ),
    ),
)
"""The order matters: wording specific to one cause comes before wording that also occurs elsewhere."""

_MODEL_WORDS = _pattern(
    r"\bmodels?\b.*\b(?:not found|does(?: not|n't) exist|not exist|unknown|not available|not loaded|decommissioned"
    r"|deprecated|no longer (?:available|supported))",
    r"(?:requested|selected|specified) model is not supported",
    r"no endpoints found for\b",
    r"(?:invalid|unknown|no such|unsupported|not found the|could not find(?: the)?) model\b",
    r"not a valid model",
    r"(?:not have access to|no access to|unable to access|no available channel for)(?: the)? model\b",
    r"\bmodel ['\"`]?[\w/:.-]*[\d/:.-][\w/:.-]*['\"`]? is not (?:supported|enabled|open|allowed|activated)",
    r"deployment\b.{0,60}\b(?:does not exist|not found)",
    r"模型.{0,40}(?:不存在|未找到|找不到|不可用|未开通|已下线|无可用渠道)",
    r"(?:不存在|未知|无效)的?模型",
    r"(?:无权|没有权限).{0,8}模型",
)
_KEY_WORDS = _pattern(
    r"(?:invalid|incorrect|wrong|missing|no|expired) (?:api|proxy|virtual|auth\w*) (?:key|token)",
    r"api[ _]key (?:not|is|has|was) (?:valid|invalid|missing|expired|not valid|incorrect)",
    r"access token (?:is )?(?:invalid|expired|no longer)",
    r"authentication fail",
    r"invalid authentication",
    r"unauthorized\b",
    r"(?:令牌|密钥|api ?key|身份验证|鉴权|认证).{0,8}(?:无效|错误|失败|过期|不存在|不正确)",
    r"无效的?(?:令牌|密钥|api ?key)",
)
_LOOSE_WORDS: Sequence[tuple[Kind, str]] = (
    (
        QuotaExceeded,
        _pattern(
            r"exceeded your (?:current )?quota",
            r"used up your\b.{0,30}\b(?:allocation|quota)",
            r"check your plan and billing",
            r"(?:配额|额度|限额).{0,6}(?:超出|超过|已满)",
        ),
    ),
    (
        RateLimited,
        _pattern(
            r"rate limit",
            r"too many requests",
            r"request limit reached",
            r"请求.{0,6}(?:频繁|过多|过快)",
            r"限流",
            r"(?:并发|速率|频率).{0,8}(?:超|限|过)",
        ),
    ),
    (
        ProviderFault,
        _pattern(r"overloaded", r"(?:currently|is|too) busy", r"繁忙", r"过载", r"负载.{0,6}(?:过高|饱和|上限)"),
    ),
)
_ADDRESS_WORDS = _pattern(
    r"^\W*(?:\d{3}\W*)?(?:not found|resource not found|file not found|page not found|no such page|path not found)\W*$",
    r"\bpage not found",
    r"\b(?:path|route|endpoint|url|uri)\b.{0,40}\b(?:not found|does not exist|not exist)",
    r"not (?:found|exist).{0,20}\b(?:path|route|endpoint|url)\b",
)

_STATUSES: Mapping[int, Kind] = {
    401: AuthenticationFailed,
    402: QuotaExceeded,
    403: AuthenticationFailed,
    405: WrongAddress,
    408: ProviderFault,
    409: ProviderFault,  # a lock was not acquired in time
    413: RequestTooLarge,
    425: ProviderFault,
    429: RateLimited,
}
_NEVER_WITH: Mapping[int, frozenset[Kind]] = {
    401: frozenset({ContextTooLong, ContentRefused, WrongAddress, ImagesRefused, ToolsRefused}),
    402: frozenset({ContextTooLong, ContentRefused, WrongAddress, RegionRefused, ImagesRefused, ToolsRefused}),
    429: frozenset({WrongAddress, ContentRefused, ImagesRefused, ToolsRefused}),
}
"""Kinds too unlikely with a status to be inferred from wording."""


def _by_code(table: Mapping[Kind, str]) -> dict[str, Kind]:
    return {re.sub(r"[^a-z0-9]", "", code): kind for kind, codes in table.items() for code in codes.split()}


_PLAIN = _by_code(_PLAIN_CODES)
_LOOSE = _by_code(_LOOSE_CODES)


def kind_of(status: int, codes: Sequence[str], words: str, *, will_pass: bool) -> Kind:
    """Return the kind of an error. `codes`: from `error_bodies.codes_in`; `will_pass`: the server said when to retry,
    so an exhausted quota means a limit per minute or per day."""
    return (
        _known(_PLAIN, codes)
        or _by_plain_words(status, words)
        or _known(_LOOSE, codes)
        or _by_loose_words(words, will_pass=will_pass)
        or _by_status(status, codes, words)
    )


def _known(table: Mapping[str, Kind], codes: Iterable[str]) -> Kind | None:
    return next((table[code] for code in codes if code in table), None)


def _by_plain_words(status: int, words: str) -> Kind | None:
    never = _NEVER_WITH.get(status, frozenset())
    for kind, pattern in _PLAIN_WORDS:
        if kind not in never and _is_in(words, pattern):
            return kind
    if status not in {402, 429} and _is_in(words, _KEY_WORDS):
        return AuthenticationFailed
    if status not in {401, 402, 429} and _is_in(words, _MODEL_WORDS):
        return ModelNotFound
    return None


def _by_loose_words(words: str, *, will_pass: bool) -> Kind | None:
    kind = next((kind for kind, pattern in _LOOSE_WORDS if _is_in(words, pattern)), None)
    return RateLimited if kind is QuotaExceeded and will_pass else kind


def _by_status(status: int, codes: Sequence[str], words: str) -> Kind:
    if status == 404:
        if not words or not codes or _is_in(words, _ADDRESS_WORDS):
            return WrongAddress
        return ModelNotFound if _NOT_FOUND_CODES & set(codes) else RequestRejected
    return _STATUSES.get(status, ProviderFault if status >= 500 else RequestRejected)
