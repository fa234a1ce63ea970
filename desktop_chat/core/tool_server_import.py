"""Reads the configurations of tool servers that other programs use and their pages print, as JSON.

Understood: `mcpServers` (Claude, Cursor, Windsurf), `servers` (VS Code, also inside `mcp`), `context_servers` (Zed),
one server's name with its object, and one such object alone; with comments and trailing commas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_chat.core.addresses import secret_parameters
from desktop_chat.core.hosts import host_of
from desktop_chat.core.secret_patterns import contains_key
from desktop_chat.core.tool_servers import MAX_SERVER_NAME, ToolServer, is_server_name

MAX_LENGTH = 1_000_000
MAX_SERVERS = 100
_GROUPS = ("mcpServers", "servers", "context_servers")
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|^<[^<>]+>$|^(?:YOUR|INSERT|ENTER)[_ -]", re.IGNORECASE)
"""A value that the reader of the page must replace."""


class ImportProblem(StrEnum):
    """Why a server, or the whole text, is not taken over."""

    NOT_JSON = "not_json"
    NO_SERVERS = "no_servers"
    NOTHING_TO_START = "nothing_to_start"
    """It has neither a command nor an address, or both."""
    KEY_IN_COMMAND = "key_in_command"
    """An argument seems to contain a key, which would be written to the settings file."""
    KEY_IN_ADDRESS = "key_in_address"
    OLD_TRANSPORT = "old_transport"
    """It uses HTTP with server-sent events, which streamable HTTP replaced."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A server and the values of its variables or headers; `missing` names those that the user has to enter."""

    server: ToolServer
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """What a text contains: servers, and problems by the name of the server (empty for the whole text)."""

    servers: tuple[Imported, ...] = ()
    problems: tuple[tuple[str, ImportProblem], ...] = ()


def read_servers(text: str, taken: Iterable[str] = (), *, to_save: bool = True) -> Import:
    """Return the servers in a text, under names that are not `taken`. One `to_save` must have no key in its command
    or address. Never fails."""
    table = _json_of(text)
    if table is None:
        return Import(problems=(("", ImportProblem.NOT_JSON),))
    names = set(taken)
    servers: list[Imported] = []
    problems: list[tuple[str, ImportProblem]] = []
    for name, entry in list(_entries(table))[:MAX_SERVERS]:
        free = _free_name(name, names)
        found = _server_of(free, entry, to_save=to_save)
        if isinstance(found, Imported):
            names.add(free)
            servers.append(found)
        else:
            problems.append((name, found))
    if not servers and not problems:
        problems.append(("", ImportProblem.NO_SERVERS))
    return Import(tuple(servers), tuple(problems))


def _json_of(text: str) -> dict[str, Any] | None:
    text = text[:MAX_LENGTH].lstrip("\ufeff").strip()
    text = _STRING_OR_COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else " ", text).strip()
    for candidate in (text, f"{{{text.rstrip(',')}}}"):  # the second: a piece from the middle of a file
        strict = _STRING_OR_COMMA.sub(lambda found: found[0] if found[0].startswith('"') else "", candidate)
        try:
            table = json.loads(strict)
        except (ValueError, RecursionError):
            continue
        if isinstance(table, dict):
            return table
    return None


def _entries(table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the servers by name."""
    if isinstance(inner := table.get("mcp"), dict):
        table = inner
    for group in _GROUPS:
        if isinstance(inner := table.get(group), dict):
            table = inner
            break
    if _is_server(table):
        table = {str(table.get("name") or _name_for(table)): table}
    for name, entry in table.items():
        if isinstance(entry, dict) and (_is_server(entry) or "type" in entry or "args" in entry):
            yield name, entry


def _is_server(entry: Mapping[str, Any]) -> bool:
    return any(isinstance(entry.get(member), str | list | dict) for member in ("command", *_ADDRESSES))


_ADDRESSES = ("url", "serverUrl", "httpUrl")


def _name_for(entry: Mapping[str, Any]) -> str:
    """Return a name for a server that has none: the last word that is not an option, without its scope."""
    command, arguments = _command_of(entry)
    words = [word for word in arguments if not word.startswith("-")] or [command or _address_of(entry)]
    host = host_of(words[0]).partition("://")[2].rpartition(":")[0]
    return host or words[0].rpartition("/")[2].partition("@")[0] or "server"


def _server_of(name: str, entry: Mapping[str, Any], *, to_save: bool) -> Imported | ImportProblem:
    command, arguments = _command_of(entry)
    url = _address_of(entry)
    kind = str(entry.get("type") or entry.get("transport") or "").lower()
    if bool(command) == bool(url) or (url and not host_of(url)):
        return ImportProblem.NOTHING_TO_START
    if url and kind == "sse":
        return ImportProblem.OLD_TRANSPORT
    if to_save and any(contains_key(word) for word in (command, *arguments)):
        return ImportProblem.KEY_IN_COMMAND
    if to_save and url and (secret_parameters(url) or "@" in url.partition("://")[2].partition("/")[0]):
        return ImportProblem.KEY_IN_ADDRESS
    values = _texts_of(entry, ("headers", "requestOptions") if url else ("env", "environment"))
    missing = tuple(key for key, value in values.items() if not value or _PLACEHOLDER.search(value))
    server = ToolServer(
        name=name,
        command=command,
        arguments=arguments,
        variables=() if url else tuple(values),
        url=url,
        headers=tuple(values) if url else (),
        enabled=entry.get("disabled") is not True and entry.get("enabled") is not False,
    )
    return Imported(server, {key: value for key, value in values.items() if key not in missing}, missing)


def _command_of(entry: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the command and its arguments; Zed nests them, others write one list."""
    command: Any = entry.get("command")
    arguments: Any = entry.get("args")
    if isinstance(command, dict):
        command, arguments = command.get("path"), command.get("args")
    words = [*(command if isinstance(command, list) else [command])]
    words += arguments if isinstance(arguments, list) else []
    texts = [word if isinstance(word, str) else json.dumps(word) for word in words if word is not None]
    return (texts[0].strip(), tuple(texts[1:])) if texts else ("", ())


def _address_of(entry: Mapping[str, Any]) -> str:
    found = (entry.get(member) for member in _ADDRESSES)
    return next((address.strip() for address in found if isinstance(address, str)), "")


def _texts_of(entry: Mapping[str, Any], members: tuple[str, ...]) -> dict[str, str]:
    """Return the table of texts under one of the names."""
    command = entry.get("command")
    tables = [entry.get(member) for member in members]
    tables += [command.get("env")] if isinstance(command, dict) else []
    for table in tables:
        if isinstance(table, dict):
            return {key: value if isinstance(value, str) else json.dumps(value) for key, value in table.items() if key}
    return {}


def _free_name(name: str, taken: set[str]) -> str:
    """Return a permitted name that is not taken, close to the given one."""
    plain = "".join(letter for letter in name.replace("/", "-") if letter.isprintable()).strip()[:MAX_SERVER_NAME]
    plain = plain if is_server_name(plain) else "server"
    number, free = 2, plain
    while free in taken:
        free = f"{plain[: MAX_SERVER_NAME - 4]}-{number}"
        number += 1
    return free
