"""A key that a server repeats is taken out of what is handed on, however the bytes are cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.services.provider.pass_through import _without_keys

KEY = "sk-passed/Key+with=signs"
TEXTS = st.lists(st.sampled_from([KEY, KEY[:7], KEY[:-1], "sk-pas", "s", "data: {}\n\n", "你好"]), max_size=8).map(
    "".join
)


async def _passed(content: bytes, cuts: list[int]) -> bytes:
    async def pieces() -> AsyncIterator[bytes]:
        places = sorted({0, len(content), *(cut % (len(content) + 1) for cut in cuts)})
        for begin, end in pairwise(places):
            yield content[begin:end]

    return b"".join([piece async for piece in _without_keys(pieces(), ("x", KEY))])


@given(text=TEXTS, cuts=st.lists(st.integers(0, 500), max_size=12))
async def test_no_cut_lets_a_key_through_and_nothing_else_changes(text: str, cuts: list[int]) -> None:
    assert (await _passed(text.encode(), cuts)).decode() == text.replace(KEY, "[redacted]")
