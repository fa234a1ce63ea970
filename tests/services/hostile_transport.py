"""What a hostile server, or a proxy in front of it, does to HTTP itself: lengths, chunks, encodings, headers, statuses.

All modes are the same in both protocols.
"""

from __future__ import annotations

import asyncio
import gzip

from hostile_peer import MODES, Peer, both

# --- lengths and chunks -----------------------------------------------------------------------------------------------


@both("length-too-long")
async def _length_too_long(peer: Peer) -> None:
    """Fewer bytes than announced, after the end marker."""
    await peer.head(Content_Length="100000")
    await peer.send(peer.hello() + peer.bye())


@both("length-too-long-cut")
async def _length_too_long_cut(peer: Peer) -> None:
    await peer.head(Content_Length="100000")
    await peer.send(peer.hello())


@both("length-too-short")
async def _length_too_short(peer: Peer) -> None:
    """The last event is beyond the announced length."""
    data = peer.hello()
    await peer.head(Content_Length=str(len(data)))
    await peer.send(data + peer.bye())


@both("length-nonsense")
async def _length_nonsense(peer: Peer) -> None:
    await peer.head(Content_Length="many")
    await peer.send(peer.hello() + peer.bye())


@both("length-twice")
async def _length_twice(peer: Peer) -> None:
    await peer.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
    )
    await peer.send(peer.hello())


@both("chunk-extensions")
async def _chunk_extensions(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    for data in (peer.hello(), peer.bye()):
        await peer.send(b'%x;name="value";other\r\n%b\r\n' % (len(data), data))
    await peer.send(b"0;last\r\n\r\n")


@both("trailers")
async def _trailers(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked", Trailer="X-Sum")
    data = peer.hello() + peer.bye()
    await peer.send(b"%x\r\n%b\r\n0\r\nX-Sum: 12\r\nX-Other: y\r\n\r\n" % (len(data), data))


@both("chunk-nonsense")
async def _chunk_nonsense(peer: Peer) -> None:
    """After text, a chunk whose size is not a number."""
    await peer.head(Transfer_Encoding="chunked")
    data = peer.hello()
    await peer.send(b"%x\r\n%b\r\n" % (len(data), data))
    await asyncio.sleep(0.02)
    await peer.send(b"zz\r\nnonsense\r\n")


@both("chunk-cut-inside")
async def _chunk_cut_inside(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    data = peer.hello()
    await peer.send(b"%x\r\n%b" % (len(data) + 1_000, data))


@both("chunked-byte-by-byte")
async def _chunked_byte_by_byte(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    for byte in peer.hello() + peer.bye():
        await peer.send(b"1\r\n%c\r\n" % byte)
    await peer.send(b"0\r\n\r\n")


@both("http-1.0")
async def _http_1_0(peer: Peer) -> None:
    await peer.send("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    await peer.send(peer.hello() + peer.bye())


@both("early-hints")
async def _early_hints(peer: Peer) -> None:
    """Interim responses come first."""
    await peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
    await peer.head()
    await peer.send(peer.hello() + peer.bye())


@both("switching-protocols")
async def _switching(peer: Peer) -> None:
    await peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")


# --- headers ----------------------------------------------------------------------------------------------------------


@both("header-without-colon")
async def _header_without_colon(peer: Peer) -> None:
    await peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nnonsense\r\n\r\n")
    await peer.send(peer.hello() + peer.bye())


@both("header-of-200-kb")
async def _huge_header(peer: Peer) -> None:
    await peer.head(X_Large="x" * 200_000)
    await peer.send(peer.hello() + peer.bye())


@both("head-without-end")
async def _head_without_end(peer: Peer) -> None:
    await peer.send("HTTP/1.1 200 OK\r\n")
    while True:
        await peer.send("X-More: " + "x" * 1_000 + "\r\n")


@both("head-half")
async def _head_half(peer: Peer) -> None:
    await peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/ev")


@both("cookies")
async def _cookies(peer: Peer) -> None:
    await peer.head(Set_Cookie="track=1; Path=/; Max-Age=99999999")
    await peer.send(peer.hello() + peer.bye())


@both("retry-after-with-200")
async def _retry_after_200(peer: Peer) -> None:
    await peer.head(Retry_After="3600")
    await peer.send(peer.hello() + peer.bye())


@both("header-of-odd-bytes")
async def _odd_header(peer: Peer) -> None:
    await peer.send(
        b"HTTP/1.1 200 \xff\xfe\r\nContent-Type: text/event-stream; charset=\xe9\r\nX-Odd: \xf0\x9f\r\n\r\n"
    )
    await peer.send(peer.hello() + peer.bye())


# --- encodings --------------------------------------------------------------------------------------------------------


@both("gzip-said")
async def _gzip_said(peer: Peer) -> None:
    await peer.head(Content_Encoding="gzip")
    await peer.send(peer.hello() + peer.bye())


@both("gzip-cut")
async def _gzip_cut(peer: Peer) -> None:
    """Compressed, and truncated inside the compressed data."""
    await peer.head(Content_Encoding="gzip")
    packed = gzip.compress(peer.hello() + peer.hello() * 1_000)
    await peer.send(packed[:40])


@both("br")
async def _brotli(peer: Peer) -> None:
    await peer.head(Content_Encoding="br")
    await peer.send(b"\x1b\x10\x00\xf8\x25\x8c\x00\xc2\xa3\x40\x20\xa4\x00")


@both("zstd")
async def _zstd(peer: Peer) -> None:
    await peer.head(Content_Encoding="zstd")
    await peer.send(b"\x28\xb5\x2f\xfd\x04\x58\x29\x00\x00Hello\xe8\x4c\x27\x0f")


@both("encoding-unknown")
async def _encoding_unknown(peer: Peer) -> None:
    """Announces an unknown encoding, but uses none."""
    await peer.head(Content_Encoding="x-own")
    await peer.send(peer.hello() + peer.bye())


@both("500-gzip-said")
async def _500_gzip_said(peer: Peer) -> None:
    await peer.answer("500 Internal Server Error", {"error": "not packed"}, Content_Encoding="gzip")


# --- statuses ---------------------------------------------------------------------------------------------------------

STATUSES = {
    "204": "204 No Content",
    "205": "205 Reset Content",
    "300": "300 Multiple Choices",
    "304": "304 Not Modified",
    "409": "409 Conflict",
    "410": "410 Gone",
    "418": "418 I'm a teapot",
    "421": "421 Misdirected Request",
    "425": "425 Too Early",
    "431": "431 Request Header Fields Too Large",
    "451": "451 Unavailable For Legal Reasons",
    "499": "499 Client Closed Request",
    "501": "501 Not Implemented",
    "504": "504 Gateway Timeout",
    "508": "508 Loop Detected",
    "511": "511 Network Authentication Required",
    **{str(number): f"{number} of a proxy" for number in range(520, 531)},
    "999": "999 Beyond",
}


def _status(line: str) -> None:
    async def play(peer: Peer) -> None:
        body = b"" if line[:3] in {"204", "205", "304"} else b"<html><title>error</title></html>"
        await peer.answer(line, body, kind="text/html")

    both(line[:3])(play)


for _line in STATUSES.values():
    _status(_line)


@both("206")
async def _206(peer: Peer) -> None:
    await peer.head("206 Partial Content", Content_Range="bytes 0-99/100000")
    await peer.send(peer.hello())


@both("201")
async def _201(peer: Peer) -> None:
    await peer.head("201 Created")
    await peer.send(peer.hello() + peer.bye())


@both("redirect-to-itself")
async def _redirect_loop(peer: Peer) -> None:
    await peer.answer("308 Permanent Redirect", b"", Location=peer.request.path)


@both("redirect-302")
async def _redirect_302(peer: Peer) -> None:
    await peer.answer("302 Found", b"<html>Sign in</html>", Location="/login", kind="text/html")


@both("redirect-nowhere")
async def _redirect_nowhere(peer: Peer) -> None:
    await peer.answer("307 Temporary Redirect", b"")


# --- independent of the protocol --------------------------------------------------------------------------------------

SAME = (
    *("401", "401-text-echo", "401-html", "403", "402", "400-gateway-key", "500-gateway-key", "400-context"),
    *("400-context-llama", "400-context-words", "413", "400", "422-detail", "404-model", "404-model-ollama"),
    *("404-html", "405", "408", "redirect", "429-seconds", "429-date", "429-nonsense", "429-quota", "500", "502-html"),
    *("503-empty", "500-endless", "500-silent-body", "599-binary", "html-200", "html-200-called-stream", "empty-200"),
    *("error-200", "error-200-string", "json-200-other", "text-200", "deep-json-200", "reset-at-once"),
    *("close-at-once", "not-http", "silence", "silence-after-head", "comments-for-ever", "huge-whole", "gzip-bomb"),
)
"""Modes that the other files define for Chat Completions and that do not depend on the protocol."""


def serve_in_both() -> None:
    """Register them for the Responses API, too; called after all others are registered."""
    for name in SAME:
        MODES[f"r-{name}"] = MODES[name]
