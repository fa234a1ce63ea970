"""Lists what is inside the packages in the form that programs read: CycloneDX.

The parts that pip installed are listed by CycloneDX's own tool, with what each depends on; those that came otherwise
(Qt, Python, the system's libraries, PyInstaller's loader, what is inside the endpoint's page) are added to that.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from environments import Environment
from licences import Part, normal
from release import NAME, Release


def write_sbom(file: Path, parts: Sequence[Part], product: Environment, tools: Environment, release: Release) -> None:
    """Write the list. Raises CalledProcessError where CycloneDX's tool fails."""
    command = [tools.program("cyclonedx-py"), "environment", "--spec-version", "1.6", "--output-format", "JSON"]
    command += ["--output-reproducible", "--output-file", str(file), str(product.python)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    table = json.loads(file.read_text(encoding="utf-8"))
    licences = {normal(part.name): part.licence for part in parts if _is_from_pip(part)}
    for component in table["components"]:  # the tool gives none where what the makers wrote is no SPDX expression
        component.setdefault("licenses", [{"license": {"name": licences[normal(component["name"])]}}])
    table["components"] += added(parts, {normal(component["name"]) for component in table["components"]})
    table["metadata"]["timestamp"] = datetime.fromtimestamp(release.epoch, UTC).isoformat()
    table["metadata"]["component"] = {
        "type": "application",
        "bom-ref": NAME,
        "name": NAME,
        "version": release.version,
        "licenses": [{"license": {"id": "MIT"}}],
    }
    file.write_text(json.dumps(table, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def added(parts: Sequence[Part], known: Collection[str]) -> list[dict[str, object]]:
    """Return the components that are not `known` by the names of what pip installed; others may have the same names."""
    return [_component(part) for part in parts if not (_is_from_pip(part) and normal(part.name) in known)]


def _is_from_pip(part: Part) -> bool:
    return part.purl.startswith("pkg:pypi/")


def _component(part: Part) -> dict[str, object]:
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": part.purl or f"{part.name}=={part.version}",
        "name": part.name,
        "version": part.version,
        "licenses": [{"license": {"name": part.licence}}],
    }
    return component | ({"purl": part.purl} if part.purl else {})
