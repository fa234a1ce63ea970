"""Where a copy of the program came from, and when another version is newer."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_chat.core.origin import CopyKind, Origin, is_newer
from desktop_chat.services.origin import find_origin


def test_a_source_tree_and_a_wheel_are_told_apart(tmp_path: Path) -> None:
    assert find_origin() == Origin(CopyKind.SOURCE)
    (tmp_path / "resources").mkdir()
    assert find_origin(tmp_path) == Origin(CopyKind.WHEEL)


def test_a_package_says_what_it_was_built_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build.json").write_text('{"kind": "deb", "commit": "abc123", "date": "2026-11-29"}')
    assert find_origin(tmp_path) == Origin(CopyKind.DEB, "abc123", "2026-11-29")
    (tmp_path / "licences").mkdir()
    monkeypatch.setattr("sys.executable", str(tmp_path / "desktop-chat"))
    assert find_origin(tmp_path).licences == str(tmp_path / "licences")


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [
        ("1.0.0", "0.9.9", True),
        ("0.10.0", "0.9.0", True),
        ("0.9.0", "0.10.0", False),
        ("1.2.3", "1.2.3", False),
        ("1.2", "1.1.0", False),
        ("9.9.9-beta", "1.0.0", False),
        ("９.9.9", "1.0.0", False),
        ("9999999.0.0", "1.0.0", False),
        ("", "1.0.0", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str, than: str, newer: bool) -> None:
    assert is_newer(version, than) is newer
