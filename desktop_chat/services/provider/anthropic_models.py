"""How Anthropic is asked for its list of models. Its chat takes the key as OpenAI's does; its list does not.

With the key as a bearer token the list answers 401 ("x-api-key header is required"), so a valid key would seem refused.

Sources, read in November 2026: https://platform.claude.com/docs/en/api/models-list (the headers; 20 names unless
`limit` asks for up to 1,000) and https://platform.claude.com/docs/en/api/openai-sdk (the chat).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_HOST = "api.anthropic.com"


def list_headers(url: str, key: str) -> Mapping[str, str]:
    """Return the headers with which Anthropic's list of models takes a key; none for another server, or no key."""
    is_there = key and urlsplit(url).hostname == _HOST
    return {"x-api-key": key, "anthropic-version": "2023-06-01"} if is_there else {}


def whole_list(url: str) -> str:
    """Return the address at which a list of models is complete."""
    parts = urlsplit(url)
    if parts.hostname != _HOST or "limit=" in parts.query:
        return url
    return parts._replace(query="&".join(filter(None, (parts.query, "limit=1000")))).geturl()
