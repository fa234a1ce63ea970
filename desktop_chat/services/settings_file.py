"""Settings and workspace files: read at startup, replaced atomically, and never assumed to be intact."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from desktop_chat.core.crash_guard import CrashGuardRecord
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.settings import Settings, SettingsProblem
from desktop_chat.core.workspace import Workspace
from desktop_chat.services.paths import Paths, name_for_broken
from desktop_chat.services.private_files import check_owner, create_private, flush_directory
from desktop_chat.services.settings_values import settings_from, settings_to, workspace_from
from desktop_chat.services.worker import Worker

logger = logging.getLogger(__name__)


class SettingsFile:
    """Implements `core.ports.SettingsStore`. Files are written on one thread, in order.

    Members written by a newer version, and unreadable connections, are kept in the file.
    """

    def __init__(self, paths: Paths) -> None:
        self.problems: Listeners[SettingsProblem] = Listeners()
        """Emits when something was left out of a file because it looked like a key."""
        self.saved: Listeners[Settings] = Listeners()
        """Emits the settings that are in the file from now on."""
        self._paths = paths
        self._unknown_members: dict[str, Any] = {}
        self._worker = Worker("settings")

    def load_settings(self, *, set_aside: bool = True) -> tuple[Settings, SettingsProblem | None]:
        """Read the settings; always returns usable ones. A file that is not TOML is moved aside if `set_aside`."""
        table, problem = _read(self._paths.settings_file, _parse_toml, set_aside=set_aside)
        settings, self._unknown_members, wrong = settings_from(table)
        return settings, problem or _problem_of(self._paths.settings_file, wrong)

    def load_workspace(self) -> tuple[Workspace, SettingsProblem | None]:
        """Read the workspace; always returns a usable one. A file that is not JSON is moved aside."""
        table, problem = _read(self._paths.workspace_file, json.loads)
        workspace, wrong = workspace_from(table)
        return workspace, problem or _problem_of(self._paths.workspace_file, wrong)

    async def save_settings(self, settings: Settings) -> None:
        """Replace the settings file atomically. Raises SettingsError. Omits and reports apparent keys."""
        table, left_out = settings_to(settings, self._unknown_members)
        await self._save(self._paths.settings_file, tomli_w.dumps(table))
        self.saved.emit(settings)
        if problem := _problem_of(self._paths.settings_file, left_out):
            self.problems.emit(problem)

    async def save_workspace(self, workspace: Workspace) -> None:
        """Replace the workspace file atomically. Raises SettingsError."""
        await self._save(self._paths.workspace_file, json.dumps(asdict(workspace), indent=1))

    def load_shown(self) -> CrashGuardRecord:
        """Read which conversation was in view when the last run ended; empty if unreadable."""
        table, _ = _read(self._paths.shown_tab_file, json.loads, set_aside=False)
        shown, suspects = table.get("conversation", ""), table.get("suspects", [])
        if not isinstance(shown, str) or not isinstance(suspects, list):
            return CrashGuardRecord()
        return CrashGuardRecord(
            shown, table.get("opening") is True, tuple([one for one in suspects if isinstance(one, str)])
        )

    async def save_shown(self, record: CrashGuardRecord) -> None:
        """Replace the record atomically. Failures are only logged: no conversation should wait for this."""
        table = {"conversation": record.conversation_id, "opening": record.opening, "suspects": record.suspects}
        try:
            await self._save(self._paths.shown_tab_file, json.dumps(table))
        except SettingsError as error:
            logger.info("could not record the conversation in view: %s", error.detail)

    async def aclose(self) -> None:
        """Wait until everything is written. May be called twice."""
        with suppress(RuntimeError):  # already ended
            written = self._worker.submit(lambda: None)
            self._worker.end()
            await written

    async def _save(self, file: Path, text: str) -> None:
        await self._worker.submit(_replace, file, text.encode(errors="replace"))


def stored_settings(file: Path) -> Settings:
    """Return the settings of a file that another process may own; usable ones, whatever it contains."""
    table, _ = _read(file, _parse_toml, set_aside=False)
    return settings_from(table)[0]


def _read(
    file: Path, parse: Callable[[str], Any], *, set_aside: bool = True
) -> tuple[dict[str, Any], SettingsProblem | None]:
    """Return a file's table; empty if it is missing or unreadable."""
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
    import tomllib  # noqa: PLC0415  (not needed without a file)

    return tomllib.loads(text)


def _set_aside(file: Path, detail: str) -> SettingsProblem:
    aside = name_for_broken(file)
    try:
        file.replace(aside)
    except OSError as error:
        return SettingsProblem(file.name, detail=error.strerror or str(error))
    logger.warning("%s is unreadable and was moved to %s: %s", file.name, aside.name, detail)
    return SettingsProblem(file.name, set_aside=aside.name, detail=detail)


def _problem_of(file: Path, members: list[str]) -> SettingsProblem | None:
    if not members:
        return None
    logger.warning("%s: ignored %s", file.name, ", ".join(members))
    return SettingsProblem(file.name, members=tuple(members))


def _replace(file: Path, content: bytes) -> None:
    """Write a new file and rename it, so that a crash or a full disk leaves either the old or the new one intact."""
    part = file.with_name(file.name + ".part")
    try:
        with os.fdopen(create_private(part), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        flush_directory(file.parent)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error
