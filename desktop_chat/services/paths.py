"""Paths of all files on disk. No other module builds a path."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from desktop_chat.core.errors import SettingsError
from desktop_chat.services.private_files import check_directory, create_private

NAME = "desktop-chat"
PORTABLE_MARKER = "portable"
"""A file of this name beside the packaged program makes it keep all data there."""


class Paths:
    """All paths of the application: inside `data_dir` if given, else in the system's standard directories."""

    def __init__(self, data_dir: Path | None = None) -> None:
        if data_dir is None:
            import platformdirs  # noqa: PLC0415  (not needed with `data_dir`)

            places = platformdirs.PlatformDirs(NAME, appauthor=False)
            self.data_dir = places.user_data_path
            self._config_dir = places.user_config_path
            self._state_dir = places.user_state_path
            self._log_dir = places.user_log_path
            self.cache_dir = places.user_cache_path
        else:
            self.data_dir = data_dir.absolute()
            self._config_dir = self._state_dir = self.data_dir
            self._log_dir = self.data_dir / "logs"
            self.cache_dir = self.data_dir / "cache"
        self.shared_folder = self.cache_dir / "shared"
        """Conversations that were copied or dragged as files, for a day."""
        self.settings_file = self._config_dir / "settings.toml"
        self.workspace_file = self._state_dir / "workspace.json"
        self.shown_tab_file = self._state_dir / "shown-tab.json"
        """The conversation in view, for the start after a run that hung or crashed."""
        self.key_stamp_file = self._state_dir / "keys-changed"
        """Grows whenever a key in the keyring is changed."""
        self.database_file = self.data_dir / "history.db"
        self.endpoint_file = self.data_dir / "endpoint.sqlite3"
        """Who calls the local endpoint, and what they used."""
        self.usage_file = self.data_dir / "usage.sqlite3"
        """What each request used and cost."""
        self.blob_folder = self.data_dir / "attachments"
        self.request_folder = self.data_dir / "requests"
        """What the request inspector keeps, if the user wants that."""
        self.snapshot_folder = self.data_dir / "snapshots"
        self.log_file = self._log_dir / f"{NAME}.log"
        self.crash_file = self._log_dir / "crash.log"
        """Where the interpreter writes when it crashes in C code."""

    def make_directories(self) -> None:
        """Create missing directories, accessible only to the owner, and test that they are writable. Raises
        DirectoryForeign or DirectoryShared if others could have written to one, and SettingsError."""
        for directory in self._directories():
            try:
                _make_private(directory)
                check_directory(directory)
                _check_writable(directory)
            except OSError as error:
                raise SettingsError(f"{directory}: {error.strerror or error}") from error
        check_directory(self.snapshot_folder)

    def check_settings_directory(self) -> None:
        """Check that only trusted users could have written the settings; creates nothing. Raises DirectoryForeign,
        DirectoryShared."""
        with suppress(OSError):  # an inaccessible directory cannot be read either
            check_directory(self._config_dir, only_reading=True)

    def _directories(self) -> dict[Path, None]:
        return dict.fromkeys((self.data_dir, self._config_dir, self._state_dir, self._log_dir, self.cache_dir))


def portable_directory() -> Path | None:
    """Return the data directory beside the packaged program; None if installed by pip or run from source."""
    program = _packaged_program()
    return None if program is None else program.parent / f"{NAME}-data"


def marked_directory() -> Path | None:
    """Return that directory if the marker file exists, else None."""
    program = _packaged_program()
    return portable_directory() if program is not None and program.with_name(PORTABLE_MARKER).exists() else None


def launcher_files(app_id: str) -> tuple[Path, Path]:
    """Return the paths of this user's menu entry and icon on a Linux desktop."""
    import platformdirs  # noqa: PLC0415  (for one command alone)

    shared = platformdirs.user_data_path()
    icon = shared / "icons" / "hicolor" / "scalable" / "apps" / f"{app_id}.svg"
    return shared / "applications" / f"{app_id}.desktop", icon


def autostart_file(app_id: str) -> Path:
    """Return where a Linux desktop looks for what this user wants started with the session."""
    import platformdirs  # noqa: PLC0415  (after the first paint)

    return platformdirs.user_config_path() / "autostart" / f"{app_id}.desktop"


def _packaged_program() -> Path | None:
    """Return what the user starts, if packaged: on macOS the bundle, not the program inside it."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable)
    return program.parents[2] if sys.platform == "darwin" and program.parent.name == "MacOS" else program


def name_for_broken(file: Path) -> Path:
    """Return a free name next to `file` to move it to: "settings.broken-20260102-030405.toml"."""
    stem = f"{file.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (file.with_name(f"{stem}{f'-{number}' if number else ''}{file.suffix}") for number in count())
    return next(name for name in names if not name.exists())


def _make_private(directory: Path) -> None:
    if not directory.is_dir():
        _make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def _check_writable(directory: Path) -> None:
    probe = directory / f".{NAME}-{os.getpid()}"
    os.close(create_private(probe))
    probe.unlink()
