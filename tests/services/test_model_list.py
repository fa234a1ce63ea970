"""Every usable name in a list of models is found, in any format, and an error is never taken for a list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.errors import (
    AuthenticationFailed,
    BadResponse,
    ProviderError,
    ProviderFault,
    QuotaExceeded,
    WrongAddress,
)
from desktop_chat.services.provider.model_list import names_in, read_models, whole_list, windows_in

TWO = ["alpha", "beta"]
SHAPES: list[tuple[str, Any, list[str]]] = [
    ("OpenAI", {"object": "list", "data": [{"id": "beta"}, {"id": "alpha", "object": "model"}]}, TWO),
    ("none yet", {"object": "list", "data": []}, []),
    ("none, said otherwise", {"object": "list", "data": None}, []),
    ("Ollama", {"models": [{"name": "alpha", "model": "alpha", "size": 1}, {"name": "beta"}]}, TWO),
    ("Gemini", {"models": [{"name": "models/alpha", "displayName": "Alpha"}]}, ["models/alpha"]),
    ("LM Studio", {"models": [{"key": "alpha", "display_name": "Alpha"}]}, ["alpha"]),
    ("llama.cpp", {"models": [{"name": "alpha"}], "object": "list", "data": [{"id": "alpha"}]}, ["alpha"]),
    ("one of two empty", {"data": [], "models": [{"name": "alpha"}]}, ["alpha"]),
    ("Together", [{"id": "acme/alpha", "type": "chat"}, {"id": "acme/beta"}], ["acme/alpha", "acme/beta"]),
    ("strings", {"data": ["alpha", "beta", "alpha"]}, TWO),
    ("bare strings", TWO, TWO),
    ("one bad entry", {"data": [{"id": "alpha"}, {"id": None, "name": "broken"}, 7, None, {}, {"id": "beta"}]}, TWO),
    (
        "Cloudflare",
        {"result": [{"id": "x", "name": "@cf/acme/alpha"}], "success": True, "errors": []},
        ["@cf/acme/alpha"],
    ),
    ("an id of its own", {"data": [{"id": "5f0c7127-3be9-4488-b801-c7b6415b45e9", "name": "alpha"}]}, ["alpha"]),
    ("GitHub, before", [{"id": "azureml://registries/x/models/alpha/versions/1", "name": "alpha"}], ["alpha"]),
    ("an id that is the name", {"data": [{"id": "acme/alpha", "name": "Alpha by Acme"}]}, ["acme/alpha"]),
    ("wrapped", {"code": 0, "data": {"list": [{"id": "alpha"}, {"id": "beta"}]}}, TWO),
    ("padded", {"data": [{"id": " alpha "}, {"id": ""}, {"id": "x" * 201}, {"id": "a\nb"}]}, ["alpha"]),
]


@pytest.mark.parametrize(("_who", "answer", "names"), SHAPES, ids=[who for who, *_ in SHAPES])
def test_every_usable_name_is_found(_who: str, answer: Any, names: list[str]) -> None:
    assert read_models(json.dumps(answer).encode()).names == names


NOT_FOR_CHAT = [
    {"id": "text-embedding-3-small"},
    {"id": "nomic-embed-text"},
    {"id": "BAAI/bge-m3"},
    {"id": "whisper-1"},
    {"id": "gpt-4o-mini-tts"},
    {"id": "omni-moderation-latest"},
    {"id": "dall-e-3"},
    {"id": "a", "type": "embeddings"},
    {"id": "a", "capabilities": {"chat_completion": False, "embeddings": True}},
    {"id": "a", "capabilities": {"completion_chat": False}},
    {"id": "a", "supportedGenerationMethods": ["embedContent"]},
    {"id": "a", "architecture": {"output_modalities": ["image"]}},
]


@pytest.mark.parametrize("entry", NOT_FOR_CHAT, ids=str)
def test_models_that_do_not_chat_come_last(entry: dict[str, Any]) -> None:
    assert names_in({"data": [entry, {"id": "zeta"}]}) == ["zeta", entry["id"]]


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "gpt-5.5"},
        {"id": "bigembedded-chat"},
        {"id": "sora-embed", "capabilities": {"chat_completion": True}},
        {"id": "imagine", "supportedGenerationMethods": ["generateContent"]},
        {"id": "odd", "capabilities": ["x"], "type": 7, "architecture": None, "supportedGenerationMethods": "x"},
    ],
    ids=str,
)
def test_models_that_chat_come_first(entry: dict[str, Any]) -> None:
    assert names_in({"data": [{"id": "zeta"}, entry]}) == [entry["id"], "zeta"]


ERRORS: list[tuple[Any, type[ProviderError], str]] = [
    ({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, AuthenticationFailed, "Incorrect API key"),
    ([{"error": {"code": 401, "message": "Pass a valid key."}}], AuthenticationFailed, "Pass a valid key."),
    ({"success": False, "errors": [{"message": "no"}], "result": None}, ProviderFault, "no"),
    ({"code": 402, "message": "top up", "data": []}, QuotaExceeded, "top up"),
    ({"statusCode": 401, "message": "no entry"}, AuthenticationFailed, "no entry"),
    ({"detail": "Not Found"}, ProviderFault, "Not Found"),
    ({"data": [{"size": 1}]}, BadResponse, ""),
    ({"data": {"data": {"data": {"data": ["deep"]}}}}, BadResponse, ""),
    (7, BadResponse, ""),
    (None, BadResponse, ""),
]


@pytest.mark.parametrize(("answer", "kind", "words"), ERRORS, ids=str)
def test_an_error_instead_of_a_list_is_an_error(answer: Any, kind: type[ProviderError], words: str) -> None:
    with pytest.raises(ProviderError) as caught:
        read_models(json.dumps(answer).encode())
    assert type(caught.value) is kind
    assert words in caught.value.detail


def test_a_web_page_is_a_wrong_address() -> None:
    with pytest.raises(WrongAddress):
        read_models(b"\xef\xbb\xbf <html><title>Welcome</title>")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "models", "result", "list", "id", "name", "model", "key", "type", "capabilities",
                             "error", "code", "status", "message", "success", "errors", "object"])
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)  # fmt: skip
KEYS = st.sampled_from(["data", "models"])
NAME = st.text("abcABC019-./:@", min_size=1, max_size=20)


@given(JSON | st.lists(JSON))
def test_arbitrary_json_gives_names_or_a_provider_error(answer: Any) -> None:
    try:
        names = read_models(json.dumps(answer).encode()).names
    except ProviderError:
        return
    assert len(set(names)) == len(names)
    assert all(name == name.strip() and name.isprintable() for name in names)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_give_names_or_a_provider_error(body: bytes) -> None:
    try:
        read_models(body)
    except ProviderError:
        return


def test_deep_nesting_does_not_break_it() -> None:
    for body in (b"[" * 100_000, b"[" * 900 + b"]" * 900, b'{"data":' * 900 + b"1" + b"}" * 900):
        with pytest.raises(ProviderError):
            read_models(body)


@given(
    st.lists(NAME, min_size=1, max_size=6), st.lists(JSON, max_size=6), st.sampled_from(["data", "models"]), st.data()
)
def test_no_name_is_lost_whatever_surrounds_it(
    names: list[str], others: list[Any], key: str, data: st.DataObject
) -> None:
    entries = [{"id": name, "extra": data.draw(JSON)} if data.draw(st.booleans()) else name for name in names]
    body = {"object": "list", key: data.draw(st.permutations([*entries, *others]))}
    assert set(names) <= set(read_models(json.dumps(body).encode()).names)


@pytest.mark.parametrize(
    "entry",
    [
        {"context_length": 8192},
        {"max_model_len": 8192, "root": "/models/a"},
        {"context_window": 8192, "active": True},
        {"max_context_length": 8192},
        {"max_input_tokens": 8192},
        {"meta": {"n_ctx": 8192, "n_ctx_train": 131072}},
    ],
)
def test_each_servers_name_for_it_is_known(entry: dict[str, object]) -> None:
    assert windows_in({"data": [{"id": "a", **entry}, {"id": "b"}]}) == {"a": 8192}


@pytest.mark.parametrize("value", ["8192", None, True, 0, -1, 3.5, [8192], {"n": 1}, 12])
def test_invalid_numbers_are_ignored(value: object) -> None:
    assert windows_in({"data": [{"id": "a", "context_length": value, "meta": value}]}) == {}


@pytest.mark.parametrize("parsed", [None, 3, "text", [], {}, {"data": {}}, {"data": [1, None, []]}])
def test_other_json_contains_no_windows(parsed: object) -> None:
    assert windows_in(parsed) == {}


@pytest.mark.parametrize(
    ("entry", "reads"),
    [
        ({"architecture": {"input_modalities": ["text", "image"]}}, True),
        ({"architecture": {"input_modalities": ["text", "file"], "modality": "text+image->text"}}, False),
        ({"architecture": {"modality": "text+image->text"}}, True),
        ({"architecture": {"modality": "text->text+image"}}, False),
        ({"input_modalities": ["text", "image"]}, True),
        ({"supported_input_modalities": ["text"]}, False),
        ({"capabilities": {"vision": True, "completion_chat": True}}, True),
        ({"capabilities": {"vision": False, "completion_chat": True}}, False),
        ({"capabilities": {"image_input": {"supported": True}}}, True),
        ({"capabilities": ["completion", "vision", "tools"]}, True),
        ({"capabilities": ["completion", "tools"]}, False),
        ({"capabilities": ["completion", "multimodal"]}, True),
        ({"type": "vlm", "capabilities": ["tool_use"]}, True),
        ({"type": "llm"}, False),
        ({"supports_image_input": True}, True),
        ({"supports_vision": False}, False),
        ({"capabilities": ["reranking"]}, None),
        ({"capabilities": None, "architecture": "llama", "type": "chat", "input_modalities": []}, None),
        ({"vision": "yes", "capabilities": [7, {}]}, None),
        ({}, None),
    ],
)
def test_whether_a_model_reads_images(entry: dict[str, object], reads: bool | None) -> None:
    listed = read_models(json.dumps({"data": [{"id": "m", **entry}, "n"]}).encode())
    assert listed.images == ({} if reads is None else {"m": reads})


def test_the_second_list_of_llama_cpp_says_what_a_model_can_do() -> None:
    listed = {
        "models": [{"name": "m.gguf", "model": "m.gguf", "capabilities": ["completion", "multimodal"]}],
        "data": [{"id": "m.gguf", "meta": {"n_ctx": 4096}}],
    }
    assert read_models(json.dumps(listed).encode()).images == {"m.gguf": True}


@pytest.mark.parametrize(
    ("asked", "whole"),
    [
        ("https://api.anthropic.com/v1/models", "https://api.anthropic.com/v1/models?limit=1000"),
        ("https://api.anthropic.com/v1/models?a=b", "https://api.anthropic.com/v1/models?a=b&limit=1000"),
        ("https://api.anthropic.com/v1/models?limit=5", "https://api.anthropic.com/v1/models?limit=5"),
        ("https://api.example.org/v1/models", "https://api.example.org/v1/models"),
    ],
)
def test_the_whole_list_is_requested_where_a_server_sends_pages(asked: str, whole: str) -> None:
    assert whole_list(asked) == whole
