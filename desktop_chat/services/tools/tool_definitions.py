"""Makes tools of what a server says of them, which is untrusted: names for the wire, bounded texts, fingerprints."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.tools import MAX_TOOL_NAME, Tool

MAX_TOOLS = 500
"""Tools of one server that are offered."""
MAX_OWN_NAME = 200
MAX_DESCRIPTION = 8_000
MAX_SCHEMA = 100_000
"""Characters of a schema as JSON; a model could not use a larger one."""
MAX_DEPTH = 60
"""Levels of a schema; a transport keeps more of a message."""
_HASH_LENGTH = 8
_FORBIDDEN = re.compile(r"[^a-zA-Z0-9_-]+")
_NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
_CONTROLS = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\U000e0000-\\U000e007f]"
)
"""Control, formatting and tag characters, which hide text from people but not from models."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool as its server describes it."""

    name: str
    description: str
    schema: Mapping[str, Any]


def tools_of(server: str, definitions: Iterable[Definition]) -> tuple[tuple[Tool, ...], int]:
    """Return a server's tools, and how many of them cannot be offered."""
    found: dict[str, Tool] = {}
    wire_names: set[str] = set()
    left_out = 0
    for definition in definitions:
        tool = _tool_of(server, definition, wire_names) if len(found) < MAX_TOOLS else None
        if tool is None or definition.name in found:
            left_out += 1
        else:
            found[definition.name] = tool
            wire_names.add(tool.name)
    return tuple(found.values()), left_out


def fingerprint_of(description: str, schema: Mapping[str, Any]) -> str:
    """Return what changes with a tool's description or schema."""
    written = json.dumps([description, schema], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def wire_name(server: str, own_name: str, taken: Iterable[str] = ()) -> str:
    """Return a tool's name for models: SERVER_TOOL in the permitted characters, with a hash of both where that is
    ambiguous or too long. Deterministic, so that a conversation reads the same tomorrow."""
    own = _FORBIDDEN.sub("_", own_name)
    plain = f"{_FORBIDDEN.sub('_', server)}_{own}" if server else own
    if len(plain) <= MAX_TOOL_NAME and plain not in taken and own.strip("_-"):
        return plain
    mark = hashlib.sha256(f"{server}/{own_name}".encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]
    return f"{plain[: MAX_TOOL_NAME - _HASH_LENGTH - 1]}_{mark}"


def clean_text(text: str, limit: int) -> str:
    """Return a text without characters that hide something, at most `limit` characters of it."""
    return _CONTROLS.sub("", text)[:limit]


def _tool_of(server: str, definition: Definition, taken: set[str]) -> Tool | None:
    """Return the tool; None if it cannot be offered."""
    name = definition.name
    if not name.strip() or len(name) > MAX_OWN_NAME or clean_text(name, MAX_OWN_NAME) != name or "\n" in name:
        return None
    schema = _schema_of(definition.schema)
    if schema is None:
        return None
    description = clean_text(definition.description, MAX_DESCRIPTION)
    fingerprint = fingerprint_of(definition.description, schema)
    return Tool(wire_name(server, name, taken), server, name, description, schema, fingerprint)


def _schema_of(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema, as one of objects; None if it is too large, is not one of objects, or cannot be encoded: every
    request that offers it would fail."""
    try:
        written = json.dumps(schema, allow_nan=False)
        if "\\u" in written:
            json.dumps(schema, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        return None
    if len(written) > MAX_SCHEMA or _depth(written) > MAX_DEPTH or schema.get("type", "object") != "object":
        return None
    return {"type": "object", "properties": {}, **schema}


def _depth(written: str) -> int:
    """Return how deeply JSON is nested, or more where texts have brackets."""
    depth = deepest = 0
    for letter in _NOT_BRACKETS.sub("", written):
        depth += 1 if letter in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
