"""Where files are stored, and who can read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_chat.core.errors import SettingsError
from desktop_chat.services.paths import Paths, name_for_broken


def test_a_data_directory_contains_everything(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "new" / "place")
    paths.make_directories()
    files = (paths.settings_file, paths.workspace_file, paths.database_file, paths.log_file, paths.crash_file)
    assert all(file.is_relative_to(paths.data_dir) and file.parent.is_dir() for file in (*files, paths.cache_dir))
    assert len({*files}) == len(files)


def test_directories_are_private_and_stay_empty(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "new" / "place")
    paths.make_directories()
    made = list((tmp_path / "new").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new", *made)} == {0o700}
    assert all(path.is_dir() for path in made)


def test_without_a_data_directory_the_system_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    paths = Paths()
    paths.make_directories()
    assert paths.settings_file == tmp_path / "CONFIG" / "desktop-chat" / "settings.toml"
    assert paths.database_file == tmp_path / "DATA" / "desktop-chat" / "history.db"
    assert paths.workspace_file.is_relative_to(tmp_path / "STATE")
    assert paths.cache_dir.is_relative_to(tmp_path / "CACHE")


def test_an_unwritable_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError) as caught:
        Paths(tmp_path / "file" / "below").make_directories()
    assert str(tmp_path / "file") in caught.value.detail
    with pytest.raises(SettingsError, match="/proc"):
        Paths(Path("/proc/desktop-chat")).make_directories()


def test_a_broken_file_gets_a_free_name(tmp_path: Path) -> None:
    first = name_for_broken(tmp_path / "settings.toml")
    first.touch()
    second = name_for_broken(tmp_path / "settings.toml")
    assert first != second
    assert first.name.startswith("settings.broken-")
    assert second.suffix == ".toml"
