"""Checks the locked packages for known vulnerabilities and for licences that the project may not ship with.

Usage: VENV/bin/python scripts/audit.py. Advisories come from pip-audit, from PyPI or, if that has none, from OSV, and
for what the endpoint's page is made of from npm. If these cannot be reached, the script says so and calls nothing safe.
The exit code is 1 for a vulnerability or a licence that is not allowed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock", "requirements-package.lock")
TOOL = "pip-audit>=2.10,<3"
ENVIRONMENT = ROOT / "build" / "audit"
WEB = ROOT / "web"
SOURCES = ("pypi", "osv")
PATIENCE_S = 300
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0",
    "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""SPDX names. The terms of the LGPL are met for Qt and PySide6 by loading them unmodified; users can replace them by
modified versions."""
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)


def main() -> int:
    """Check licences first, since that needs no network."""
    pins = {lock: _PIN.findall((ROOT / lock).read_text(encoding="utf-8")) for lock in LOCKS}
    licences = _check_licences({name for found in pins.values() for name, _ in found})
    page_licences = _check_page_licences(json.loads((WEB / "package-lock.json").read_text(encoding="utf-8")))
    advisories = _check_advisories()
    page_advisories = _check_page_advisories()
    return 0 if licences and page_licences and advisories and page_advisories else 1


def _check_licences(names: Iterable[str]) -> bool:
    print("=== Licences")
    refused, unknown, count = [], [], 0
    for name in sorted(names):
        try:
            licence = licence_of(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            unknown.append(name)
            continue
        count += 1
        if not is_allowed(licence):
            refused.append(f"{name}: {licence or 'none stated'}")
    for line in refused:
        print(f"not allowed: {line}")
    print(f"{count - len(refused)} packages have an allowed licence.")
    if unknown:
        print(f"NOT CHECKED, because they are not installed here: {', '.join(unknown)}")
    return not refused


def _check_page_licences(lock: dict[str, Any]) -> bool:
    """Check what npm installs to build the page, by its lock file."""
    print("\n=== Licences of what the endpoint's page is made of and built with")
    packages = {
        f"{path.rpartition('node_modules/')[2]} {about.get('version')}": about.get("license", "")
        for path, about in lock["packages"].items()
        if path
    }
    refused = [
        f"{name}: {licence or 'none stated'}" for name, licence in sorted(packages.items()) if not is_allowed(licence)
    ]
    for line in refused:
        print(f"not allowed: {line}")
    print(f"{len(packages) - len(refused)} packages have an allowed licence.")
    return not refused


def licence_of(package: Any) -> str:
    """Return a package's licence from its metadata, as an SPDX expression if possible."""
    stated = package.get("License-Expression") or ""
    if not stated:
        named = [line.rpartition(" :: ")[2] for line in package.get_all("Classifier", []) if "License ::" in line]
        stated = " OR ".join(_CLASSIFIERS[name] for name in named if name in _CLASSIFIERS)
    return str(stated or package.get("License") or "").strip().split("\n", maxsplit=1)[0]


def is_allowed(expression: str) -> bool:
    """Return whether at least one alternative of an SPDX expression is allowed in all its parts."""
    text = expression.replace("(", " ").replace(")", " ")
    return any(all(part.strip() in ALLOWED for part in choice.split(" AND ")) for choice in text.split(" OR "))


def _check_advisories() -> bool:
    print("\n=== Known vulnerabilities")
    tool = _tool()
    if tool is None:
        print(f"NOT CHECKED: {TOOL} cannot be installed here.")
        return True
    checked, found = set(), []
    for lock in LOCKS:
        for dependency in _advisories(tool, ROOT / lock):
            if "vulns" in dependency and not dependency.get("skip_reason"):
                checked.add(dependency["name"])
                found += [(dependency["name"], dependency["version"], one["id"]) for one in dependency["vulns"]]
    for name, version, advisory in sorted(set(found)):
        print(f"vulnerable: {name} {version}: {advisory}")
    if not checked:
        print(
            "NOT CHECKED: advisory data cannot be reached from here, neither at PyPI nor at OSV. Run this again online."
        )
    else:
        print(
            f"{len(checked)} packages were compared with the advisories; {len({name for name, *_ in found})} have one."
        )
    return not found


def _check_page_advisories() -> bool:
    print("\n=== Known vulnerabilities of what the endpoint's page is made of and built with")
    report = _npm_report()
    if report is None:
        print("NOT CHECKED: npm is not installed, or its registry gives no advisories from here.")
        return True
    for name, about in sorted(report["vulnerabilities"].items()):
        advisories = sorted({one["url"] for one in about["via"] if isinstance(one, dict)})
        print(f"vulnerable: {name} {about['range']}: {', '.join(advisories) or 'by what it depends on'}")
    count = report["metadata"]["dependencies"]["total"]
    print(f"{count} packages were compared with the advisories; {len(report['vulnerabilities'])} have one.")
    return not report["vulnerabilities"]


def _npm_report() -> dict[str, Any] | None:
    """Return what npm says of the lock file; None if it cannot say anything."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = [npm, "audit", "--json", "--package-lock-only"]
    try:
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S, cwd=WEB)
        report: dict[str, Any] = json.loads(ran.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        return None
    return report if "vulnerabilities" in report else None


def _tool() -> Path | None:
    """Return the path of pip-audit, installed in its own environment, as it is not a dependency of the program."""
    tool = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "pip-audit"
    if not tool.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        command = [str(tool.with_name("python")), "-m", "pip", "install", "--quiet", TOOL]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tool if tool.exists() else None


def _advisories(tool: Path, lock: Path) -> list[dict[str, Any]]:
    """Return the results of the first source that knows a package of the lock; empty if none can be reached."""
    for source in SOURCES:
        command = [
            str(tool),
            "--requirement",
            str(lock),
            "--disable-pip",
            "--require-hashes",
            "--no-deps",
            "--format",
            "json",
        ]
        command += ["--vulnerability-service", source, "--progress-spinner", "off"]
        try:
            ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S)
            dependencies: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
        except (ValueError, KeyError, subprocess.TimeoutExpired):
            continue
        if any(not dependency.get("skip_reason") for dependency in dependencies):
            return dependencies
    return []


if __name__ == "__main__":
    sys.exit(main())
