"""The built-in tool that tells the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop_chat.core.tools import ToolResult
from desktop_chat.services.tools.built_in_tool import BuiltInTool, failed, object_of


def current_time_tool() -> BuiltInTool:
    """Return the tool."""
    zone = {
        "type": "string",
        "maxLength": 100,
        "description": 'An IANA time zone such as "Europe/Berlin"; without it, the time zone of this computer.',
    }
    words = "Tells the current date and time, the day of the week, and the offset from UTC."
    return BuiltInTool("current_time", words, object_of(time_zone=zone), _run)


async def _run(arguments: Mapping[str, Any]) -> ToolResult:
    name = arguments.get("time_zone", "").strip()
    now = datetime.now(UTC)
    try:
        here = now.astimezone(ZoneInfo(name)) if name else now.astimezone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return failed(f"There is no time zone {name!r}.")
    return ToolResult(f"{here:%A}, {here.isoformat(timespec='seconds')} ({name or here.tzname()})")
