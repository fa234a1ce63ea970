"""Reads the answer of `GET /v1/models` into names, whoever gives it."""

from __future__ import annotations

import json

from desktop_chat.core.errors import BadResponse, WrongAddress
from desktop_chat.services.provider.server_errors import error_in, words_of

MODELS_BYTES = 4 * 1024 * 1024
NAME_LIMIT = 200


def model_names(body: bytes) -> list[str]:
    """Return the names, sorted, each once. Raises ProviderError for what is no list of models."""
    text = body.decode("utf-8", "replace")
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        raise WrongAddress(words_of(text))
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise BadResponse(words_of(text)) from None
    error = error_in(parsed)
    if error is not None:
        raise error
    names = names_in(parsed)
    if names is None:
        raise BadResponse
    return names


def names_in(parsed: object) -> list[str] | None:
    """Return the names in a parsed list of models; None where the shape is another."""
    entries = parsed.get("data") if isinstance(parsed, dict) else parsed
    if entries is None and isinstance(parsed, dict) and parsed.get("object") == "list":
        return []
    if not isinstance(entries, list):
        return None
    if not all(isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in entries):
        return None
    names = {entry["id"].strip() for entry in entries}
    return sorted((name for name in names if name.isprintable() and 0 < len(name) <= NAME_LIMIT), key=str.casefold)
