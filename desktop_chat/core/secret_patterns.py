"""Knows secret keys by how they look: in a header, where none may stand, and in a text that is about to be sent."""

from __future__ import annotations

import re
from functools import cache

_BEGINNINGS = (
    r"sk-[A-Za-z0-9_-]{12,}",  # OpenAI, Anthropic, OpenRouter, DeepSeek and many more
    r"(?:gsk_|hf_|r8_)[A-Za-z0-9]{12,}",  # Groq, Hugging Face, Replicate
    r"(?:xai|pplx|nvapi|glpat)-[A-Za-z0-9_-]{12,}",
    r"AIza[A-Za-z0-9_-]{12,}",  # Google
    r"gh[pousr]_[A-Za-z0-9]{12,}|github_pat_[A-Za-z0-9_]{12,}",
    r"A[KS]IA[A-Z0-9]{12,}",  # Amazon
    r"xox[abeprs]-[A-Za-z0-9-]{12,}",  # Slack
)
_KEY = rf"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])(?:{'|'.join(_BEGINNINGS)})"
"""Keys are made by chance, so each has a digit; names of things ("sk-fading-circle") mostly have none."""
_SIGN = r"sk-|gsk_|hf_|r8_|xai-|pplx-|nvapi-|glpat-|AIza|gh[pousr]_|github_pat_|A[KS]IA|xox[abeprs]-"
_PRIVATE_KEY = r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"


def contains_key(text: str) -> bool:
    """Say whether something in `text` looks like a secret key."""
    key, sign, private_key = _patterns()
    return any(key.match(text, found.start()) for found in sign.finditer(text)) or bool(private_key.search(text))


def redact_keys(text: str, stand_in: str) -> str:
    """Return `text` with `stand_in` in the place of what looks like a secret key."""
    key, sign, _ = _patterns()
    return key.sub(stand_in, text) if sign.search(text) else text


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Compile the patterns when they are first needed, which most starts do not."""
    return re.compile(_KEY), re.compile(_SIGN), re.compile(_PRIVATE_KEY)
