"""Servers that refuse a part of a request, and how they say so; the rest of the request is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from hostile_peer import Peer, both, mode

from desktop_chat.core.left_out import LeftOut

Body = dict[str, Any]


class Refusal(NamedTuple):
    """The options, whether a request contains what is refused, how it says so, and what the reply then lacks."""

    mode: str
    options: dict[str, object]
    is_refused: Callable[[Body], bool]
    answer: tuple[str, object]
    left_out: tuple[LeftOut, ...] = ()
    requests: int = 2


def said(message: str, status: str = "400 Bad Request", **more: object) -> tuple[str, object]:
    return status, {"error": {"message": message, "type": "invalid_request_error", **more}}


def listed(name: str) -> object:
    return {"detail": [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}]}


def role_of_system(body: Body) -> str:
    if "instructions" in body:
        return "instructions"
    role = next((message["role"] for message in body.get("messages", [])), "user")
    return role if role in {"system", "developer"} else ""


def effort_of(body: Body) -> object:
    return body.get("reasoning_effort") or body.get("reasoning", {}).get("effort")


def limit_of(body: Body) -> str:
    return next((name for name in ("max_tokens", "max_completion_tokens", "max_output_tokens") if name in body), "")


WARM, SYSTEM, MINIMAL = {"temperature": 0.7}, {"system_prompt": "Be brief."}, {"reasoning_effort": "minimal"}
COLD = "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported."

REFUSALS = [
    Refusal("no-temperature", WARM, lambda body: "temperature" in body, said(COLD, param="temperature"),
            (LeftOut.TEMPERATURE,)),
    Refusal("no-temperature-list", WARM, lambda body: "temperature" in body,
            ("422 Unprocessable", {"message": listed("temperature")}), (LeftOut.TEMPERATURE,)),
    Refusal("no-temperature-chinese", WARM, lambda body: "temperature" in body, said("参数 temperature 不支持"),
            (LeftOut.TEMPERATURE,)),
    Refusal("no-temperature-for-model", WARM, lambda body: "temperature" in body,
            said("For model g-5: unknown parameter 'temperature'"), (LeftOut.TEMPERATURE,)),
    Refusal("no-minimal-effort", MINIMAL, lambda body: effort_of(body) == "minimal",
            said("Unsupported value: 'reasoning_effort' does not support 'minimal'. Supported values: 'low', 'high'."),
            (LeftOut.REASONING_EFFORT,)),
    Refusal("no-effort", MINIMAL, lambda body: bool(effort_of(body)),
            said("Unrecognized request argument supplied: reasoning_effort"), (LeftOut.REASONING_EFFORT,)),
    Refusal("no-limit", {}, lambda body: bool(limit_of(body)), said(
        "Unknown parameters: max_tokens, max_completion_tokens, max_output_tokens"), (LeftOut.MAX_TOKENS,), 3),
    Refusal("streams-refused", {}, lambda body: body["stream"], said(
        "Your organization must be verified to stream this model. Click on Verify Organization.", param="stream"),
            (LeftOut.STREAMING,)),
    Refusal("streams-403-refused", {}, lambda body: body["stream"], said(
        "This model does not support streaming.", "403 Forbidden"), (LeftOut.STREAMING,)),
    Refusal("only-streams", {"streaming": False}, lambda body: not body["stream"], said(
        "This model only support stream mode, please enable the stream parameter to access the model."),
            (LeftOut.ONE_PIECE,)),
    Refusal("no-system", SYSTEM, lambda body: bool(role_of_system(body)), said(
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.", param="messages[0].role"),
            (LeftOut.SYSTEM_ROLE,)),
    Refusal("no-system-500", SYSTEM, lambda body: bool(role_of_system(body)), said(
        "System role not supported", "500 Internal Server Error"), (LeftOut.SYSTEM_ROLE,)),
    Refusal("no-system-template", SYSTEM, lambda body: bool(role_of_system(body)), said(
        "Conversation roles must alternate user/assistant/user/assistant/..."), (LeftOut.SYSTEM_ROLE,)),
    Refusal("no-system-google", SYSTEM, lambda body: bool(role_of_system(body)), said(
        "Developer instruction is not enabled for models/gemma-3-1b-it"), (LeftOut.SYSTEM_ROLE,)),
]  # fmt: skip


def _play(case: Refusal) -> None:
    async def play(peer: Peer) -> None:
        if case.is_refused(peer.request.body):
            status, body = case.answer
            await peer.answer(status, body)
        else:
            await hello(peer)

    both(case.mode)(play)


async def hello(peer: Peer) -> None:
    """Answer properly, in the requested form."""
    if peer.request.body["stream"]:
        await peer.head()
        await peer.send(peer.hello() + peer.bye())
        return
    part = {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}
    whole = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    response = {"object": "response", "status": "completed", "output": [part]}
    await peer.answer("200 OK", response if peer.is_responses else whole)


for _case in REFUSALS:
    _play(_case)


@both("no-tools")
async def _no_tools(peer: Peer) -> None:
    if "tools" in peer.request.body:
        await peer.error("400 Bad Request", "registry.ollama.ai/library/gemma3:4b does not support tools")
    else:
        await hello(peer)


@both("no-images")
async def _no_images(peer: Peer) -> None:
    messages = peer.request.body.get("messages") or peer.request.body["input"]
    if any(isinstance(message.get("content"), list) for message in messages):
        await peer.error("404 Not Found", "No endpoints found that support image input", code=404)
    else:
        await hello(peer)


@both("several-refused")
async def _several(peer: Peer) -> None:
    """Several refusals in sequence: each request is refused for one thing only."""
    body = peer.request.body
    if "temperature" in body:
        await peer.error("400 Bad Request", COLD)
    elif role_of_system(body):
        await peer.error("500 Internal Server Error", "System role not supported")
    elif effort_of(body):
        await peer.error("400 Bad Request", "Unsupported parameter: 'reasoning_effort' is not supported.")
    elif limit_of(body) == "max_tokens":
        await peer.error("400 Bad Request", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    elif "stream_options" in body:
        await peer.answer("422 Unprocessable", listed("stream_options"))
    elif body["stream"]:
        await peer.error("400 Bad Request", "Your organization must be verified to stream this model.", param="stream")
    else:
        await hello(peer)


@mode("responses-only")
async def _responses_only(peer: Peer) -> None:
    if peer.is_responses:
        await hello(peer)
    else:
        await peer.error(
            "404 Not Found", "This model is only supported in v1/responses and not in v1/chat/completions."
        )


@both("developer-only")
async def _developer_only(peer: Peer) -> None:
    if role_of_system(peer.request.body) == "system":
        await peer.error("400 Bad Request", "The role 'system' is not supported, use 'developer' instead.")
    else:
        await hello(peer)


@both("neither-role")
async def _neither_role(peer: Peer) -> None:
    role = role_of_system(peer.request.body)
    if role == "system":
        await peer.error("400 Bad Request", "The role 'system' is not supported, use 'developer' instead.")
    elif role:
        await peer.error("400 Bad Request", f"Unknown role '{role}': developer instructions are not enabled")
    else:
        await hello(peer)


@both("refused-in-the-stream")
async def _in_the_stream(peer: Peer) -> None:
    if "temperature" in peer.request.body:
        await peer.head()
        await peer.send(f"data: {json.dumps({'error': {'code': 400, 'message': COLD}})}\n\n")
    else:
        await hello(peer)


@both("all-refused")
async def _whatever(peer: Peer) -> None:
    await peer.error("400 Bad Request", "temperature, max_tokens, system role and stream are not supported")


@both("refused-after-text")
async def _after_text(peer: Peer) -> None:
    await peer.head()
    await peer.send(peer.hello())
    await peer.send(f"data: {json.dumps({'error': {'code': 400, 'message': COLD}})}\n\n")


@both("temperature-out-of-range")
async def _out_of_range(peer: Peer) -> None:
    if "temperature" in peer.request.body:
        await peer.error(
            "400 Bad Request", "Invalid value: 'temperature' must be between 0 and 0.5.", param="temperature"
        )
    else:
        await hello(peer)


@both("prefill-refused")
async def _prefill_refused(peer: Peer) -> None:
    """Cut off at first; a prompt that ends with the model's own message is refused."""
    messages = peer.request.body.get("messages") or peer.request.body["input"]
    if messages[-1]["role"] == "assistant":
        await peer.error("400 Bad Request", "This model does not support assistant message prefill.")
    elif len(messages) == 1:
        await peer.head()
        await peer.send(peer.hello("One, two,"))
    else:
        await peer.head()
        await peer.send(peer.hello(" three.") + peer.bye())


@both("strict-roles")
async def _strict_roles(peer: Peer) -> None:
    """Fails at first, and then insists on alternating roles."""
    messages = peer.request.body.get("messages") or peer.request.body["input"]
    roles = [message["role"] for message in messages]
    if len([r for r in peer.request.others if r.body.get("model") == peer.request.body["model"]]) == 1:
        await peer.error("500 Internal Server Error", "worker crashed")
    elif any(role == after for role, after in pairwise(roles)):
        await peer.error("400 Bad Request", "Conversation roles must alternate user/assistant/user/assistant/...")
    else:
        await hello(peer)
