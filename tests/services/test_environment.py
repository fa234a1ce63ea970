"""Server settings in the environment are normalised, and removed from the environment."""

from __future__ import annotations

import pytest

from desktop_chat.services.environment import ENVIRONMENT_ID, take_environment


@pytest.mark.parametrize(
    ("written", "base_url"),
    [
        ("", "https://api.openai.com/v1"),
        (' "https://example.com/v1/chat/completions" \n', "https://example.com/v1"),
        ("localhost:8080/v1/", "http://localhost:8080/v1"),
        ("https://me:secret@example.com/v1?key=abc&api-version=1", "https://example.com/v1?api-version=1"),
    ],
)
def test_the_address_is_normalised(written: str, base_url: str) -> None:
    variables = {"OPENAI_API_KEY": "k-test", "OPENAI_BASE_URL": written, "OTHER": "x"}
    found = take_environment(variables)
    assert found.connection is not None
    assert found.connection.base_url == base_url
    assert found.keys == {ENVIRONMENT_ID: "k-test"}
    assert variables == {"OTHER": "x"}


def test_the_deployment_in_an_azure_address_is_the_model() -> None:
    address = "https://me.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21"
    connection = take_environment({"OPENAI_BASE_URL": address}).connection
    assert connection is not None
    assert connection.default_model == "my-gpt"
