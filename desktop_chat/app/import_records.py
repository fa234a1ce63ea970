"""Takes in, for the terminal, what a backup or a data folder has beside its conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.app.terminal import print_error, print_line
from desktop_chat.app.usage_import import take_usage
from desktop_chat.core.backup import AddedSettings, with_added
from desktop_chat.core.importing import Unread
from desktop_chat.core.settings import Settings
from desktop_chat.services.imports.open_import import OpenImport
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_file import SettingsFile
from desktop_chat.ui.text import import_text


def take_records(opened: OpenImport, paths: Paths, unread: Callable[[Unread], None], *, adds: bool) -> None:
    """Add the records of usage that are missing here; `unread` hears what could not be read. Raises StoreError."""
    usage = asyncio.run(take_usage(opened, paths, unread, adds=adds))
    if not usage.is_empty:
        print_line(import_text.added_usage(usage, adds=adds))


def take_settings(opened: OpenImport, paths: Paths, *, adds: bool) -> None:
    """Add the settings of a backup that are missing here, unless an open window has its own in memory. Raises
    ImportRefused, SettingsError."""
    theirs = opened.settings()
    if theirs is None:
        return
    instance = SingleInstance(paths.data_dir)
    if not instance.acquire():
        print_error(import_text.settings_held_back())
        return
    try:
        added = asyncio.run(_added(theirs, paths, adds=adds))
    finally:
        instance.release()
    if not added.is_empty:
        print_line(import_text.added_settings(added, adds=adds))


async def _added(theirs: Settings, paths: Paths, *, adds: bool) -> AddedSettings:
    settings_file = SettingsFile(paths)
    try:
        ours, problem = settings_file.load_settings(set_aside=False)
        if problem is not None and problem.detail:
            print_error(import_text.settings_unreadable(f"{problem.file}: {problem.detail}"))
            return AddedSettings(ours)
        added = with_added(ours, theirs)
        if adds and not added.is_empty:
            await settings_file.save_settings(added.settings)
        return added
    finally:
        await settings_file.aclose()
