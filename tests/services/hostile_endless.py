"""How a hostile server never ends: silence, drips, floods and bombs."""

from __future__ import annotations

import asyncio
import gzip
import json

from hostile_peer import Peer, mode

# --- endless ----------------------------------------------------------------------------------------------------------


@mode("silence")
async def _silence(peer: Peer) -> None:
    await peer.gone()


@mode("silence-after-head")
async def _silence_after_head(peer: Peer) -> None:
    await peer.head()
    await peer.gone()


@mode("silence-after-text")
async def _silence_after_text(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.gone()


@mode("drip")
async def _drip(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    while True:
        await peer.send("d")
        await asyncio.sleep(0.01)


@mode("comments-then-text")
async def _comments_then_text(peer: Peer) -> None:
    await peer.head()
    for _ in range(10):
        await peer.send(": processing\n\n")
        await asyncio.sleep(0.05)
    await peer.text("Hello")
    await peer.finish()


@mode("comments-for-ever")
async def _comments_for_ever(peer: Peer) -> None:
    await peer.head()
    while True:
        await peer.send(": processing\n\n")
        await asyncio.sleep(0.01)


@mode("flood")
async def _flood(peer: Peer) -> None:
    await peer.head()
    choice = {"index": 0, "delta": {"content": "word "}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    block = f"data: {json.dumps(chunk)}\n\n" * 500
    for _ in range(100):
        await peer.send(block)
    await peer.finish()


@mode("paragraphs")
async def _paragraphs(peer: Peer) -> None:
    """An ordinary reply of 500 pieces, as fast as TCP allows."""
    await peer.head()
    pieces = ("## Title\n\n", *(f"word{n} " if n % 60 else "**end**.\n\n- item\n" for n in range(1, 500)))
    for piece in pieces:
        await peer.delta(content=piece)
    await peer.finish()


@mode("paced")
async def _paced(peer: Peer) -> None:
    await peer.head()
    for _ in range(1_000):
        await peer.text("word ")
        await asyncio.sleep(0.001)
    await peer.finish()


@mode("dripped")
async def _dripped(peer: Peer) -> None:
    """A hundred tokens per second, for ten seconds."""
    await peer.head()
    for _ in range(1_000):
        await peer.text("word ")
        await asyncio.sleep(0.01)
    await peer.finish()


@mode("flood-for-ever")
async def _flood_for_ever(peer: Peer) -> None:
    await peer.head()
    block = b'data: {"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n' * 500
    while True:
        await peer.send(block)


@mode("huge-event")
async def _huge_event(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send('data: {"choices":[{"delta":{"content":"')
    while True:
        await peer.send(b"x" * 65_536)


@mode("huge-whole")
async def _huge_whole(peer: Peer) -> None:
    await peer.head(kind="application/json")
    await peer.send('{"choices":[{"message":{"content":"')
    while True:
        await peer.send(b"x" * 262_144)


@mode("gzip-bomb")
async def _gzip_bomb(peer: Peer) -> None:
    await peer.head(Content_Encoding="gzip")
    await peer.send(gzip.compress(b"data: " + b"x" * 40_000_000, 9))


@mode("slow-text")
async def _slow_text(peer: Peer) -> None:
    await peer.head()
    for number in range(10_000):
        await peer.text(f"word{number} ")
        await asyncio.sleep(0.02)
    await peer.finish()


@mode("steady-text")
async def _steady_text(peer: Peer) -> None:
    """Ends normally after thirty pieces, in about a second and a half."""
    await peer.head()
    for number in range(30):
        await peer.text(f"word{number} ")
        await asyncio.sleep(0.05)
    await peer.finish()
