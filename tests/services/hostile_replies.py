"""What a hostile server may do within the rules: odd but legal streams, and replies whose end needs explanation."""

from __future__ import annotations

import asyncio
import gzip
import json

from hostile_peer import Peer, mode

# --- odd but legal ------------------------------------------------------------------------------------------------


@mode("plain")
async def _plain(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel", "lo")
    await peer.finish()


@mode("escapes")
async def _escapes(peer: Peer) -> None:
    """Control sequences for a terminal: clear the screen, fill the clipboard."""
    await peer.head()
    await peer.text("a\x1b[2Jb\x1b", "]52;c;eA==\x07c")
    await peer.finish()


@mode("crlf")
async def _crlf(peer: Peer) -> None:
    await peer.head()
    for event in ('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]"):
        await peer.send(f"data: {event}\r\n\r\n")


@mode("cr")
async def _cr(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\r\rdata: [DONE]\r\r')


@mode("no-space")
async def _no_space(peer: Peer) -> None:
    await peer.head()
    await peer.send('data:{"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n')


@mode("comments")
async def _comments(peer: Peer) -> None:
    await peer.head()
    await peer.send(": waiting\n\n:\n\n")
    await peer.text("Hello")
    await peer.send(": still there\n\n")
    await peer.finish()


@mode("several-data-lines")
async def _several(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":\ndata: [{"delta":{"content":"Hello"},\ndata: "finish_reason":"stop"}]}\n\n')


@mode("fields")
async def _fields(peer: Peer) -> None:
    await peer.head()
    await peer.send(
        'id: 7\nretry: 10\nevent: message\nwhat: ever\ndata: {"choices":[{"delta":{"content":"Hello"}}]}\n\n'
    )
    await peer.send("event: ping\ndata: {}\n\n")
    await peer.finish()


@mode("unknown-members")
async def _unknown(peer: Peer) -> None:
    await peer.head()
    await peer.event(
        {"new": [1], "choices": [{"delta": {"content": "Hello", "x": {"y": 1}}, "logprobs": None, "z": 0}]}
    )
    await peer.finish()


@mode("no-done")
async def _no_done(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)


@mode("no-finish-reason-but-done")
async def _only_done(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.send("data: [DONE]\n\n")


@mode("no-last-blank-line")
async def _no_last_line(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}')


@mode("usage")
async def _usage(peer: Peer) -> None:
    await peer.head()
    await peer.delta(role="assistant", content="")
    await peer.text("Hello")
    await peer.finish(done=False)
    details = {"reasoning_tokens": 1}
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "completion_tokens_details": details}
    await peer.event({"choices": [], "usage": usage})
    await peer.send("data: [DONE]\n\n")


@mode("usage-refused")
async def _usage_refused(peer: Peer) -> None:
    if "stream_options" in peer.request.body:
        await peer.error("400 Bad Request", "Unknown parameter: 'stream_options'.", code="unknown_parameter")
    else:
        await _plain(peer)


@mode("max-tokens-refused")
async def _max_tokens_refused(peer: Peer) -> None:
    if "max_tokens" in peer.request.body:
        await peer.error("400 Bad Request", "Unsupported: 'max_tokens'. Use 'max_completion_tokens' instead.")
    else:
        await _plain(peer)


@mode("reasoning")
async def _reasoning(peer: Peer) -> None:
    await peer.head()
    await peer.delta(reasoning_content="Hm")
    await peer.delta(reasoning="m.")
    await peer.text("Hello")
    await peer.finish()


@mode("reasoning-parts")
async def _reasoning_parts(peer: Peer) -> None:
    await peer.head()
    await peer.delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hmm."}]}])
    await peer.delta(content=[{"type": "text", "text": "Hello"}])
    await peer.finish()


@mode("byte-by-byte")
async def _byte_by_byte(peer: Peer) -> None:
    await peer.head()
    event = {"choices": [{"delta": {"content": "Grüße, 你好 🙂"}, "finish_reason": "stop"}]}
    for byte in f"data: {json.dumps(event, ensure_ascii=False)}\r\n\r\n".encode():
        await peer.send(bytes([byte]))
        await asyncio.sleep(0)


@mode("split-surrogates")
async def _split_surrogates(peer: Peer) -> None:
    await peer.head()
    await peer.send('data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n')
    await asyncio.sleep(0.02)
    await peer.send('data: {"choices":[{"delta":{"content":"\\ude42b\\ud83d"}}]}\n\n')
    await peer.finish()


@mode("bom")
async def _bom(peer: Peer) -> None:
    await peer.head()
    await peer.send(b"\xef\xbb\xbf")
    await peer.text("Hello")
    await peer.finish()


@mode("no-content-type")
async def _no_content_type(peer: Peer) -> None:
    await peer.head(kind="")
    await peer.text("Hello")
    await peer.finish()


@mode("stream-called-json")
async def _stream_called_json(peer: Peer) -> None:
    await peer.head(kind="application/json")
    await peer.text("Hello")
    await peer.finish()


@mode("chunked")
async def _chunked(peer: Peer) -> None:
    await peer.head(Transfer_Encoding="chunked")
    data = b'data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    for start in range(0, len(data), 7):
        piece = data[start : start + 7]
        await peer.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    await peer.send(b"0\r\n\r\n")


@mode("gzip")
async def _gzip(peer: Peer) -> None:
    await peer.head(Content_Encoding="gzip")
    await peer.send(gzip.compress(b'data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n'))


@mode("two-choices")
async def _two_choices(peer: Peer) -> None:
    await peer.head()
    await peer.event(
        {"choices": [{"index": 1, "delta": {"content": "No"}}, {"index": 0, "delta": {"content": "Hello"}}]}
    )
    await peer.finish()


# --- answers that need an explanation ------------------------------------------------------------------------------


@mode("whole")
async def _whole(peer: Peer) -> None:
    message = {"role": "assistant", "content": "Hello", "reasoning_content": "Hmm."}
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1}}
    await peer.answer("200 OK", body)


@mode("whole-cut")
async def _whole_cut(peer: Peer) -> None:
    await peer.head(kind="application/json", Content_Length="500")
    await peer.send('{"choices": [{"message": {"content": "Hel')


@mode("length")
async def _length(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish("length")


@mode("content-filter")
async def _filter(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hel")
    await peer.finish("content_filter")


@mode("refusal")
async def _refusal(peer: Peer) -> None:
    await peer.head()
    await peer.delta(refusal="I would ")
    await peer.delta(refusal="rather not.")
    await peer.finish()


@mode("nothing")
async def _nothing(peer: Peer) -> None:
    await peer.head()
    await peer.delta(role="assistant", content="")
    await peer.finish()


@mode("tool-call")
async def _tool_call(peer: Peer) -> None:
    await peer.head()
    call = {"index": 0, "id": "c1", "function": {"name": "rm", "arguments": '{"path":'}}
    await peer.delta(tool_calls=[call])
    await peer.delta(tool_calls=[{"index": 0, "function": {"arguments": '"/"}'}}])
    await peer.finish("tool_calls")


@mode("tool-call-cut")
async def _tool_call_cut(peer: Peer) -> None:
    await peer.head()
    await peer.delta(tool_calls=[{"index": 0, "id": "c1", "function": {"name": "rm", "arguments": '{"pa'}}])


@mode("done-then-open")
async def _done_then_open(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish()
    await peer.gone()


@mode("finish-then-open")
async def _finish_then_open(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    await peer.gone()


@mode("finish-then-reset")
async def _finish_then_reset(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    await asyncio.sleep(0.05)
    peer.reset()


@mode("finish-then-talk")
async def _finish_then_talk(peer: Peer) -> None:
    await peer.head()
    await peer.text("Hello")
    await peer.finish(done=False)
    while True:
        await peer.event({"choices": [], "usage": None})
        await asyncio.sleep(0.02)
