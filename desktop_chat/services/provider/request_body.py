"""Builds request bodies for a prompt, without the parts that the server refuses for the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice
from typing import Any

from desktop_chat.core.entities import Role
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.slices import Steps
from desktop_chat.services.provider.request_messages import (
    DEVELOPER,
    SYSTEM,
    Item,
    chat_messages,
    chat_tools,
    messages_of,
    response_items,
    response_tools,
)

OLD_LIMIT = "max_tokens"
"""The older name of the limit, which most servers know; OpenAI's reasoning models accept only the newer one."""
NEW_LIMIT = "max_completion_tokens"
LIMIT = "max_output_tokens"
"""The Responses API's name for it."""


def effort_token(effort: str) -> str:
    """Return the token for a refused effort: a model that rejects "minimal" may accept "low"."""
    return f"reasoning_effort={effort}"


def body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> Steps[dict[str, Any]]:
    """Return the JSON body of a request, without the parts `refused` before; a message in each step."""
    messages: list[Item] = []
    for message in messages_of(prompt, refused):
        messages += chat_messages(message, refused)
        yield
    streaming = _streams(prompt, refused)
    body: dict[str, Any] = {"model": prompt.model, "messages": messages, "stream": streaming}
    if streaming and LeftOut.USAGE not in refused:
        body["stream_options"] = {"include_usage": True}
    if prompt.temperature is not None and LeftOut.TEMPERATURE not in refused:
        body["temperature"] = prompt.temperature
    limit = next((name for name in (OLD_LIMIT, NEW_LIMIT) if name not in refused), None)
    if prompt.max_tokens is not None and limit is not None:
        body[limit] = prompt.max_tokens
    if prompt.reasoning_effort and effort_token(prompt.reasoning_effort) not in refused:
        body["reasoning_effort"] = prompt.reasoning_effort
    if prompt.tools and LeftOut.TOOLS not in refused:
        body["tools"] = chat_tools(prompt.tools)
    return body | dict(prompt.members)


def response_body_of(prompt: Prompt, refused: AbstractSet[str] = frozenset()) -> Steps[dict[str, Any]]:
    """Return the JSON body of a Responses API request, which asks the server not to store it; see `body_of`."""
    instructions: list[str] = []
    items: list[Item] = []
    for message in messages_of(prompt, refused):
        if message.role is Role.SYSTEM:
            instructions.append(message.text)
        else:
            items += response_items(message, refused)
        yield
    body: dict[str, Any] = {"model": prompt.model, "input": items, "stream": _streams(prompt, refused)}
    if said := "\n\n".join(instructions):
        body["instructions"] = said
    return body | _response_options(prompt, refused) | dict(prompt.members)


def _response_options(prompt: Prompt, refused: AbstractSet[str]) -> dict[str, Any]:
    """Return the members of a Responses API request that say how to answer."""
    body: dict[str, Any] = {}
    if LeftOut.STORE not in refused:
        body["store"] = False
    if prompt.temperature is not None and LeftOut.TEMPERATURE not in refused:
        body["temperature"] = prompt.temperature
    if prompt.max_tokens is not None and LIMIT not in refused:
        body[LIMIT] = prompt.max_tokens
    if prompt.reasoning_effort and effort_token(prompt.reasoning_effort) not in refused:
        body["reasoning"] = {"effort": prompt.reasoning_effort}
        if LeftOut.REASONING_SUMMARY not in refused:
            body["reasoning"]["summary"] = "auto"
    if prompt.tools and LeftOut.TOOLS not in refused:
        body["tools"] = response_tools(prompt.tools)
    return body


def has_images(body: Mapping[str, Any]) -> bool:
    """Return whether a body contains images; only messages with images have a list as their content."""
    return any(isinstance(message.get("content"), list) for message in _messages_in(body))


def has_calls(body: Mapping[str, Any]) -> bool:
    """Return whether a body contains earlier tool calls."""
    return any("tool_calls" in message or "call_id" in message for message in _messages_in(body))


def _messages_in(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = body.get("messages") or body.get("input") or ()
    return found


_MEMBERS: Sequence[tuple[LeftOut, tuple[str, ...]]] = (
    (LeftOut.SYSTEM_ROLE, ("instructions",)),
    (LeftOut.TEMPERATURE, ("temperature",)),
    (LeftOut.MAX_TOKENS, (OLD_LIMIT, NEW_LIMIT, LIMIT)),
    (LeftOut.REASONING_EFFORT, ("reasoning_effort", "reasoning")),
    (LeftOut.STORE, ("store",)),
    (LeftOut.TOOLS, ("tools",)),
)


def telling_part(prompt: Prompt) -> Prompt:
    """Return a prompt whose bodies lack the same as those of `prompt` (see `left_out`), but hardly have messages."""
    with_images = (message for message in prompt.messages if message.images)
    return replace(prompt, messages=(*prompt.messages[:1], *islice(with_images, 1)))


def left_out(full: Mapping[str, Any], sent: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    """Return what the sent body lacks compared with the full one; a renamed member is not missing."""
    found = [part for part, names in _MEMBERS if any(n in full for n in names) and not any(n in sent for n in names)]
    if _has_system_role(full) and not _has_system_role(sent):
        found.append(LeftOut.SYSTEM_ROLE)
    if has_images(full) and not has_images(sent):
        found.append(LeftOut.IMAGES)
    if full["stream"] is not sent["stream"]:
        found.append(LeftOut.STREAMING if full["stream"] else LeftOut.ONE_PIECE)
    elif "stream_options" in full and "stream_options" not in sent:
        found.append(LeftOut.USAGE)
    if "summary" in full.get("reasoning", ()) and "summary" not in sent.get("reasoning", {"summary": ""}):
        found.append(LeftOut.REASONING_SUMMARY)
    return tuple(found)


def _has_system_role(body: Mapping[str, Any]) -> bool:
    return any(message["role"] in {SYSTEM, DEVELOPER} for message in body.get("messages", ())[:1])


def _streams(prompt: Prompt, refused: AbstractSet[str]) -> bool:
    if prompt.streaming:
        return LeftOut.STREAMING not in refused
    return LeftOut.ONE_PIECE in refused
