"""Fills in what software centres read of the program: its addresses and its releases."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from xml.sax.saxutils import quoteattr

from release import APP_ID, ROOT, Release, releases_in

SOURCE = ROOT / f"packaging/linux/{APP_ID}.metainfo.xml"


def home_page(root: Path = ROOT) -> str:
    """Return the project's address, of which `desktop_chat/__init__.py` is the only place."""
    text = (root / "desktop_chat/__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^HOME_PAGE = "(https://[^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("desktop_chat/__init__.py has no HOME_PAGE")
    return found[1]


def metainfo(release: Release, changelog: str) -> str:
    """Return the metainfo of a release. A version that the changelog gives no day yet has the day of its commit."""
    known = releases_in(changelog)
    if release.version not in {version for version, _ in known}:
        known.insert(0, (release.version, release.date))
    lines = "\n".join(f"    <release version={quoteattr(version)} date={quoteattr(day)}/>" for version, day in known)
    return Template(SOURCE.read_text(encoding="utf-8")).substitute(home_page=home_page(), releases=lines)
