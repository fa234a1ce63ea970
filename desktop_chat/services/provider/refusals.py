"""Detects which part of a request a server refuses, so that the request can be repeated without it.

Recognised: OpenAI's `param` and "Unsupported parameter", pydantic's `loc` with "Extra inputs are not permitted",
Google's "Unknown name", and the messages of vLLM, llama.cpp, Gemma's template and DashScope.
A value out of range does not count: the user has to know about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from desktop_chat.core.ability_errors import ToolsRefused
from desktop_chat.core.errors import (
    AuthenticationFailed,
    ModelNotFound,
    ProviderError,
    ProviderFault,
    RequestRejected,
)
from desktop_chat.core.left_out import LeftOut
from desktop_chat.services.provider.request_body import LIMIT, NEW_LIMIT, OLD_LIMIT, effort_token, has_calls
from desktop_chat.services.provider.request_messages import (
    DEVELOPER,
    LONG_IDS,
    SIDE_BY_SIDE,
    SYSTEM,
    THOUGHTLESS,
    UNSIGNED,
)

_REFUSALS = (RequestRejected, ProviderFault, AuthenticationFailed, ModelNotFound, ToolsRefused)
"""How refusals are classified: some servers refuse a role with a 500 and streaming with a 403, and "for model x,
unknown parameter y" looks like an unknown model. A refusal of images is not among them: a question about an image is
not answered without it, unless the user says so."""
_NO = (
    r"unsupported|not (?:\w+ )?(?:supported|allowed|permitted|available|enabled|accepted|recogni[sz]ed|valid)"
    r"|(?:does not|doesn't|cannot|can't|do not) (?:\w+ )?(?:support|accept|allow|be)|unknown|unrecogni[sz]ed|unexpected"
    r"|extra (?:inputs|fields)|extra_forbidden|cannot find field|no such|deprecated|invalid (?:param|arg|field|value)"
    r"|only [\w.]+ is allowed|不支持|不允许|未知|无效|不合法|非法"
)
_RANGE = (
    r"between|range|less than|greater than|at (?:most|least)|[<>]=?|exceed|too (?:large|high|low|small|long)|maximum"
    r"|minimum|范围|之间|大于|小于|超过"
)
_Body = Mapping[str, Any]


def _refuses(name: str) -> Callable[[str], bool]:
    return lambda said: bool(re.search(name, said) and re.search(_NO, said) and not re.search(_RANGE, said))


def _says(words: str) -> Callable[[str], bool]:
    return lambda said: re.search(words, said) is not None


_ROLE_WORDS = r"roles must alternate|only user(?:,| and) .{0,30}roles|unexpected role|(?:unknown|invalid) role"
_SYSTEM_WORDS = (
    r"\bsystem\b.{0,30}\b(?:role|message|prompt|instruction)s?\b.{0,60}(?:not|n't|unsupported|invalid|unknown|first)"
    r"|(?:not|n't) support.{0,20}['\"`]?system\b|\brole\b.{0,20}['\"`]system\b|system.{0,6}(?:角色|消息|提示).{0,10}不"
    r"|不支持.{0,8}system|角色.{0,4}system.{0,4}不|(?:invalid|unknown) role\W{0,3}system|roles must alternate"
    r"|only user(?:,| and) .{0,30}roles|developer instructions? (?:is|are) not"
)
_RULES: Sequence[tuple[str, Callable[[_Body], bool], Callable[[str], bool]]] = (
    (LeftOut.USAGE, lambda body: "stream_options" in body, _says(r"stream_options|include_usage")),
    (LeftOut.STORE, lambda body: "store" in body, _says(r"\bstore\b")),
    (LeftOut.REASONING_SUMMARY, lambda body: "summary" in body.get("reasoning", ()), _says(r"summar")),
    (OLD_LIMIT, lambda body: OLD_LIMIT in body, _says(r"max_completion_tokens")),
    (OLD_LIMIT, lambda body: OLD_LIMIT in body, _refuses(r"\bmax_tokens\b")),
    (NEW_LIMIT, lambda body: NEW_LIMIT in body, _refuses(r"\bmax_completion_tokens\b")),
    (LIMIT, lambda body: LIMIT in body, _refuses(r"\bmax_output_tokens\b")),
    (LeftOut.STREAMING, lambda body: body["stream"] is True, _says(
        r"verified to stream|^(?:body\.)?stream\n.*(?:not|unsupported)"
        r"|stream(?:ing|ed)? (?:mode |responses? )?(?:is |are )?(?:not|disabled|unsupported)"
        r"|(?:not|n't) (?:support|allow)\w* (?:\w+ )?stream(?:ing)?\b|不支持流式",
    )),
    (LeftOut.ONE_PIECE, lambda body: body["stream"] is False, _says(
        r"only supports? (?:the )?stream|stream(?:ing)? (?:mode )?(?:is required|must be)|must (?:be set to )?stream"
        r"|stream['\"`]? ?(?:=|to|must be) ?['\"`]?true|non-?stream\w* .{0,30}(?:not|unsupported)"
        r"|for non-?stream|(?:仅|只)支持流式",
    )),
    (LeftOut.STREAMING, lambda body: body["stream"] is True and "tools" in body, _says(
        r"tools? (?:use|call\w*) in streaming",
    )),
    (LeftOut.TEMPERATURE, lambda body: "temperature" in body, _refuses(r"\btemperature\b")),
    (LONG_IDS, has_calls, _says(r"tool[ _]call[ _]id was .{0,80}length")),
    (UNSIGNED, has_calls, _says(r"missing a thought_signature")),
    (THOUGHTLESS, has_calls, _says(r"reasoning_content\W{0,3}(?:field )?(?:is |in .{0,40})?(?:missing|must|required)"
                                   r"|missing \W{0,3}reasoning_content")),
    (SIDE_BY_SIDE, has_calls, _says(r"only supports single tool|parallel (?:tool|function) calls?\b.{0,30}not")),
)  # fmt: skip


def newly_refused(error: ProviderError, body: _Body, refused: AbstractSet[str]) -> frozenset[str]:
    """Return the parts of `body` that a server refused and that can be omitted; empty for other errors.

    Each part can be refused only once, so retries are limited.
    """
    if not isinstance(error, _REFUSALS):
        return frozenset()
    said = f"{error.parameter}\n{error.detail}".lower()
    for token, is_sent, is_meant in _RULES:
        if token not in refused and is_meant(said) and is_sent(body):
            return frozenset({token})
    if isinstance(error, ToolsRefused):
        return _refused_tools(body, refused)
    found = _refused_effort(said, body) or _refused_role(said, body, refused)
    return found or (_refused_tools(body, refused) if has_calls(body) and re.search(_ROLE_WORDS, said) else found)


def _refused_tools(body: _Body, refused: AbstractSet[str]) -> frozenset[str]:
    """Interpret a refusal of tools, or of the roles of earlier calls, which some chat templates do not know.

    The request is repeated without asking, unlike one with images: tools are an offer, most questions can be answered
    without them, and the reply says that they were left out.
    """
    is_sent = "tools" in body or has_calls(body)
    return frozenset({LeftOut.TOOLS}) if is_sent and LeftOut.TOOLS not in refused else frozenset()


def _refused_effort(said: str, body: _Body) -> frozenset[str]:
    effort = body.get("reasoning_effort") or body.get("reasoning", {}).get("effort")
    meant = re.search(r"reasoning[._ ]?effort|\breasoning\b|\beffort\b|\bthinking\b", said)
    return frozenset({effort_token(effort)}) if effort and meant and re.search(_NO, said) else frozenset()


def _refused_role(said: str, body: _Body, refused: AbstractSet[str]) -> frozenset[str]:
    """Interpret a refusal of the system prompt's role: another role, or none, may be accepted."""
    role = next((message["role"] for message in body.get("messages", ())[:1]), "")
    if role == SYSTEM and re.search(r"\buse\b.{0,20}\bdeveloper\b|\bdeveloper\b.{0,20}\binstead", said):
        return frozenset({SYSTEM})
    if role == DEVELOPER and re.search(r"\bdeveloper\b", said) and re.search(_NO, said):
        return frozenset({DEVELOPER})
    if (role == SYSTEM or "instructions" in body) and DEVELOPER not in refused:
        is_meant = re.search(_SYSTEM_WORDS, said) or ("instructions" in body and _refuses(r"\binstructions\b")(said))
        return frozenset({SYSTEM, DEVELOPER}) if is_meant else frozenset()
    return frozenset()
