"""How a copy of the program was installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_chat.core.installation import Installation, InstalledFrom
from desktop_chat.services.find_installation import find_installation


def test_a_source_tree_and_a_wheel_are_told_apart(tmp_path: Path) -> None:
    assert find_installation() == Installation(InstalledFrom.SOURCE)
    (tmp_path / "resources").mkdir()
    assert find_installation(tmp_path) == Installation(InstalledFrom.WHEEL)


def test_a_package_says_what_it_was_built_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build.json").write_text('{"kind": "deb", "commit": "abc123", "date": "2026-11-29"}')
    assert find_installation(tmp_path) == Installation(InstalledFrom.DEB, "abc123", "2026-11-29")
    (tmp_path / "licences").mkdir()
    monkeypatch.setattr("sys.executable", str(tmp_path / "desktop-chat"))
    assert find_installation(tmp_path).licences == str(tmp_path / "licences")
