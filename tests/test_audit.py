"""The audit rejects what it should, and calls nothing safe that it could not check."""

from __future__ import annotations

import json
import shlex
from email.message import Message
from pathlib import Path

import pytest

from scripts import audit


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("(MIT AND PSF-2.0) OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(expression: str, allowed: bool) -> None:
    assert audit.is_allowed(expression) is allowed


def test_a_licence_is_found_wherever_it_is_stated() -> None:
    package = Message()
    assert audit.licence_of(package) == ""
    package["License"] = "MIT\n\nPermission is hereby granted"
    assert audit.licence_of(package) == "MIT"
    package["Classifier"] = "Programming Language :: Python"
    package["Classifier"] = "License :: OSI Approved :: BSD License"
    assert audit.licence_of(package) == "BSD"
    package["License-Expression"] = "ISC"
    assert audit.licence_of(package) == "ISC"


def tool_that_says(folder: Path, *dependencies: dict[str, object]) -> Path:
    tool = folder / "pip-audit"
    tool.write_text(f"#!/bin/sh\necho {shlex.quote(json.dumps({'dependencies': dependencies}))}\n")
    tool.chmod(0o700)
    return tool


def test_what_could_not_be_checked_is_not_called_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    skipped = {"name": "one", "skip_reason": "Dependency not found on PyPI and could not be audited"}
    monkeypatch.setattr(audit, "_tool", lambda: tool_that_says(tmp_path, skipped))
    assert audit._check_advisories()
    assert "NOT CHECKED" in capsys.readouterr().out
    monkeypatch.setattr(audit, "_tool", lambda: None)
    assert audit._check_advisories()
    assert "NOT CHECKED" in capsys.readouterr().out


def test_a_vulnerability_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = {"name": "one", "version": "1.0", "vulns": []}
    unsound = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1"}]}
    monkeypatch.setattr(audit, "_tool", lambda: tool_that_says(tmp_path, sound, unsound))
    assert not audit._check_advisories()
    said = capsys.readouterr().out
    assert "vulnerable: two 2.0: PYSEC-1" in said
    assert "2 packages were compared" in said


def test_every_lock_file_is_read() -> None:
    pins = {lock: audit._PIN.findall((audit.ROOT / lock).read_text(encoding="utf-8")) for lock in audit.LOCKS}
    assert {path.name for path in audit.ROOT.glob("requirements*.lock")} == set(pins)
    assert "openai" in dict(pins["requirements.lock"])
    assert "pytest" in dict(pins["requirements-dev.lock"])


def test_a_licence_of_the_page_that_is_not_allowed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    sound = {"": {"name": "page"}, "node_modules/@a/one": {"version": "1.0.0", "license": "MIT"}}
    assert audit._check_page_licences({"packages": sound})
    unsound = {"node_modules/a/node_modules/two": {"version": "2.0.0", "license": "GPL-3.0-only"}}
    assert not audit._check_page_licences({"packages": sound | unsound | {"node_modules/three": {"version": "3"}}})
    said = capsys.readouterr().out
    assert "not allowed: two 2.0.0: GPL-3.0-only" in said
    assert "not allowed: three 3: none stated" in said
    assert "1 packages have an allowed licence." in said


def npm_that_says(folder: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\necho {shlex.quote(words)}\nexit 1\n")
    npm.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.mark.parametrize("words", ['{"message": "405 Method Not Allowed"}', "not JSON", ""])
def test_what_npm_could_not_check_is_not_called_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    npm_that_says(tmp_path, monkeypatch, words)
    assert audit._check_page_advisories()
    assert "NOT CHECKED" in capsys.readouterr().out


def test_without_npm_nothing_is_called_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert audit._check_page_advisories()
    assert "NOT CHECKED" in capsys.readouterr().out


def test_a_vulnerability_of_the_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    about = {"range": "<2", "via": ["other", {"url": "https://github.com/advisories/GHSA-1"}]}
    report = {"vulnerabilities": {"react": about}, "metadata": {"dependencies": {"total": 7}}}
    npm_that_says(tmp_path, monkeypatch, json.dumps(report))
    assert not audit._check_page_advisories()
    said = capsys.readouterr().out
    assert "vulnerable: react <2: https://github.com/advisories/GHSA-1" in said
    assert "7 packages were compared" in said
    npm_that_says(tmp_path, monkeypatch, json.dumps(report | {"vulnerabilities": {}}))
    assert audit._check_page_advisories()
