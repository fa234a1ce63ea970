"""Tool servers in the settings file: read back as written, without keys, and what is unreadable is kept."""

from __future__ import annotations

from desktop_chat.core.settings import Settings
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.services.settings_values import settings_from, settings_to

FILES = ToolServer("files", "npx", ("-v", "x", "-v", "y"), variables=("TOKEN",), enabled=False)
WEB = ToolServer("web", url="https://example.org/mcp", headers=("Authorization",))


def test_what_is_written_reads_back() -> None:
    table, left_out = settings_to(Settings(tool_servers=(FILES, WEB), tool_folders=("/a",)), {})
    settings, kept, wrong = settings_from(table)
    assert (settings.tool_servers, settings.tool_folders) == ((FILES, WEB), ("/a",))
    assert (kept, wrong, left_out) == ({}, [], [])


def test_keys_are_not_written() -> None:
    key = "sk-abcdefghijkl1234567890"
    bad = ToolServer("bad", "x", ("--key", key)), ToolServer("worse", url=f"https://a:{key}@example.org/mcp")
    table, left_out = settings_to(Settings(tool_servers=bad), {})
    assert key not in str(table)
    assert left_out == ["tool_servers.bad.arguments", "tool_servers.worse.url"]


def test_unreadable_servers_are_named_and_kept() -> None:
    entries = [{"name": "a/b", "command": "x"}, {"name": "both", "command": "x", "url": "https://e.org"}, 3]
    table = {"tool_servers": [*entries, {"name": "files", "command": "npx"}, {"name": "files", "command": "again"}]}
    settings, kept, wrong = settings_from(table)
    assert [server.name for server in settings.tool_servers] == ["files"]
    assert wrong == ["tool_servers[1]", "tool_servers[2]", "tool_servers[3]", "tool_servers[5]"]
    written, _ = settings_to(settings, kept)
    assert [entry["name"] if isinstance(entry, dict) else entry for entry in written["tool_servers"]] == [
        "files",
        "a/b",
        "both",
        3,
        "files",
    ]


def test_something_else_in_their_place() -> None:
    settings, _, wrong = settings_from({"tool_servers": "x"})
    assert (settings.tool_servers, wrong) == ((), ["tool_servers"])
