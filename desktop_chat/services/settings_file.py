"""Settings and workspace as files: read at the start, replaced whole, and never trusted to be intact."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomli_w

from desktop_chat.core.crash_guard import CrashGuardRecord
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.settings import Settings, SettingsProblem
from desktop_chat.core.workspace import Workspace
from desktop_chat.services.paths import Paths, name_for_broken
from desktop_chat.services.private_files import check_owner, create_private
from desktop_chat.services.settings_values import settings_from, settings_to, workspace_from, workspace_to
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)


class SettingsFile:
    """Fulfils `core.ports.SettingsStore`. Files are written on one thread, in the order in which they were given.

    Members that a newer version wrote, and connections that cannot be read, stay in the file.
    """

    def __init__(self, paths: Paths) -> None:
        self.problems: Listeners[SettingsProblem] = Listeners()
        """Told when something was left out of a file because it looked like a key."""
        self._paths = paths
        self._kept: dict[str, Any] = {}
        self._worker = Worker("settings")

    def load_settings(self, *, set_aside: bool = True) -> tuple[Settings, SettingsProblem | None]:
        """Read the settings; always gives usable ones. A file that is not TOML is set aside, unless it may not be."""
        table, problem = _read(self._paths.settings_file, _parse_toml, set_aside=set_aside)
        settings, self._kept, wrong = settings_from(table)
        return settings, problem or _problem_of(self._paths.settings_file, wrong)

    def load_workspace(self) -> tuple[Workspace, SettingsProblem | None]:
        """Read the workspace; always gives a usable one. A file that is not JSON is set aside."""
        table, problem = _read(self._paths.workspace_file, json.loads)
        workspace, wrong = workspace_from(table)
        return workspace, problem or _problem_of(self._paths.workspace_file, wrong)

    async def save_settings(self, settings: Settings) -> None:
        """Replace the settings file atomically. Raises SettingsError. What looks like a key is left out, and told."""
        table, left_out = settings_to(settings, self._kept)
        await self._save(self._paths.settings_file, tomli_w.dumps(table))
        if problem := _problem_of(self._paths.settings_file, left_out):
            self.problems.emit(problem)

    async def save_workspace(self, workspace: Workspace) -> None:
        """Replace the workspace file atomically. Raises SettingsError."""
        await self._save(self._paths.workspace_file, json.dumps(workspace_to(workspace), indent=1))

    def load_shown(self) -> CrashGuardRecord:
        """Read which conversation the last run was showing when it ended. What cannot be read tells nothing."""
        table, _ = _read(self._paths.shown_tab_file, json.loads, set_aside=False)
        shown, suspects = table.get("conversation", ""), table.get("suspects", [])
        if not isinstance(shown, str) or not isinstance(suspects, list):
            return CrashGuardRecord()
        return CrashGuardRecord(
            shown, table.get("opening") is True, tuple([one for one in suspects if isinstance(one, str)])
        )

    async def save_shown(self, record: CrashGuardRecord) -> None:
        """Replace the record atomically. Where that fails it is logged: no conversation is to wait for it."""
        table = {"conversation": record.conversation_id, "opening": record.opening, "suspects": record.suspects}
        try:
            await self._save(self._paths.shown_tab_file, json.dumps(table))
        except SettingsError as error:
            logger.info("not noted which conversation is shown: %s", error.detail)

    async def aclose(self) -> None:
        """Return when all that was given is written. May be called twice."""
        with suppress(RuntimeError):  # it has ended
            await self._worker.submit(lambda: None)
        self._worker.end()

    async def _save(self, file: Path, text: str) -> None:
        await self._worker.submit(_replace, file, text.encode(errors="replace"))


def _read(
    file: Path, parse: Callable[[str], Any], *, set_aside: bool = True
) -> tuple[dict[str, Any], SettingsProblem | None]:
    """Return a file's table; an empty one where there is none, or none that can be read."""
    try:
        check_owner(file)
        table = parse(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}, None
    except OSError as error:
        return {}, SettingsProblem(file.name, detail=error.strerror or str(error))
    except (ValueError, RecursionError) as error:
        detail = str(error)
    else:
        if isinstance(table, dict):
            return table, None
        detail = "not a table"
    return {}, _set_aside(file, detail) if set_aside else SettingsProblem(file.name, detail=detail)


def _parse_toml(text: str) -> Any:
    import tomllib  # noqa: PLC0415  (there is no file at the first start)

    return tomllib.loads(text)


def _set_aside(file: Path, detail: str) -> SettingsProblem:
    aside = name_for_broken(file)
    try:
        file.replace(aside)
    except OSError as error:
        return SettingsProblem(file.name, detail=error.strerror or str(error))
    logger.warning("%s cannot be read and is now %s: %s", file.name, aside.name, detail)
    return SettingsProblem(file.name, set_aside=aside.name, detail=detail)


def _problem_of(file: Path, members: list[str]) -> SettingsProblem | None:
    if not members:
        return None
    logger.warning("%s: passed over %s", file.name, ", ".join(members))
    return SettingsProblem(file.name, members=tuple(members))


def _replace(file: Path, content: bytes) -> None:
    """Write a new file and give it the old one's name, so that a crash or a full disk leaves one of the two, whole."""
    part = file.with_name(file.name + ".part")
    try:
        with os.fdopen(create_private(part), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        _flush_directory(file.parent)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error


def _flush_directory(directory: Path) -> None:
    if sys.platform == "win32":  # a directory cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
