"""How a hostile server echoes the key: in every place and encoding in which keys were seen to leak."""

from __future__ import annotations

import asyncio
import base64
import json
from urllib.parse import quote

from hostile_peer import Peer, both


def key_of(peer: Peer) -> str:
    """Return the key that the client sent."""
    return peer.request.headers.get("authorization", "").removeprefix("Bearer ")


@both("401-echo-in-html")
async def _in_html(peer: Peer) -> None:
    page = f"<html><title>No access for {key_of(peer)}</title><body>{key_of(peer)}</body></html>"
    await peer.answer("401 Unauthorized", page.encode(), kind="text/html")


@both("401-echo-in-chunks")
async def _in_chunks(peer: Peer) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key: {key_of(peer)}"}}).encode()
    await peer.head("401 Unauthorized", "application/json", Transfer_Encoding="chunked")
    for at in range(0, len(body), 3):
        piece = body[at : at + 3]
        await peer.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        await asyncio.sleep(0)
    await peer.send(b"0\r\n\r\n")


@both("401-echo-in-base64")
async def _in_base64(peer: Peer) -> None:
    """Like basic authorization: the key is inside the encoded text."""
    encoded = base64.b64encode(f"user:{key_of(peer)}:x".encode()).decode()
    await peer.error("401 Unauthorized", f"No access with {encoded}")


@both("401-echo-quoted")
async def _quoted(peer: Peer) -> None:
    await peer.error("401 Unauthorized", f"No access: https://example.org/?key={quote(key_of(peer), safe='')}&x=1")


@both("401-echo-cut")
async def _cut(peer: Peer) -> None:
    """The key is cut in two where messages are truncated."""
    await peer.error("401 Unauthorized", "x" * 280 + " " + key_of(peer))


@both("401-echo-in-each-member")
async def _everywhere(peer: Peer) -> None:
    key = key_of(peer)
    await peer.answer("401 " + key, {"error": {"message": [key, {key: key}], "code": key, "type": key, "param": key}},
                      X_Key=key, WWW_Authenticate=f"Bearer {key}")  # fmt: skip


@both("500-echo-of-20-mb")
async def _large(peer: Peer) -> None:
    await peer.head("500 Internal Server Error", "text/plain")
    for _ in range(20):
        await peer.send((key_of(peer) + " ").encode() * (1_000_000 // (len(key_of(peer)) + 1)))


@both("redirect-echo")
async def _redirect(peer: Peer) -> None:
    await peer.answer("307 Temporary Redirect", b"", Location=f"https://elsewhere.example/{key_of(peer)}/v1")


@both("200-echo-in-text")
async def _in_text(peer: Peer) -> None:
    await peer.answer("200 OK", f"hello {key_of(peer)}".encode(), kind="text/plain")


@both("header-echo-without-colon")
async def _in_header(peer: Peer) -> None:
    await peer.send(f"HTTP/1.1 200 OK\r\n{key_of(peer)}\r\n\r\n")


@both("not-http-echo")
async def _not_http(peer: Peer) -> None:
    await peer.send(f"{key_of(peer)} is the key\r\n\r\n")


@both("error-event-echo")
async def _event(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello())
    await peer.send(f"event: error\ndata: the key {key_of(peer)} was withdrawn\n\n")
