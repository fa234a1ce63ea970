"""What the command line of an installed program adds: a portable folder, and a menu entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop_chat.app.arguments import Arguments, LauncherArguments, parse
from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.install_launcher import change_launcher, own_command
from desktop_chat.services.paths import launcher_files, portable_directory


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program as PyInstaller puts it together, in a folder of its own."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "desktop-chat"))
    return tmp_path


def data_dir_of(*words: str) -> Path | None:
    arguments = parse(words)
    assert isinstance(arguments, Arguments | AskArguments)
    return arguments.data_dir


def test_portable_keeps_everything_beside_the_program(packaged: Path) -> None:
    extras = packaged / "desktop-chat-data"
    assert data_dir_of() is None
    assert data_dir_of("--portable", "a prompt") == extras
    assert data_dir_of("ask", "--portable", "a question") == extras
    assert data_dir_of("--portable", "ask", "a question") == extras


def test_a_marker_beside_the_program_says_so_for_every_start(packaged: Path, tmp_path: Path) -> None:
    (packaged / "portable").touch()
    assert data_dir_of() == packaged / "desktop-chat-data"
    assert data_dir_of("ask", "a question") == packaged / "desktop-chat-data"
    assert data_dir_of("--data-dir", str(tmp_path / "else")) == tmp_path / "else"
    assert data_dir_of("self-test") is None


def test_on_macos_the_folder_is_beside_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Desktop Chat.app/Contents/MacOS/desktop-chat"))
    assert portable_directory() == tmp_path / "desktop-chat-data"


def test_portable_is_refused_where_pip_installed_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(["--portable"])
    assert end.value.code == 2
    assert "--data-dir" in capsys.readouterr().err


def test_portable_and_a_directory_are_one_too_many(packaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--portable", "--data-dir", str(packaged)])
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="menu entries are files on Linux alone")
def test_the_menu_entry_is_installed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    arguments = parse(["install-launcher"])
    assert isinstance(arguments, LauncherArguments)
    assert change_launcher(arguments) == 0
    entry, icon = launcher_files("io.github.desktop_chat.DesktopChat")
    assert str(entry) in capsys.readouterr().err
    assert entry.exists()
    assert icon.exists()
    for word in ("removed", "no menu entry"):
        assert change_launcher(LauncherArguments(remove=True)) == 0
        assert word in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="menu entries are files on Linux alone")
def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert change_launcher(LauncherArguments()) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_elsewhere_the_installer_makes_menu_entries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert change_launcher(LauncherArguments()) == 2
    assert "installer" in capsys.readouterr().err


def test_the_entry_starts_what_was_started(packaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_command() == [str(packaged / "desktop-chat")]
    monkeypatch.delattr(sys, "frozen")
    script = packaged / "bin/desktop-chat"
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert own_command()[1:] == ["-m", "desktop_chat"]
    script.parent.mkdir()
    script.touch()
    assert own_command() == [str(script)]


def test_the_command_line_knows_the_command() -> None:
    command = [sys.executable, "-m", "desktop_chat", "install-launcher", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--remove" in done.stdout
