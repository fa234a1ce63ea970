"""Refused request parts are remembered per connection and model, reported, and left out from then on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hostile_chat import Chat, chat_with
from hostile_refusals import REFUSALS, SYSTEM, WARM, Refusal
from hostile_server import HostileServer
from whole_bodies import body_of

from desktop_chat.core.deltas import LeftOutDelta
from desktop_chat.core.entities import Api, Role, Status
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import Prompt, PromptMessage
from desktop_chat.core.prompt_building import GO_ON
from desktop_chat.services.provider.refusals import newly_refused
from desktop_chat.services.provider.server_errors import error_for

BOTH = [(Api.CHAT_COMPLETIONS, ""), (Api.RESPONSES, "r-")]


def told(chat: Chat) -> list[tuple[LeftOut, ...]]:
    """Return a list that collects all reported parts."""
    found: list[tuple[LeftOut, ...]] = []
    chat.session.events.add(
        lambda event: (
            found.append(event.delta.parts)
            if isinstance(event, ReplyDelta) and isinstance(event.delta, LeftOutDelta)
            else None
        )
    )
    return found


SAID = [
    (
        "temperature",
        [
            "`temperature` is deprecated for this model.",
            "invalid temperature: only 1 is allowed for this model",
            "Argument not supported on this model: temperature",
            "temperature is not allowed for reasoning models",
            "UnsupportedParamsError: these models don't support temperature=0.7. Only temperature=1 is supported.",
        ],
    ),
    ("max_tokens", ["Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."]),
    (
        "usage",
        [
            "Unrecognized request argument supplied: stream_options",
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            'Invalid JSON payload received. Unknown name "stream_options": Cannot find field.',
        ],
    ),
    (
        "reasoning_effort=high",
        [
            "Unrecognized request argument supplied: reasoning_effort",
            '"x" does not support thinking',
            "Reasoning is not supported for this model",
            "Argument not supported on this model: reasoningEffort",
        ],
    ),
    (
        "streaming",
        [
            "Your organization must be verified to stream this model.",
            "Streaming is not supported for this model",
            "This model doesn't support streaming",
            "stream is not supported",
            "该模型不支持流式输出",
        ],
    ),
    (
        "developer",
        [
            "System role not supported",
            "Only user and assistant roles are supported!",
            "invalid role: system",
            "Only user, assistant and tool roles are supported, got system.",
            "角色 system 不支持",
            "模型不支持 system 角色",
            "Conversation roles must alternate user/assistant/user/assistant/...",
            "Unexpected role 'system' after role 'user'",
            "Developer instruction is not enabled for models/gemma-3-27b-it",
            "This model does not support system prompts",
            "Value error, system role is not allowed",
        ],
    ),
    (
        "",
        [
            "temperature: range: 0..1",
            "'temperature' must be between 0 and 1",
            "Internal system error",
            "Something broke",
            "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
            "max_tokens is too large: 100000. This model supports at most 16384 completion tokens",
            "The server had an error while processing your request",
            "Unknown parameter: 'foo'",
            "Invalid API key",
        ],
    ),
]


@pytest.mark.parametrize(("token", "words"), [(token, one) for token, many in SAID for one in many])
@pytest.mark.parametrize("status", [400, 422, 500])
def test_the_refused_part_is_read_from_the_message(token: str, words: str, status: int) -> None:
    messages = (PromptMessage(Role.SYSTEM, "Be brief."), PromptMessage(Role.USER, "hi"))
    body = body_of(Prompt(messages, "m", temperature=0.7, max_tokens=50, reasoning_effort="high"))
    refused = newly_refused(error_for(status, {"error": {"message": words}}, {}), body, frozenset())
    assert token in refused if token else not refused


@pytest.mark.parametrize(
    "words",
    [
        "This model only support stream mode, please enable the stream parameter to access the model.",
        "parameter.enable_thinking must be set to false for non-streaming calls",
        "Stream must be set to true",
        "Streaming is required for this model",
        "该模型仅支持流式输出",
    ],
)
def test_a_reply_without_streaming_can_be_refused(words: str) -> None:
    body = body_of(Prompt((PromptMessage(Role.USER, "hi"),), "m", streaming=False))
    assert newly_refused(error_for(400, {"error": {"message": words}}, {}), body, frozenset()) == {LeftOut.ONE_PIECE}


@pytest.mark.parametrize(("api", "prefix"), BOTH)
@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.mode)
async def test_a_refused_part_is_left_out_from_then_on(
    case: Refusal, api: Api, prefix: str, server: HostileServer
) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        seen = told(chat)
        first = await chat.send(prefix + case.mode, **case.options)
        asked = len(server.requests)
        second = await chat.send(prefix + case.mode, **case.options)
    assert (first.status, first.text, first.failure) == (Status.COMPLETE, "Hello", None)
    assert (first.left_out, second.left_out) == (case.left_out, case.left_out), "each reply says so"
    assert seen == [case.left_out, case.left_out]
    assert asked == (2 if api is Api.RESPONSES and case.mode == "no-limit" else case.requests)
    assert len(server.requests) == asked + 1, "it is remembered"


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_several_refusals_are_learned_in_sequence(api: Api, prefix: str, server: HostileServer) -> None:
    options = {**WARM, **SYSTEM, "reasoning_effort": "high"}
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        seen = told(chat)
        assert (await chat.send(f"{prefix}several-refused", **options)).text == "Hello"
        asked = len(server.requests)
        last = await chat.send(f"{prefix}several-refused", **options)
    assert len(server.requests) == asked + 1
    left = {LeftOut.TEMPERATURE, LeftOut.SYSTEM_ROLE, LeftOut.REASONING_EFFORT, LeftOut.STREAMING}
    assert set(last.left_out) == left
    assert {part for parts in seen for part in parts} - {LeftOut.USAGE} == left
    body = server.requests[-1].body
    assert (body.get("messages") or body["input"])[0] == {"role": "user", "content": "Be brief.\n\nhi"}
    assert body["stream"] is False
    if api is Api.CHAT_COMPLETIONS:
        assert body["max_completion_tokens"] == 50


async def test_parts_that_nobody_chose_are_reported_once(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        first, second = [await chat.send("usage-refused") for _ in range(2)]
    assert (first.left_out, second.left_out) == ((LeftOut.USAGE,), ())
    async with chat_with(server, api=Api.RESPONSES, idle_limit_s=30.0) as chat:
        store = await chat.send("r-store-refused")
        summary = await chat.send("r-summary-refused", reasoning_effort="high")
    assert (store.left_out, summary.left_out) == ((LeftOut.STORE,), (LeftOut.REASONING_SUMMARY,))


async def test_a_renamed_role_leaves_nothing_out(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        reply = await chat.send("developer-only", **SYSTEM)
        moved = await chat.send("neither-role", **SYSTEM)
    assert (reply.text, reply.left_out) == ("Hello", ())
    assert server.requests[1].body["messages"][0] == {"role": "developer", "content": "Be brief."}
    assert (moved.text, moved.left_out) == ("Hello", (LeftOut.SYSTEM_ROLE,))
    assert server.requests[-1].body["messages"][0]["content"].startswith("Be brief.\n\n")


async def test_another_model_or_effort_gets_the_full_request(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        await chat.send("no-temperature", **WARM)
        await chat.send("plain", **WARM)
        assert server.requests[-1].body["temperature"] == 0.7
        await chat.send("no-minimal-effort", reasoning_effort="minimal")
        reply = await chat.send("no-minimal-effort", reasoning_effort="low")
    assert (reply.left_out, server.requests[-1].body["reasoning_effort"]) == ((), "low")


async def test_a_changed_connection_forgets(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        await chat.send("no-temperature", **WARM)
        connection = chat.connections.all()[0]
        chat.preferences.put_connection(replace(connection, headers=(("X-Plan", "new"),)))
        await chat.send("no-temperature", **WARM)
    assert ["temperature" in request.body for request in server.requests] == [True, False, True, False]


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_a_refusal_in_the_stream_before_any_text_is_learned(api: Api, prefix: str, server: HostileServer) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        reply = await chat.send(f"{prefix}refused-in-the-stream", **WARM)
    assert (reply.text, reply.left_out) == ("Hello", (LeftOut.TEMPERATURE,))


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_nothing_is_repeated_after_the_first_text(api: Api, prefix: str, server: HostileServer) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        reply = await chat.send(f"{prefix}refused-after-text", **WARM)
    assert (reply.status, reply.text, len(server.requests)) == (Status.INTERRUPTED, "Hello", 1)


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_retries_end_if_a_server_refuses_everything(api: Api, prefix: str, server: HostileServer) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        reply = await chat.send(f"{prefix}all-refused", **WARM, **SYSTEM)
    assert reply.failure is not None
    assert reply.failure.code == "request_rejected"
    assert len(server.requests) <= 8


async def test_a_value_out_of_range_is_reported_to_the_user(server: HostileServer) -> None:
    async with chat_with(server, idle_limit_s=30.0) as chat:
        reply = await chat.send("temperature-out-of-range", **WARM)
    assert (reply.status, len(server.requests)) == (Status.FAILED, 1)
    assert reply.failure is not None
    assert "between 0 and 0.5" in reply.failure.detail


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_a_cut_off_reply_is_continued_if_no_prompt_may_end_with_it(
    api: Api, prefix: str, server: HostileServer
) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        cut = await chat.send(f"{prefix}prefill-refused")
        assert (cut.status, cut.text) == (Status.INTERRUPTED, "One, two,")
        whole = await chat.finish(cut.id)
    assert (whole.status, whole.text) == (Status.COMPLETE, "One, two, three.")
    body = server.requests[-1].body
    assert (body.get("messages") or body["input"])[-1] == {"role": "user", "content": GO_ON}


@pytest.mark.parametrize(("api", "prefix"), BOTH)
async def test_a_conversation_continues_after_a_failure_with_a_strict_template(
    api: Api, prefix: str, server: HostileServer
) -> None:
    async with chat_with(server, api=api, idle_limit_s=30.0) as chat:
        assert (await chat.send(f"{prefix}strict-roles")).status is Status.FAILED
        assert (await chat.send(f"{prefix}strict-roles")).text == "Hello"
        assert (await chat.send(f"{prefix}strict-roles")).text == "Hello"
