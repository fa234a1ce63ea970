"""Detects secret keys, by their format or by the name before them, in headers, query parameters and text to be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote

_KEY_FORMATS = (
    r"sk-[A-Za-z0-9_-]{12,}",  # OpenAI, Anthropic, OpenRouter, DeepSeek and many more
    r"(?:gsk_|hf_|r8_)[A-Za-z0-9]{12,}",  # Groq, Hugging Face, Replicate
    r"(?:xai|pplx|nvapi|glpat)-[A-Za-z0-9_-]{12,}",
    r"AIza[A-Za-z0-9_-]{12,}",  # Google
    r"gh[pousr]_[A-Za-z0-9]{12,}|github_pat_[A-Za-z0-9_]{12,}",
    r"A[KS]IA[A-Z0-9]{12,}",  # Amazon
    r"xox[abeprs]-[A-Za-z0-9-]{12,}",  # Slack
)
_KEY = rf"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])(?:{'|'.join(_KEY_FORMATS)})"
"""Keys are random, so each contains a digit; identifiers ("sk-fading-circle") mostly do not."""
_PREFIX = r"sk-|gsk_|hf_|r8_|xai-|pplx-|nvapi-|glpat-|AIza|gh[pousr]_|github_pat_|A[KS]IA|xox[abeprs]-"
_PRIVATE_KEY = r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
_CREDENTIAL_WORDS = frozenset(
    {"authorization", "auth", "cookie", "secret", "password", "credential", "credentials", "key"}
)
_AUTHORIZATION_VALUE = re.compile(r"(?i:\b(?:bearer|basic)\s+\S{6,})")
_SECRET_PARAMETERS = frozenset({"code", "sig", "signature"})
"""Names of the key in signed URLs, besides `_CREDENTIAL_WORDS`."""


def contains_key(text: str) -> bool:
    """Return whether `text` contains something that looks like a secret key."""
    key, prefix, private_key = _patterns()
    return any(key.match(text, found.start()) for found in prefix.finditer(text)) or bool(private_key.search(text))


def redact_keys(text: str, stand_in: str) -> str:
    """Return `text` with everything that looks like a secret key replaced by `stand_in`."""
    key, prefix, _ = _patterns()
    return key.sub(stand_in, text) if prefix.search(text) else text


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Compile the patterns on first use, which most runs never reach."""
    return re.compile(_KEY), re.compile(_PREFIX), re.compile(_PRIVATE_KEY)


def credential_headers(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of headers that seem to contain a key. They are rejected and never stored: keys belong in the
    keyring."""
    return [name for name, value in headers if _names_credential(name) or _is_credential(value)]


def _is_credential(value: str) -> bool:
    return _AUTHORIZATION_VALUE.search(value) is not None or contains_key(value)


def _names_credential(name: str) -> bool:
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    joined = any(word.endswith(("apikey", "token")) for word in words)
    return (joined or bool(words & _CREDENTIAL_WORDS)) and "idempotency" not in words


def is_secret_parameter(name: str, value: str) -> bool:
    """Return whether a query parameter seems to contain a key; `value` may be percent-encoded."""
    return name.lower() in _SECRET_PARAMETERS or _names_credential(name) or _is_credential(unquote(value))
