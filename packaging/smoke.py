"""Shows that packages work: unpacks each one somewhere, and the program inside tests itself with its real window.

Usage: PYTHON packaging/smoke.py [FILE]... Without files, all packages in dist. Nothing is installed, and any user may
do it. FILE may also be a program that lies unpacked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ROOT / "build/package/product"
"""The environment that build.py made, with what the wheel needs."""
LIMIT_S = 180


class NotTested(Exception):
    """A package cannot be tested on this machine; the message says why."""


def main(names: Sequence[str]) -> int:
    """Test packages, and return 1 where one did not work or nothing was tested."""
    files = [Path(name) for name in names] or [file for file in sorted((ROOT / "dist").iterdir()) if _kind(file)]
    results = {file.name: _test(file) for file in files}
    for name, result in results.items():
        print(f"{result:12} {name}", flush=True)
    return 0 if results and set(results.values()) <= {"works", "not tested"} and "works" in results.values() else 1


def _test(file: Path) -> str:
    print(f"--- {file.name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="smoke test ") as folder:
        try:
            command = UNPACK[_kind(file)](file, Path(folder))
        except NotTested as error:
            print(error, flush=True)
            return "not tested"
        done = subprocess.run([*_screen(), *command, "self-test"], cwd=folder, timeout=LIMIT_S, check=False)
    return "works" if done.returncode == 0 else "FAILED"


def _kind(file: Path) -> str:
    if file.is_file() and os.access(file, os.X_OK) and not file.suffix:
        return "program"
    return next((ending for ending in UNPACK if file.name.endswith(ending)), "")


def _deb(file: Path, folder: Path) -> list[str]:
    _call("dpkg-deb", "-x", str(file), str(folder))
    return [str(folder / "usr/lib/desktop-chat/desktop-chat")]


def _rpm(file: Path, folder: Path) -> list[str]:
    """RPM unpacks into a root and a database of its own; what the package asks of the system is not looked at."""
    options = ["--nodeps", "--noscripts", "--ignorearch", "--dbpath", str(folder / "rpmdb")]
    # rpm reads quotes and wildcards in names, so the folder, which may have any name, is not in them.
    _call("rpm", "--root", str(folder), "--install", *options, file.name, cwd=file.parent)
    return [str(folder / "usr/lib/desktop-chat/desktop-chat")]


def _portable(file: Path, folder: Path) -> list[str]:
    _call("tar", "--zstd", "-xf", str(file), "-C", str(folder))
    return [str(next(folder.glob("desktop-chat-*")) / "desktop-chat")]


def _wheel(file: Path, folder: Path) -> list[str]:
    return _python_command(file, folder)


def _sdist(file: Path, folder: Path) -> list[str]:
    """The archive is run as it lies: an installer would make a wheel of it first."""
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    source = next(folder.glob("desktop_chat-*"))
    return _python_command(None, folder, source)


def _python_command(wheel: Path | None, folder: Path, source: Path | None = None) -> list[str]:
    """Return the command of an environment with the locked packages and either the wheel or a source tree."""
    packages = next((PRODUCT / "lib").glob("python3.*"), None)
    if packages is None:
        raise NotTested("build.py has made no environment here")
    base = os.path.realpath(PRODUCT / "bin/python")
    _call(base, "-m", "venv", "--without-pip", str(folder / "venv"))
    site = next((folder / "venv/lib").glob("python3.*")) / "site-packages"
    (site / "packages.pth").write_text(f"{packages / 'site-packages'}\n{source or ''}\n", encoding="utf-8")
    if wheel is not None:
        _call(base, "-m", "zipfile", "-e", str(wheel), str(site))
    return [str(folder / "venv/bin/python"), "-m", "desktop_chat"]


def _program(file: Path, folder: Path) -> list[str]:
    del folder
    return [str(file.resolve())]


def _screen() -> list[str]:
    """Return what gives a command a screen, where this machine has none."""
    has_one = not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return [] if has_one else [str(ROOT / "scripts/gui-session")]


def _call(program: str, *arguments: str, cwd: Path | None = None) -> None:
    if shutil.which(program) is None:
        raise NotTested(f"{program} is not installed")
    subprocess.run([program, *arguments], check=True, cwd=cwd)


UNPACK: dict[str, Callable[[Path, Path], list[str]]] = {
    ".deb": _deb,
    ".rpm": _rpm,
    ".tar.zst": _portable,
    ".whl": _wheel,
    ".tar.gz": _sdist,
    "program": _program,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
