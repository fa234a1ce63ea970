"""Starting at login: the setting writes the entry, follows what other tools do to it, and starts out of the way."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import pytest
from whole_program import Start, until

from desktop_chat import APP_ID
from desktop_chat.app import application as application_module
from desktop_chat.app import background
from desktop_chat.app.arguments import Arguments, parse
from desktop_chat.app.autostart import entry_for
from desktop_chat.services.paths import autostart_file
from desktop_chat.ui.window import tray


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return autostart_file(APP_ID)


def command_in(entry: Path) -> list[str]:
    """Return the words of the command that an entry runs."""
    line = next(line for line in entry.read_text().splitlines() if line.startswith("Exec="))
    return shlex.split(line.removeprefix("Exec="))


async def test_the_setting_writes_and_removes_the_entry(start: Start, file: Path, data_dir: Path) -> None:
    application = start()
    await application.open()
    application.preferences.update(autostart=True)
    await until(lambda: file.exists() and file.read_text())
    words = command_in(file)
    assert words[-3:] == ["--hidden", "--data-dir", str(data_dir)]
    parsed = parse(words[words.index("--hidden") :])
    assert isinstance(parsed, Arguments)
    assert (parsed.hidden, parsed.data_dir) == (True, data_dir)
    application.preferences.update(autostart=False)
    await until(lambda: not file.exists())


async def test_an_entry_that_another_tool_removed_switches_the_setting_off(
    start: Start, file: Path, data_dir: Path
) -> None:
    (data_dir / "settings.toml").write_text("autostart = true\n")
    application = start()
    await application.open()
    assert not application.preferences.settings.autostart


async def test_an_entry_that_is_there_switches_the_setting_on(start: Start, file: Path, data_dir: Path) -> None:
    entry_for(Arguments(data_dir=data_dir)).write()
    application = start()
    await application.open()
    assert application.preferences.settings.autostart


async def test_a_folder_that_cannot_be_written_to_is_reported(
    start: Start, file: Path, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.write_text("a file in place of the folder")
    application = start()
    await application.open()
    application.preferences.update(autostart=True)
    await until(lambda: not application.preferences.settings.autostart)
    assert "autostart" in caplog.text


async def test_a_hidden_start_is_minimised(start: Start) -> None:
    application = start(hidden=True)
    await application.open()
    assert application.window.isMinimized()
    assert application.window.tabs.current is not None


class Desktop:
    """Has a tray or not, and counts how often that was asked."""

    def __init__(self) -> None:
        self.has_tray = False
        self.looks = 0

    def look(self) -> bool:
        self.looks += 1
        return self.has_tray


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = Desktop()
    monkeypatch.setattr(tray, "has_tray", desktop.look)
    monkeypatch.setattr(background, "_LOOK_S", 0.01)
    return desktop


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
@pytest.mark.parametrize("is_late", [False, True])
async def test_a_hidden_start_shows_no_window_where_the_tray_has_the_icon(
    start: Start, data_dir: Path, desktop: Desktop, is_late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_dir / "settings.toml").write_text('tray = "icon"\n')
    monkeypatch.setattr(application_module, "LOADING_NOTICE_S", 60)  # or a slow disk would show a tab to type in
    desktop.has_tray = not is_late
    application = start(hidden=True)
    await application.open()
    if is_late:
        before = desktop.looks
        await until(lambda: desktop.looks > before)
        desktop.has_tray = True
    await until(lambda: not any(task.get_name() == "wait for the tray" for task in asyncio.all_tasks()))
    assert not application.window.isVisible()
    assert application.window.tabs.current is None
    application.window.come_forward()
    assert not application.window.isMinimized()
    assert application.window.tabs.current is not None


async def test_a_hidden_start_is_minimised_where_no_tray_comes(
    start: Start, data_dir: Path, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_dir / "settings.toml").write_text('tray = "icon"\n')
    monkeypatch.setattr(background, "TRAY_LIMIT_S", 0.05)
    application = start(hidden=True)
    await application.open()
    await until(application.window.isMinimized)
    assert application.window.tabs.current is not None
