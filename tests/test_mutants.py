"""What `make mutants` reads is as it expects it: a name that changed would have it test nothing."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import mutants  # noqa: E402 -- the path comes first


def test_the_packages_and_their_tests_are_there() -> None:
    for package in mutants.PACKAGES.values():
        assert list((ROOT / package.folder).glob("*.py"))
        assert [name for name in package.tests if not (ROOT / name).exists()] == []


def test_what_may_live_is_about_code_that_is_there() -> None:
    for pattern, why in mutants._judged():
        assert why
        module = pattern.pattern.partition(" ")[0]
        if module.startswith(("core.", "services.")):
            assert (ROOT / "desktop_chat" / f"{module.replace('.', '/')}.py").exists(), module
