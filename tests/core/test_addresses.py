"""Anything typed or pasted as an address becomes the intended base URL, and the URL of each request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.addresses import (
    addresses_with_v1,
    normalise,
    request_url,
    secret_parameters,
    without_secrets,
)
from desktop_chat.core.hosts import host_of

AZURE = "https://me.openai.azure.com/openai"

PASTED = [
    ("http://localhost ?api-version=1", "http://localhost?api-version=1"),
    ("", ""),
    (" \n", ""),
    (" https://api.openai.com/v1/ ", "https://api.openai.com/v1"),
    ("api.openai.com/v1", "https://api.openai.com/v1"),
    ("//api.openai.com/v1", "https://api.openai.com/v1"),
    ("HTTPS://API.OpenAI.com/v1", "https://api.openai.com/v1"),
    ("https:/api.openai.com/v1", "https://api.openai.com/v1"),
    ("HTTPS:///Xenon.example/v1", "https://xenon.example/v1"),
    ("https://example.com/X/models", "https://example.com/X"),
    ("my-app.v1+x://host/v1", "my-app.v1+x://host/v1"),
    ("localhost:11434/v1", "http://localhost:11434/v1"),
    ("127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("192.168.1.7:8000/v1", "http://192.168.1.7:8000/v1"),
    ("nas:8000/v1", "http://nas:8000/v1"),
    ("[::1]:8080/v1", "http://[::1]:8080/v1"),
    ("example.com:/v1", "https://example.com/v1"),
    ("https://example.com/v1/chat/completions", "https://example.com/v1"),
    ("https://example.com/v1/Chat/Completions/", "https://example.com/v1"),
    ("https://example.com/v1/completions", "https://example.com/v1"),
    ("https://example.com/v1/responses", "https://example.com/v1"),
    ("https://example.com/v1/models/", "https://example.com/v1"),
    ("https://example.com/v1/models /models", "https://example.com/v1"),
    ("https://example.com//v1//chat//completions", "https://example.com/v1"),
    ("https://example.com/v1#section", "https://example.com/v1"),
    ("https://example.com/v1/chat/completions?api-version=1&", "https://example.com/v1?api-version=1"),
    ("https://example.com/v1?", "https://example.com/v1"),
    ('"https://example.com/v1",', "https://example.com/v1"),
    ("'https://example.com/v1'\r\n", "https://example.com/v1"),
    ("“https://example.com/v1”", "https://example.com/v1"),
    ("`https://example.com/v1`", "https://example.com/v1"),
    ("<https://example.com/v1>", "https://example.com/v1"),
    ("https://exam\nple.com/\tv1", "https://example.com/v1"),
    ("https：／／example。com／v1，", "https://example.com/v1"),
    ("https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1"),
    ("https://models.example.com/modelsurfer", "https://models.example.com/modelsurfer"),
    ("https://me:pass@Example.com/v1", "https://me:pass@example.com/v1"),
    ("ftp://example.com/", "ftp://example.com/"),
    ("http://[::1", "http://[::1"),
    ("https://me.openai.azure.com/", f"{AZURE}/v1"),
    ("me.openai.azure.com/openai", f"{AZURE}/v1"),
    (f"{AZURE}/v1/", f"{AZURE}/v1"),
    (f"{AZURE}/v1/responses", f"{AZURE}/v1"),
    ("https://me.services.ai.azure.com", "https://me.services.ai.azure.com/openai/v1"),
    ("https://me.cognitiveservices.azure.com/", "https://me.cognitiveservices.azure.com/openai/v1"),
    ("https://me.openai.azure.com/?api-version=2024-10-21", f"{AZURE}?api-version=2024-10-21"),
    (
        f"{AZURE}/deployments/gpt-5/chat/completions?api-version=2024-10-21",
        f"{AZURE}/deployments/gpt-5?api-version=2024-10-21",
    ),
    (f"{AZURE}/responses?api-version=2025-04-01-preview", f"{AZURE}?api-version=2025-04-01-preview"),
    (
        "https://me.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        "https://me.services.ai.azure.com/models?api-version=2024-05-01-preview",
    ),
]


@pytest.mark.parametrize(("pasted", "meant"), PASTED)
def test_an_address_is_normalised(pasted: str, meant: str) -> None:
    assert normalise(pasted) == meant


PIECES = st.sampled_from(
    [
        *("https://", "http://", "HTTP:/", "//", "/", "?", "&", "#", "@", ":", "=", ".", "[", "]", "%20", " ", "\n"),
        *("/v1", "/models", "/chat/completions", "/responses", "/openai", "/deployments", "api-version=1", "key=x"),
        *("example.com", "localhost", ":80", "a.openai.azure.com", "a.services.ai.azure.com", "例子", "：", "，", '"'),
    ]
)
ANYTHING = st.text(max_size=60) | st.lists(PIECES, max_size=8).map("".join)


@given(ANYTHING)
def test_normalising_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(ANYTHING)
def test_secrets_are_removed_and_the_host_is_kept(text: str) -> None:
    base_url = normalise(text)
    clean = without_secrets(base_url)
    assert host_of(clean) == host_of(base_url)
    assert without_secrets(clean) == clean
    if host_of(clean):
        assert "@" not in clean.split("://")[1].split("/")[0].split("?")[0]
        assert secret_parameters(clean) == []


@given(ANYTHING, st.sampled_from(["/chat/completions", "/responses", "/models"]), st.text(max_size=20))
def test_a_request_never_goes_to_another_host(text: str, endpoint: str, model: str) -> None:
    base_url = normalise(text)
    assert host_of(request_url(base_url, endpoint, model)) == host_of(base_url)
    assert {host_of(address) for address in addresses_with_v1(base_url)} <= {host_of(base_url)}


@pytest.mark.parametrize(
    ("base_url", "endpoint", "url"),
    [
        ("https://api.openai.com/v1", "/models", "https://api.openai.com/v1/models"),
        ("https://a.example/v1?api-version=1", "/responses", "https://a.example/v1/responses?api-version=1"),
        (f"{AZURE}/v1", "/chat/completions", f"{AZURE}/v1/chat/completions"),
        (f"{AZURE}/v1?api-version=preview", "/models", f"{AZURE}/v1/models?api-version=preview"),
        (
            f"{AZURE}/deployments/old?api-version=1",
            "/chat/completions",
            f"{AZURE}/deployments/my%2Fown/chat/completions?api-version=1",
        ),
        (f"{AZURE}?api-version=1", "/chat/completions", f"{AZURE}/deployments/my%2Fown/chat/completions?api-version=1"),
        (f"{AZURE}/deployments/old?api-version=1", "/responses", f"{AZURE}/responses?api-version=1"),
        (f"{AZURE}/deployments/old?api-version=1", "/models", f"{AZURE}/models?api-version=1"),
        (f"{AZURE}/deployments/old", "/models", f"{AZURE}/models?api-version=2024-10-21"),
        (f"{AZURE}/deployments/old", "/responses", f"{AZURE}/responses?api-version=2025-04-01-preview"),
        (
            "https://gateway.example/azure/openai/deployments/old?x=1",
            "/chat/completions",
            "https://gateway.example/azure/openai/deployments/my%2Fown/chat/completions?x=1&api-version=2024-10-21",
        ),
        ("https://api.groq.com/openai", "/models", "https://api.groq.com/openai/models"),
        ("https://a.example/v1//?x=1", "/models", "https://a.example/v1/models?x=1"),
        ("https://a.example/v1X", "/models", "https://a.example/v1X/models"),
        ("http://[::1/", "/models", "http://[::1/models"),
        ("http://[::1/X", "/models", "http://[::1/X/models"),
    ],
)
def test_request_urls(base_url: str, endpoint: str, url: str) -> None:
    assert request_url(base_url, endpoint, "my/own") == url


def test_without_a_model_the_deployment_is_the_addresss_own() -> None:
    base_url = f"{AZURE}/deployments/my%20old?api-version=1"
    assert request_url(base_url, "/chat/completions") == f"{AZURE}/deployments/my%20old/chat/completions?api-version=1"


def test_only_an_address_without_a_version_may_lack_v1() -> None:
    assert addresses_with_v1("https://a.example") == ("https://a.example/v1",)
    assert addresses_with_v1("http://localhost:11434/api?x=1") == (
        "http://localhost:11434/api/v1?x=1",
        "http://localhost:11434/v1?x=1",
    )
    assert addresses_with_v1("https://a.example/X/") == ("https://a.example/X/v1", "https://a.example/v1")
    assert addresses_with_v1("https://a.example/voice/1") != ()
    assert addresses_with_v1("https://a.example/v1") == addresses_with_v1("https://a.example/v1beta/openai") == ()
    assert addresses_with_v1("nonsense") == addresses_with_v1("http://[::1") == ()


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://user:secret@example.org:8443/v1?a=b", "https://example.org:8443/v1?a=b"),
        ("https://token@example.org/v1", "https://example.org/v1"),
        ("https://example.org/@me", "https://example.org/@me"),
        ("http://[::1", "http://[::1"),
        ("https://example.org/v1?key=AIzaXX&tenant=a", "https://example.org/v1?tenant=a"),
        ("https://example.org/v1?subscription-key=a", "https://example.org/v1"),
        ("https://example.org/v1?x=sk-abcdefghijkl0123456789", "https://example.org/v1"),
        ("https://example.org/v1?api-version=1&max_tokens=2", "https://example.org/v1?api-version=1&max_tokens=2"),
        ("https://example.org/v1?a=1=2&key=x=y=&b=3", "https://example.org/v1?a=1=2&b=3"),
    ],
)
def test_an_address_contains_no_secret(address: str, clean: str) -> None:
    assert without_secrets(address) == clean


def test_what_looks_like_a_key_is_named() -> None:
    assert secret_parameters("https://example.org/v1?a=1&key=x=y&token=z") == ["key", "token"]
    assert secret_parameters("https://example.org/v1?Code=1&SIG=2&signature=3&codes=4") == ["Code", "SIG", "signature"]
    assert secret_parameters("http://[::1?key=x") == []
