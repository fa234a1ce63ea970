"""An entry that has the desktop start the application: it comes and goes with its command, and another's stays."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from desktop_chat import APP_ID
from desktop_chat.services.autostart import AutostartEntry
from desktop_chat.services.paths import autostart_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return autostart_file(APP_ID)


def test_the_entry_comes_and_goes(file: Path, tmp_path: Path) -> None:
    assert file == tmp_path / f"config/autostart/{APP_ID}.desktop"
    entry = AutostartEntry(file, ["/opt/my programs/desktop-chat", "--hidden"])
    assert not entry.exists
    entry.remove()
    entry.write()
    assert entry.exists
    written = configparser.RawConfigParser()
    written.read(file, encoding="utf-8")
    assert written["Desktop Entry"]["Exec"] == '"/opt/my programs/desktop-chat" "--hidden"'
    entry.remove()
    assert not file.exists()


def test_an_entry_for_other_data_is_replaced_but_not_removed(file: Path) -> None:
    first, second = (AutostartEntry(file, ["desktop-chat", "--data-dir", name]) for name in ("one", "two"))
    first.write()
    assert not second.exists
    second.remove()
    assert first.exists
    second.write()
    assert not first.exists


def test_an_entry_that_the_desktop_switched_off_does_not_count(file: Path) -> None:
    entry = AutostartEntry(file, ["desktop-chat"])
    entry.write()
    with file.open("a") as text:
        text.write("Hidden=true\n")
    assert not entry.exists
    file.write_bytes(b"\xff")
    assert not entry.exists


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils")
def test_the_entry_is_valid(file: Path) -> None:
    AutostartEntry(file, ['/srv/100% "new"/desktop-chat', "--hidden"]).write()
    subprocess.run(["desktop-file-validate", file], check=True)
