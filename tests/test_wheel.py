"""What is installed from the wheel works without the checkout: it includes the resources, and the command runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop_chat import __version__

ROOT = Path(__file__).parent.parent

READ_RESOURCES = """
import sys
from importlib.resources import files
import desktop_chat
from desktop_chat.ui.resources import resource_folder, resource_path
place = sys.argv[1]
assert desktop_chat.__file__.startswith(place), desktop_chat.__file__
assert str(resource_folder()).startswith(place), resource_folder()
for name in sys.argv[2:]:
    entry = files("desktop_chat").joinpath("resources", *name.split("/"))
    assert entry.read_bytes() == resource_path(name).read_bytes() != b"", name
print("read", len(sys.argv) - 2)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from this checkout and unpacked like by an installer."""
    dist = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = dist.glob("*.whl")
    place = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def python(unpacked: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs Python outside the checkout, with the unpacked wheel first on its path."""
    environment = {"PYTHONPATH": str(unpacked), "QT_QPA_PLATFORM": "offscreen", "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def resources(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_resource_of_the_checkout_is_in_the_wheel(unpacked: Path) -> None:
    packed = resources(unpacked / "desktop_chat/resources")
    assert packed == resources(ROOT / "resources")
    for kind in ("icons/", "i18n/", "themes/"):
        assert any(name.startswith(kind) for name in packed), kind


def test_resources_are_read_from_the_wheel(unpacked: Path) -> None:
    names = sorted(resources(ROOT / "resources"))
    done = python(unpacked, ["-c", READ_RESOURCES, str(unpacked), *names])
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["read", str(len(names))]


def test_the_command_runs_from_the_wheel(unpacked: Path) -> None:
    done = python(unpacked, ["-m", "desktop_chat", "--version"])
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout


def test_the_wheel_contains_the_product_and_nothing_else(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("desktop_chat-*.dist-info")
    assert {path.name for path in unpacked.iterdir()} == {"desktop_chat", metadata.name}
    entry_points = (metadata / "entry_points.txt").read_text(encoding="utf-8")
    assert "desktop-chat = desktop_chat.__main__:main" in entry_points
