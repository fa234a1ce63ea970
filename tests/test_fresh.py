"""`make fresh` explains errors, recognises the command printed by the set-up, and lends this machine's files read-only.

The systems themselves are built by hand before a release: that takes minutes, root and a network connection.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from test_set_up import SCRIPTS, load

FRESH = SCRIPTS / "fresh"


def run(*words: str, world: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(FRESH), *words], env={**os.environ, **(world or {})}, capture_output=True, text=True, check=False
    )


def test_an_unknown_argument_prints_the_usage() -> None:
    told = run("11")
    assert told.returncode == 2
    assert told.stderr.startswith("Usage, as root: scripts/fresh [--run-only | --package]")


def test_an_ordinary_user_is_told_how_to_run_it(tmp_path: Path) -> None:
    nobody = tmp_path / "id"
    nobody.write_text("#!/bin/sh\necho 1000\n")
    nobody.chmod(0o755)
    told = run(world={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert (told.returncode, told.stderr) == (1, "Creating these systems needs root: run  sudo make fresh\n")


def recognised(said: str, tmp_path: Path) -> str:
    """Return the command that the script would run as the administrator."""
    (expression,) = re.findall(r"asked=\$\(sed -n '(.+)' \"\$4\"", FRESH.read_text())
    log = tmp_path / "log"
    log.write_text(said)
    return subprocess.run(["sed", "-n", expression, str(log)], capture_output=True, text=True, check=True).stdout


def test_the_printed_command_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    system = load("system_packages")
    system._tell_the_command([system.Need("libone", "libone", lambda: False)])
    wanted = "apt-get update && apt-get install --no-install-recommends {} -y\n"
    assert recognised(capsys.readouterr().err, tmp_path) == wanted.format("libone")
    (printed,) = re.findall(r'say "(  sudo .+) \$\(all_packages\)"', (SCRIPTS / "bootstrap").read_text())
    assert recognised(f"{printed} python3\n", tmp_path) == wanted.format("python3")


def test_lent_files_cannot_be_changed_or_deleted(tmp_path: Path) -> None:
    """A folder of wheels may be below /usr, which is deleted from a finished system."""
    (function,) = re.findall(r"^lend\(\) \{.*?^\}$", FRESH.read_text(), re.MULTILINE | re.DOTALL)
    ours, root = tmp_path / "usr/our wheels", tmp_path / "root"
    ours.mkdir(parents=True)
    root.mkdir()
    (ours / "one.whl").write_text("wheel")
    script = f'{function}\nlend "$1" "$2" && cat "$1$2/one.whl" && ! touch "$1$2/new" && ! rm -rf "$1$2"'
    own_mounts = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*own_mounts, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mounts of its own are allowed here")
    done = subprocess.run(
        [*own_mounts, "bash", "-c", script, "lend", str(root), str(ours)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "wheel")
    assert [file.name for file in ours.iterdir()] == ["one.whl"]
