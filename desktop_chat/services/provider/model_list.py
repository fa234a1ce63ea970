"""Reads model names from the answer to `GET /v1/models`, for all servers.

Formats seen: a list under "data" (OpenAI and nearly all), "models" (Ollama, Gemini, Fireworks), "result" (Cloudflare),
"items" or "list"; a bare list (Together, GitHub); entries that are objects or only names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from desktop_chat.core.errors import BadResponse, ProviderError, WrongAddress
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

_NOT_FOR_CHAT = re.compile(
    r"(?i)(^|[^a-z])(text-)?(embed(ding)?s?|bge|gte|e5|tts|whisper|transcribe|asr|moderation|rerank(er)?|dall-e"
    r"|image|imagen|sora|veo|stable-diffusion|sdxl|flux|speech|ocr|davinci|babbage|realtime)([^a-z]|$)"
)
_TYPES_NOT_FOR_CHAT = frozenset(
    {"embedding", "embeddings", "image", "audio", "video", "rerank", "moderation", "transcribe", "speech", "tts"}
)


def model_names(body: bytes, note: Callable[[object], None] = lambda _: None) -> list[str]:
    """Return the names without duplicates: chat models first, then all others, each sorted. Raises ProviderError for
    anything but a list of models. `note` is called with the parsed list, for what else it contains."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        raise WrongAddress(words_of(text))
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise BadResponse(words_of(text)) from None
    names = names_in(parsed)
    if names:
        note(parsed)
        return names
    error = _error_in_place_of_list(parsed)
    if error is not None:
        raise error
    if names is None:
        raise BadResponse
    return names


def names_in(parsed: object) -> list[str] | None:
    """Return the names in a parsed list of models, ordered like `model_names`; None if there is no such list. Entries
    without a usable name are skipped."""
    entries = entries_of(parsed)
    if entries is None:
        return [] if isinstance(parsed, dict) and parsed.get("object") == "list" and not parsed.get("data") else None
    by_result = isinstance(parsed, dict) and entries is parsed.get("result")
    for_chat: dict[str, bool] = {}
    for entry in entries:
        name = name_of(entry, by_result=by_result)
        if name:
            for_chat[name] = for_chat.get(name, False) or _is_for_chat(entry, name)
    if entries and not for_chat:
        return None  # not a list of models
    return sorted(for_chat, key=lambda name: (not for_chat[name], name.casefold(), name))


def entries_of(parsed: object, depth: int = 0) -> list[Any] | None:
    """Return the first list that may be of models; an empty one only if there is no other."""
    if isinstance(parsed, list):
        return parsed
    if not isinstance(parsed, dict) or depth > _NESTED:
        return None
    found = [entries for key in _LISTS if (entries := entries_of(parsed.get(key), depth + 1)) is not None]
    return max(found, key=lambda entries: any(name_of(entry) for entry in entries), default=None)


def name_of(entry: object, *, by_result: bool = False) -> str:
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
