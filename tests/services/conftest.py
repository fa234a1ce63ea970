"""What the tests of the services share."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_chat.services.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.make_directories()
    return paths
