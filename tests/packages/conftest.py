"""What the tests of packages share: the built files, and the .deb installed on this machine until they end."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from person import Person

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
TOOLS = ROOT / "build/package/tools/bin"
PACKAGE = "desktop-chat"


def call(*command: str | Path, **options: object) -> str:
    """Run a command that must succeed, and return what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}"
    return done.stdout


def built(pattern: str) -> Path:
    """Return the one built file whose name is like this."""
    (file,) = DIST.glob(pattern)
    return file


def apt(*words: str | Path) -> str:
    """Have apt-get do something, as an administrator would without being asked."""
    options = ("-q", "-y", "--no-install-recommends", "--allow-downgrades", "-o", "DPkg::Lock::Timeout=300")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return call("apt-get", words[0], *options, *words[1:], env=environment, stdin=subprocess.DEVNULL, timeout=300)


def purge() -> None:
    """Remove the package, if it is there."""
    if subprocess.run(["dpkg-query", "-W", PACKAGE], capture_output=True, check=False).returncode == 0:
        apt("purge", PACKAGE)


@pytest.fixture(scope="session")
def deb() -> Path:
    return built("*.deb")


@pytest.fixture(scope="session")
def older_deb(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same package under an older version."""
    place = tmp_path_factory.mktemp("older")
    call("dpkg-deb", "-R", deb, place / "tree")
    control = place / "tree/DEBIAN/control"
    lines = control.read_text().splitlines(keepends=True)
    control.write_text("".join("Version: 0.0.1\n" if line.startswith("Version:") else line for line in lines))
    call("dpkg-deb", "-Zzstd", "-z1", "-b", place / "tree", place / "older.deb")
    return place / "older.deb"


@pytest.fixture(scope="session")
def system_files() -> set[str]:
    """The files of this machine before anything is installed."""
    return files_of_the_system()


def files_of_the_system() -> set[str]:
    """Return what lies where packages put things, without what package managers and desktops note for themselves."""
    noted = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/usr/share/applications/mimeinfo.cache",
             "/usr/share/icons/hicolor/icon-theme.cache")  # fmt: skip
    found = set()
    for top in ("/usr", "/etc", "/opt", "/var/lib", "/var/spool", "/srv"):
        for folder, folders, files in os.walk(top):
            folders[:] = [
                name for name in folders if name != "__pycache__" and not f"{folder}/{name}".startswith(noted)
            ]
            found |= {f"{folder}/{name}" for name in (*files, *folders) if not f"{folder}/{name}".startswith(noted)}
    return found


@pytest.fixture(scope="session")
def bare_system(system_files: set[str]) -> Iterator[set[str]]:
    """This machine without the package; whatever tests install is gone at their end."""
    purge()
    yield system_files
    purge()


@pytest.fixture
def installed(bare_system: set[str], deb: Path) -> None:
    """The package on this machine."""
    if not Path("/usr/bin/desktop-chat").exists():
        apt("install", deb)


@pytest.fixture
def public_place() -> Iterator[Path]:
    """A folder that every user of this machine can reach; pytest keeps its own to one."""
    with tempfile.TemporaryDirectory(prefix="packages-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody at the screen, with an empty home."""
    person = Person(tmp_path / "home")
    yield person
    person.leave()
