"""The set-up says in words what it cannot do, and a session for windows ends all that it started."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
SESSION_PROGRAMS = ("Xvfb", "xauth", "xprop", "openbox", "dbus-daemon")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The system's packages, asked by one who may not install them."""
    module = load("system_packages")
    monkeypatch.setattr(module, "_root_prefix", lambda: None)
    return module


@pytest.fixture
def few_programs(tmp_path: Path) -> Path:
    """A PATH with a shell's tools and no Python."""
    place = tmp_path / "bin"
    place.mkdir()
    for name in ("sh", "id", "env"):
        (place / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name}"))
    return place


def bootstrap(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPTS / "bootstrap"), *arguments]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def pretend_python(place: Path, *, version_fits: bool, makes_venvs: bool) -> Path:
    """A program that answers the two questions asked of a Python, and its version."""
    program = place / "python3"
    program.write_text(
        f"""#!/bin/sh
case "$2" in
    *ensurepip*) exit {0 if makes_venvs else 1} ;;
    *"not (3, 11)"*) exit {0 if version_fits else 1} ;;
    *) echo 3.12 ;;
esac
"""
    )
    program.chmod(0o755)
    return program


def test_without_a_python_it_names_the_versions(few_programs: Path, tmp_path: Path) -> None:
    done = bootstrap(few_programs, str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_an_old_python_is_refused_by_name(few_programs: Path, tmp_path: Path) -> None:
    old = pretend_python(few_programs, version_fits=False, makes_venvs=True)
    done = bootstrap(few_programs, str(tmp_path / "venv"), str(old))
    assert done.returncode == 1
    assert f"{old} is not a Python 3.11, 3.12 or 3.13" in done.stderr


def test_a_python_without_venv_names_the_package(few_programs: Path, tmp_path: Path) -> None:
    pretend_python(few_programs, version_fits=True, makes_venvs=False)
    done = bootstrap(few_programs, str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "sudo apt-get install python3.12-venv" in done.stderr


def test_a_folder_that_is_no_environment_is_not_touched(few_programs: Path, tmp_path: Path) -> None:
    pretend_python(few_programs, version_fits=True, makes_venvs=True)
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/letter.txt").write_text("keep me")
    done = bootstrap(few_programs, str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "is not a virtual environment" in done.stderr
    assert (tmp_path / "venv/letter.txt").read_text() == "keep me"


def test_a_missing_library_stops_with_the_exact_command(
    system: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    missing = system.Need("libodd.so.1", ("libodd1",), lambda: False)
    assert system.provide([missing]) is False
    said = capsys.readouterr().err
    assert "sudo apt-get install --no-install-recommends libodd1" in said
    assert "Stopping: these are needed: libodd.so.1" in said


def test_a_missing_font_does_not_stop_the_window(system: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    missing = system.Need("a font", ("fonts-odd",), lambda: False, required=False)
    assert system.provide([missing]) is True
    assert "Going on" in capsys.readouterr().err
    assert system.provide([missing], all_required=True) is False


def test_elsewhere_libraries_are_asked_for_by_their_own_name(
    system: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "dnf" else None)
    missing = system.Need("libodd.so.1", ("libodd1",), lambda: False, is_library=True)
    assert system.provide([missing]) is False
    assert "sudo dnf install 'libodd.so.1()(64bit)'" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are a matter of Linux")
def test_a_display_is_believed_only_when_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = load("run")
    assert run.has_display({}) is False
    assert run.has_display({"DISPLAY": ":54321"}) is False
    assert run.has_display({"DISPLAY": "elsewhere:0"}) is True
    assert run.has_display({"WAYLAND_DISPLAY": "wayland-0"}) is True
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X54321")
        server.listen()
        assert run.has_display({"DISPLAY": ":54321.0"}) is True


needs_session = pytest.mark.skipif(
    not all(map(shutil.which, SESSION_PROGRAMS)), reason="the programs of a virtual screen are not installed"
)


def marked_processes(mark: str) -> list[str]:
    """Who carries this mark in its environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"\0{mark}\0".encode() in b"\0" + environ.read_bytes() + b"\0":
                found.append(environ.parent.name)
        except OSError:
            continue
    return found


@needs_session
def test_a_session_has_a_managed_screen_and_passes_the_exit_code_on() -> None:
    seen = "test -d $XDG_RUNTIME_DIR && xprop -root _NET_SUPPORTING_WM_CHECK && echo $GUI_SESSION && exit 7"
    command = [str(SCRIPTS / "gui-session"), "sh", "-c", seen]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 7, done.stderr
    managed, place = done.stdout.splitlines()
    assert "window id" in managed
    assert not Path(place).exists()
    assert marked_processes(f"GUI_SESSION={place}") == []


@needs_session
def test_a_session_that_is_told_to_end_leaves_nothing() -> None:
    forgetful = "setsid sleep 300 & echo $GUI_SESSION; sleep 300"
    command = [str(SCRIPTS / "gui-session"), "sh", "-c", forgetful]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as session:
        assert session.stdout
        place = session.stdout.readline().strip()
        assert marked_processes(f"GUI_SESSION={place}") != []
        session.send_signal(signal.SIGTERM)
        assert session.wait(timeout=30) == 128 + signal.SIGTERM
    assert marked_processes(f"GUI_SESSION={place}") == []
    assert not Path(place).exists()
