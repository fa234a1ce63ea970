"""Whatever a model server does, a caller of the endpoint always gets an end with a reason."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx2
import pytest
from endpoint_world import BEARER, KEY, TOKEN, World, endpoint, question
from hostile_server import HostileServer, modes_of_tables

from desktop_chat.services.endpoint.caller_request import Limits

ENDLESS = ("for-ever", "flood", "huge", "bomb", "paced", "slow-text", "steady", "paragraphs", "drip")
"""Parts of the names of modes that send for as long as anybody reads, or nearly so."""
SETTINGS = {"idle_limit_s": 1.0, "patience_s": 2.0, "retries": 0}


def reason_in(text: str, status: int) -> str:
    """Return how an answer ends: an error's code, or the sign of a whole reply. Empty if it just stops."""
    if status != 200:
        return str(json.loads(text)["error"]["code"])
    last = [line for line in text.split("\n") if line.startswith("data:")]
    if last and last[-1].removeprefix("data:").strip() == "[DONE]":
        return "done"
    if last and ('"done"' in last[-1] or '"error"' in last[-1] or '"finish_reason"' in text or "response." in text):
        return "done"
    return "whole" if text.lstrip()[:1] in {"{", "["} else ""


async def ended(world: World, path: str, body: dict[str, object]) -> tuple[str, str]:
    """Ask, and return the reason for the end and everything that the caller saw."""
    async with world.client.stream("POST", path, content=json.dumps(body), headers=BEARER) as response:
        seen = (await response.aread()).decode("utf-8", "replace")
        return reason_in(seen, response.status_code), seen


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/api/chat/stream", "/v1/chat/completions"])
async def test_every_hostile_mode_ends_with_a_reason(server: HostileServer, tmp_path: Path, path: str) -> None:
    modes = sorted(mode for mode in modes_of_tables() if not any(part in mode for part in ENDLESS))
    assert len(modes) > 100
    async with endpoint(server.base_url, tmp_path, settings=SETTINGS, limits=Limits(requests=1_000)) as world:
        client = httpx2.AsyncClient(base_url=world.url, trust_env=False, timeout=60, limits=httpx2.Limits())
        await world.client.aclose()
        world.client = client

        async def one(mode: str) -> tuple[str, str, str]:
            asked = {"message": "hi", "model": mode} if path.startswith("/api") else question(mode)
            return (mode, *await ended(world, path, asked))

        found = await asyncio.gather(*map(one, modes))
    assert {mode for mode, reason, _ in found if not reason} == set()
    for _, _, seen in found:
        assert KEY not in seen
        assert TOKEN not in seen
