"""The set-up explains what it cannot do, and a GUI session ends everything that it started."""

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
sys.path.insert(0, str(SCRIPTS))  # the scripts import each other
SESSION_PROGRAMS = ("Xvfb", "xauth", "xprop", "openbox", "dbus-daemon")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Machine:
    """A PATH for one test with only the shell's tools, and this project's scripts run with it."""

    def __init__(self, place: Path) -> None:
        self.place = place / "bin"
        self.place.mkdir()
        self.venv = place / "venv"
        for name in ("sh", "id", "env", "dirname", "sed"):
            (self.place / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name}"))

    def program(self, name: str, does: str) -> Path:
        """Add a program, as a shell script."""
        file = self.place / name
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)
        return file

    def ordinary_user(self) -> None:
        """Act as a user who may not install packages, on Debian."""
        (self.place / "id").unlink()
        self.program("id", "echo 1000")
        self.program("apt-get", "exit 100")
        self.program(
            "apt-cache",
            'echo "Version: 3.11.2-1"',
        )

    def set_up(self, purpose: str = "run", python: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(SCRIPTS / "bootstrap"), purpose, str(self.venv), python]
        return subprocess.run(command, env={"PATH": str(self.place)}, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


APT = """
case "$*" in
    *update*) echo "$UPDATE" ;;
    *install*--print-uris*) echo "'http://somewhere/odd.deb' odd.deb 12000000 SHA256:0" ;;
    *install*) case "$*" in *fonts-broken*) echo "E: Unable to locate package fonts-broken"; exit 100 ;; esac
        for last in "$@"; do case "$last" in lib*|fonts*) : >"$INSTALLED/$last" ;; esac; done ;;
esac
"""


@pytest.fixture
def system(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """Return the requested system packages for a user who may not install them, with a fake apt-get."""
    machine.program("apt-get", APT)
    machine.program("apt-cache", "printf 'Package: %s\\n' base-files fonts-broken fonts-fine")
    monkeypatch.setenv("PATH", f"{machine.place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("INSTALLED", str(tmp_path))
    monkeypatch.setenv("UPDATE", "Hit:1")
    module = load("system_packages")
    monkeypatch.setattr(module, "_root_prefix", lambda: None)
    return module


def administrators_command(said: str) -> list[str]:
    """Return the packages in the single printed command."""
    (line,) = [line for line in said.splitlines() if line.startswith("  sudo apt-get update && sudo apt-get install ")]
    return line.partition("--no-install-recommends ")[2].split()


def test_without_python_it_names_the_versions(machine: Machine) -> None:
    done = machine.set_up()
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr


@pytest.mark.parametrize("purpose", ["run", "test"])
def test_without_python_one_command_installs_everything(purpose: str, machine: Machine, system: ModuleType) -> None:
    machine.ordinary_user()
    done = machine.set_up(purpose)
    assert done.returncode == 1
    listed = {need.package for need in system.read_needs(["qt", "xcb", "wayland", "screen"])}
    tests = {need.package for need in system.read_needs(["test"])}
    asked = administrators_command(done.stderr)
    assert {"python3", "python3-venv"} | listed <= {*asked}
    assert (tests <= {*asked}) is (purpose == "test")


def test_no_python_is_requested_from_a_release_with_an_old_one(machine: Machine) -> None:
    machine.ordinary_user()
    machine.program("apt-cache", 'echo "Version: 3.9.2-3"')
    done = machine.set_up()
    assert "make run PYTHON=" in done.stderr
    assert "apt-get" not in done.stderr


def test_an_old_python_is_rejected_by_name(machine: Machine) -> None:
    old = machine.program("old", "exit 1")
    done = machine.set_up(python=str(old))
    assert done.returncode == 1
    assert f"{old} is not a Python 3.11, 3.12 or 3.13" in done.stderr


def test_a_python_without_venv_is_requested_with_everything_else(machine: Machine, tmp_path: Path) -> None:
    """Debian packages ensurepip separately; here a module with its name shadows the real one."""
    machine.ordinary_user()
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/ensurepip.py").write_text("raise ImportError('packed apart')")
    (tmp_path / "modules/sitecustomize.py").write_text("import os; os.geteuid = lambda: 1000")
    place = tmp_path / "modules"
    machine.program("python3", f'PYTHONPATH="{place}" exec "{Path(sys.base_prefix) / "bin/python3"}" "$@"')
    done = machine.set_up()
    assert done.returncode == 1
    asked = administrators_command(done.stderr)
    assert f"python3.{sys.version_info.minor}-venv" in asked
    assert "xvfb" in asked  # there are no programs on this PATH, and no display


def test_a_folder_that_is_not_an_environment_is_not_touched(machine: Machine) -> None:
    machine.program("python3", 'case "$1" in -c) exit 0 ;; *) exit 0 ;; esac')
    machine.venv.mkdir()
    (machine.venv / "letter.txt").write_text("keep me")
    done = machine.set_up()
    assert done.returncode == 1
    assert "is not a virtual environment" in done.stderr
    assert (machine.venv / "letter.txt").read_text() == "keep me"


def test_a_missing_library_stops_with_the_exact_command(
    system: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    missing = system.Need("libodd.so.1", "libodd1", lambda: False)
    unknown = system.Need("a font", "fonts-of-another-release", lambda: False, required=False)
    assert system.provide([missing, unknown]) is False
    said = capsys.readouterr().err
    assert administrators_command(said) == ["libodd1"]
    assert "(12 MB to download)" in said
    assert "Stopping: these are required: libodd.so.1" in said


def test_a_missing_font_does_not_prevent_the_window(system: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    missing = system.Need("a font", "fonts-odd", lambda: False, required=False)
    assert system.provide([missing]) is True
    assert "Continuing" in capsys.readouterr().err
    assert system.provide([missing], all_required=True) is False


def test_other_systems_get_libraries_by_their_file_names(
    system: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "dnf" else None)
    missing = system.Need("libodd.so.1", "libodd1", lambda: False, is_library=True)
    assert system.provide([missing]) is False
    assert "sudo dnf install 'libodd.so.1()(64bit)'" in capsys.readouterr().err


@pytest.fixture
def installed(system: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in which apt-get, called by root, leaves a file for each package that it installs."""
    place = tmp_path / "installed"
    place.mkdir()
    monkeypatch.setenv("INSTALLED", str(place))
    monkeypatch.setattr(system, "_root_prefix", list)
    return place


def test_one_failing_package_does_not_affect_others(
    system: ModuleType, installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = [
        system.Need(name, name, (installed / name).exists, required=name.startswith("lib"))
        for name in ("libone", "fonts-broken", "fonts-fine")
    ]
    assert system.provide(needs) is True
    assert {file.name for file in installed.iterdir()} == {"libone", "fonts-fine"}
    said = capsys.readouterr().err
    assert "Installing (12 MB to download): fonts-broken fonts-fine libone" in said
    assert "fonts-broken could not be installed: Unable to locate package fonts-broken" in said
    assert "Continuing" in said


def test_a_missing_network_is_reported(
    system: ModuleType, installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPDATE", "Err:1 http://somewhere  Temporary failure resolving 'somewhere'")
    assert system.provide([system.Need("fonts-broken", "fonts-broken", lambda: False)]) is False
    assert "There is no network: apt-get cannot reach any of its servers." in capsys.readouterr().err


def test_a_font_with_monochrome_emoji_is_not_accepted(system: ModuleType) -> None:
    """DejaVu has monochrome emoji, and would satisfy a query for the character alone."""
    (emoji,) = (line.split()[3] for line in system.LIST.read_text().splitlines() if line.endswith("color-emoji"))
    listed = subprocess.run(["fc-list", emoji, "family"], capture_output=True, text=True, check=True).stdout
    assert "Emoji" in listed
    assert "DejaVu" not in listed


def test_a_missing_network_is_reported_at_once(tmp_path: Path) -> None:
    """With the real pip and a server that does not exist."""
    packages = load("setup")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/index"
    program = f"""
import sys; sys.path.insert(0, {str(SCRIPTS)!r})
from pathlib import Path
import setup
setup.LOG = Path({str(tmp_path / "pip.log")!r})
sys.exit(not setup.install(("requirements.lock",)))
"""
    world = {**os.environ, "PIP_INDEX_URL": address, "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(tmp_path)}
    world |= {"PIP_NO_CACHE_DIR": "1", "PIP_IGNORE_INSTALLED": "1", "no_proxy": "127.0.0.1"}
    done = subprocess.run([sys.executable, "-c", program], env=world, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "There is no network: the package index cannot be reached. Run the same command again once it can be."
    ]
    assert packages.UNREACHABLE.search((tmp_path / "pip.log").read_text())


def test_pip_ignores_personal_settings_for_other_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = load("setup")
    (tmp_path / "constraints.txt").write_text("openai==0.1")
    for name, value in {"USER": "1", "TARGET": str(tmp_path), "CONSTRAINT": str(tmp_path / "constraints.txt")}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setattr(packages, "LOG", tmp_path / "pip.log")
    locks = [part for name in ("requirements.lock",) for part in ("-r", str(packages.ROOT / name))]
    done = packages._pip("--dry-run", "--no-index", "--no-deps", "--require-hashes", *locks)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_a_checkout_in_any_folder_is_found_in_any_locale(language: str, tmp_path: Path) -> None:
    """Its path is written to the environment; Python 3.11 reads that in the locale's encoding."""
    place = tmp_path / "it's 测试"
    site = tmp_path / "lib"
    (place / "some_chat").mkdir(parents=True)
    site.mkdir()
    (place / "some_chat/__init__.py").touch()
    (site / "_desktop_chat.pth").write_text(f"{place}\n", encoding="utf-8")
    packages = load("setup")
    packages.write_place_in_ascii(site, place)
    program = f"import site; site.addsitedir({str(site)!r}); import some_chat; print(ascii(some_chat.__file__))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"LC_ALL": language}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == ascii(str(place / "some_chat/__init__.py")), done.stderr


def test_make_passes_a_path_unchanged(tmp_path: Path) -> None:
    """With spaces, apostrophes and non-ASCII characters in it."""
    project = tmp_path / "it's a 测试 place"
    (project / "scripts").mkdir(parents=True)
    shutil.copy(SCRIPTS.parent / "Makefile", project)
    bootstrap = project / "scripts/bootstrap"
    bootstrap.write_text('#!/bin/sh\nprintf "<%s>" "$@"; mkdir -p "$2/bin"; ln -s /bin/echo "$2/bin/python"\n')
    bootstrap.chmod(0o755)
    venv = tmp_path / "an other's venv"
    done = subprocess.run(
        ["make", "-s", "run", f"VENV={venv}", "PYTHON=/odd place/python", "ARGS=--demo 'two words'"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"<run><{venv}></odd place/python>scripts/run.py --demo two words\n", done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are a matter of Linux")
def test_a_display_counts_only_if_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    """Return the processes with this variable in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"\0{mark}\0".encode() in b"\0" + environ.read_bytes() + b"\0":
                found.append(environ.parent.name)
        except OSError:
            continue
    return found


@needs_session
def test_a_session_has_a_managed_screen_and_passes_the_exit_code() -> None:
    seen = "test -d $XDG_RUNTIME_DIR && xprop -root _NET_SUPPORTING_WM_CHECK && echo $GUI_SESSION && exit 7"
    command = [str(SCRIPTS / "gui-session"), "sh", "-c", seen]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 7, done.stderr
    managed, place = done.stdout.splitlines()
    assert "window id" in managed
    assert not Path(place).exists()
    assert marked_processes(f"GUI_SESSION={place}") == []


@needs_session
def test_a_terminated_session_leaves_nothing() -> None:
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
