"""Azure OpenAI is used as documented: both styles of address, both protocols, on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from azure_server import DEPLOYMENTS, KEY, AzureServer

from desktop_chat.core.addresses import normalise
from desktop_chat.core.deltas import FinishDelta, TextDelta
from desktop_chat.core.entities import Api, Connection, Role
from desktop_chat.core.errors import AuthenticationFailed, KeyMissing, ModelNotFound, ProviderError
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

SDK = Sdk()
HOSTS = ("me.openai.azure.com", "me.cognitiveservices.azure.com", "me.services.ai.azure.com")
Make = Callable[..., OpenAIProvider]


@pytest.fixture
async def server(lead_home: Callable[..., None]) -> AsyncIterator[AzureServer]:
    """Make Azure's host names resolve to this computer."""
    lead_home(*HOSTS)
    server = AzureServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def make(server: AzureServer) -> AsyncIterator[Make]:
    made: list[OpenAIProvider] = []

    def one(pasted: str, api: Api = Api.CHAT_COMPLETIONS, key: str = KEY) -> OpenAIProvider:
        base_url = normalise(pasted.replace("/openai", f":{server.port}/openai", 1))
        made.append(OpenAIProvider(Connection("c1", "Azure", base_url, api=api), key, SDK))
        return made[-1]

    yield one
    for provider in made:
        await provider.aclose()


async def reply(provider: OpenAIProvider, model: str = "my gpt", **options: object) -> str:
    prompt = Prompt((PromptMessage(Role.USER, "hi"),), model, **options)  # type: ignore[arg-type]
    deltas = [delta async for delta in provider.stream(prompt)]
    assert any(isinstance(delta, FinishDelta) for delta in deltas)
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


CLASSIC = "http://me.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21"
CLASSIC_RESPONSES = "http://me.openai.azure.com/openai/responses?api-version=2025-04-01-preview"
NO_VERSION = "http://me.openai.azure.com/openai/deployments/my%20gpt"
NEWER = [f"http://{host}/openai/v1/" for host in HOSTS]

ASKED = [
    (CLASSIC, Api.CHAT_COMPLETIONS, "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21"),
    (NO_VERSION, Api.CHAT_COMPLETIONS, "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21"),
    (CLASSIC_RESPONSES, Api.RESPONSES, "/openai/responses?api-version=2025-04-01-preview"),
    (NO_VERSION, Api.RESPONSES, "/openai/responses?api-version=2025-04-01-preview"),
    *((address, Api.CHAT_COMPLETIONS, "/openai/v1/chat/completions") for address in NEWER),
    *((address, Api.RESPONSES, "/openai/v1/responses") for address in NEWER),
    (f"{NEWER[0]}?api-version=preview", Api.RESPONSES, "/openai/v1/responses?api-version=preview"),
]


@pytest.mark.parametrize(("pasted", "api", "path"), ASKED, ids=[f"{pasted} {api}" for pasted, api, _ in ASKED])
async def test_a_deployment_answers(make: Make, server: AzureServer, pasted: str, api: Api, path: str) -> None:
    assert await reply(make(pasted, api)) == "Hello from my gpt"
    (request,) = server.requests
    assert request.path == path
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers
    assert request.body["model"] == "my gpt"


async def test_another_deployment_of_the_resource_is_just_another_model(make: Make) -> None:
    provider = make(CLASSIC)
    assert await reply(provider) == "Hello from my gpt"
    assert await reply(provider, "second") == "Hello from second"


@pytest.mark.parametrize("pasted", [CLASSIC, *NEWER])
async def test_a_missing_deployment_is_an_unknown_model(make: Make, pasted: str) -> None:
    with pytest.raises(ModelNotFound, match="deployment"):
        await reply(make(pasted), "gpt-5.5")


@pytest.mark.parametrize("pasted", [CLASSIC, *NEWER])
async def test_a_wrong_key_is_refused_and_never_repeated(make: Make, pasted: str) -> None:
    for provider in (make(pasted, key="wrong-key-0123456789"),):
        with pytest.raises(AuthenticationFailed) as caught:
            await reply(provider)
        assert "wrong-key" not in repr(caught.value)
    with pytest.raises(KeyMissing):
        await reply(make(pasted, key=""))


async def test_the_list_of_models_is_where_azure_has_one(make: Make, server: AzureServer) -> None:
    models = ["gpt-5.5", "babbage-002", "text-embedding-3-small"]
    assert await make(NEWER[0]).models() == models, "those for chat first"
    assert await make(CLASSIC_RESPONSES).models() == models
    assert await make(CLASSIC).models() == [DEPLOYMENTS[0]], "the address names what answers"
    assert [request.path for request in server.requests] == [
        "/openai/v1/models",
        "/openai/models?api-version=2025-04-01-preview",
        "/openai/models?api-version=2024-10-21",
    ]
    assert all("authorization" not in request.headers for request in server.requests)


async def test_a_gateway_in_front_of_azure_is_used_in_the_same_way(make: Make, server: AzureServer) -> None:
    gateway = "http://127.0.0.1/openai/deployments/second?api-version=2024-10-21"
    assert await reply(make(gateway), "second") == "Hello from second"
    assert server.requests[0].headers["api-key"] == KEY


async def test_an_unknown_version_is_reported(make: Make) -> None:
    with pytest.raises(ProviderError, match="API version not supported"):
        await reply(make(f"{NEWER[0]}?api-version=2024-10-21"))
