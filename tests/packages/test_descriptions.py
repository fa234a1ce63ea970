"""What is handed to tools of other systems, which cannot be run here, has the form that they read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from package_system import ROOT, TOOLS, call

from desktop_chat import APP_ID

TO_JSON = "import sys, json; from ruamel.yaml import YAML; print(json.dumps(YAML(typ='safe').load(open(sys.argv[1]))))"


def read_yaml(file: Path) -> Any:
    return json.loads(call(TOOLS / "python", "-c", TO_JSON, file))


def test_the_release_workflow_has_the_form_that_github_reads() -> None:
    file = ROOT / ".github/workflows/release.yml"
    call(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
    jobs = read_yaml(file)["jobs"]
    assert set(jobs["release"]["needs"]) == {"linux", "windows", "macos"}
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    scripts = {word.strip('"') for command in commands for word in command.split() if word.startswith("packaging/")}
    assert scripts
    assert all((ROOT / script).exists() for script in scripts)


def test_the_flatpak_manifest_names_files_that_exist() -> None:
    file = ROOT / f"packaging/flatpak/{APP_ID}.yml"
    manifest = read_yaml(file)
    assert manifest["id"] == APP_ID
    assert "--filesystem=host" not in manifest["finish-args"]
    sources = [source["path"] for module in manifest["modules"] for source in module["sources"]]
    assert all((file.parent / path).exists() for path in sources)
