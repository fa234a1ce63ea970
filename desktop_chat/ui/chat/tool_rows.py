"""The rows of the tool picker as values, independent of widgets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from desktop_chat.core.prompt_size import tokens_in
from desktop_chat.core.tool_servers import ServerState, ServerStatus
from desktop_chat.core.tools import Tool
from desktop_chat.ui.text.tool_text import tool_name


class ToolRowKind(Enum):
    """The kind of a row, which decides what choosing it does."""

    SERVER = "server"
    """A heading; choosing it chooses all of the server's tools, or none."""
    TOOL = "tool"
    GONE = "gone"
    """A tool that was chosen before and does not exist now; it can only be removed."""
    STATE = "state"
    """A server that is starting, or has no tools."""
    FAILED = "failed"
    """Why a server does not run; choosing it opens its settings."""


@dataclass(frozen=True, slots=True)
class Group:
    """A server with its tools; the built-in tools are the group without a name."""

    server: str
    status: ServerStatus


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One row of the list."""

    kind: ToolRowKind
    server: str
    tool_id: str = ""
    name: str = ""
    description: str = ""
    chosen: bool = False
    status: ServerStatus | None = None


def rows_of(groups: Iterable[Group], chosen: Sequence[str], query: str) -> list[ToolRow]:
    """Return the rows. `query` filters the tools by words in their names and descriptions."""
    words = query.casefold().split()
    rows: list[ToolRow] = []
    for group in groups:
        body = _rows_of_group(group, chosen, words)
        if body:
            tools = [row for row in body if row.kind is ToolRowKind.TOOL]
            all_chosen = bool(tools) and all(row.chosen for row in tools)
            rows += [ToolRow(ToolRowKind.SERVER, group.server, chosen=all_chosen, status=group.status), *body]
    return rows


def tokens_of_tools(tools: Iterable[Tool]) -> int:
    """Estimate the tokens that tools take in each request."""
    return tokens_in(json.dumps([tool.name, tool.description, tool.schema], ensure_ascii=False) for tool in tools)


def toggled(chosen: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Return the choice without these ids if all of them are in it, otherwise with them."""
    if set(ids) <= set(chosen):
        return tuple(each for each in chosen if each not in ids)
    return (*chosen, *(each for each in ids if each not in chosen))


def _rows_of_group(group: Group, chosen: Sequence[str], words: list[str]) -> list[ToolRow]:
    status = group.status
    rows = []
    for tool in status.tools:
        name = tool_name(tool)
        text = f"{name} {tool.own_name} {tool.description} {group.server}".casefold()
        if all(word in text for word in words):
            row = ToolRow(ToolRowKind.TOOL, group.server, tool.id, name, tool.description, tool.id in chosen)
            rows.append(row)
    if words:  # those with the words in their names come first
        return sorted(rows, key=lambda row: not all(word in f"{row.name} {row.tool_id}".casefold() for word in words))
    state = {ServerState.FAILED: ToolRowKind.FAILED}.get(status.state, ToolRowKind.STATE)
    if status.state is not ServerState.READY or not status.tools:
        rows.insert(0, ToolRow(state, group.server, status=status))
    return rows + _gone(group, chosen)


def _gone(group: Group, chosen: Sequence[str]) -> list[ToolRow]:
    """Return the chosen tools that a server no longer has, once that is known."""
    known = {tool.id for tool in group.status.tools}
    if group.status.state in {ServerState.STARTING, ServerState.IDLE}:
        return []
    return [
        ToolRow(ToolRowKind.GONE, group.server, each, each.partition("/")[2], chosen=True)
        for each in chosen
        if each.partition("/")[0] == group.server and each not in known
    ]
