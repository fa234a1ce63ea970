"""What servers send in non-standard words or places, in both protocols, and the expected result: seen in the wild.

Each dialect is a script of events, and the message that results. Numbers in a script are seconds of silence.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from hostile_peer import Peer, mode

from desktop_chat.core.entities import Source, Status, Usage

COMPLETE, TRUNCATED, FILTERED = Status.COMPLETE, Status.TRUNCATED, Status.FILTERED
INTERRUPTED, FAILED = Status.INTERRUPTED, Status.FAILED
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAKElEQVR4nA3HoQEAAAzCMCwW20d7/haXJDYuEpPauko/s3OTfbA4BA/dLAkxI/9N"
    "+gAAAABJRU5ErkJggg=="
)
CARD = f"![image](attachment:{hashlib.sha256(base64.b64decode(PNG)).hexdigest()})\n\n"
DONE = "data: [DONE]\n\n"
HELD = "(held)"
"""The connection stays open until the client disconnects."""
TIDE, MOON = "https://example.org/tide", "https://example.org/moon"


@dataclass(frozen=True)
class Dialect:
    """What a server sends, and the expected result."""

    mode: str
    script: Sequence[str | float]
    text: str = "Hello"
    status: Status = COMPLETE
    reasoning: str = ""
    code: str = ""
    detail: str = ""
    usage: Usage | None = None
    sources: tuple[Source, ...] = ()
    skipped: int = 0
    kind: str = "text/event-stream"


def event(body: object) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def chunk(finish: str | None = None, **delta: object) -> str:
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def text(*pieces: str) -> list[str]:
    return [chunk(content=piece) for piece in pieces]


def end(reason: str = "stop") -> list[str]:
    return [chunk(reason), DONE]


def whole(reason: str = "stop", **message: object) -> str:
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant"} | message, "finish_reason": reason}]})


def summary(**choice: object) -> str:
    message = {"role": "assistant", "content": "Hello", "reasoning_content": "Hmm."}
    return event({"choices": [{"index": 0, "message": message, "finish_reason": "stop"} | choice]})


def r_text(*pieces: str) -> list[str]:
    return [event({"type": "response.output_text.delta", "delta": piece}) for piece in pieces]


def r_end(status: str = "completed", **members: object) -> str:
    return event({"type": f"response.{status}", "response": {"object": "response", "status": status} | members})


def r_message(said: str, **members: object) -> dict[str, object]:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": said} | members]}


def cited(url: str, title: str) -> dict[str, object]:
    return {"type": "url_citation", "url_citation": {"url": url, "title": title, "start_index": 0, "end_index": 4}}


ENDINGS = {
    COMPLETE: "stop STOP eos eos_token end_turn stop_sequence COMPLETE FinishReason.STOP finish_reason_stop done",
    TRUNCATED: "length max_tokens MAX_TOKENS max_output_tokens model_length model_context_window_exceeded MAX-TOKENS",
    FILTERED: "content_filter sensitive safety SAFETY RECITATION PROHIBITED_CONTENT guardrail_intervened ERROR_TOXIC",
    INTERRUPTED: "network_error error ERROR abort cancelled timeout insufficient_system_resource repetition_truncation"
    " deadline_exceeded MALFORMED_RESPONSE",
}
FINISH = [
    Dialect(
        f"fin-{reason}",
        [*text("Hello"), *end(reason)],
        status=status,
        code="" if status is not INTERRUPTED else "connection_lost" if reason == "network_error" else "provider_fault",
        detail=reason if status is INTERRUPTED else "",
    )
    for status, reasons in ENDINGS.items()
    for reason in reasons.split()
] + [
    Dialect("fin-unheard-of", [*text("Hello"), *end("a_new_word")]),
    Dialect("fin-error-before-text", end("error"), "", FAILED, code="provider_fault", detail="error"),
    Dialect("fin-length-last", [*(chunk("stop", content=piece) for piece in ("Hel", "lo")), *end("length")],
            status=TRUNCATED),
    Dialect("fin-filter-first", [chunk("content_filter", content="Hello"), *end("stop")], status=FILTERED),
    Dialect("fin-every-chunk", [x for piece in "Hello" for x in (chunk("stop", content=piece), 0.15)] + [DONE]),
    Dialect("fin-every-chunk-reasoning", [
        *(x for piece in "Hmm." for x in (chunk("stop", reasoning=piece), 0.15)), chunk("stop", content="Hello"), DONE,
    ], reasoning="Hmm."),
    Dialect("fin-then-talk-then-open", [chunk("stop", content="Hel"), 0.3, chunk("stop", content="lo"), HELD]),
    Dialect("fin-first-chunk", [chunk("stop", content="Hel"), 0.2, chunk(content="l"), 0.2, chunk(content="o"), DONE]),
    Dialect("fin-then-slow-usage", [*text("Hello"), chunk("stop"), 0.35,
            event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}), DONE], usage=Usage(1, 2)),
]  # fmt: skip
SUMMARY = [
    Dialect("summary-behind", [*text("Hel", "lo"), summary(), DONE], reasoning="Hmm."),
    Dialect("summary-behind-empty-delta", [*text("Hel", "lo"), summary(delta={}), DONE], reasoning="Hmm."),
    Dialect("summary-only", [chunk(role="assistant"), summary(), DONE], reasoning="Hmm."),
    Dialect("summary-with-text-only-there", [chunk(reasoning_content="Hmm."), summary(), DONE], reasoning="Hmm."),
    Dialect("r-summary-behind", [*r_text("Hel", "lo"), r_end(output=[r_message("Hello")])]),
    Dialect("r-summary-only", [r_end(output=[r_message("Hello")])]),
]  # fmt: skip
COUNTS = {"prompt_tokens": 19, "completion_tokens": 13}
USAGE = [
    Dialect("usage-in-choice", [*text("Hello"), event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop",
            "usage": COUNTS | {"cached_tokens": 8}}]}), DONE], usage=Usage(19, 13, None, 8)),
    Dialect("usage-then-open", [*text("Hello"), chunk("stop"), event({"choices": [], "usage": COUNTS}), HELD],
            usage=Usage(19, 13)),
    Dialect("usage-groq", [*text("Hello"), event({"x_groq": {"usage": COUNTS}, "choices": [{"index": 0, "delta": {},
            "finish_reason": "stop"}]}), DONE], usage=Usage(19, 13)),
    Dialect("usage-every-chunk", [
        *(event({"choices": [{"delta": {"content": piece}}], "usage": {"prompt_tokens": 7, "completion_tokens": count}})
          for count, piece in enumerate("Hello")),
        event({"choices": [{"delta": {}, "finish_reason": "stop"}],
               "usage": COUNTS | {"prompt_tokens_details": {"cached_tokens": 4}}}), DONE,
    ], usage=Usage(19, 13, None, 4)),
    Dialect("usage-deepseek", [*text("Hello"), event({"choices": [{"delta": {}, "finish_reason": "stop"}],
            "usage": COUNTS | {"prompt_cache_hit_tokens": 16}}), DONE], usage=Usage(19, 13, None, 16)),
    Dialect("r-usage-cached", [*r_text("Hello"), r_end(usage={"input_tokens": 19, "output_tokens": 13,
            "input_tokens_details": {"cached_tokens": 4}, "output_tokens_details": {"reasoning_tokens": 2}})],
            usage=Usage(19, 13, 2, 4)),
]  # fmt: skip
FRAMING = [
    Dialect("one-newline", ["".join([*text("Hel", "lo"), *end()]).replace("\n\n", "\n")]),
    Dialect("one-newline-slow", [one for line in [*text("Hel", "lo"), *end()] for one in (line[:-1], 0.05)]),
    Dialect("one-newline-with-names", ["event: message\n" + line[:-1] for line in [*text("Hel", "lo"), *end()]]),
    Dialect("data-data", [f"data: {line}" for line in [*text("Hel", "lo"), *end()]]),
    Dialect("heartbeats", ["data: \n\n", "event: ping\ndata: ping\n\n", "data: {}\n\n", "event: keepalive\ndata:\n\n",
            "data: keep-alive\n\n", *text("Hello"), "data: [PING]\n\n".replace("[PING]", "ping"), *end()]),
    Dialect("index-one", [event({"choices": [{"index": 1, "delta": {"content": "Hello"}}]}),
            event({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}), DONE]),
    Dialect("two-indices", [event({"choices": [{"index": i, "delta": {"content": piece}}]}) for piece, i in
            (("Hel", 0), ("No", 1), ("lo", 0), ("no", 1))] + end()),
    Dialect("azure-first-chunk", [event({"choices": [], "created": 0, "id": "", "model": "", "prompt_filter_results": [
            {"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False}}}]}), *text("Hello"),
            event({"choices": [{"content_filter_offsets": {"check_offset": 1}, "finish_reason": None, "index": 0}]}),
            *end()]),
    Dialect("error-field", [*text("Hello"), 'error: {"code":500,"message":"context shift","type":"server_error"}\n\n'],
            status=INTERRUPTED, code="provider_fault", detail="context shift"),
    Dialect("error-field-words", [*text("Hello"), "error: out of memory\n\n"],
            status=INTERRUPTED, code="provider_fault", detail="out of memory"),
    Dialect("bare-json", [*text("Hello"), '{"error":{"message":"CUDA out of memory","type":"server_error"}}\n\n'],
            status=INTERRUPTED, code="provider_fault", detail="CUDA out of memory"),
    Dialect("bare-json-pretty", [*text("Hello"), '{\n  "error": {\n    "message": "CUDA out of memory"\n  }\n}\n\n'],
            status=INTERRUPTED, code="provider_fault", detail="CUDA out of memory"),
    Dialect("bare-json-at-the-end", [*text("Hello"), '{"error":{"message":"CUDA out of memory"}}'],
            status=INTERRUPTED, code="provider_fault", detail="CUDA out of memory"),
    Dialect("bare-words-then-cut", [*text("Hello"), "upstream request timeout\n\n"],
            status=INTERRUPTED, code="connection_lost", detail="upstream request timeout"),
    Dialect("broken-then-cut", [*text("Hello"), "data: worker died, [redacted] key\n\n"],
            status=INTERRUPTED, code="connection_lost", detail="worker died, [redacted] key", skipped=1),
    Dialect("error-in-choice-of-its-own", [*text("Hello"), event({"choices": [{"index": 0, "delta": {}, "finish_reason":
            "error", "error": {"code": 502, "message": "Upstream gone"}}]})],
            status=INTERRUPTED, code="provider_fault", detail="Upstream gone"),
    Dialect("r-one-newline", ["".join([*r_text("Hel", "lo"), r_end()]).replace("\n\n", "\n")]),
    Dialect("r-error-field", [*r_text("Hello"), 'error: {"message":"context shift"}\n\n'],
            status=INTERRUPTED, code="provider_fault", detail="context shift"),
    Dialect("r-bare-words-then-cut", [*r_text("Hello"), "upstream request timeout\n\n"],
            status=INTERRUPTED, code="connection_lost", detail="upstream request timeout"),
]  # fmt: skip
THOUGHT = "They ask for two plus two.\nThat is four."
TAGGED = {
    "think": (
        ["<th", "ink>\nThey ask for two ", "plus two.\nThat is four.\n</thi", "nk>\n\nHel", "lo"],
        THOUGHT,
        "Hello",
    ),
    "thought": ([f"<thought>{THOUGHT}</thought>Hello"], THOUGHT, "Hello"),
    "thinking": ([f"\n<Thinking>{THOUGHT}", "</Thinking>\n", "Hello"], THOUGHT, "Hello"),
    "empty": (["<think>\n\n</think>\n\nHello"], "", "Hello"),
    "twice": (["<think>One.</think>\n<think>Two.</think>\nHello"], "One.\n\nTwo.", "Hello"),
    "no-opening": ([f"{THOUGHT}\n", "</th", "ink>", "\n\nHello"], f"{THOUGHT}\n", "Hello"),
    "no-opening-at-line-end": ([THOUGHT, "</think>\n", "\nHello"], THOUGHT, "Hello"),
    "only-closing": (["</think>\n\n", "Hello"], "", "Hello"),
    "never-closed": ([f"<think>{THOUGHT}"], THOUGHT, ""),
    "in-backticks": (["Use `<think>` and\n`</think>`\n\nin it."], "", "Use `<think>` and\n`</think>`\n\nin it."),
    "in-code": (["Write:\n```\nso\n</think>\n\n", "x\n```\n"], "", "Write:\n```\nso\n</think>\n\nx\n```\n"),
    "mentioned": (["The tags <think> and\n</think>\n\nmark it."], "", "The tags <think> and\n</think>\n\nmark it."),
    "in-a-line": (["It ends with </think> and goes on."], "", "It ends with </think> and goes on."),
    "later": (["First.\n\n<think>Not", " this.</think>\n\nHello"], "", "First.\n\n<think>Not this.</think>\n\nHello"),
    "code-first": (["`<think>` is a tag."], "", "`<think>` is a tag."),
    "quoted-inside": (["<think>Is it `</think>", "`? Yes.</think>Hello"], "Is it `</think>`? Yes.", "Hello"),
    "other-word": (["<thinker> is a statue"], "", "<thinker> is a statue"),
    "half": (["<thin"], "", "<thin"),
}
THINKING = [
    *(Dialect(f"tags-{name}", [*text(*pieces), *end()], said, reasoning=thought)
      for name, (pieces, thought, said) in TAGGED.items()),
    *(Dialect(f"r-tags-{name}", [*r_text(*pieces), r_end()], said, reasoning=thought)
      for name, (pieces, thought, said) in TAGGED.items()),
    *(Dialect(f"whole-tags-{name}", [whole(content="".join(pieces))], said, reasoning=thought, kind="application/json")
      for name, (pieces, thought, said) in TAGGED.items()),
    Dialect("tags-cut-inside", text(f"<think>{THOUGHT}"), "", INTERRUPTED, THOUGHT, "connection_lost"),
    Dialect("tags-cut-in-tag", text("Hello</thi"), "Hello</thi", INTERRUPTED, code="connection_lost"),
    Dialect("tag-behind-reasoning-field", [chunk(reasoning="Hmm."), *text("So\n</think>\n\nHello"), *end()],
            "So\n</think>\n\nHello", reasoning="Hmm."),
]  # fmt: skip
REASONING = [
    Dialect("details-only", [chunk(content="", reasoning_details=[{"type": "reasoning.text", "text": "Hmm."}]),
            *text("Hello"), *end()], reasoning="Hmm."),
    Dialect("details-summary", [chunk(reasoning_details=[{"type": "reasoning.summary", "summary": "Hmm."}]),
            *text("Hello"), *end()], reasoning="Hmm."),
    Dialect("details-encrypted", [chunk(reasoning_details=[{"type": "reasoning.encrypted", "data": "x"}]),
            *text("Hello"), *end()]),
    Dialect("details-cumulative", [*(chunk(reasoning_details=[{"text": "They ask for two."[:n]}]) for n in (5, 9, 17)),
            *text("Hello"), *end()], reasoning="They ask for two."),
    Dialect("reasoning-in-all-fields", [*(chunk(content="", reasoning=t, reasoning_content=t, reasoning_details=[
            {"type": "reasoning.text", "text": t}]) for t in ("Two ", "plus two.")), *text("Hello"), *end()],
            reasoning="Two plus two."),
    Dialect("details-repeat-behind", [chunk(reasoning="Two "), chunk(reasoning="plus two."), *text("Hello"),
            chunk(reasoning_details=[{"text": "Two plus two."}]), *end()], reasoning="Two plus two."),
    Dialect("reasoning-object", [chunk(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hmm."}]}]),
            chunk(content=[{"type": "text", "text": "Hel"}, {"type": "reference", "reference_ids": [1]}]), *text("lo"),
            *end()], reasoning="Hmm."),
    Dialect("only-reasoning", [chunk(content=None, reasoning_content="It is Paris."), *end()], "",
            reasoning="It is Paris."),
    Dialect("r-only-reasoning", [event({"type": "response.reasoning_summary_text.delta", "delta": "It is Paris."}),
            r_end()], "", reasoning="It is Paris."),
]  # fmt: skip
TWO = (Source(TIDE, "Tide"), Source(MOON, "Moon"))
BESIDE = [
    Dialect("citations", [event({"citations": [TIDE, MOON], "search_results": [{"title": "Tide", "url": TIDE},
            {"title": "Moon", "url": MOON}], "choices": [{"delta": {"content": piece}}]})
            for piece in ("Tides[1]", "[2].")] + end(), "Tides[1][2].", sources=TWO),
    Dialect("citations-last", [*text("Hello"), event({"citations": [TIDE], "choices": []}), *end()],
            sources=(Source(TIDE),)),
    Dialect("citations-odd", [event({"citations": [7, None, "javascript:alert(1)", "file:///etc/passwd", {"url": TIDE}],
            "choices": [{"delta": {"content": "Hello"}}]}), *end()], sources=(Source(TIDE),)),
    Dialect("annotations", [*text("Hello"), chunk(annotations=[cited(TIDE, "Tide\n\x1b[2J")]),
            chunk(annotations=[cited(MOON, "Moon"), cited(TIDE, "")]), *end()],
            sources=(Source(TIDE, "Tide [2J"), Source(MOON, "Moon"))),
    Dialect("whole-annotations", [whole(content="Hello", annotations=[cited(TIDE, "Tide"), cited(MOON, "Moon")])],
            sources=TWO, kind="application/json"),
    Dialect("r-annotations", [*r_text("Hello"), *(event({"type": "response.output_text.annotation.added", "annotation":
            {"type": "url_citation", "url": source.url, "title": source.title}}) for source in TWO),
            r_end(output=[r_message("Hello", annotations=[{"type": "url_citation", "url": TIDE, "title": "Tide"}])])],
            sources=TWO),
    Dialect("r-annotations-at-the-end", [r_end(output=[r_message("Hello", annotations=[
            {"type": "url_citation", "url": source.url, "title": source.title} for source in TWO])])], sources=TWO),
    Dialect("image-only", [chunk(content="", images=[{"type": "image_url", "image_url": {"url":
            f"data:image/png;base64,{PNG}"}}]), *end()], CARD),
    Dialect("image-behind-text", [*text("Here."), *(chunk(images=[{"image_url": {"url":
            f"data:image/{kind};base64,{PNG}"}}]) for kind in ("PNG", "png")), *end()], f"Here.\n\n{CARD}"),
    Dialect("image-of-the-web", [chunk(images=[{"image_url": {"url": f"{TIDE}_(1).png"}}]), *end()],
            f"![]({TIDE}_%281%29.png)\n\n"),
    Dialect("image-odd", [chunk(content="Hello", images=[{"image_url": {"url": "file:///x.png"}}, {"image_url": 7}, "x",
            {"image_url": {"url": "data:text/html;base64,AAAA"}}, {}]), *end()]),
    Dialect("r-image", [event({"type": "response.output_item.done", "item": {"type": "image_generation_call",
            "result": PNG, "output_format": "png"}}),
            r_end(output=[{"type": "image_generation_call", "result": PNG}])], CARD),
]  # fmt: skip
DIALECTS = [*FINISH, *SUMMARY, *USAGE, *FRAMING, *THINKING, *REASONING, *BESIDE]


def _play(dialect: Dialect) -> None:
    @mode(dialect.mode)
    async def play(peer: Peer) -> None:
        await peer.head(kind=dialect.kind)
        for step in dialect.script:
            if step is HELD:
                await peer.gone()
            else:
                await (asyncio.sleep(step) if isinstance(step, float) else peer.send(step))


for _dialect in DIALECTS:
    _play(_dialect)

FOR_CHAT = [one for one in DIALECTS if not one.mode.startswith("r-")]
FOR_RESPONSES = [one for one in DIALECTS if one.mode.startswith("r-")]
