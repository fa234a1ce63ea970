"""What an approval of a tool call is for: the tool, or for a page of the internet the tool with the page's host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desktop_chat.core.hosts import host_of
from desktop_chat.core.tools import Tool

FETCH_PAGE = "/fetch_page"
"""Approved host by host, so it can be neither safe nor allowed as a whole."""


def approved_as(tool: Tool, arguments: Mapping[str, Any]) -> Tool:
    """Return the tool whose approval a call needs: for a page, one with the host in its id. An address without a host
    stands for itself, so approving it approves nothing else."""
    if tool.id != FETCH_PAGE:
        return tool
    url = arguments.get("url")
    host = host_of(url) if isinstance(url, str) else ""
    return replace(tool, own_name=f"{tool.own_name} {host or url}")
