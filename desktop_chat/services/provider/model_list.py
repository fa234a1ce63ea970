"""Asks all servers for their models in their own way, and reads names and context windows from the answers.

Formats seen: a list under "data" (OpenAI and nearly all), "models" (Ollama, Gemini, Fireworks), "result" (Cloudflare),
"items" or "list"; a bare list (Together, GitHub); entries that are objects or only names.

Anthropic's chat accepts OpenAI's style of authentication, but its list does not: with the key as a bearer token, it
answers 401 ("x-api-key header is required"), as if the key were invalid. Sources, read in November 2026:
https://platform.claude.com/docs/en/api/models-list (the headers; 20 names unless `limit` asks for up to 1,000) and
https://platform.claude.com/docs/en/api/openai-sdk (the chat).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from desktop_chat.core.errors import BadResponse, ProviderError, WrongAddress
from desktop_chat.services.provider.json_values import dict_in
from desktop_chat.services.provider.model_abilities import reads_images_in
from desktop_chat.services.provider.server_errors import error_for, error_in, words_of

MODELS_BYTES = 4 * 1024 * 1024
NAME_LIMIT = 200
_LISTS = ("data", "models", "result", "items", "list")
_NESTED = 2
"""How deep a list may be nested: {"data": {"list": [...]}}."""
_NAMES = ("id", "model", "name", "key")
"""The members that name a model in requests; the first one present counts. Gemini's "models/" prefix is kept: it
accepts names with and without it (https://ai.google.dev/api/compatibility, read in November 2026)."""
_INTERNAL_ID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|azureml://.*")
"""An id that no server accepts in a request; the name next to it counts."""

_WINDOWS = (
    "context_length",
    "max_model_len",
    "context_window",
    "max_context_length",
    "inputTokenLimit",
    "max_input_tokens",
    "n_ctx",
)
"""The members that give a context window: of OpenRouter and Together, vLLM, Groq, Mistral and LM Studio, Gemini,
LiteLLM, and llama.cpp (in "meta")."""
_MIN_WINDOW = 256
"""Tokens; no chat model has a smaller context window."""
_ANTHROPIC = "api.anthropic.com"

_NOT_FOR_CHAT = re.compile(
    r"(?i)(^|[^a-z])(text-)?(embed(ding)?s?|bge|gte|e5|tts|whisper|transcribe|asr|moderation|rerank(er)?|dall-e"
    r"|image|imagen|sora|veo|stable-diffusion|sdxl|flux|speech|ocr|davinci|babbage|realtime)([^a-z]|$)"
)
_TYPES_NOT_FOR_CHAT = frozenset(
    {"embedding", "embeddings", "image", "audio", "video", "rerank", "moderation", "transcribe", "speech", "tts"}
)


class ModelList(NamedTuple):
    """What a server says of its models."""

    names: list[str]
    """Without duplicates: chat models first, then all others, each sorted."""
    windows: dict[str, int]
    """The known context windows in tokens, by name."""
    images: dict[str, bool]
    """Whether models read images, by name, where the server says so."""


def list_headers(url: str, key: str) -> Mapping[str, str]:
    """Return the headers for Anthropic's list of models; empty for another server or without a key."""
    applies = key and urlsplit(url).hostname == _ANTHROPIC
    return {"x-api-key": key, "anthropic-version": "2023-06-01"} if applies else {}


def whole_list(url: str) -> str:
    """Return the address of the complete list of models."""
    parts = urlsplit(url)
    if parts.hostname != _ANTHROPIC or "limit=" in parts.query:
        return url
    return parts._replace(query="&".join(filter(None, (parts.query, "limit=1000")))).geturl()


def read_models(body: bytes) -> ModelList:
    """Read the answer to `GET /v1/models`. Raises ProviderError for anything but a list of models."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        raise WrongAddress(words_of(text))
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise BadResponse(words_of(text)) from None
    names = names_in(parsed)
    error = None if names else _error_in_place_of_list(parsed)
    if error is not None:
        raise error
    if names is None:
        raise BadResponse
    return ModelList(names, windows_in(parsed), images_in(parsed))


def names_in(parsed: object) -> list[str] | None:
    """Return the names in a parsed list of models, ordered like `ModelList.names`; None if there is no such list.
    Entries without a usable name are skipped."""
    entries = _entries_of(parsed)
    if entries is None:
        return [] if isinstance(parsed, dict) and parsed.get("object") == "list" and not parsed.get("data") else None
    by_result = isinstance(parsed, dict) and entries is parsed.get("result")
    for_chat: dict[str, bool] = {}
    for entry in entries:
        name = _name_of(entry, by_result=by_result)
        if name:
            for_chat[name] = for_chat.get(name, False) or _is_for_chat(entry, name)
    if entries and not for_chat:
        return None  # not a list of models
    return sorted(for_chat, key=lambda name: (not for_chat[name], name.casefold(), name))


def windows_in(parsed: object) -> dict[str, int]:
    """Return the known context windows in tokens, by model name."""
    entries = [entry for entry in _entries_of(parsed) or [] if isinstance(entry, dict)]
    return {name: window for entry in entries if (name := _name_of(entry)) and (window := _window_of(entry))}


def images_in(parsed: object) -> dict[str, bool]:
    """Return whether models read images, by name, where the server says so. llama.cpp sends a second list that does."""
    lists = [_entries_of(parsed), *(parsed.get(key) for key in _LISTS if isinstance(parsed, dict))]
    entries = [entry for entries in reversed(lists) if isinstance(entries, list) for entry in entries]
    stated = ((_name_of(entry), reads_images_in(entry)) for entry in entries if isinstance(entry, dict))
    return {name: reads for name, reads in stated if name and reads is not None}


def _window_of(entry: dict[str, Any]) -> int:
    for place in (entry, dict_in(entry.get("meta"))):
        for key in _WINDOWS:
            value = place.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and value >= _MIN_WINDOW:
                return value
    return 0


def _entries_of(parsed: object, depth: int = 0) -> list[Any] | None:
    """Return the first list that may be of models; an empty one only if there is no other."""
    if isinstance(parsed, list):
        return parsed
    if not isinstance(parsed, dict) or depth > _NESTED:
        return None
    found = [entries for key in _LISTS if (entries := _entries_of(parsed.get(key), depth + 1)) is not None]
    return max(found, key=lambda entries: any(_name_of(entry) for entry in entries), default=None)


def _name_of(entry: object, *, by_result: bool = False) -> str:
    """Return the name for requesting an entry's model, or ""."""
    if isinstance(entry, str):
        return _usable(entry)
    if not isinstance(entry, dict):
        return ""
    name = next((entry[key] for key in _NAMES if key in entry), None)
    shown = entry.get("name")
    if isinstance(shown, str) and isinstance(name, str) and (by_result or _INTERNAL_ID.fullmatch(name.strip())):
        name = shown
    return _usable(name) if isinstance(name, str) else ""


def _usable(name: str) -> str:
    name = name.strip()
    return name if name.isprintable() and 0 < len(name) <= NAME_LIMIT else ""


def _is_for_chat(entry: object, name: str) -> bool:
    """Return whether a model is for chat: as its entry says, else judged by its name."""
    stated = next(_stated_for_chat(entry), None) if isinstance(entry, dict) else None
    return _NOT_FOR_CHAT.search(name) is None if stated is None else stated


def _stated_for_chat(entry: dict[str, Any]) -> Iterator[bool]:
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, dict):  # Azure and Mistral
        for key in ("chat_completion", "completion_chat"):
            if isinstance(capabilities.get(key), bool):
                yield capabilities[key]
    methods = entry.get("supportedGenerationMethods")
    if isinstance(methods, list):  # Gemini
        yield "generateContent" in methods
    architecture = entry.get("architecture")
    if isinstance(architecture, dict) and isinstance(architecture.get("output_modalities"), list):  # OpenRouter
        yield "text" in architecture["output_modalities"]
    kind = entry.get("type")
    if isinstance(kind, str) and kind.lower() in _TYPES_NOT_FOR_CHAT:  # Together and LM Studio
        yield False


def _error_in_place_of_list(parsed: object) -> ProviderError | None:
    """Return an error that came with status 200 instead of a list."""
    error = error_in(parsed)
    if error is not None or not isinstance(parsed, dict):
        return error
    codes = (parsed.get(key) for key in ("status", "status_code", "statusCode"))
    status = next((code for code in codes if type(code) is int and 400 <= code < 600), 0)
    return error_for(status, parsed, {}) if status else None
