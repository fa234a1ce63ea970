"""Builds all that is released: .deb, .rpm, portable archive, wheel and sdist, with checksums and an SBOM; the installer
on Windows, the bundle on macOS.

Usage: PYTHON packaging/build.py [--out DIR] [--only KIND]... [--twice]. KIND is deb, rpm, portable, metainfo, python,
setup or app. `--twice` builds again in another folder and compares. See packaging/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from environments import Environment, NoPython, find_python, make_environments
from icu_data import UnknownData, shrink_icu_data
from licences import NoLicence, gather, names_in
from linux_packages import LibraryMissing, build_package, check_complete, leave_to_debian, needed_glibc
from metainfo import metainfo
from release import APP_ID, NAME, ROOT, Release, find_release
from sbom import write_sbom

KINDS = {"linux": ("deb", "rpm", "portable", "python"), "win32": ("setup",), "darwin": ("app",)}
"""What is built on each system, where nothing else is asked for."""
PLACE = ROOT / "build/package"
INSIDE = "DESKTOP_CHAT_BUILD_INSIDE"
"""Set for the build that runs in the environment of the tools."""
READ_ME = """\
Desktop Chat {version} ({commit}, {date})

Start it with ./desktop-chat, or with a double-click. ./desktop-chat install-launcher puts it into the menu of your
desktop; install-launcher --remove takes it out again.

Everything is kept in your own folders, as with an installed program. With --portable, or with an empty file named
"portable" in this folder, all of it is kept in desktop-chat-data here. Keys are in the keyring of your desktop in any
case.

It needs a 64-bit Linux with glibc {glibc} or newer (2.36: Debian 12, Ubuntu 24.04, Fedora 37) and the libraries of a
desktop; where one is missing it says which. Licences: see the folder "licences".
"""


@dataclass(frozen=True, slots=True)
class Build:
    """One build: what is built, where, and with what."""

    release: Release
    product: Environment
    tools: Environment
    place: Path
    out: Path

    @property
    def bundle(self) -> Path:
        """What PyInstaller put together."""
        return self.place / "bundle" / NAME

    @property
    def environment(self) -> dict[str, str]:
        """Of every tool: nothing that a person has set, and the same time and order of hashes for all."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "LC_"))}
        fixed = {"SOURCE_DATE_EPOCH": str(self.release.epoch), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
        return {**kept, **fixed, "TZ": "UTC"}


def main(arguments: Sequence[str]) -> int:
    """Build what is asked for; the exit code is 1 where that failed or two builds differ."""
    asked = _parser().parse_args(arguments)
    try:
        if not os.environ.get(INSIDE):
            return _begin_again_inside(arguments)
        return _build(asked)
    except (NoPython, NoLicence, LibraryMissing, UnknownData) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    except subprocess.CalledProcessError as error:
        print(f"{error}\n{_text(error.stdout)}{_text(error.stderr)}", file=sys.stderr)
    return 1


def _begin_again_inside(arguments: Sequence[str]) -> int:
    """The rest runs in the environment of the tools, with the Python that goes into the packages."""
    _, tools = make_environments(PLACE, find_python(os.environ.get("PYTHON", "")))
    command = [str(tools.python), str(Path(__file__).resolve()), *arguments]
    return subprocess.run(command, check=False, env={**os.environ, INSIDE: "1"}).returncode


def _build(asked: argparse.Namespace) -> int:
    kinds = tuple(asked.only or KINDS[sys.platform])
    release, product, tools = find_release(), Environment(PLACE / "product"), Environment(PLACE / "tools")
    first = Build(release, product, tools, PLACE / "first", asked.out)
    build_all(first, kinds)
    if not asked.twice:
        return 0
    again = Build(release, product, tools, PLACE / "again and elsewhere", PLACE / "again and elsewhere" / "out")
    build_all(again, kinds)
    return 0 if _are_same(first.out, again.out) else 1


def build_all(build: Build, kinds: Sequence[str]) -> None:
    """Build these kinds into `build.out`, which is emptied first."""
    release = build.release
    print(f"Desktop Chat {release.version}, commit {release.commit or 'unknown'}, {release.date}", flush=True)
    shutil.rmtree(build.out, ignore_errors=True)
    build.out.mkdir(parents=True)
    if set(kinds) - {"python", "metainfo"}:
        with _timed("Program (PyInstaller)"):
            _put_together(build)
            if sys.platform == "linux":
                shrink_icu_data(build.bundle)
                check_complete(build.bundle)
        with _timed("Licences and list of parts"):
            parts = gather(build.place / "licences", build.product, build.tools, build.bundle, release)
            write_sbom(build.out / f"{NAME}-{release.version}.cdx.json", parts, build.product, build.tools, release)
    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(_run, kind, build) for kind in kinds]:
            running.result()
    _write_checksums(build.out)


def _put_together(build: Build) -> None:
    """Run PyInstaller in the environment of the product; the tools come behind it on the path."""
    icons, work = build.place / "icons", build.place / "work"
    for folder in (build.place / "bundle", work):
        shutil.rmtree(folder, ignore_errors=True)
    _call(build, [str(build.product.python), "-P", str(ROOT / "packaging/icons.py"), str(icons)])
    command = [str(build.product.python), "-P", "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(build.bundle.parent), "--workpath", str(work)]
    _call(
        build,
        [*command, str(ROOT / "packaging/pyinstaller/desktop-chat.spec")],
        PYTHONPATH=os.pathsep.join((str(build.product.packages), str(build.tools.packages))),
        PYINSTALLER_CONFIG_DIR=str(build.place / "cache"),
        PYINSTALLER_ZLIB_COMPRESSION_LEVEL="0",  # the packages are compressed as a whole, which leaves half of it
        DESKTOP_CHAT_VERSION=build.release.version,
        DESKTOP_CHAT_ICONS=str(icons),
        DESKTOP_CHAT_VERSION_INFO=str(_version_info(build)) if sys.platform == "win32" else "",
        DESKTOP_CHAT_BUILD_TOOLS=str(build.tools.packages),
        DESKTOP_CHAT_DISTRIBUTIONS=" ".join(names_in(build.product)),
    )


def _version_info(build: Build) -> Path:
    file = build.place / "version-info.txt"
    _call(build, [str(build.tools.python), "-P", str(ROOT / "packaging/windows/version_info.py"), str(file)])
    return file


def _deb(build: Build) -> None:
    from archive import compress_deb  # noqa: PLC0415  (its library is in the environment of the tools)

    stage = _stage(build, "deb")
    leave_to_debian(stage / "program")
    file = build.out / f"{NAME}_{build.release.version}_{_debian_architecture()}.deb"
    build_package("deb", file, _with_share(build, stage), build.tools, build.release)
    compress_deb(file)


def _rpm(build: Build) -> None:
    file = build.out / f"{NAME}-{build.release.version}-1.{platform.machine()}.rpm"
    build_package("rpm", file, _with_share(build, _stage(build, "rpm")), build.tools, build.release)


def _portable(build: Build) -> None:
    from archive import write_tar_zst  # noqa: PLC0415  (its library is in the environment of the tools)

    release, stage = build.release, _stage(build, "portable")
    folder = stage / f"{NAME}-{release.version}-linux-{platform.machine()}"
    (stage / "program").rename(folder)
    values = {"version": release.version, "commit": release.commit[:10], "date": release.date}
    text = READ_ME.format(**values, glibc=needed_glibc(folder))
    (folder / "README.txt").write_text(text, encoding="utf-8")
    write_tar_zst(folder, build.out / f"{folder.name}.tar.zst", release.epoch)


def _setup(build: Build) -> None:
    """The installer for Windows; Inno Setup's compiler has to be on the PATH."""
    program, icon = _stage(build, "windows") / "program", build.place / "icons/desktop-chat.ico"
    defines = [f"/DVersion={build.release.version}", f"/DSource={program}", f"/DIcon={icon}", f"/O{build.out}"]
    _call(build, ["iscc", "/Q", *defines, str(ROOT / "packaging/windows/desktop-chat.iss")])


def _app(build: Build) -> None:
    """The bundle for macOS, signed and packed as far as this machine can."""
    bundle = build.bundle.with_name("Desktop Chat.app")
    resources = bundle / "Contents/Resources"
    shutil.copytree(build.place / "licences", resources / "licences", dirs_exist_ok=True)
    _write_note(resources / "desktop_chat", "macos", build.release)
    _call(build, [str(ROOT / "packaging/macos/sign-and-notarise.sh"), str(bundle), build.release.version])
    for archive in bundle.parent.glob("*.zip"):
        archive.rename(build.out / archive.name)


def _metainfo(build: Build) -> None:
    """The metainfo by itself, for the Flatpak."""
    text = metainfo(build.release, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    (build.out / f"{APP_ID}.metainfo.xml").write_text(text, encoding="utf-8")


def _python(build: Build) -> None:
    command = [str(build.tools.python), "-P", "-m", "build", "--no-isolation", "--outdir", str(build.out), str(ROOT)]
    _call(build, command)


def _stage(build: Build, kind: str) -> Path:
    """Return a folder with the program as a kind of package has it: with its licences, and with where it came from."""
    stage = build.place / "stages" / kind
    shutil.rmtree(stage, ignore_errors=True)
    program = stage / "program"
    shutil.copytree(build.bundle, program, symlinks=True, copy_function=os.link)
    shutil.copytree(build.place / "licences", program / "licences")
    shutil.copyfile(build.out / f"{NAME}-{build.release.version}.cdx.json", program / "desktop-chat.cdx.json")
    _write_note(program / "_internal/desktop_chat", kind, build.release)
    return stage


def _write_note(package: Path, kind: str, release: Release) -> None:
    """Leave what the About page says of where this copy came from."""
    note = {"kind": kind, "commit": release.commit, "date": release.date}
    (package / "build.json").write_text(json.dumps(note) + "\n", encoding="utf-8")


def _with_share(build: Build, stage: Path) -> Path:
    """Add what desktops read: menu entry, icons, metainfo, and the copyright file that Debian wants."""
    share, icons = stage / "share", build.place / "icons"
    files = {
        f"applications/{APP_ID}.desktop": ROOT / f"resources/launcher/{APP_ID}.desktop",
        f"icons/hicolor/scalable/apps/{APP_ID}.svg": ROOT / "resources/icons/app.svg",
        f"doc/{NAME}/CHANGELOG.md": ROOT / "CHANGELOG.md",
        f"doc/{NAME}/copyright": build.place / "licences/README.txt",
    }
    files |= {f"icons/hicolor/{path.stem}x{path.stem}/apps/{APP_ID}.png": path for path in icons.glob("*.png")}
    for target, source in files.items():
        (share / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, share / target)
    described = share / f"metainfo/{APP_ID}.metainfo.xml"
    described.parent.mkdir()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    described.write_text(metainfo(build.release, changelog), encoding="utf-8")
    for path in stage.rglob("*"):
        os.utime(path, (build.release.epoch, build.release.epoch), follow_symlinks=False)
    return stage


def _write_checksums(out: Path) -> None:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    for path in sorted(out.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}", flush=True)


def _are_same(first: Path, again: Path) -> bool:
    sums = [(out / "SHA256SUMS").read_text(encoding="ascii").splitlines() for out in (first, again)]
    different = sorted({line.split()[1] for line in set(sums[0]) ^ set(sums[1])})
    print(f"Different: {', '.join(different)}" if different else "Two builds gave the same bytes.", flush=True)
    return not different


def _run(kind: str, build: Build) -> None:
    with _timed(kind):
        JOBS[kind](build)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    print(f"{time.monotonic() - begun:8.1f} s   {what}", flush=True)


def _call(build: Build, command: Sequence[str], **more: str) -> None:
    environment = build.environment | more
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)


def _debian_architecture() -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]


def _text(printed: object) -> str:
    return printed if isinstance(printed, str) else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="packaging/build.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the files go (dist)")
    parser.add_argument("--only", action="append", choices=JOBS, help="build this kind alone; may be given again")
    parser.add_argument("--twice", action="store_true", help="build twice and compare")
    return parser


JOBS: dict[str, Callable[[Build], None]] = {
    "deb": _deb,
    "rpm": _rpm,
    "portable": _portable,
    "metainfo": _metainfo,
    "python": _python,
    "setup": _setup,
    "app": _app,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
