"""A menu entry of one's own: it starts this very program, whatever its path, and goes without a trace."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from desktop_chat import APP_ID
from desktop_chat.services.launcher import install_launcher, remove_launcher, with_command
from desktop_chat.services.paths import launcher_files

RESOURCES = Path(__file__).parents[2] / "resources"
TEMPLATE = (RESOURCES / f"launcher/{APP_ID}.desktop").read_text(encoding="utf-8")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return launcher_files(APP_ID)


def install(places: tuple[Path, Path], *command: str) -> str:
    install_launcher(*places, template=TEMPLATE, image=RESOURCES / "icons/app.svg", command=command)
    return places[0].read_text(encoding="utf-8")


def test_the_entry_and_its_icon_come_and_go(places: tuple[Path, Path], tmp_path: Path) -> None:
    entry, icon = places
    assert entry == tmp_path / f"share/applications/{APP_ID}.desktop"
    assert icon == tmp_path / f"share/icons/hicolor/scalable/apps/{APP_ID}.svg"
    install(places, "/usr/local/bin/desktop-chat")
    text = install(places, "/opt/desktop-chat")  # again, after the program moved
    assert 'Exec="/opt/desktop-chat" %u' in text
    assert "TryExec=/opt/desktop-chat\n" in text
    assert icon.read_bytes() == (RESOURCES / "icons/app.svg").read_bytes()
    assert remove_launcher(entry, icon)
    assert not entry.exists()
    assert not icon.exists()
    assert not remove_launcher(entry, icon)


@pytest.mark.parametrize("folder", ["with blanks", "它的 文件夹", 'a "quote"', "back\\slash", "$HOME `x` 100%"])
def test_any_path_is_quoted(places: tuple[Path, Path], folder: str) -> None:
    program = f"/srv/{folder}/desktop-chat"
    line = next(line for line in install(places, program).splitlines() if line.startswith("Exec="))
    written = line.removeprefix("Exec=").removesuffix(" %u").replace("\\\\", "\\").replace("%%", "%")
    said = subprocess.run(["sh", "-c", f"printf %s {written}"], capture_output=True, text=True, check=True)
    assert said.stdout == program
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", places[0]], check=True)


def test_the_commands_of_its_actions_are_replaced_as_well() -> None:
    text = "Exec=desktop-chat %u\n[Desktop Action quick]\nExec=desktop-chat --quick\n"
    changed = with_command(text, ["/bin/python", "-m", "desktop_chat"])
    assert changed.count("TryExec=") == 1
    assert 'Exec="/bin/python" "-m" "desktop_chat" %u\n' in changed
    assert 'Exec="/bin/python" "-m" "desktop_chat" --quick\n' in changed
