"""What a hostile server puts into valid events, and between them: odd values, sizes and orders."""

from __future__ import annotations

import asyncio
import json

from hostile_peer import Peer, both, mode

# --- in both protocols ------------------------------------------------------------------------------------------------


@both("ids-and-waits")
async def _ids(peer: Peer) -> None:
    """A flood of meaningless fields."""
    await peer.head()
    await peer.send(b"id: 1\nretry: 99999999999999999999\n" * 50_000)
    await peer.send(peer.hello() + b"retry: -1\nid\n\n" + peer.bye())


@both("comments-of-10-mb")
async def _many_comments(peer: Peer) -> None:
    await peer.head()
    for _ in range(160):
        await peer.send(b": keep-alive\n" * 5_000)
    await peer.send(peer.hello() + peer.bye())


@both("one-comment-of-3-mb")
async def _long_comment(peer: Peer) -> None:
    await peer.head()
    await peer.send(b":" + b"c" * 3_000_000 + b"\n")
    await peer.send(peer.hello() + peer.bye())


@both("zeros")
async def _zeros(peer: Peer) -> None:
    """NUL between events, on a line of its own and in the text."""
    await peer.head()
    await peer.send(peer.hello("Hel") + b"\0\0\0\n\n" + peer.hello("\0lo") + peer.bye())


@both("only-zeros")
async def _only_zeros(peer: Peer) -> None:
    await peer.head()
    await peer.send(b"\0" * 100_000)


@both("deep-event")
async def _deep_event(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + b"data: " + b"[" * 100_000 + b"\n\n" + peer.bye())


@both("error-as-deep-as-can-be")
async def _deep_error(peer: Peer) -> None:
    """At some of these depths an error can be parsed but not serialised again."""
    await peer.head()
    await peer.send(peer.hello())
    for depth in range(1_000, 800, -1):
        await peer.send(b'data: {"error":' + b"[" * depth + b"1" + b"]" * depth + b"}\n\n")


@both("number-of-10000-digits")
async def _long_number(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + b'data: {"x":' + b"9" * 10_000 + b"}\n\n" + peer.bye())


@both("nan")
async def _nan(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + b'data: {"choices":[],"x":[NaN,Infinity,-Infinity,1e999]}\n\n' + peer.bye())


@both("empty-lines")
async def _empty_lines(peer: Peer) -> None:
    await peer.head()
    await peer.send(b"\n" * 500_000 + peer.hello() + b"\r\n" * 100_000 + peer.bye())


@both("empty-data")
async def _empty_data(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + b"data\n\ndata:\n\ndata: \n\n" + peer.bye())


@both("event-names-for-ever")
async def _event_names(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + b"event: x\n" * 100_000 + b"\n" + peer.bye())


@both("utf-16")
async def _utf_16(peer: Peer) -> None:
    await peer.head()
    await peer.send((peer.hello() + peer.bye()).decode().encode("utf-16"))


@both("lines-without-colon-for-ever")
async def _data_for_ever(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello())
    while True:
        await peer.send(b"data\n" * 10_000)


@both("text-after-done")
async def _after_done(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello() + peer.bye() + peer.hello(" and more") + b"data: {not json\n\n" + peer.bye())


@both("text-of-one-mb")
async def _large_event(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello("x" * 1_000_000) + peer.bye())


@both("echo-of-the-key-in-an-error")
async def _echo_in_error(peer: Peer) -> None:
    """An error in the stream that echoes the key."""
    await peer.head()
    await peer.send(peer.hello())
    await peer.event({"type": "error", "error": {"message": f"no: {peer.request.headers.get('authorization')}"}})


@both("reset-after-text")
async def _reset_after_text(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello())
    await asyncio.sleep(0.02)
    peer.reset()


# --- Chat Completions -------------------------------------------------------------------------------------------------


async def _play(peer: Peer, *bodies: object) -> None:
    await peer.head()
    for body in bodies:
        await peer.event(body)


@mode("empty-choices")
async def _empty_choices(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[]}\n\n' * 10_000)
    await peer.text("Hello")
    await peer.finish()


@mode("only-empty-choices")
async def _only_empty_choices(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[]}\n\n' * 10_000)


@mode("negative-index")
async def _negative_index(peer: Peer) -> None:
    await peer.head()
    await peer.event({"choices": [{"index": -1, "delta": {"content": "No"}}]})
    await peer.event({"choices": [{"index": 0, "delta": {"content": "Hello"}}]})
    await peer.finish()


@mode("tool-call-of-negative-index")
async def _negative_call(peer: Peer) -> None:
    calls = [{"index": -5, "function": {"name": "x", "arguments": None}}, {"index": 10**30, "function": []}]
    await _play(peer, {"choices": [{"delta": {"tool_calls": calls}}]}, {"choices": [{"finish_reason": "tool_calls"}]})


@mode("finish-reason-odd")
async def _odd_reason(peer: Peer) -> None:
    """Only invalid finish reasons: nothing says that the reply is complete."""
    odd = (7, True, ["stop"], {"reason": "stop"}, "")
    await _play(peer, *({"choices": [{"delta": {"content": "x"}, "finish_reason": reason}]} for reason in odd))


@mode("finish-reason-unknown")
async def _unknown_reason(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish("eos" + "x" * 5_000)


@mode("two-finish-reasons")
async def _two_reasons(peer: Peer) -> None:
    """The first one counts."""
    await peer.head()
    await peer.text("Hello")
    for reason in ("length", "stop"):
        await peer.finish(reason, done=False)


@mode("duplicate-members")
async def _duplicates(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"No","content":"Hello"}}],"x":1,"x":2}\n\n')
    await peer.finish()


@mode("usage-huge")
async def _huge_usage(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.event({"choices": [], "usage": {"prompt_tokens": 10**400, "completion_tokens": -1}})
    await peer.finish()


@mode("text-after-finish")
async def _text_after_finish(peer: Peer) -> None:
    """Some servers send the last words after the finish reason."""
    await peer.head()
    await peer.text("Hel")
    await peer.finish(done=False)
    await peer.text("lo")
    await peer.send("data: [DONE]\n\n")


@mode("whole-without-choices")
async def _whole_without_choices(peer: Peer) -> None:
    await peer.answer("200 OK", {"choices": [], "object": "chat.completion"})


@mode("whole-odd")
async def _whole_odd(peer: Peer) -> None:
    await peer.answer("200 OK", {"choices": [{"message": {"content": {"text": 5}}, "finish_reason": "stop"}]})


@mode("two-whole-answers")
async def _two_whole(peer: Peer) -> None:
    body = json.dumps({"choices": [{"message": {"content": "Hello"}}]}).encode()
    await peer.answer("200 OK", body + b"\n" + body)


@mode("json-lines")
async def _json_lines(peer: Peer) -> None:
    """JSON lines without SSE framing, as some servers stream at other addresses."""
    await peer.head(kind="application/x-ndjson")
    await peer.send('{"message":{"content":"Hel"}}\n{"message":{"content":"lo"},"done":true}\n')


# --- the Responses API ------------------------------------------------------------------------------------------------


def _delta(text: str = "Hello") -> dict[str, object]:
    return {"type": "response.output_text.delta", "delta": text}


def _ended(status: str, **members: object) -> dict[str, object]:
    return {"type": f"response.{status}", "response": {"status": status, **members}}


@mode("r-half-event")
async def _half(peer: Peer) -> None:
    await _play(peer, _delta())
    await peer.send('data: {"type":"response.output_te')


@mode("r-invalid-utf8")
async def _invalid(peer: Peer) -> None:
    await peer.head()
    await peer.send(b'data: {"type":"response.output_text.delta","delta":"Hel\xff\xfelo"}\n\n' + peer.bye())


@mode("r-drip")
async def _drip(peer: Peer) -> None:
    await _play(peer, _delta())
    while True:
        await peer.send("d")
        await asyncio.sleep(0.01)


@mode("r-huge-event")
async def _huge(peer: Peer) -> None:
    await _play(peer, _delta())
    await peer.send('data: {"type":"response.output_text.delta","delta":"')
    while True:
        await peer.send(b"x" * 65_536)


@mode("r-flood-for-ever")
async def _flood(peer: Peer) -> None:
    await peer.head()
    block = peer.hello("word ") * 500
    while True:
        await peer.send(block)


@mode("r-slow-text")
async def _slow(peer: Peer) -> None:
    await peer.head()
    for number in range(10_000):
        await peer.send(peer.hello(f"word{number} "))
        await asyncio.sleep(0.02)


@mode("r-ended-twice")
async def _twice(peer: Peer) -> None:
    details = {"reason": "max_output_tokens"}
    await _play(peer, _delta(), _ended("incomplete", incomplete_details=details), _ended("completed"))


@mode("r-status-unknown")
async def _status_unknown(peer: Peer) -> None:
    await _play(peer, _delta(), {"type": "response.completed", "response": {"status": ["odd"]}})


@mode("r-end-without-response")
async def _no_response(peer: Peer) -> None:
    await _play(peer, _delta(), {"type": "response.completed"}, {"type": "response.completed", "response": None})


@mode("r-cancelled")
async def _cancelled(peer: Peer) -> None:
    await _play(peer, _delta(), {"type": "response.failed", "response": {"status": "cancelled"}})


@mode("r-usage-huge")
async def _r_usage(peer: Peer) -> None:
    await _play(peer, _delta(), _ended("completed", usage={"input_tokens": 10**400, "output_tokens": -1}))


@mode("r-error-of-odd-type")
async def _r_odd_error(peer: Peer) -> None:
    await _play(peer, _delta(), {"type": "error", "error": 5, "code": [], "message": {}})


@mode("r-429-then-plain")
async def _r_429_then_plain(peer: Peer) -> None:
    if len([r for r in peer.request.others if r.body.get("model") == "r-429-then-plain"]) == 1:
        await peer.answer("429 Too Many", {"error": {"message": "Slow down"}}, Retry_After="0")
    else:
        await peer.head()
        await peer.send(peer.hello() + peer.bye())
