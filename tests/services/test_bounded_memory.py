"""A reply takes a limited amount of memory, however much a server sends.

`tests/soak/soak_bytes.py` does the same with hundreds of megabytes.
"""

from __future__ import annotations

import pytest
from hostile_bytes import STREAMS, most_memory

from desktop_chat.core.entities import Api
from desktop_chat.services.provider import reply_reader, sse

TOTAL_BYTES = 400_000
REPLY_BYTES, EVENT_BYTES = 80_000, 40_000
MAX_BYTES = 2_000_000
"""Memory for the text, one event, one piece and their copies at these limits."""


@pytest.mark.thorough
@pytest.mark.parametrize("api", [Api.CHAT_COMPLETIONS, Api.RESPONSES])
@pytest.mark.parametrize("name", STREAMS)
def test_memory_is_limited(name: str, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_reader, "MAX_REPLY_BYTES", REPLY_BYTES)
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", EVENT_BYTES)
    assert most_memory(name, api, TOTAL_BYTES) < MAX_BYTES
