"""What is sent of images, tools and earlier calls, in both APIs, and what instead where a server refuses that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from whole_bodies import body_of, response_body_of

from desktop_chat.core.entities import Role
from desktop_chat.core.errors import ProviderError
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.core.tools import CallStatus, Tool, ToolCall
from desktop_chat.services.provider.refusals import newly_refused
from desktop_chat.services.provider.request_body import left_out, telling_part
from desktop_chat.services.provider.request_messages import (
    DEVELOPER,
    LONG_IDS,
    SIDE_BY_SIDE,
    SYSTEM,
    THOUGHTLESS,
    UNSIGNED,
)
from desktop_chat.services.provider.server_errors import error_for

PNG, JPEG = PromptImage("image/png", b"png"), PromptImage("image/jpeg", b"jpeg")
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("weather", "", "weather", "The weather in a city", SCHEMA, "f")
NOW = Tool("clock_now", "clock", "now", "The time", {"$schema": "https://json-schema.org/draft/2020-12/schema"}, "f")
PARIS = ToolCall("call_1", "weather", '{"city": "Paris"}', CallStatus.DONE, "18 °C")
ROME = ToolCall("call_2", "weather", '{"city": "Rome"}', CallStatus.FAILED, "No such city")
QUESTION = PromptMessage(Role.USER, "Where is it warmer?")
ROUND = PromptMessage(Role.ASSISTANT, "I look.", calls=(PARIS, ROME))
ANSWER = PromptMessage(Role.ASSISTANT, "In Paris.")


def prompt(*messages: PromptMessage, tools: tuple[Tool, ...] = (WEATHER,)) -> Prompt:
    return Prompt(messages, "m", tools=tools)


def chat(*messages: PromptMessage, refused: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(prompt(*messages), refused)["messages"]
    return found


def items(*messages: PromptMessage, refused: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = response_body_of(prompt(*messages), refused)["input"]
    return found


def test_text_alone_is_a_string() -> None:
    for build in (chat, items):
        assert build(QUESTION, ANSWER) == [
            {"role": "user", "content": "Where is it warmer?"},
            {"role": "assistant", "content": "In Paris."},
        ]


def test_images_come_before_the_text() -> None:
    message = PromptMessage(Role.USER, "Compare", (PNG, JPEG))
    assert chat(message) == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": PNG}},
                {"type": "image_url", "image_url": {"url": JPEG}},
                {"type": "text", "text": "Compare"},
            ],
        }
    ]
    assert items(message) == [
        {
            "role": "user",
            "content": [
                {"type": "input_image", "image_url": PNG, "detail": "auto"},
                {"type": "input_image", "image_url": JPEG, "detail": "auto"},
                {"type": "input_text", "text": "Compare"},
            ],
        }
    ]


def test_an_image_needs_no_text() -> None:
    message = PromptMessage(Role.USER, "", (PNG,))
    assert [part["type"] for part in chat(message)[0]["content"]] == ["image_url"]
    assert [part["type"] for part in items(message)[0]["content"]] == ["input_image"]


def test_calls_are_followed_by_one_result_each() -> None:
    assert chat(QUESTION, ROUND, ANSWER)[1:] == [
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {"id": "call_1", "type": "function",
                 "function": {"name": "weather", "arguments": '{"city": "Paris"}'}},
                {"id": "call_2", "type": "function",
                 "function": {"name": "weather", "arguments": '{"city": "Rome"}'}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "18 °C"},
        {"role": "tool", "tool_call_id": "call_2", "content": "No such city"},
        {"role": "assistant", "content": "In Paris."},
    ]  # fmt: skip
    assert items(QUESTION, ROUND, ANSWER)[1:] == [
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"city": "Paris"}'},
        {"type": "function_call", "call_id": "call_2", "name": "weather", "arguments": '{"city": "Rome"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "18 °C"},
        {"type": "function_call_output", "call_id": "call_2", "output": "No such city"},
        {"role": "assistant", "content": "In Paris."},
    ]


def test_calls_without_text_have_an_empty_text_and_never_null() -> None:
    silent = PromptMessage(Role.ASSISTANT, "", calls=(ToolCall("c", "now", "", CallStatus.DONE, "12:00"),))
    assert chat(QUESTION, silent)[1]["content"] == ""
    assert chat(QUESTION, silent)[1]["tool_calls"][0]["function"]["arguments"] == "{}"
    assert [item.get("type") for item in items(QUESTION, silent)[1:]] == ["function_call", "function_call_output"]


def test_tools_are_offered_in_the_form_of_each_api() -> None:
    schema = {"type": "object", "properties": {}}
    said = {"name": "clock_now", "description": "The time", "parameters": schema}
    asked = prompt(QUESTION, tools=(WEATHER, NOW))
    assert body_of(asked)["tools"] == [
        {
            "type": "function",
            "function": {"name": "weather", "description": "The weather in a city", "parameters": SCHEMA},
        },
        {"type": "function", "function": said},
    ]
    assert response_body_of(asked)["tools"][1] == {"type": "function", **said, "strict": False}
    for build in (body_of, response_body_of):
        assert "tools" not in build(prompt(QUESTION, tools=()))
        assert "parallel_tool_calls" not in build(asked)
        assert "tool_choice" not in build(asked)


def test_refused_tools_leave_their_results_as_text() -> None:
    refused = frozenset({LeftOut.TOOLS})
    for build, tree in ((body_of, "messages"), (response_body_of, "input")):
        asked = prompt(QUESTION, ROUND, PromptMessage(Role.USER, "And in Nice?"))
        full, sent = build(asked), build(asked, refused)
        assert "tools" not in sent
        roles = [message["role"] for message in sent[tree]]
        assert roles == ["user", "assistant", "user"]
        told = sent[tree][2]["content"]
        assert "The tool weather was called with" in told
        assert "18 °C" in told
        assert "No such city" in told
        assert told.endswith("\n\nAnd in Nice?")
        assert left_out(full, sent) == (LeftOut.TOOLS,)


def test_without_offered_tools_only_the_form_of_earlier_calls_changes() -> None:
    """Nothing is missing, so nothing is said."""
    asked = prompt(QUESTION, ROUND, tools=())
    assert left_out(body_of(asked), body_of(asked, frozenset({LeftOut.TOOLS}))) == ()


def test_images_that_the_user_does_without_leave_a_trace() -> None:
    refused = frozenset({LeftOut.IMAGES})
    asked = prompt(PromptMessage(Role.USER, "Compare", (PNG, JPEG)), ANSWER, QUESTION)
    for build, tree in ((body_of, "messages"), (response_body_of, "input")):
        full, sent = build(asked), build(asked, refused)
        assert sent[tree][0] == {"role": "user", "content": "[image] [image]\n\nCompare"}
        assert left_out(full, sent) == (LeftOut.IMAGES,)


def test_a_system_prompt_without_a_role_keeps_the_images_of_the_question() -> None:
    system = PromptMessage(Role.SYSTEM, "Be brief.")
    sent = chat(system, PromptMessage(Role.USER, "What?", (PNG,)), refused=frozenset({SYSTEM, DEVELOPER}))
    assert sent == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": PNG}},
                {"type": "text", "text": "Be brief.\n\nWhat?"},
            ],
        }
    ]


def test_ids_of_other_servers_are_shortened_for_mistral() -> None:
    own = ToolCall("aB3xK9mP2", "weather", "{}", CallStatus.DONE, "x")
    sent = chat(QUESTION, PromptMessage(Role.ASSISTANT, "", calls=(PARIS, own)), refused=frozenset({LONG_IDS}))
    ids = [call["id"] for call in sent[1]["tool_calls"]]
    assert ids[1] == "aB3xK9mP2"
    assert len(ids[0]) == 9
    assert ids[0].isalnum()
    assert [message["tool_call_id"] for message in sent[2:]] == ids


def test_calls_can_be_signed_and_given_reasoning_and_sent_one_by_one() -> None:
    signed = chat(QUESTION, ROUND, refused=frozenset({UNSIGNED}))[1]["tool_calls"]
    assert all(call["extra_content"]["google"]["thought_signature"] for call in signed)
    thoughtless = frozenset({THOUGHTLESS})
    assert chat(QUESTION, ROUND, refused=thoughtless)[1]["reasoning_content"] == " "
    thought = replace(ROUND, reasoning="I should look it up.")
    assert chat(QUESTION, thought, refused=thoughtless)[1]["reasoning_content"] == "I should look it up."
    assert "reasoning_content" not in chat(QUESTION, thought)[1]
    one_by_one = chat(QUESTION, ROUND, refused=frozenset({SIDE_BY_SIDE}))[1:]
    assert [message["role"] for message in one_by_one] == ["assistant", "tool", "assistant", "tool"]
    assert [message["content"] for message in one_by_one] == ["I look.", "18 °C", "", "No such city"]


SAID = [
    (LeftOut.TOOLS, 400, "registry.ollama.ai/library/gemma3:4b does not support tools"),
    (LeftOut.TOOLS, 404, "No endpoints found that support tool use."),
    (LeftOut.TOOLS, 500, "tools param requires --jinja flag"),
    (LeftOut.TOOLS, 400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    (LeftOut.STREAMING, 400, "This model doesn't support tool use in streaming mode."),
    (LONG_IDS, 400, "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9."),
    (UNSIGNED, 400, "Function call is missing a thought_signature in functionCall parts. This is required for tools"),
    (THOUGHTLESS, 400, "Missing `reasoning_content` field in the assistant message at message index 2."),
    (
        THOUGHTLESS,
        400,
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
    ),
    (SIDE_BY_SIDE, 500, "This model only supports single tool-calls at once!"),
    (SIDE_BY_SIDE, 400, "Parallel tool calls are not supported."),
]


def refusal(status: int, words: str) -> ProviderError:
    return error_for(status, {"error": {"message": words}}, {})


@pytest.mark.parametrize(("token", "status", "words"), SAID)
def test_what_a_server_does_not_accept_of_calls_is_read_from_its_words(token: str, status: int, words: str) -> None:
    body = body_of(prompt(QUESTION, ROUND))
    assert newly_refused(refusal(status, words), body, frozenset()) == {token}
    assert not newly_refused(refusal(status, words), body, frozenset({token, LeftOut.TOOLS}))
    without = body_of(prompt(QUESTION, tools=()))
    assert not newly_refused(refusal(status, words), without, frozenset())


@pytest.mark.parametrize("build", [body_of, response_body_of])
def test_images_are_never_left_out_without_asking(build: Callable[[Prompt], dict[str, Any]]) -> None:
    body = build(prompt(PromptMessage(Role.USER, "What?", (PNG,)), tools=()))
    assert not newly_refused(refusal(400, "Model does not support images."), body, frozenset())


MANY = [PromptMessage(Role.SYSTEM, "Be brief."), QUESTION, ROUND, ANSWER, PromptMessage(Role.USER, "And?", (PNG, JPEG))]


@pytest.mark.parametrize("build", [body_of, response_body_of])
@pytest.mark.parametrize("messages", [MANY, MANY[1:], MANY[2:4], MANY[1:4], MANY[4:], [MANY[0], *MANY[1:4]], []])
@pytest.mark.parametrize(
    "refused",
    [(), (LeftOut.IMAGES,), (LeftOut.TOOLS,), (SYSTEM,), (SYSTEM, DEVELOPER), (LeftOut.IMAGES, SYSTEM, DEVELOPER),
     (LeftOut.USAGE, LeftOut.STORE, LeftOut.TEMPERATURE), (LeftOut.STREAMING, LeftOut.IMAGES)],
)  # fmt: skip
def test_a_few_messages_tell_what_is_left_out(
    build: Callable[..., dict[str, Any]], messages: list[PromptMessage], refused: tuple[str, ...]
) -> None:
    whole = replace(prompt(*messages), temperature=0.5, reasoning_effort="high")
    short = telling_part(whole)
    assert len(short.messages) <= 2
    without = frozenset(refused)
    assert left_out(build(short), build(short, without)) == left_out(build(whole), build(whole, without))
