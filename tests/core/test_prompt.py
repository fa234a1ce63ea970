"""A prompt is a conversation that every chat template accepts: roles alternate, and no text is lost."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.core.errors import AttachmentMissing
from desktop_chat.core.prompt import Prompt, PromptImage, PromptMessage
from desktop_chat.core.prompt_building import GO_ON, build_prompt
from desktop_chat.core.prompt_contents import load_contents
from desktop_chat.core.sent_calls import RESULT_LIMIT, letters_not_sent
from desktop_chat.core.slices import finished
from desktop_chat.core.tools import STOPPED_RESULT, CallStatus, ToolCall
from desktop_chat.services.memory_blobs import MemoryBlobs

TURNS = st.lists(st.tuples(st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=5)), max_size=12)


def prompt_of(*turns: tuple[Role, str], system: str = "", going_on: bool = False) -> Prompt:
    path = [Message(str(n), "c", None, role, text, Status.COMPLETE, 0.0) for n, (role, text) in enumerate(turns)]
    options = ChatOptions(model="m", system_prompt=system)
    return finished(build_prompt(path, options, idle_limit_s=60.0, patience_s=600.0, going_on=going_on))


def said(prompt: Prompt) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in prompt.messages]


def test_questions_around_a_failed_reply_are_merged() -> None:
    prompt = prompt_of((Role.USER, "first"), (Role.ASSISTANT, ""), (Role.USER, "second"))
    assert said(prompt) == [("user", "first\n\nsecond")]


def test_a_cut_off_reply_is_continued_by_a_message() -> None:
    prompt = prompt_of((Role.USER, "count"), (Role.ASSISTANT, "one, "), system="Be brief.", going_on=True)
    assert said(prompt) == [("system", "Be brief."), ("user", "count"), ("assistant", "one, "), ("user", GO_ON)]


@given(TURNS, st.text(max_size=5), st.booleans())
def test_roles_alternate_and_no_text_is_lost(turns: list[tuple[Role, str]], system: str, going_on: bool) -> None:
    prompt = prompt_of(*turns, system=system, going_on=going_on)
    roles = [message.role for message in prompt.messages]
    assert all(role is not after for role, after in pairwise(roles))
    assert Role.SYSTEM not in roles[1:]
    for role in (Role.USER, Role.ASSISTANT):
        texts = [text for said_by, text in turns if said_by is role and text.strip()]
        texts += [GO_ON] if going_on and role is Role.USER else []
        assert "\n\n".join(m.text for m in prompt.messages if m.role is role) == "\n\n".join(texts)


def test_a_models_own_images_are_not_sent_back() -> None:
    data = "data:image/png;base64," + "Zm9v" * 100_000
    prompt = prompt_of(
        (Role.USER, "draw"), (Role.ASSISTANT, f'Here.\n\n![]({data})\n\n![a cat](<{data}> "x")'), (Role.USER, "again")
    )
    assert said(prompt)[1] == ("assistant", "Here.\n\n[image]\n\n[a cat]")


@pytest.mark.parametrize("text", [
    "![a](https://example.org/x.png)", "![](data:image/png;base64,", "`;base64,`", "![](data:text/html;base64,AAAA)",
    "![](data:image/png;base64," + "A" * 2_000_000, "![" * 50_000 + ";base64,",
])  # fmt: skip
def test_other_text_is_sent_unchanged(text: str) -> None:
    assert said(prompt_of((Role.ASSISTANT, text))) == [("assistant", text)]


def test_the_users_text_is_sent_unchanged() -> None:
    text = "What is ![](data:image/png;base64,Zm9v)?"
    assert said(prompt_of((Role.USER, text))) == [("user", text)]


# --- attachments and tool calls ------------------------------------------------------------------------------------


def message(role: Role, text: str, **parts: Any) -> Message:
    return Message("m", "c", None, role, text, Status.COMPLETE, 0.0, **parts)


def sent(*path: Message, contents: dict[str, bytes] | None = None) -> tuple[PromptMessage, ...]:
    steps = build_prompt(path, ChatOptions(model="m"), contents=contents, idle_limit_s=1.0, patience_s=1.0)
    return finished(steps).messages


def document(name: str = "a.txt", **parts: Any) -> Attachment:
    return Attachment(AttachmentKind.DOCUMENT, name, "text/plain", 1, "0", **parts)


@pytest.mark.parametrize(("text", "fence"), [("plain", "```"), ("```\ncode\n```", "`" * 6), ("`" * 7 + "x", "`" * 12)])
def test_no_document_ends_its_own_fence(text: str, fence: str) -> None:
    (question,) = sent(
        message(Role.USER, "So?", attachments=(document(text_sha256="t"),)), contents={"t": text.encode()}
    )
    assert question.text == f"File: a.txt\n{fence}\n{text}\n{fence}\n\nSo?"


@given(st.text("`a\n", max_size=20))
def test_a_document_is_found_between_its_fences(text: str) -> None:
    (question,) = sent(message(Role.USER, "", attachments=(document(text_sha256="t"),)), contents={"t": text.encode()})
    fence, rest = question.text.removeprefix("File: a.txt\n").split("\n", 1)
    assert rest == f"{text}\n{fence}"
    assert fence not in text


def test_what_a_model_does_not_see_of_a_document_is_said() -> None:
    attached = document("a\n`b`.pdf", text_sha256="t", pages=30, pages_left_out=20, letters_left_out=1_500)
    (question,) = sent(message(Role.USER, "", attachments=(attached,)), contents={"t": b"x"})
    assert question.text == (
        "File: a `b`.pdf, the last 20 of 30 pages are left out, the last 1,500 characters are left out\n```\nx\n```"
    )


def test_pages_are_images_in_order() -> None:
    scanned = document("scan.pdf", page_sha256s=("1", "2"), pages=2)
    contents = {"1": b"\xff\xd8\xffone", "2": b"\x89PNG\r\n\x1a\ntwo"}
    (question,) = sent(message(Role.USER, "Read.", attachments=(scanned,)), contents=contents)
    assert question.text == "File: scan.pdf, as images of its pages\n\nRead."
    assert question.images == (PromptImage("image/jpeg", contents["1"]), PromptImage("image/png", contents["2"]))


def test_merged_questions_keep_all_images() -> None:
    one, two = (Attachment(AttachmentKind.IMAGE, "a", "image/png", 1, name) for name in "12")
    path = (message(Role.USER, "", attachments=(one,)), message(Role.USER, "and", attachments=(two,)))
    assert sent(*path, contents={"1": b"1", "2": b"2"}) == (
        PromptMessage(Role.USER, "and", (PromptImage("image/png", b"1"), PromptImage("image/png", b"2"))),
    )


def called(call_id: str, name: str = "f", arguments: str = "{}", result: str = "r", **parts: Any) -> ToolCall:
    return ToolCall(call_id, name, arguments, parts.pop("status", CallStatus.DONE), result, **parts)


def test_calls_have_the_reasoning_that_led_to_them() -> None:
    calls = (called("1", reasoning_at=3), called("2", reasoning_at=5, round=1), called("3", reasoning_at=5, round=2))
    messages = sent(message(Role.ASSISTANT, "", reasoning="one2 later", tool_calls=calls), message(Role.USER, "so"))
    assert [each.reasoning for each in messages] == ["one", "2 ", "", ""]


def test_messages_with_calls_are_not_merged() -> None:
    """The results of the calls stand between them."""
    one, two = called("1", text_at=1), called("2", text_at=1)
    path = (message(Role.ASSISTANT, "a", tool_calls=(one,)), message(Role.ASSISTANT, "b", tool_calls=(two,)))
    assert sent(*path) == (
        PromptMessage(Role.ASSISTANT, "a", calls=(one,)), PromptMessage(Role.ASSISTANT, "b", calls=(two,)),
    )  # fmt: skip


CALLS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12)), max_size=6)
"""Rounds of calls and where they stand."""


@given(st.text("ab \n", max_size=12), CALLS)
def test_every_call_is_sent_once_and_no_text_is_lost(text: str, places: list[tuple[int, int]]) -> None:
    places = sorted(places)
    calls = tuple(called(str(n), round=number, text_at=min(at, len(text))) for n, (number, at) in enumerate(places))
    messages = sent(message(Role.ASSISTANT, text, tool_calls=calls))
    assert [call.id for each in messages for call in each.calls] == [call.id for call in calls]
    assert [{call.round for call in each.calls} for each in messages if each.calls] == [
        {number} for number in sorted({call.round for call in calls})
    ]
    assert "".join("".join(each.text for each in messages).split()) == "".join(text.split())


def test_what_a_server_could_not_read_is_sent_in_a_form_that_it_can() -> None:
    (reply,) = sent(message(Role.ASSISTANT, "", tool_calls=(
        called("1", "weather in/Rome!", '{"a": '), called("2", "", "[]", ""), called("3", "n" * 80, '{"a": 1}'),
        called("4", status=CallStatus.RUNNING, result=""),
    )))  # fmt: skip
    assert [(call.name, call.arguments) for call in reply.calls] == [
        ("weather_in_Rome_", "{}"), ("unknown", "{}"), ("n" * 64, '{"a": 1}'), ("f", "{}"),
    ]  # fmt: skip
    assert [call.result for call in reply.calls] == ["r", "(no output)", "r", STOPPED_RESULT]


def test_long_results_share_what_is_sent_of_a_round() -> None:
    long = "x" * RESULT_LIMIT
    (reply,) = sent(message(Role.ASSISTANT, "", tool_calls=(called("1", result=long),)))
    assert reply.calls[0].result == long
    first, second = called("1", result=long), called("2", result="short")
    (reply,) = sent(message(Role.ASSISTANT, "", tool_calls=(first, second)))
    kept = RESULT_LIMIT // 2
    assert reply.calls[0].result == f"{long[:kept]}\n\n[The last {kept:,} of {RESULT_LIMIT:,} characters are left out.]"
    assert reply.calls[1] == second
    assert (letters_not_sent(first, 2), letters_not_sent(second, 2)) == (kept, 0)


@pytest.mark.parametrize("asks", [True, False])
def test_a_model_goes_on_by_itself_after_its_calls(asks: bool) -> None:
    path = [message(Role.USER, "go"), message(Role.ASSISTANT, "so" if asks else "", tool_calls=(called("1"),))]
    prompt = finished(build_prompt(path, ChatOptions(model="m"), idle_limit_s=1.0, patience_s=1.0, going_on=True))
    assert (prompt.messages[-1].text == GO_ON) is asks


async def test_each_content_is_read_once_and_only_what_is_sent() -> None:
    blobs = MemoryBlobs()
    one, two = await blobs.put(b"one"), await blobs.put(b"two")
    image = Attachment(AttachmentKind.IMAGE, "a", "image/png", 3, one)
    path = (
        message(Role.USER, "", attachments=(image, image, document(text_sha256=two))),
        message(Role.ASSISTANT, "", attachments=(document(text_sha256="not there"),)),
        message(Role.ASSISTANT, "", tool_calls=(called("1", images=(image,)),)),
    )
    assert await load_contents(blobs, path, {}) == {one: b"one", two: b"two"}
    assert await load_contents(MemoryBlobs(), path[:1], {one: b"1", two: b"2", "3": b""}) == {one: b"1", two: b"2"}
    with pytest.raises(AttachmentMissing) as missing:
        await load_contents(MemoryBlobs(), path[:1], {})
    assert missing.value.detail == "a"
    assert await load_contents(MemoryBlobs(), path[2:], {}) == {}, "nobody could attach a tool's image again"
