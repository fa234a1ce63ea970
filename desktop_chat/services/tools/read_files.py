"""The built-in tools that read text files and list folders, inside the folders that the user chose."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from os import DirEntry
from typing import Any

from desktop_chat.core.text_files import decoded
from desktop_chat.core.tools import ToolResult
from desktop_chat.services.tools.built_in_tool import BuiltInTool, failed, object_of
from desktop_chat.services.tools.chosen_folders import ChosenFolders, OutsideError

MAX_BYTES = 4 * 1024 * 1024
MAX_CHARACTERS = 200_000
"""Characters that one call returns; the next may begin where it ended."""
MAX_ENTRIES = 1_000

Folders = Callable[[], ChosenFolders]


def read_file_tool(folders: Folders) -> BuiltInTool:
    """Return the tool that reads a text file."""
    path = {"type": "string", "maxLength": 4_000, "description": "A path inside one of the folders."}
    offset = {"type": "integer", "minimum": 0, "description": "The first character to return, if not from the start."}

    async def run(arguments: Mapping[str, Any]) -> ToolResult:
        return await _off_the_loop(_read, folders(), arguments["path"], arguments.get("offset", 0))

    words = "Reads a text file. Only files in the folders that the user chose can be read; list_folder names them."
    return BuiltInTool("read_file", words, object_of(("path",), path=path, offset=offset), run)


def list_folder_tool(folders: Folders) -> BuiltInTool:
    """Return the tool that lists a folder."""
    path = {"type": "string", "maxLength": 4_000, "description": "A path inside one of the folders; empty: them all."}

    async def run(arguments: Mapping[str, Any]) -> ToolResult:
        return await _off_the_loop(_list, folders(), arguments.get("path", ""))

    words = "Lists a folder, or without a path the folders that the user chose, which are the only ones there are."
    return BuiltInTool("list_folder", words, object_of(path=path), run)


async def _off_the_loop(work: Callable[..., ToolResult], *arguments: Any) -> ToolResult:
    """Run blocking work on a thread: a network folder may take long."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except OutsideError:
        return failed("This path is in none of the folders that the user chose. list_folder names them.")
    except FileNotFoundError:
        return failed("There is nothing at this path.")
    except (OSError, ValueError, RuntimeError) as error:
        return failed(f"It cannot be read: {getattr(error, 'strerror', None) or error}")


def _read(folders: ChosenFolders, path: str, offset: int) -> ToolResult:
    real = folders.find(path)
    if real.is_dir():
        return failed("This is a folder; list_folder lists it.")
    content, size = folders.read(real, MAX_BYTES)
    text = decoded(content) if size <= MAX_BYTES else decoded(content[: content.rfind(b"\n") + 1] or content)
    if text is None:
        return failed("This is not a text file.")
    part = text[offset : offset + MAX_CHARACTERS]
    end = offset + len(part)
    if end < len(text):
        part += f"\n\n[Characters {offset}-{end} of {len(text)}. Call again with offset {end} for the next.]"
    elif size > MAX_BYTES:
        part += f"\n\n[The file has {size:,} bytes; only the first 4 MB can be read.]"
    return ToolResult(part)


def _list(folders: ChosenFolders, path: str) -> ToolResult:
    if not path.strip():
        return ToolResult("\n".join(f"{root}/" for root in folders.roots) or "The user chose no folders.")
    real = folders.find(path)
    if not real.is_dir():
        return failed("This is not a folder.")
    entries, is_all = folders.entries(real, MAX_ENTRIES)
    lines = [_line(entry) for entry in sorted(entries, key=lambda entry: entry.name)]
    lines += [] if is_all else [f"[Only {MAX_ENTRIES} entries are listed.]"]
    return ToolResult("\n".join(lines) or "The folder is empty.")


def _line(entry: DirEntry[str]) -> str:
    name = entry.name.encode("utf-8", "replace").decode()
    if entry.is_symlink():
        return f"{name} (a link)"
    if entry.is_dir(follow_symlinks=False):
        return f"{name}/"
    status = entry.stat(follow_symlinks=False)
    return f"{name} ({status.st_size:,} bytes, {datetime.fromtimestamp(status.st_mtime, UTC):%Y-%m-%d %H:%M} UTC)"
