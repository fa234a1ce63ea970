"""How servers send tool calls and images, in both protocols, and the calls and images that result.

Each mode answers a request with the results of calls with a plain "Hello".
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from hostile_dialects import DONE, PNG, chunk, end, event, r_end, r_text, text, whole
from hostile_peer import Peer, mode
from hostile_refusals import hello

CITY = '{"city": "Paris"}'
OTHER = '{"city": "Rome"}'
Call = tuple[str, str, str]
"""Its id on the wire, its name and its arguments; the id is empty if the server sends none."""


@dataclass(frozen=True)
class Parts:
    """What a server sends, and what results: the calls in order, the images, the text and the finish reason."""

    mode: str
    script: Sequence[str]
    calls: tuple[Call, ...] = (("a", "weather", CITY),)
    images: tuple[str, ...] = ()
    text: str = ""
    finish: str = "tool_calls"
    skipped: int = 0
    kind: str = "text/event-stream"


def call(arguments: object = None, name: str | None = None, **members: object) -> dict[str, object]:
    function = {"name": name, "arguments": arguments}
    return members | {"function": {key: value for key, value in function.items() if value is not None}}


def calls(*fragments: object) -> str:
    return chunk(tool_calls=list(fragments))


def in_ascii(step: str) -> str:
    """Return an event with escapes for halves of surrogate pairs, which cannot be encoded."""
    return step.encode("ascii", "backslashreplace").decode()


def item(call_id: str = "a", arguments: str = CITY, **members: object) -> dict[str, object]:
    return {"type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": "weather",
            "arguments": arguments, **members}  # fmt: skip


def r(kind: str, **members: object) -> str:
    return event({"type": f"response.{kind}", **members})


def r_calls(kind: str, text: str, place: int = 0, item_id: str = "fc_a") -> str:
    member = "delta" if kind == "delta" else "arguments"
    return r(f"function_call_arguments.{kind}", item_id=item_id, output_index=place, **{member: text})


OBJECT = json.loads(CITY)
TWO = (("a", "weather", CITY), ("b", "weather", OTHER))
ENDED = end("tool_calls")
FIRST = call("", "weather", index=0, id="a", type="function")

CALLS = [
    Parts("call-openai", [calls(FIRST), calls(call('{"city": ', index=0)), calls(call('"Paris"}', index=0)), *ENDED]),
    Parts("call-two", [calls(FIRST), calls(call(CITY, index=0)), calls(call("", "weather", index=1, id="b")),
                       calls(call(OTHER, index=1)), *ENDED], TWO),
    Parts("call-interleaved", [calls(FIRST, call("", "weather", index=1, id="b")), calls(call('{"city": ', index=0)),
                                   calls(call('{"city": ', index=1)), calls(call('"Rome"}', index=1)),
                                   calls(call('"Paris"}', index=0)), *ENDED], TWO),
    Parts("call-in-one", [calls(call(CITY, "weather", index=0, id="a")), *ENDED]),
    Parts("call-two-in-one", [calls(call(CITY, "weather", index=0, id="a"), call(OTHER, "weather", index=1, id="b")),
                              *ENDED], TWO),
    Parts("call-two-no-index", [calls(call(CITY, "weather", id="a"), call(OTHER, "weather", id="b")), *ENDED], TWO),
    Parts("call-two-on-index-0", [calls(call(CITY, "weather", index=0, id="a")),
                                  calls(call(OTHER, "weather", index=0, id="b")), *ENDED], TWO),
    Parts("call-index-as-text", [calls(call("", "weather", index="0", id="a")), calls(call(CITY, index="0")), *ENDED]),
    Parts("call-id-always", [calls(FIRST), *(calls(call(part, index=0, id="a")) for part in ('{"city"', ': "Paris"}')),
                               *ENDED]),
    Parts("call-name-repeated", [calls(call(part, "weather", index=0, id="a")) for part in ('{"city"', ': "Paris"}')]
          + ENDED),
    Parts("call-id-empty-later", [calls(FIRST), calls(call(CITY, "", index=0, id="")), *ENDED]),
    Parts("call-without-id", [calls(call(CITY, "weather", index=0)), *ENDED], (("", "weather", CITY),)),
    Parts("call-id-a-number", [calls(call(CITY, "weather", index=0, id=7)), *ENDED], (("7", "weather", CITY),)),
    Parts("call-arguments-object", [calls(call(OBJECT, "weather", index=0, id="a")), *ENDED]),
    Parts("call-no-arguments", [calls(call(None, "now", index=0, id="a")), *ENDED], (("a", "now", ""),)),
    Parts("call-null-arguments", [calls({"index": 0, "id": "a", "function": {"name": "now", "arguments": None}}),
                                  *ENDED], (("a", "now", ""),)),
    Parts("call-flat", [calls({"index": 0, "id": "a", "name": "weather", "arguments": OBJECT}), *ENDED]),
    Parts("call-not-a-list", [chunk(tool_calls=call(CITY, "weather", index=0, id="a")), *ENDED]),
    Parts("call-legacy", [chunk(function_call={"name": "weather", "arguments": ""}),
                          *(chunk(function_call={"arguments": part}) for part in ('{"city": ', '"Paris"}')),
                          *end("function_call")], (("", "weather", CITY),), finish="function_call"),
    Parts("call-both-fields", [chunk(tool_calls=[call(CITY, "weather", index=0, id="a")],
                                     function_call={"name": "weather", "arguments": CITY}), *ENDED]),
    Parts("call-finish-stop", [calls(call(CITY, "weather", index=0, id="a")), *end("stop")], finish="stop"),
    Parts("call-behind-text", [*text("I look."), calls(FIRST), calls(call(CITY, index=0)), *ENDED], text="I look."),
    Parts("call-behind-half-a-tag", [*text("I look. </th"), calls(FIRST), calls(call(CITY, index=0)), *ENDED],
          text="I look. </th"),
    Parts("call-split-surrogates", [calls(FIRST), in_ascii(calls(call('{"city": "a\ud83d', index=0))),
                                    in_ascii(calls(call('\ude42"}', index=0))), *ENDED],
          (("a", "weather", '{"city": "a🙂"}'),)),
    Parts("call-custom", [calls({"index": 0, "id": "x", "type": "custom", "custom": {"name": "run", "input": "ls"}}),
                          calls(call(CITY, "weather", index=1, id="a")), *ENDED]),
    Parts("call-null-in-each", [chunk(content="Hel", tool_calls=None, function_call=None),
                                chunk(content="lo", tool_calls=[], function_call={}), *end()], (), text="Hello",
          finish="stop"),
    Parts("call-odd", [chunk(tool_calls=[None, 7, "x", [], {}, {"index": True}, {"function": []}]), *text("Hello"),
                       *end()], (), text="Hello", finish="stop"),
    Parts("call-whole", [whole("tool_calls", content=None, tool_calls=[call(CITY, "weather", id="a", type="function"),
                                                                      call(OTHER, "weather", id="b")])], TWO,
          kind="application/json"),
    Parts("call-whole-object", [whole("tool_calls", tool_calls=[call(OBJECT, "weather", id="a")])],
          kind="application/json"),
    Parts("call-whole-legacy", [whole("function_call", function_call={"name": "weather", "arguments": CITY})],
          (("", "weather", CITY),), finish="function_call", kind="application/json"),
    Parts("call-only-in-summary", [*text("I look."), event({"choices": [{"index": 0, "finish_reason": "tool_calls",
          "message": {"content": "I look.", "tool_calls": [call(CITY, "weather", id="a")]}}]}), DONE], text="I look."),
    Parts("call-again-in-summary", [calls(call(CITY, "weather", index=0, id="a")), event({"choices": [{"index": 0,
          "finish_reason": "tool_calls", "message": {"tool_calls": [call(CITY, "weather", id="a")]}}]}), DONE]),
]  # fmt: skip

ADDED = r("output_item.added", output_index=0, item=item(arguments=""))
R_STOP = "stop"
RESPONSE_CALLS = [
    Parts("r-call-openai", [ADDED, r_calls("delta", '{"city": '), r_calls("delta", '"Paris"}'), r_calls("done", CITY),
                            r("output_item.done", output_index=0, item=item()), r_end(output=[item()])]),
    Parts("r-call-two", [ADDED, r_calls("delta", CITY), r("output_item.added", output_index=1, item=item("b", "")),
                         r_calls("delta", OTHER, 1, "fc_b"), r_end(output=[item(), item("b", OTHER)])], TWO),
    Parts("r-call-two-on-place-0", [ADDED, r("output_item.added", output_index=0, item=item("b", "")),
                                    r_calls("delta", CITY), r_calls("delta", OTHER, 0, "fc_b"),
                                    r_end(output=[item(), item("b", OTHER)])], TWO),
    Parts("r-call-behind-reasoning", [r("output_item.added", output_index=1, item=item(arguments="")),
                                      r_calls("delta", CITY, 1), r_end(output=[{"type": "reasoning"}, item()])]),
    Parts("r-call-other-item-ids", [ADDED, r_calls("delta", CITY, 0, "x1"), r_calls("done", CITY, 0, "x2"),
                                    r("output_item.done", output_index=0, item=item(id="x3")),
                                    r_end(output=[item(id="x4")])]),
    Parts("r-call-no-places", [r("output_item.added", item=item(arguments="")),
                               r("function_call_arguments.delta", delta=CITY), r_end(output=[item()])]),
    Parts("r-call-only-done", [ADDED, r_calls("done", CITY), r_end()]),
    Parts("r-call-only-item-done", [r("output_item.done", output_index=0, item=item()), r_end(output=[item()])]),
    Parts("r-call-only-at-the-end", [*r_text("I look."), r_end(output=[item(), item("b", OTHER)])], TWO,
          text="I look."),
    Parts("r-call-arguments-at-the-end", [ADDED, r_end(output=[item()])]),
    Parts("r-call-whole-in-added", [r("output_item.added", output_index=0, item=item()), r_end(output=[item()])]),
    Parts("r-call-object", [r("output_item.done", output_index=0, item=item(arguments=OBJECT)), r_end()]),
    Parts("r-call-no-arguments", [r("output_item.done", output_index=0, item=item(arguments="")), r_end()],
          (("a", "weather", ""),)),
    Parts("r-call-without-id", [r_end(output=[{"type": "function_call", "name": "weather", "arguments": CITY}])],
          (("", "weather", CITY),)),
    Parts("r-call-custom", [r("output_item.added", output_index=0, item={"type": "custom_tool_call", "call_id": "x",
          "name": "run", "input": "ls"}), r("custom_tool_call_input.delta", output_index=0, delta="ls"),
          r("output_item.done", output_index=1, item=item()), r_end(output=[{"type": "mcp_call", "id": "m"}, item()])]),
    Parts("r-call-odd", [r("output_item.added", output_index=[], item=7), r("output_item.done", item=[]),
                         r("function_call_arguments.delta", output_index={}, delta=None), *r_text("Hello"), r_end()],
          (), text="Hello"),
    Parts("r-call-whole", [json.dumps({"object": "response", "status": "completed", "output": [
          {"type": "reasoning", "summary": []}, item(), item("b", OTHER)]})], TWO, kind="application/json"),
]  # fmt: skip
IMAGE = f"data:image/png;base64,{PNG}"
WRAPPED = "\n".join(PNG[at : at + 20] for at in range(0, len(PNG), 20))


def image(address: str) -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": address}}


def made(result: str, **members: object) -> dict[str, object]:
    return {"type": "image_generation_call", "result": result, **members}


IMAGES = [
    Parts("image-with-calls", [chunk(images=[image(IMAGE)]), calls(call(CITY, "weather", index=0, id="a")), *ENDED],
          images=("image/png",)),
    Parts("image-jpg", [chunk(images=[image(IMAGE.replace("png", "jpg"))]), *end()], (), ("image/jpeg",),
          finish="stop"),
    Parts("image-two", [chunk(images=[image(IMAGE), image(IMAGE.replace("png", "webp"))]), *end()], (),
          ("image/png",), finish="stop"),
    Parts("image-in-content", [chunk(content=[{"type": "text", "text": "Here."}, image(IMAGE)]), *end()], (),
          ("image/png",), "Here.", "stop"),
    Parts("image-wrapped", [chunk(images=[image(f"data:image/png;charset=utf-8;base64,{WRAPPED}")]), *end()], (),
          ("image/png",), finish="stop"),
    Parts("image-broken", [chunk(images=[image(IMAGE[:-7] + "?" + IMAGE[-6:])]), *text("Hello"), *end()], (),
          text="Hello", finish="stop", skipped=1),
    Parts("image-cut", [chunk(images=[image(IMAGE[:-3])]), *text("Hello"), *end()], (), text="Hello", finish="stop",
          skipped=1),
    Parts("image-empty", [chunk(images=[image("data:image/png;base64,"), {}, None]), *text("Hello"), *end()], (),
          text="Hello", finish="stop", skipped=1),
    Parts("image-of-another-kind", [chunk(images=[image("data:image/svg+xml;base64,PHN2Zz4="), image("file:///x.png")]),
          *text("Hello"), *end()], (), text="Hello", finish="stop"),
    Parts("image-whole", [whole(content="Here.", images=[image(IMAGE)])], (), ("image/png",), "Here.", "stop",
          kind="application/json"),
    Parts("r-image-jpeg", [r("output_item.done", item=made(PNG, output_format="jpeg")), r_end(output=[made(PNG)])], (),
          ("image/jpeg",)),
    Parts("r-image-url", [r_end(output=[made(IMAGE)])], (), ("image/png",)),
    Parts("r-image-broken", [r("output_item.done", item=made("?")), *r_text("Hello"), r_end(output=[made("?")])], (),
          text="Hello", skipped=1),
]  # fmt: skip
PARTS = [*CALLS, *RESPONSE_CALLS, *IMAGES]
PIXELS = base64.b64decode(PNG)


def _play(parts: Parts) -> None:
    @mode(parts.mode)
    async def play(peer: Peer) -> None:
        sent = peer.request.body.get("messages") or peer.request.body["input"]
        if any(one.get("role") == "tool" or one.get("type") == "function_call_output" for one in sent):
            await hello(peer)
            return
        await peer.head(kind=parts.kind)
        for step in parts.script:
            await peer.send(step)
            await asyncio.sleep(0.005)  # so that fragments arrive one by one


for _parts in PARTS:
    _play(_parts)
