"""Authentication for Anthropic's list of models. Its chat accepts OpenAI's style of authentication; its list does not.

With the key as a bearer token, the list answers 401 ("x-api-key header is required"), as if the key were invalid.

Sources, read in November 2026: https://platform.claude.com/docs/en/api/models-list (the headers; 20 names unless
`limit` asks for up to 1,000) and https://platform.claude.com/docs/en/api/openai-sdk (the chat).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_HOST = "api.anthropic.com"


def list_headers(url: str, key: str) -> Mapping[str, str]:
    """Return the headers for Anthropic's list of models; empty for another server or without a key."""
    applies = key and urlsplit(url).hostname == _HOST
    return {"x-api-key": key, "anthropic-version": "2023-06-01"} if applies else {}


def whole_list(url: str) -> str:
    """Return the address of the complete list of models."""
    parts = urlsplit(url)
    if parts.hostname != _HOST or "limit=" in parts.query:
        return url
    return parts._replace(query="&".join(filter(None, (parts.query, "limit=1000")))).geturl()
