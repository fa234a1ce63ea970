"""The endpoint of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from endpoint_world import World, endpoint
from hostile_server import HostileServer


@pytest.fixture
async def world(server: HostileServer, tmp_path: Path) -> AsyncIterator[World]:
    """A running endpoint in front of the hostile server."""
    async with endpoint(server.base_url, tmp_path) as world:
        yield world
