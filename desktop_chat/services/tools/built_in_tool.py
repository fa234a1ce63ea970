"""What a built-in tool is: a definition, and a function that runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.tools.tool_definitions import fingerprint_of


@dataclass(frozen=True, slots=True)
class BuiltInTool:
    """A tool that is part of the application."""

    name: str
    description: str
    schema: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], Awaitable[ToolResult]]
    """Gets arguments that fit the schema. Failures are results."""

    @property
    def tool(self) -> Tool:
        """The tool as it is offered."""
        fingerprint = fingerprint_of(self.description, self.schema)
        return Tool(self.name, "", self.name, self.description, self.schema, fingerprint)


def object_of(required: tuple[str, ...] = (), **properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def failed(words: str) -> ToolResult:
    """Return a failure, in words for the model."""
    return ToolResult(words, is_error=True)
