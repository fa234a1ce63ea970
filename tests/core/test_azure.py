"""Azure's hosts are recognised by name, gateways by the deployments in their paths."""

from __future__ import annotations

import pytest

from desktop_chat.core.addresses import request_url
from desktop_chat.core.azure import deployment_in, is_azure, with_deployment, with_version
from desktop_chat.core.entities import Connection


@pytest.mark.parametrize(
    "address",
    [
        "https://me.openai.azure.com/openai/v1",
        "https://ME.OPENAI.AZURE.COM:443/openai/v1",
        "https://me.cognitiveservices.azure.com/openai/v1",
        "https://me.services.ai.azure.com/openai/v1",
        "https://me.openai.azure.us/openai/v1",
        "https://me.openai.azure.cn/openai/v1",
        "https://eastus.api.cognitive.microsoft.com/openai/v1",
        "https://gateway.example/openai/deployments/gpt",
    ],
)
def test_azure_addresses_are_recognised(address: str) -> None:
    assert is_azure(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",
        "https://openai.azure.com.example.org/openai/v1",
        "https://openai.azure.com@example.org/openai/v1",
        "https://example.org/?x=.openai.azure.com",
        "https://myopenai.azure.company/openai/v1",
        "https://api.groq.com/openai/v1",
        "http://[::1",
    ],
)
def test_lookalikes_never_get_the_key_in_azures_header(address: str) -> None:
    assert not is_azure(address)


def test_the_deployment_in_an_address_is_the_default_model() -> None:
    assert deployment_in("https://me.openai.azure.com/openai/deployments/my%20gpt?api-version=1") == "my gpt"
    assert deployment_in("https://me.openai.azure.com/openai/deployments/gpt/X/chat/completions") == "gpt"
    assert deployment_in("https://me.openai.azure.com/openai/deployments/Xgpt") == "Xgpt"
    twice = "https://gateway.example/openai/deployments/mine/openai/deployments/gpt"
    assert deployment_in(twice) == "gpt"
    assert request_url(twice, "/completions", "other") == twice.replace(
        "gpt", "other/completions?api-version=2024-10-21"
    )
    assert deployment_in("https://me.openai.azure.com/openai/v1") == ""
    assert deployment_in("http://[::1") == ""
    classic = Connection("c", "Azure", "https://me.openai.azure.com/openai/deployments/gpt")
    assert with_deployment(classic).default_model == "gpt"
    chosen = Connection("c", "Azure", classic.base_url, default_model="other")
    assert with_deployment(chosen) is chosen


@pytest.mark.parametrize("query", ["a=1&API-Version=2=3", "api-version=1&b=2"])
def test_a_version_that_is_named_stays_the_only_one(query: str) -> None:
    assert with_version(query, "/models") == query
