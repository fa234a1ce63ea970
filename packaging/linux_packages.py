"""Turns the program that PyInstaller put together into a .deb and an .rpm, and asks the system for what they need."""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from contents import PYTHON_LIBRARIES
from environments import Environment
from metainfo import home_page
from release import NAME, ROOT, Release

NEEDS = ROOT / "desktop_chat/app/system_needs.txt"
ALWAYS_THERE = re.compile(
    r"ld-linux.*|lib(c|m|dl|rt|pthread|resolv|gcc_s|stdc\+\+|zstd|brotlicommon|xcb-glx|glib-2\.0)\.so\.\d+"
)
"""What comes along with those that `system_needs.txt` asks for, or with every system."""
OPTIONAL = ("libqgtk3.so", "readline.")
"""How the names of those begin that the program does without where their libraries are missing."""
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
RECOMMENDED = {
    "deb": ["gnome-keyring | kwalletmanager | keepassxc", "fonts-noto-cjk", "fonts-noto-color-emoji", "xdg-utils",
            "bubblewrap", "python3"],
    "rpm": ["gnome-keyring", "google-noto-sans-cjk-fonts", "google-noto-color-emoji-fonts", "xdg-utils",
            "bubblewrap", "python3"],
}  # fmt: skip
"""What the program does without. The tool that runs Python needs the last two: it runs the system's."""


class LibraryMissing(Exception):
    """The program needs a library that is neither inside nor asked of the system; the message names it."""


def build_package(kind: str, file: Path, stage: Path, tools: Environment, release: Release) -> None:
    """Pack `stage` (its folders `program` and `share`) as "deb" or "rpm". Raises CalledProcessError."""
    values = {
        "arch": ARCHITECTURES[platform.machine()],
        "version": release.version,
        "home_page": home_page(),
        "time": datetime.fromtimestamp(release.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "depends": json.dumps(_debian_depends(stage) if kind == "deb" else rpm_requires(stage / "program")),
        "recommends": json.dumps(RECOMMENDED[kind]),
        "contents": json.dumps(_contents(stage)),
    }
    described = stage / f"nfpm-{kind}.yaml"
    template = (ROOT / "packaging/linux/nfpm.yaml").read_text(encoding="utf-8")
    described.write_text(Template(template).substitute(values), encoding="utf-8")
    command = [tools.program("nfpm"), "package", "--config", str(described), "--packager", kind, "--target", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _contents(stage: Path) -> list[dict[str, object]]:
    """Return what goes where; folders that the system owns are not listed."""
    share, home = stage / "share", f"/usr/lib/{NAME}"
    contents: list[dict[str, object]] = [
        {"src": str(stage / "program"), "dst": home, "type": "tree"},
        {"src": f"{home}/{NAME}", "dst": f"/usr/bin/{NAME}", "type": "symlink"},
    ]
    for path in sorted(path for path in share.rglob("*") if path.is_file()):
        target = f"/usr/share/{path.relative_to(share)}"
        contents.append({"src": str(path), "dst": target, "file_info": {"mode": 0o644}})
    return contents


def leave_to_debian(program: Path) -> None:
    """Take out the libraries that a .deb asks Debian for, so that its security updates reach them.

    Links stay: they lead to libraries that packages of Python bring for themselves, such as Pillow's libzstd.
    """
    for file in (program / "_internal").iterdir():
        is_pythons = file.name.startswith(PYTHON_LIBRARIES) and not file.name.startswith("libpython")
        if is_pythons and not file.is_symlink():
            file.unlink()


def check_complete(program: Path) -> None:
    """Raise LibraryMissing where something is needed that is neither inside nor asked of the system."""
    asked = {line.split()[3] for line in NEEDS.read_text(encoding="utf-8").splitlines() if " library " in line}
    lost = {
        name
        for name in needed_libraries(program)
        if name not in asked and not ALWAYS_THERE.fullmatch(name) and not name.startswith(PYTHON_LIBRARIES)
    }
    if lost:
        raise LibraryMissing(", ".join(sorted(lost)))


def needed_libraries(program: Path) -> set[str]:
    """Return the libraries that the program's own are linked with and that are not inside."""
    binaries = [path for path in _binaries(program) if not path.name.startswith(OPTIONAL)]
    inside = {path.name for path in program.rglob("*.so*")}
    printed = _objdump(binaries)
    return set(re.findall(r"^\s+NEEDED\s+(\S+)$", printed, re.MULTILINE)) - inside


def rpm_requires(program: Path) -> list[str]:
    """Return the names by which RPM knows the libraries, and the glibc that is needed."""
    libraries = sorted(name for name in needed_libraries(program) if not name.startswith("ld-linux"))
    return [f"libc.so.6(GLIBC_{needed_glibc(program)})(64bit)", *(f"{name}()(64bit)" for name in libraries)]


def needed_glibc(program: Path) -> str:
    """Return the oldest glibc that has all that is used of it, such as "2.36"."""
    used = re.findall(r"\bGLIBC_(\d+)\.(\d+)\b", _objdump(_binaries(program)))
    return ".".join(map(str, max(tuple(map(int, version)) for version in used)))


def _debian_depends(stage: Path) -> list[str]:
    """Have Debian's own tool name the packages of this release that bring the libraries."""
    program = stage / "program"
    binaries = [f"-e{path}" for path in _binaries(program) if not path.name.startswith(OPTIONAL)]
    inside = sorted({str(path.parent) for path in program.rglob("*.so*")})
    with tempfile.TemporaryDirectory() as folder:
        control = Path(folder, "debian/control")
        control.parent.mkdir()
        control.write_text(f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n", encoding="ascii")
        command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", *(f"-l{place}" for place in inside), *binaries]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("shlibs:Depends=").split(", ")


def _binaries(program: Path) -> list[Path]:
    return [path for path in sorted(program.rglob("*")) if not path.is_symlink() and path.is_file() and _is_elf(path)]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _objdump(binaries: Iterable[Path]) -> str:
    program = shutil.which("objdump") or "objdump"
    return subprocess.run([program, "-p", *binaries], capture_output=True, text=True, check=True).stdout
