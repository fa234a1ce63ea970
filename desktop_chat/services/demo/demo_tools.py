"""The demo's tools: they do nothing outside this program and answer with made-up values, so that calls, approval and
failures can be tried without a model."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from desktop_chat.core.tools import Tool, ToolResult

DEMO_SERVER = "demo"
"""The server that the tools name; they are only for conversations with the demo."""
WAIT_S = 5.0
"""How long the slow tool takes."""
CITIES = ("Paris", "Tokyo", "Berlin", "London", "New York", "北京", "上海", "东京", "巴黎", "广州")
"""Cities that the demo recognises in a question; its tool knows any."""
_SKIES = ("sunny", "cloudy", "light rain", "windy")
_SKIES_IN_CHINESE = ("晴", "多云", "小雨", "大风")
_TEXT = {"type": "string"}


def _tool(name: str, description: str, **parameters: Mapping[str, Any]) -> Tool:
    schema = {"type": "object", "properties": parameters, "required": list(parameters), "additionalProperties": False}
    mark = hashlib.sha256(json.dumps([description, schema]).encode()).hexdigest()
    return Tool(name, DEMO_SERVER, name, description, schema, mark)


WEATHER = _tool("weather", "Returns the weather in a city. The values are made up.", city=_TEXT)
POSTCARD = _tool("send_postcard", "Pretends to send a postcard. Nothing is sent.", to=_TEXT, text=_TEXT)
BROKEN = _tool("broken_sensor", "Reads a sensor that does not exist, and so always fails.")
WAITING = _tool("wait", "Takes five seconds.")
DEMO_TOOLS: tuple[Tool, ...] = (WEATHER, POSTCARD, BROKEN, WAITING)
"""All tools of the demo."""


async def call_demo_tool(tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
    """Run a tool of the demo, with arguments that fit its schema."""
    match tool.own_name:
        case WEATHER.own_name:
            return ToolResult(_weather(str(arguments.get("city", ""))))
        case POSTCARD.own_name:
            return ToolResult(f"The demo sent nothing to {arguments.get('to', '')}, but it could have.")
        case BROKEN.own_name:
            return ToolResult("The sensor does not answer.", is_error=True)
        case WAITING.own_name:
            await asyncio.sleep(WAIT_S)
            return ToolResult(f"Waited {WAIT_S:g} seconds.")
    return ToolResult(f"The demo has no tool {tool.own_name}.", is_error=True)


def _weather(city: str) -> str:
    """Return weather that is always the same for a city, in its language."""
    value = hashlib.sha256(city.encode()).digest()
    if city.isascii():
        return f"{city}: {8 + value[0] % 20} °C, {_SKIES[value[1] % len(_SKIES)]} (made up)"
    return f"{city}：{8 + value[0] % 20} °C，{_SKIES_IN_CHINESE[value[1] % len(_SKIES_IN_CHINESE)]}（虚构）"
