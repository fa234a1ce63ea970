"""The lists of `make mutants` match the code: after a rename it would silently test nothing."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import mutants  # noqa: E402 -- the path comes first


def test_packages_and_tests_exist() -> None:
    for package in mutants.PACKAGES.values():
        assert list((ROOT / package.folder).glob("*.py"))
        assert [name for name in package.tests if not (ROOT / name).exists()] == []


def test_patterns_of_allowed_mutants_name_existing_modules() -> None:
    for pattern, why in mutants._may_survive():
        assert why
        module = pattern.pattern.partition(" ")[0]
        if module.startswith(("core.", "services.")):
            assert (ROOT / "desktop_chat" / f"{module.replace('.', '/')}.py").exists(), module
