"""What the tests of packages share: the built files, and the .deb installed on this machine until they end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from package_system import SOMEBODY, apt, built, call, files_of_the_system, purge
from person import Person


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
def unpacked(public_place: Path) -> Path:
    """The portable archive in a folder with blanks and Chinese characters that belongs to an ordinary person."""
    place = public_place / "我的 程序 folder"
    place.mkdir()
    call("tar", "--zstd", "-xf", built("*.tar.zst"), "-C", place)
    call("chown", "-R", f"{SOMEBODY}:{SOMEBODY}", place)
    (folder,) = place.iterdir()
    return folder


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody at the screen, with an empty home."""
    person = Person(tmp_path / "home")
    yield person
    person.leave()
