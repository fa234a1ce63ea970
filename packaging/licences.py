"""Gathers what is inside the packages, with the licence of each part: a folder of texts and a list of components.

Qt and PySide6 are used under the LGPL-3.0. What it asks for is met by how the packages are made (Qt's libraries are
files of their own, which anybody may replace) and is said in the folder's README.txt.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from contents import PYTHON_LIBRARIES
from environments import Environment
from release import ROOT, Release

TEXTS = ROOT / "packaging/licences"
PAGE = ROOT / "desktop_chat/web/assets/licences.txt"
"""The licences of what is inside the endpoint's page, as `web/build.mjs` writes them."""
_BETWEEN_PAGE_PARTS = f"\n{'-' * 60}\n\n"
_PAGE_PART = re.compile(r"(\S+) (\S+): (.+)\n\n")
_NAMES_OF_TEXTS = ("licen", "copying", "notice", "authors")
_QT_PARTS = frozenset({"pyside6-essentials", "shiboken6"})
_PLACES_OF_LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")

README = """\
What is inside Desktop Chat {version}, and under which licences
{line}

Desktop Chat itself is under the MIT licence (desktop-chat/LICENSE). Each other part has a folder here with its licence;
desktop-chat.cdx.json beside this folder lists the same parts for programs (CycloneDX).

Qt and PySide6, version {qt}
{line}
This program uses Qt and PySide6, which are under the GNU Lesser General Public License, version 3 (Qt/LGPL-3.0.txt,
which builds on Qt/GPL-3.0.txt). They are unchanged, but for debugging symbols that were left out, and are linked as
shared libraries: the files libQt6*.so* and libpyside6*, libshiboken6* below _internal. You may replace them by versions
of your own that have the same interfaces, and take this program apart to debug that; nothing in it stands in the way.
(libicudata comes with Qt, but is ICU's and under another licence; of its data, what Qt asks for is inside.)
Their source code is at https://download.qt.io/official_releases/qt/ and
https://download.qt.io/official_releases/QtForPython/. Who cannot get it there gets it from the project: {home}.

Qt contains work of others. Qt/qtbase.txt, qtsvg.txt, qtwayland.txt, qtimageformats.txt and icu.txt have their names and
licences as Debian gathered them for Qt 6.4 and ICU 72; https://doc.qt.io/qt-6/licenses-used-in-qt.html lists those of
each release.

All parts
{line}
{parts}
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is inside; `licence` as its makers write it, `purl` where package lists know it."""

    name: str
    version: str
    licence: str
    purl: str = ""


class NoLicence(Exception):
    """A part of the package has no licence that could be found; the message names it."""


def gather(folder: Path, product: Environment, tools: Environment, bundle: Path, release: Release) -> list[Part]:
    """Write the folder and return the parts, sorted by name. Raises NoLicence."""
    shutil.rmtree(folder, ignore_errors=True)
    parts = [
        *_distributions(folder, product),
        *_page_parts(folder),
        *_system_libraries(folder, bundle),
        _bootloader(folder, tools),
    ]
    _copy([ROOT / "LICENSE"], folder / "desktop-chat")
    _copy(sorted(TEXTS.glob("*.txt")), folder / "Qt")
    qt = next(part.version for part in parts if normal(part.name) == "pyside6-essentials")
    parts.append(Part("Qt", qt, "LGPL-3.0-only", f"pkg:generic/qt@{qt}"))
    parts.append(Part("ICU", _icu_version(bundle), "Unicode-3.0"))
    parts.sort(key=lambda part: part.name.lower())
    lines = "\n".join(f"{part.name} {part.version}: {part.licence}" for part in parts)
    text = README.format(version=release.version, qt=qt, line="-" * 60, home=_home_page(), parts=lines)
    (folder / "README.txt").write_text(text, encoding="utf-8")
    return parts


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names_in(product: Environment) -> list[str]:
    """Return the names of the distributions in an environment."""
    return sorted(found.metadata["Name"] for found in distributions(path=[str(product.packages)]))


def _distributions(folder: Path, product: Environment) -> Iterator[Part]:
    for found in distributions(path=[str(product.packages)]):
        name, version = found.metadata["Name"], found.version
        texts = [Path(str(found.locate_file(file))) for file in found.files or () if _is_text(file.parts, file.name)]
        if not texts and normal(name) not in _QT_PARTS and not (licence_of(found)):
            raise NoLicence(f"{name} names no licence and brings no text of one")
        _copy(texts, folder / name)
        if not texts and normal(name) not in _QT_PARTS:
            place = folder / name
            place.mkdir(parents=True)
            (place / "LICENCE.txt").write_text(_by_name(found), encoding="utf-8")
        yield Part(name, version, licence_of(found), f"pkg:pypi/{normal(name)}@{version}")


def licence_of(found: Distribution) -> str:
    """Return what a distribution says of its licence: an SPDX expression, a name, or the end of a classifier."""
    if normal(found.metadata["Name"]) in _QT_PARTS:
        return "LGPL-3.0-only"
    said = _said(found, "License-Expression") or _said(found, "License")
    if said and "\n" not in said.strip() and said.strip().upper() != "UNKNOWN":
        return said.strip()
    named = [line for line in found.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return named[0].rpartition(" :: ")[2] if named else ""


def _said(found: Distribution, field: str) -> str:
    return str((found.metadata.get_all(field) or [""])[0])


def _by_name(found: Distribution) -> str:
    author = _said(found, "Author") or _said(found, "Author-email") or "its authors"
    return f"{found.metadata['Name']} {found.version}, by {author}: {licence_of(found)}. Its package brings no text.\n"


def _is_text(parts: tuple[str, ...], name: str) -> bool:
    in_metadata = any(part.endswith(".dist-info") for part in parts)
    return (in_metadata and name.lower().startswith(_NAMES_OF_TEXTS)) or "licenses" in parts


def parts_of_page(text: str) -> list[tuple[Part, str]]:
    """Return what is inside the endpoint's page, with the text of each licence. Raises NoLicence."""
    found = []
    for block in text.split(_BETWEEN_PAGE_PARTS):
        head = _PAGE_PART.match(block)
        if head is None or not block[head.end() :].strip():
            raise NoLicence(f"the page has a part without a licence: {block[:60]!r}")
        name, version, licence = head.groups()
        found.append(
            (Part(name, version, licence, f"pkg:npm/{name.replace('@', '%40')}@{version}"), block[head.end() :])
        )
    return found


def _page_parts(folder: Path) -> Iterator[Part]:
    for part, text in parts_of_page(PAGE.read_text(encoding="utf-8")):
        place = folder / "npm" / part.name  # another package index may have one of this name
        place.mkdir(parents=True)
        (place / "LICENCE.txt").write_text(text, encoding="utf-8")
        yield part


def _system_libraries(folder: Path, bundle: Path) -> Iterator[Part]:
    """Give each library of the system that was taken along, and Python's own, with the package that it came from."""
    if sys.platform != "linux":
        yield Part("Python", sys.version.split()[0], "PSF-2.0")
        return
    done = set()
    for file in sorted((bundle / "_internal").glob("lib*.so*")):
        if file.is_symlink() or not file.name.startswith(PYTHON_LIBRARIES):
            continue
        package, version, texts = _package_of(file.name)
        if package not in done:
            done.add(package)
            _copy(texts, folder / package)
            purl = f"pkg:deb/debian/{package}@{version}" if version else ""
            yield Part(package, version, "see its folder", purl)


def _package_of(library: str) -> tuple[str, str, list[Path]]:
    """Return the package that a library of this machine belongs to, its version, and its licence."""
    for place in _PLACES_OF_LIBRARIES:
        if (path := Path(place, library)).exists() and (found := _ask_dpkg(path.resolve())) is not None:
            return found
    text = Path(sys.base_prefix) / f"lib/python3.{sys.version_info[1]}/LICENSE.txt"
    if library.startswith("libpython") and text.exists():
        return "python", sys.version.split()[0], [text]
    raise NoLicence(f"{library} belongs to no package of this system")


def _ask_dpkg(path: Path) -> tuple[str, str, list[Path]] | None:
    candidates = (str(path), str(path).removeprefix("/usr"))  # /lib and /usr/lib are one, and dpkg may know either
    for candidate in candidates:
        done = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            package = done.stdout.split(":")[0]
            asked = ["dpkg-query", "-W", "-f", "${Version}", package]
            version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
            return package, version, [Path("/usr/share/doc", package, "copyright")]
    return None


def _bootloader(folder: Path, tools: Environment) -> Part:
    """PyInstaller's loader is part of each package; its licence has an exception for that."""
    found = next(iter(distributions(name="pyinstaller", path=[str(tools.packages)])))
    texts = [Path(str(found.locate_file(file))) for file in found.files or () if _is_text(file.parts, file.name)]
    _copy(texts, folder / "PyInstaller")
    return Part("PyInstaller", found.version, licence_of(found), f"pkg:pypi/pyinstaller@{found.version}")


def _icu_version(bundle: Path) -> str:
    found = [file.name for file in bundle.rglob("libicudata.so.*")]
    return found[0].rpartition(".")[2] if found else ""


def _copy(texts: list[Path], folder: Path) -> None:
    for text in texts:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(text, folder / text.name)


def _home_page() -> str:
    from metainfo import home_page  # noqa: PLC0415

    return home_page()
