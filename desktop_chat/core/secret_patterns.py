"""Detects secret keys by their format: in a header, where none may be, and in text that is about to be sent."""

from __future__ import annotations

import re
from functools import cache

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
