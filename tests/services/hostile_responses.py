"""How a server of the Responses API may behave and misbehave; the model's name selects the mode."""

from __future__ import annotations

import json

from hostile_peer import MODES, Peer, mode

RESPONSE = {"id": "resp_1", "object": "response"}


async def say(peer: Peer, kind: str, **members: object) -> None:
    """Send one event like the API does: its type in the field and in the data."""
    body = {"type": f"response.{kind}", **members}
    await peer.send(f"event: response.{kind}\ndata: {json.dumps(body)}\n\n")


async def begin(peer: Peer, *pieces: str) -> None:
    await peer.head()
    await say(peer, "created", response=RESPONSE | {"status": "in_progress"})
    await say(peer, "output_item.added", output_index=0, item={"type": "message", "role": "assistant"})
    for piece in pieces:
        await say(peer, "output_text.delta", output_index=0, content_index=0, delta=piece)


async def end(peer: Peer, status: str = "completed", **members: object) -> None:
    await say(peer, status, response=RESPONSE | {"status": status} | members)


def message(*parts: dict[str, object]) -> dict[str, object]:
    return {"type": "message", "role": "assistant", "content": list(parts)}


HELLO = message({"type": "output_text", "text": "Hello"})


@mode("r-plain")
async def _plain(peer: Peer) -> None:
    await begin(peer, "Hel", "lo")
    await say(peer, "output_text.done", text="Hello")
    await end(
        peer,
        output=[HELLO],
        usage={"input_tokens": 5, "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}},
    )


@mode("r-open")
async def _open(peer: Peer) -> None:
    """The connection stays open after the last event."""
    await begin(peer, "Hello")
    await end(peer)
    await peer.gone()


@mode("r-reasoning")
async def _reasoning(peer: Peer) -> None:
    await peer.head()
    for part in range(2):
        await say(peer, "reasoning_summary_part.added", summary_index=part)
        await say(peer, "reasoning_summary_text.delta", summary_index=part, delta=f"Thought {part}.")
    await say(peer, "output_text.delta", delta="Hello")
    await end(peer)


@mode("r-only-at-the-end")
async def _only_at_the_end(peer: Peer) -> None:
    await begin(peer)
    await end(peer, output=[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hmm."}]}, HELLO])


@mode("r-text-only-at-the-end")
async def _text_only_at_the_end(peer: Peer) -> None:
    """Reasoning is streamed, the answer comes with the last event."""
    await peer.head()
    await say(peer, "reasoning_summary_text.delta", summary_index=0, delta="Hmm.")
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hmm."}]}
    await end(peer, output=[thought, HELLO])


@mode("r-whole")
async def _whole(peer: Peer) -> None:
    await peer.answer("200 OK", RESPONSE | {"status": "completed", "error": None, "output": [HELLO]})


@mode("r-length")
async def _length(peer: Peer) -> None:
    await begin(peer, "Hello")
    await end(peer, "incomplete", incomplete_details={"reason": "max_output_tokens"})


@mode("r-whole-length")
async def _whole_length(peer: Peer) -> None:
    details = {"reason": "max_output_tokens"}
    await peer.answer("200 OK", RESPONSE | {"status": "incomplete", "incomplete_details": details, "output": [HELLO]})


@mode("r-filter")
async def _filter(peer: Peer) -> None:
    await begin(peer, "Hel")
    await end(peer, "incomplete", incomplete_details={"reason": "content_filter"})


@mode("r-refusal")
async def _refusal(peer: Peer) -> None:
    await peer.head()
    await say(peer, "refusal.delta", delta="I would rather not.")
    await end(peer)


@mode("r-failed")
async def _failed(peer: Peer) -> None:
    await begin(peer, "Hello")
    await end(peer, "failed", error={"code": "server_error", "message": "Out of memory"})


@mode("r-failed-without-words")
async def _failed_without_words(peer: Peer) -> None:
    await begin(peer)
    await end(peer, "failed", error=None)


@mode("r-error-event")
async def _error_event(peer: Peer) -> None:
    await begin(peer, "Hello")
    body = {"type": "error", "code": "rate_limit_exceeded", "message": "Slow down", "param": None}
    await peer.send(f"event: error\ndata: {json.dumps(body)}\n\n")


@mode("r-cut")
async def _cut(peer: Peer) -> None:
    await begin(peer, "Hello")


@mode("r-nothing")
async def _nothing(peer: Peer) -> None:
    await begin(peer)
    await end(peer, output=[])


@mode("r-tool-call")
async def _tool_call(peer: Peer) -> None:
    await peer.head()
    item = {"type": "function_call", "call_id": "call_1", "name": "look_up"}
    await say(peer, "output_item.added", output_index=0, item=item)
    await say(peer, "function_call_arguments.delta", output_index=0, delta='{"word":')
    await say(peer, "function_call_arguments.delta", output_index=0, delta='"x"}')
    await end(peer)


@mode("r-broken-json")
async def _broken_json(peer: Peer) -> None:
    await begin(peer, "Hel")
    await peer.send('event: response.output_text.delta\ndata: {"type": "response.output_te\n\n')
    await say(peer, "output_text.delta", delta="lo")
    await end(peer)


@mode("r-unknown-events")
async def _unknown(peer: Peer) -> None:
    await begin(peer, "Hello")
    await say(peer, "web_search_call.searching", item_id="x")
    await say(peer, "output_text.annotation.added", annotation={"url": "https://example.com"})
    await end(peer)


@mode("r-odd-types")
async def _odd_types(peer: Peer) -> None:
    await begin(peer)
    for delta in (None, 3, ["x"], {"text": "y"}, "Hello"):
        await say(peer, "output_text.delta", delta=delta)
    await end(peer, usage={"input_tokens": "many"}, incomplete_details=7, output="none")


@mode("r-split-surrogates")
async def _split_surrogates(peer: Peer) -> None:
    await peer.head()
    for piece in ("a\ud83d", "\ude42b"):
        await say(peer, "output_text.delta", delta=piece)
    await end(peer)


@mode("r-done-mark")
async def _done_mark(peer: Peer) -> None:
    """Some servers end with the end marker of Chat Completions, and without the last event."""
    await begin(peer, "Hello")
    await peer.send("data: [DONE]\n\n")


@mode("r-silence-after-text")
async def _silence_after_text(peer: Peer) -> None:
    await begin(peer, "Hello")
    await peer.gone()


@mode("r-store-refused")
async def _store_refused(peer: Peer) -> None:
    if "store" in peer.request.body:
        await peer.error("400 Bad Request", "Unknown parameter: 'store'.")
    else:
        await _plain(peer)


@mode("r-summary-refused")
async def _summary_refused(peer: Peer) -> None:
    if "summary" in peer.request.body.get("reasoning", {}):
        await peer.error("400 Bad Request", "Your organization must be verified to generate reasoning summaries.")
    else:
        await _plain(peer)


@mode("r-404")
async def _not_there(peer: Peer) -> None:
    """A server that knows Chat Completions only."""
    if peer.is_responses:
        await peer.answer("404 Not Found", {"detail": "Not Found"})
    else:
        await MODES["plain"](peer)


@mode("r-401-echo")
async def _echo(peer: Peer) -> None:
    await peer.error("401 Unauthorized", f"Incorrect API key: {peer.request.headers.get('authorization')}")


@mode("r-chat-answer")
async def _chat_answer(peer: Peer) -> None:
    """A proxy that answers in the other protocol."""
    await peer.head()
    await peer.text("Hello")
    await peer.finish()
