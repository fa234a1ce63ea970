"""What a user reads after each way in which a server can fail, in both languages, and the offered remedies.

The table of hostile servers defines how each mode ends, tested over real sockets; here each outcome gets its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from hostile_chat import Row
from hostile_table import CHAT_ROWS, RESPONSES_ROWS
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Failure, Message, Role, Status
from desktop_chat.core.finish_reasons import REFUSAL
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.text.error_text import ErrorWords


class Read(NamedTuple):
    """A text in both languages, and its remedies."""

    english: str
    chinese: str
    remedies: tuple[str, ...]


LABELS = {
    "retry": ("Retry", "重试"),
    "continue": ("Continue", "继续"),
    "open_key": ("Enter API key...", "设置 API 密钥"),
    "choose_model": ("Choose a model", "选择模型"),
    "open_settings": ("Open settings", "打开设置"),
    "shorten": ("Leave out earlier messages", "略去较早的消息"),
    "new_conversation": ("Start new conversation", "开始新对话"),
    "edit_question": ("Edit message", "修改问题"),
    "use_responses": ("Use Responses and retry", "改用 Responses 并重试"),
    "use_chat_completions": ("Use Chat Completions and retry", "改用 Chat Completions 并重试"),
    "without_images": ("Send without images", "不带图片发送"),
    "details": ("Details", "详情"),
}
BY_CODE = {
    "authentication_failed": Read("The server rejected the API key.", "密钥被拒绝。", ("open_key", "retry")),
    "bad_response": Read(
        "The server sent a response that could not be read.", "服务器发来的内容无法读取。", ("retry",)
    ),
    "chat_completions_only": Read(
        "This model is only available through the Chat Completions API.",
        "这个模型只能通过 Chat Completions 使用。",
        ("use_chat_completions", "choose_model"),
    ),
    "connect_timed_out": Read("The server did not respond in time.", "服务器没有及时响应。", ("retry",)),
    "connection_lost": Read("The connection was lost.", "连接已断开。", ("retry",)),
    "connection_refused": Read(
        "Could not connect to the server. It may not be running.",
        "这个地址没有响应，服务器可能没有运行。",
        ("retry", "open_settings"),
    ),
    "content_refused": Read(
        "The provider's content policy does not allow this request.",
        "这个请求不符合服务商的内容规则。",
        ("edit_question", "choose_model"),
    ),
    "context_too_long": Read(
        "This conversation is too long for the model.",
        "这个对话太长，超出了模型的上限。",
        ("shorten", "new_conversation"),
    ),
    "data_policy_refused": Read(
        "No provider of this model matches your account's privacy settings.",
        "提供这个模型的服务商都不符合您账户的隐私设置。",
        ("choose_model", "retry"),
    ),
    "empty_answer": Read("The server sent an empty response.", "服务器返回了空响应。", ("retry",)),
    "empty_reply": Read("The model returned an empty reply.", "模型没有返回任何内容。", ("retry",)),
    "firewall_blocked": Read(
        "A firewall in front of the server blocked the request.",
        "服务器前面的防火墙拦截了请求。",
        ("retry", "open_settings"),
    ),
    "images_refused": Read(
        "This model cannot read images.", "这个模型无法识别图片。", ("choose_model", "without_images")
    ),
    "key_missing": Read("No API key is set for Here.", "“Here”还没有密钥。", ("open_key", "retry")),
    "model_not_found": Read(
        "The model {mode} was not found on the server.", "服务器上没有模型 {mode}。", ("choose_model", "retry")
    ),
    "name_not_found": Read(
        "The server was not found. Check the address and your network.",
        "找不到服务器，请检查地址和网络。",
        ("retry", "open_settings"),
    ),
    "provider_fault": Read("The server reported an internal error.", "服务器出了问题。", ("retry",)),
    "proxy_refused": Read("The proxy rejected the request.", "代理没有放行请求。", ("open_settings", "retry")),
    "quota_exceeded": Read("Your account is out of credit.", "账户余额不足。", ("choose_model", "retry")),
    "rate_limited": Read("Too many requests. Wait a moment, then retry.", "请求过于频繁，请稍等片刻再试。", ("retry",)),
    "redirected": Read(
        "The server redirects requests to another address. Enter that address in the connection.",
        "服务器把请求转到了另一个地址，请在连接中改填那个地址。",
        ("open_settings", "retry"),
    ),
    "region_refused": Read(
        "The provider is not available in your region.", "服务商不在您所在的地区提供服务。", ("choose_model", "retry")
    ),
    "reply_too_large": Read("The reply became too large and was stopped.", "回复过大，已经结束。", ("retry",)),
    "request_rejected": Read("The server rejected the request.", "服务器没有接受请求。", ("retry", "choose_model")),
    "request_too_large": Read(
        "The request is too large for the server.", "请求过大，服务器不接收。", ("shorten", "new_conversation")
    ),
    "responses_missing": Read(
        "The server does not respond at /responses. It may support only Chat Completions, or the address may be wrong.",
        "服务器没有响应 /responses。它可能只支持 Chat Completions，也可能是地址有误。",
        ("use_chat_completions", "open_settings"),
    ),
    "responses_only": Read(
        "This model is only available through the Responses API.",
        "这个模型只能通过 Responses API 使用。",
        ("use_responses", "choose_model"),
    ),
    "stream_stalled": Read("The server stopped sending data.", "服务器没有继续发送数据。", ("retry",)),
    "tls_untrusted": Read(
        "The server's certificate is not trusted.", "服务器的证书不受信任。", ("open_settings", "retry")
    ),
    "tool_unavailable": Read(
        "The model asked for a tool that is not available here.",
        "模型想使用一个这里没有的工具。",
        ("retry", "choose_model"),
    ),
    "tools_refused": Read("This model cannot use tools.", "这个模型无法使用工具。", ("choose_model", "retry")),
    "wrong_address": Read(
        "No model server was found at this address. Addresses often end in /v1.",
        "地址可能有误：那里没有模型服务器应答。地址通常以 /v1 结尾。",
        ("open_settings", "retry"),
    ),
}
BY_WAIT = {
    3_600: Read(
        "Too many requests. The server asks you to wait 60 minutes.",
        "请求过于频繁，服务器要求等待 60 分钟。",
        ("retry",),
    ),
    7_200: Read(
        "Too many requests. The server asks you to wait 2 hours.", "请求过于频繁，服务器要求等待 2 小时。", ("retry",)
    ),
}
BY_STATUS = {
    Status.COMPLETE: Read("", "", ()),
    Status.TRUNCATED: Read("Cut off at the length limit", "达到长度上限，已截断", ("continue",)),
    Status.FILTERED: Read("Blocked by the server's content filter", "被服务器的内容过滤拦截", ()),
}
DECLINED = Read("The model declined to answer", "模型拒绝回答", ())
BEFORE_ANY_ANSWER = [
    Row(f"never answered: {code}", Status.FAILED, code=code)
    for code in ("connection_refused", "name_not_found", "tls_untrusted", "proxy_refused", "connect_timed_out",
                 "key_missing")
]  # fmt: skip
"""Errors that no mode of an answering server can cause; test_openai_provider.py covers them."""
ROWS = [*CHAT_ROWS, *RESPONSES_ROWS, *BEFORE_ANY_ANSWER]


def read_after(row: Row) -> Read:
    """Return the expected text of a reply that ended like the row says, if the server sent no message of its own."""
    if not row.code:
        return DECLINED if row.mode.endswith("refusal") else BY_STATUS[row.status]
    read = BY_WAIT[int(row.wait_s)] if row.code == "rate_limited" and row.wait_s else BY_CODE[row.code]
    if row.status is Status.INTERRUPTED and row.text:
        return read._replace(remedies=("continue", *read.remedies))
    return read


def reply_of(row: Row, detail: str) -> Message:
    """Return the reply as the session would end it."""
    failure = Failure(row.code, detail, row.wait_s) if row.code else None
    reason = REFUSAL if row.mode.endswith("refusal") else None
    reply = Message("m", "c", "q", Role.ASSISTANT, row.text, row.status, 0.0, failure=failure, finish_reason=reason)
    return replace(reply, connection_name="Here", model=row.mode)


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], None]]:
    before = QLocale()
    languages = Languages(qapp)
    yield languages.set_language
    languages.set_language("en")
    languages.deleteLater()
    QLocale.setDefault(before)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_each_failure_has_its_text_and_remedies(language: str, speak: Callable[[str], None]) -> None:
    speak(language)
    at = 1 if language == "zh_CN" else 0
    words = ErrorWords()
    for row in ROWS:
        expected = read_after(row)
        for detail in ("", "upstream connect error"):
            reply = reply_of(row, detail)
            assert words.sentence(reply) == expected[at].format(mode=row.mode), row.mode
            wanted = [*expected.remedies, *(["details"] if detail and row.code else [])]
            assert words.actions(reply) == [(name, LABELS[name][at]) for name in wanted], row.mode
            assert "upstream" not in words.sentence(reply), "the server's own words are details"


def test_no_failure_reads_like_a_success() -> None:
    for row in ROWS:
        assert bool(read_after(row).english) == (row.status is not Status.COMPLETE), row.mode
    assert {row.code for row in ROWS if row.code} == set(BY_CODE), "each is a way to fail of some server"
