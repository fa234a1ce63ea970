"""What an approval of a tool call is for: the tool, or for a page of the internet the tool and the page's host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_chat.core.hosts import host_of
from desktop_chat.core.tools import Tool

FETCH_PAGE = "/fetch_page"


def approval_id(tool: Tool, arguments: Mapping[str, Any]) -> str:
    """Return what "in this conversation" and "always" approve for a call: the tool's id, with a host if it depends on
    one. A page whose address has no host is never approved in advance, so it gets an id of its own."""
    if tool.id != FETCH_PAGE:
        return tool.id
    url = arguments.get("url")
    host = host_of(url) if isinstance(url, str) else ""
    return f"{tool.id} {host or url}"
