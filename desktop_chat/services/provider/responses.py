"""Reads the Responses API, streamed or not, into the same deltas as Chat Completions.

See https://platform.openai.com/docs/api-reference/responses-streaming. There is no end marker after the last event: the
reply ends with `response.completed`, `response.incomplete` or `response.failed`.
"""

from __future__ import annotations

from typing import Any

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, RefusalDelta, TextDelta, UsageDelta
from desktop_chat.core.errors import ProviderFault
from desktop_chat.services.provider.chunks import REASON_LIMIT, About, ChunkReader, usage_in
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer, Piece, whole_characters
from desktop_chat.services.provider.function_items import FunctionItems
from desktop_chat.services.provider.json_values import dict_in, dicts_in, text_in
from desktop_chat.services.provider.reply_extras import ReplyExtras, sources_in
from desktop_chat.services.provider.server_errors import error_in

_TEXTS: dict[str, type[Piece]] = {
    "response.output_text.delta": TextDelta,
    "response.refusal.delta": RefusalDelta,
    "response.reasoning_text.delta": ReasoningDelta,
    "response.reasoning_summary_text.delta": ReasoningDelta,
}
_ENDS = {"response.completed", "response.incomplete", "response.failed"}
_REASONS = {"max_output_tokens": "length", "max_tokens": "length"}
_PARTS: dict[str, tuple[type[Piece], str]] = {
    "output_text": (TextDelta, "text"),
    "refusal": (RefusalDelta, "refusal"),
    "reasoning_text": (ReasoningDelta, "text"),
    "summary_text": (ReasoningDelta, "text"),
}


class ResponseReader:
    """Reads one reply; see `chunks.ChunkReader`. Tracks which kinds of pieces were streamed, because the last event
    repeats them, and some servers send some or all of them only there."""

    def __init__(self) -> None:
        self._streamed: set[type[Piece]] = set()
        self._calls = FunctionItems()
        self._extras = ReplyExtras()
        self._chunks = ChunkReader()

    def __call__(self, body: object, coalescer: DeltaCoalescer) -> About | None:
        """Add the content of one event or one whole answer to `coalescer`, and return its usage and finish reason; None
        for other JSON. Raises ProviderError for an error."""
        kind = text_in(body.get("type")) if isinstance(body, dict) else ""
        if not isinstance(body, dict) or not (kind or "choices" in body or body.get("object") == "response"):
            _raise_error_in(body)
            return None
        if kind in _TEXTS:
            return self._grow(_TEXTS[kind], body.get("delta"), coalescer)
        if "choices" in body:
            return self._chunks(body, coalescer)  # a gateway that answers in Chat Completions format
        if body.get("error") and kind not in _ENDS and body.get("object") != "response":
            kind = "error"
        if kind == "error":
            raise error_in(body if body.get("error") else {"error": body}) or ProviderFault()
        if kind in _ENDS and isinstance(body.get("response"), dict):
            return self._end(body["response"], coalescer)
        if body.get("object") == "response":
            return self._end(body, coalescer)
        return self._note_item(body, coalescer) if kind.startswith("response.") else None

    def _grow(self, kind: type[Piece], text: object, coalescer: DeltaCoalescer) -> About:
        if isinstance(text, str) and text:
            self._streamed.add(kind)
            coalescer.say(kind, text)
        return ()

    def _end(self, response: dict[str, Any], coalescer: DeltaCoalescer) -> About:
        self._streamed |= coalescer.kinds
        for place, item in enumerate(dicts_in(response.get("output"))):
            self._read_item(item, place, coalescer)
        status = text_in(response.get("status"))
        if status in {"failed", "cancelled"} or (response.get("error") and status != "completed"):
            raise error_in({"error": response.get("error")}) or ProviderFault()
        usage = response.get("usage")
        about: list[UsageDelta | FinishDelta] = [UsageDelta(usage_in(usage))] if isinstance(usage, dict) else []
        details = response.get("incomplete_details")
        reason = text_in(details.get("reason")) if isinstance(details, dict) else ""
        if status == "incomplete":
            about.append(FinishDelta(whole_characters(_REASONS.get(reason, reason or "length")[:REASON_LIMIT])))
        elif status == "completed":
            about.append(FinishDelta("stop"))
        return about

    def _read_item(self, item: dict[str, Any], place: int, coalescer: DeltaCoalescer) -> None:
        """Read an item of the last event, except for what was streamed."""
        self._calls.complete(item, place, coalescer)
        for part in (*dicts_in(item.get("summary")), *dicts_in(item.get("content"))):
            kind, member = _PARTS.get(text_in(part.get("type")), (TextDelta, ""))
            if kind not in self._streamed and (text := text_in(part.get(member))):
                coalescer.say(kind, text)
            self._read_sources(part.get("annotations"), coalescer)
        self._read_image(item, coalescer)

    def _read_sources(self, annotations: object, coalescer: DeltaCoalescer) -> None:
        if found := list(sources_in(annotations)):
            before = self._extras.sources()
            self._extras.name(found)
            if (now := self._extras.sources()) != before:
                coalescer.add(now)

    def _read_image(self, item: dict[str, Any], coalescer: DeltaCoalescer) -> None:
        if item.get("type") == "image_generation_call" and (data := text_in(item.get("result"))):
            kind = text_in(item.get("output_format")) or "png"
            self._extras.show(data if data.startswith("data:") else f"data:image/{kind};base64,{data}", coalescer)

    def _note_item(self, event: dict[str, Any], coalescer: DeltaCoalescer) -> About:
        """Read events other than text and the end: paragraphs of a reasoning summary, and function calls."""
        kind, place, item = event["type"], event.get("output_index"), dict_in(event.get("item"))
        if kind == "response.reasoning_summary_part.added" and event.get("summary_index"):
            coalescer.say(ReasoningDelta, "\n\n")
        elif kind == "response.output_item.added":
            self._calls.announce(item, place, coalescer)
        elif kind == "response.function_call_arguments.delta":
            self._calls.grow(event, coalescer)
        elif kind == "response.function_call_arguments.done":
            self._calls.complete_arguments(event, coalescer)
        elif kind == "response.output_text.annotation.added":
            self._read_sources([event.get("annotation")], coalescer)
        elif kind == "response.output_item.done":
            self._calls.complete(item, place, coalescer)
            self._read_image(item, coalescer)
        return ()


def _raise_error_in(body: object) -> None:
    """Raise the ProviderError in JSON that is neither an event nor an answer, if any."""
    error = error_in(body)
    if error is not None:
        raise error
