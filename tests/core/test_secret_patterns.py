"""Secret keys are recognised by their format, and ordinary text is not mistaken for one."""

from __future__ import annotations

import time

import pytest

from desktop_chat.core.secret_patterns import contains_key, credential_headers, redact_keys

PLANTED = "0123456789abcdefABCDEF"


@pytest.mark.parametrize(
    "beginning",
    [
        *("sk-", "sk-proj-", "sk-ant-api03-", "sk-or-v1-", "gsk_", "hf_", "r8_", "xai-", "pplx-", "nvapi-", "glpat-"),
        *("AIza", "ghp_", "gho_", "github_pat_", "xoxb-"),
    ],
)
def test_keys_are_recognised_by_their_prefixes(beginning: str) -> None:
    assert contains_key(f"{beginning}{PLANTED}")
    assert contains_key(f"Why is my key '{beginning}{PLANTED}' refused?")
    assert contains_key(f"密钥是{beginning}{PLANTED},怎么办")
    assert contains_key(f"OPENAI_API_KEY={beginning}{PLANTED}\n")


def test_upper_case_and_private_keys_are_recognised() -> None:
    assert contains_key("AKIA0123456789ABCDEF")
    assert contains_key("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA")
    assert contains_key("-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a risk-averse plan for task-management-2026 and desk-lamps",
        ".sk-fading-circle-animation { color: red }",
        "sk-short1",
        "hf_hub_download and gsk_something",
        "The prefix of a key is sk-, of others gsk_ or AIza.",
        "task-sk-0123456789abcdef",
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_ordinary_text_is_not_a_key(text: str) -> None:
    assert not contains_key(text)


def test_what_looks_like_a_key_is_taken_out_of_a_text() -> None:
    assert redact_keys(f"first sk-{PLANTED}, then gsk_{PLANTED}.", "[key]") == "first [key], then [key]."
    assert redact_keys("no key, though sk- stands here", "[key]") == "no key, though sk- stands here"
    assert redact_keys("nothing", "[key]") == "nothing"


def test_a_long_text_is_scanned_quickly() -> None:
    for text in ("risk-free tasks " * 120_000, "sk-" * 600_000, "sk-" + "a" * 2_000_000, "sk-a!" * 400_000):
        begun = time.process_time()
        assert not contains_key(text)
        assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "anything"),
        ("proxy-authorization", "x"),
        ("api-key", "x"),
        ("X-API-Key", "x"),
        ("x_goog_api_key", "x"),
        ("Ocp-Apim-Subscription-Key", "x"),
        ("X-ApiKey", "x"),
        ("X-Auth-Token", "x"),
        ("X-AccessToken", "x"),
        ("Cookie", "x"),
        ("X-Client-Secret", "x"),
        ("X-Note", "sk-proj-0123456789abcdef"),
        ("X-Note", "key=gsk_0123456789abcdef"),
        ("X-Note", "Bearer abcdef123456"),
        ("X-Note", "basic dXNlcjpwYXNz"),
    ],
)
def test_headers_that_look_like_keys_are_detected(name: str, value: str) -> None:
    assert credential_headers([("X-Fine", "yes"), (name, value)]) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OpenAI-Organization", "org-123"),
        ("OpenAI-Project", "proj_123"),
        ("HTTP-Referer", "https://example.org"),
        ("X-Title", "Desktop Chat"),
        ("X-Author", "me"),
        ("X-Max-Tokens", "100"),
        ("Idempotency-Key", "abc"),
        ("X-Note", "a risk-averse and basic plan"),
        ("X-Keyboard", "de"),
    ],
)
def test_other_headers_are_allowed(name: str, value: str) -> None:
    assert credential_headers([(name, value)]) == []
