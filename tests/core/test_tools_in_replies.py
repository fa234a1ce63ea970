"""A model calls tools: what runs and when, what the model is told, and what every way to stop leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from chat_story import Chat
from fakes import CUT, PAUSE, Step

from desktop_chat.core.deltas import FinishDelta, ReasoningDelta, ToolCallDelta, UsageDelta
from desktop_chat.core.entities import Message, Role, Status, Usage
from desktop_chat.core.errors import ConnectionLost, StoreFull
from desktop_chat.core.events import ReplyDelta, ReplyEnded, ToolCallChanged
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.prompt import PromptMessage
from desktop_chat.core.prompt_building import GO_ON
from desktop_chat.core.tool_rounds import MAX_SIDE_BY_SIDE
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.core.tools import STOPPED_RESULT, Approval, CallStatus, ToolCall, ToolImage, ToolResult

CALLS = FinishDelta("tool_calls")


def call(name: str, arguments: str = "{}", index: int = 0, call_id: str = "") -> ToolCallDelta:
    return ToolCallDelta(index, call_id or f"call_{name}", name, arguments)


async def weather(arguments: Mapping[str, Any]) -> ToolResult:
    return ToolResult(f"Rain in {arguments.get('city', 'town')}")


async def forever(arguments: Mapping[str, Any]) -> ToolResult:
    await asyncio.Event().wait()
    raise AssertionError(arguments)


async def broken(arguments: Mapping[str, Any]) -> ToolResult:
    return ToolResult("The service is down.", is_error=True)


async def a_bug(arguments: Mapping[str, Any]) -> ToolResult:
    raise LookupError(arguments)


class ToolChat(Chat):
    """A conversation that offers some tools; those named "safe_..." run without asking."""

    def __init__(self, **settings: object) -> None:
        super().__init__(safe_tools=("/weather", "/forever", "/also_forever", "/broken", "/a_bug"), **settings)
        works = {"weather": weather, "forever": forever, "also_forever": forever, "broken": broken, "a_bug": a_bug}
        self.offered = [self.toolbox.add(name, work) for name, work in works.items()]
        self.offered.append(self.toolbox.add("delete", weather, server="files"))
        self.offer(*self.offered)

    def offer(self, *ids: str) -> None:
        conversation = self.session.conversation
        self.library.set_options(conversation.id, replace(conversation.options, tools=ids))

    def script(self, *steps: Step) -> None:
        self.provider.script(*steps)

    def answers(self, *replies: tuple[Step, ...]) -> None:
        """Set what the model sends to the next requests."""
        self.provider._scripts = list(replies)

    async def asked(self, *steps: Step, then: Step = "Done.") -> Message:
        """Let the model do something and go on; return the ended reply."""
        self.answers(steps, (then,))
        self.session.send("go")
        return await self.ended()

    def sent(self, request: int = -1) -> tuple[PromptMessage, ...]:
        return self.provider.prompts[request].messages

    async def calls_are(self, *statuses: CallStatus) -> None:
        """Wait until the calls of the running reply have these statuses."""
        async with asyncio.timeout(60):
            while not self.session.reply or [c.status for c in self.session.reply.calls] != list(statuses):  # noqa: ASYNC110
                await asyncio.sleep(0)

    async def stored(self) -> dict[str, Message]:
        await self.write_behind.flush()
        return {m.id: m for m in await self.store.messages(self.session.conversation_id)}


@pytest.fixture
async def chat() -> AsyncIterator[ToolChat]:
    chat = ToolChat()
    yield chat
    await chat.session.aclose()
    await chat.write_behind.aclose()


# --- rounds -------------------------------------------------------------------------------------------------------


async def test_calls_run_side_by_side_and_the_reply_goes_on(chat: ToolChat) -> None:
    chat.script(
        "Let me look. ", call("weather", '{"city":', 0, "a"), call("weather", '{"city": "Bonn"}', 1, "b"),
        ToolCallDelta(0, "", "", ' "Rome"}'), CALLS,
    )  # fmt: skip
    chat.script("It rains everywhere.")
    chat.session.send("Weather?")
    reply = await chat.ended()
    assert (reply.text, reply.status, reply.finish_reason) == (
        "Let me look. It rains everywhere.", Status.COMPLETE, "stop",
    )  # fmt: skip
    assert [(c.id, c.arguments, c.status, c.result, c.own_name, c.round, c.text_at) for c in reply.tool_calls] == [
        ("a", '{"city": "Rome"}', CallStatus.DONE, "Rain in Rome", "weather", 0, 13),
        ("b", '{"city": "Bonn"}', CallStatus.DONE, "Rain in Bonn", "weather", 0, 13),
    ]
    assert [m.text for m in chat.session.path] == ["Weather?", reply.text]
    assert chat.sent() == (
        PromptMessage(Role.USER, "Weather?"),
        PromptMessage(Role.ASSISTANT, "Let me look. ", calls=reply.tool_calls),
    )
    assert [tool.id for tool in chat.provider.prompts[0].tools] == chat.offered
    assert (await chat.stored())[reply.id] == reply


async def test_no_call_of_a_round_waits_for_another(chat: ToolChat) -> None:
    """The second call ends the wait of the first."""
    met = asyncio.Event()

    async def wait(_: Mapping[str, Any]) -> ToolResult:
        await met.wait()
        return ToolResult("met")

    async def meet(_: Mapping[str, Any]) -> ToolResult:
        met.set()
        return ToolResult("here")

    chat.preferences.update(safe_tools=("/wait", "/meet"))
    chat.offer(chat.toolbox.add("wait", wait), chat.toolbox.add("meet", meet))
    reply = await chat.asked(call("wait"), call("meet", index=1), CALLS)
    assert [c.result for c in reply.tool_calls] == ["met", "here"]


async def test_a_flood_of_calls_is_bounded(chat: ToolChat) -> None:
    more = MAX_SIDE_BY_SIDE + 2
    reply = await chat.asked(*(call("weather", "{}", n, f"id{n}") for n in range(more)), CALLS)
    assert [c.status for c in reply.tool_calls] == [CallStatus.DONE] * MAX_SIDE_BY_SIDE + [CallStatus.FAILED] * 2
    assert len(chat.toolbox.called) == MAX_SIDE_BY_SIDE
    assert reply.tool_calls[-1].result == "Not run: at most 64 calls run side by side."


async def test_several_rounds_are_sent_back_as_they_were(chat: ToolChat) -> None:
    chat.script(ReasoningDelta("hm "), "One. ", call("weather", "", call_id="x"), CALLS)
    chat.script("Two. ", call("broken", call_id="x"), FinishDelta("stop"))
    chat.script("Three.")
    chat.session.send("go")
    reply = await chat.ended()
    first, second = reply.tool_calls
    assert (first.arguments, first.round, second.round) == ("{}", 0, 1), "no arguments are none"
    assert (second.status, second.result, second.text_at) == (CallStatus.FAILED, "The service is down.", 10)
    assert (first.id, second.id != "x") == ("x", True), "ids are unique"
    chat.answers(("Four.",))
    chat.session.send("more")
    await chat.ended()
    assert chat.sent()[1:] == (
        PromptMessage(Role.ASSISTANT, "One. ", calls=(first,), reasoning="hm "),
        PromptMessage(Role.ASSISTANT, "Two. ", calls=(second,)),
        PromptMessage(Role.ASSISTANT, "Three."),
        PromptMessage(Role.USER, "more"),
    )


async def test_tokens_of_all_requests_are_added_up(chat: ToolChat) -> None:
    reply = await chat.asked(call("weather"), UsageDelta(Usage(10, 5)), CALLS)
    assert reply.usage is None, "the second request was not counted"
    chat.answers((call("weather"), UsageDelta(Usage(20, 6)), CALLS), ("Done.", UsageDelta(Usage(30, 7))))
    chat.session.send("again")
    assert (await chat.ended()).usage == Usage(50, 13)


async def test_each_change_of_a_call_is_told_and_stored(chat: ToolChat) -> None:
    seen: list[tuple[type, CallStatus]] = []

    def look(event: object) -> None:
        if isinstance(event, ToolCallChanged) or (
            isinstance(event, ReplyDelta) and isinstance(event.delta, ToolCallDelta)
        ):
            assert chat.session.reply is not None
            seen.append((type(event), chat.session.reply.calls[0].status))

    chat.session.events.add(look)
    await chat.asked(call("weather"), CALLS)
    assert seen == [
        (ReplyDelta, CallStatus.WRITING), (ToolCallChanged, CallStatus.RUNNING), (ToolCallChanged, CallStatus.DONE),
    ]  # fmt: skip


async def test_a_reply_uses_its_rounds_and_then_says_so(chat: ToolChat) -> None:
    chat.preferences.update(tool_rounds=2)
    chat.script("again ", call("weather"), CALLS)
    chat.session.send("go")
    reply = await chat.ended()
    assert reply.failure is not None
    assert (reply.status, reply.failure.code) == (Status.INTERRUPTED, "too_many_rounds")
    assert [c.status for c in reply.tool_calls] == [CallStatus.DONE, CallStatus.DONE, CallStatus.FAILED]
    assert len(chat.provider.prompts) == 3
    chat.answers(("enough",))
    chat.session.go_on(reply.id)
    assert (await chat.ended()).text == "again again again enough"


# --- what is wrong with a call ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (call("reboot"), "There is no tool named 'reboot'."),
        (call("weather", '{"city": '), "Not run: the arguments are not valid JSON"),
        (call("weather", '["city"]'), 'Not run: the arguments are not a JSON object: ["city"]'),
        (call("weather", "[" * 100_000), "Not run: the arguments are not valid JSON"),
        (call("picky", '{"city": 1}'), "Not run: 1 is not of type 'string'"),
    ],
    ids=["unknown", "broken", "no object", "too deep", "another type"],
)
async def test_a_call_that_cannot_run_is_answered(chat: ToolChat, delta: ToolCallDelta, words: str) -> None:
    chat.toolbox.problems["picky"] = "1 is not of type 'string'"
    chat.offer("/weather", chat.toolbox.add("picky", weather))
    reply = await chat.asked(delta, CALLS)
    (answered,) = reply.tool_calls
    assert (answered.status, answered.result[: len(words)]) == (CallStatus.FAILED, words)
    assert chat.toolbox.called == []
    assert (reply.text, reply.status) == ("Done.", Status.COMPLETE)
    (sent,) = chat.sent()[-1].calls
    assert sent.result == answered.result
    assert sent.arguments in {"{}", '{"city": 1}'}, "what a server cannot read is not sent again"


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([FinishDelta("length")], Status.TRUNCATED),
        ([FinishDelta("content_filter")], Status.FILTERED),
        ([FinishDelta("error")], Status.INTERRUPTED),
        ([CUT], Status.INTERRUPTED),
        ([ConnectionLost()], Status.INTERRUPTED),
    ],
    ids=["length", "filter", "fault", "cut", "lost"],
)
async def test_a_call_of_a_turn_that_did_not_end_properly_never_runs(
    chat: ToolChat, steps: list[Step], status: Status
) -> None:
    reply = await chat.asked("Hm. ", call("weather"), *steps)
    assert chat.toolbox.called == []
    assert (reply.status, len(chat.provider.prompts)) == (status, 1)
    assert [(c.status, c.result) for c in reply.tool_calls] == [(CallStatus.STOPPED, STOPPED_RESULT)]


async def test_calls_without_any_tool_offered_are_a_failure(chat: ToolChat) -> None:
    chat.offer()
    reply = await chat.asked(call("weather"), CALLS)
    assert reply.failure is not None
    assert (reply.status, reply.failure.code, reply.tool_calls) == (Status.FAILED, "tool_unavailable", ())


async def test_an_unknown_finish_reason_ends_a_turn_properly(chat: ToolChat) -> None:
    reply = await chat.asked(call("weather"), FinishDelta("calls_wanted"))
    assert [c.status for c in reply.tool_calls] == [CallStatus.DONE]


async def test_a_tool_that_ends_its_own_task_is_an_answer(chat: ToolChat) -> None:
    async def cancels(_: Mapping[str, Any]) -> ToolResult:
        raise asyncio.CancelledError

    chat.preferences.update(safe_tools=("/cancels",))
    chat.offer(chat.toolbox.add("cancels", cancels))
    reply = await chat.asked(call("cancels"), CALLS)
    assert [(c.status, c.result) for c in reply.tool_calls] == [
        (CallStatus.FAILED, "The tool ended without an answer.")
    ]
    assert reply.status is Status.COMPLETE


async def test_a_bug_in_a_tool_ends_the_reply_and_the_other_tools(chat: ToolChat) -> None:
    bugs: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: bugs.append(context))
    reply = await chat.asked(call("forever"), call("a_bug", index=1), CALLS)
    assert reply.failure is not None
    assert (reply.status, reply.failure.code) == (Status.INTERRUPTED, "internal")
    assert [c.status for c in reply.tool_calls] == [CallStatus.STOPPED, CallStatus.STOPPED]
    assert chat.toolbox.stopped == ["forever"]
    assert [type(bug["exception"]) for bug in bugs] == [LookupError]


# --- approval -----------------------------------------------------------------------------------------------------


async def waiting(chat: ToolChat, *more: ToolCallDelta) -> None:
    """A reply whose calls of a server's tools wait for approval."""
    chat.toolbox.called.clear()
    chat.answers((call("delete", '{"city": "x"}'), *more, CALLS), ("Done.",))
    chat.session.send("go")
    assert chat.session.waiting_calls == []
    await chat.calls_are(*[CallStatus.WAITING] * (1 + len(more)))
    assert [c.name for c in chat.session.waiting_calls] == ["delete", *(fragment.name for fragment in more)]
    assert chat.toolbox.called == []


async def test_nothing_runs_before_it_is_allowed(chat: ToolChat) -> None:
    await waiting(chat)
    chat.session.decide("unknown", Approval.ALWAYS)
    chat.session.decide("call_delete", Approval.ONCE)
    chat.session.decide("call_delete", Approval.REFUSE)
    reply = await chat.ended()
    assert [(c.status, c.result, c.server) for c in reply.tool_calls] == [(CallStatus.DONE, "Rain in x", "files")]
    await waiting(chat)
    assert chat.preferences.settings.always_allowed == ()


@pytest.mark.parametrize(
    ("words", "result"),
    [("", "The person refused this call."), (" Not there ", "The person refused this call. Their words: Not there")],
)
async def test_a_refusal_is_told_to_the_model(chat: ToolChat, words: str, result: str) -> None:
    await waiting(chat)
    chat.session.decide("call_delete", Approval.REFUSE, words)
    reply = await chat.ended()
    assert [(c.status, c.result) for c in reply.tool_calls] == [(CallStatus.REFUSED, result)]
    assert (chat.toolbox.called, reply.text) == ([], "Done.")
    assert chat.sent()[-1].calls[0].result == result


@pytest.mark.parametrize("approval", [Approval.CONVERSATION, Approval.ALWAYS])
async def test_what_is_allowed_for_longer_is_also_for_the_calls_beside_it(chat: ToolChat, approval: Approval) -> None:
    await waiting(chat, call("delete", '{"city": "y"}', 1, "second"))
    chat.session.decide("second", approval)
    assert [c.result for c in (await chat.ended()).tool_calls] == ["Rain in x", "Rain in y"]
    reply = await chat.asked(call("delete", '{"city": "z"}'), CALLS)
    assert [c.result for c in reply.tool_calls] == ["Rain in z"]


async def test_a_permission_for_one_tool_is_not_for_another(chat: ToolChat) -> None:
    chat.offer(*chat.offered, chat.toolbox.add("move", weather, server="files"))
    await waiting(chat, call("move", index=1))
    chat.session.decide("call_delete", Approval.ALWAYS)
    await chat.calls_are(CallStatus.DONE, CallStatus.WAITING)


async def test_a_decision_after_the_reply_has_no_effect(chat: ToolChat) -> None:
    await waiting(chat)
    chat.session.cancel()
    chat.session.decide("call_delete", Approval.ALWAYS)
    await chat.ended()
    chat.session.decide("call_delete", Approval.ALWAYS)
    assert chat.toolbox.called == []


# --- Stop ---------------------------------------------------------------------------------------------------------


async def stopped(chat: ToolChat) -> Message:
    """A reply that was stopped while one tool had ended, two ran and one waited."""
    chat.script(
        "Hm. ", call("weather"), call("forever", index=1), call("also_forever", index=2), call("delete", index=3), CALLS
    )
    chat.session.send("go")
    await chat.calls_are(CallStatus.DONE, CallStatus.RUNNING, CallStatus.RUNNING, CallStatus.WAITING)
    chat.session.cancel()
    return await chat.ended()


async def test_stop_ends_all_tools_at_once_and_answers_every_call(chat: ToolChat) -> None:
    reply = await stopped(chat)
    assert (reply.status, reply.text, reply.failure) == (Status.CANCELLED, "Hm. ", None)
    assert [c.status for c in reply.tool_calls] == [CallStatus.DONE, *[CallStatus.STOPPED] * 3]
    assert [c.result for c in reply.tool_calls] == ["Rain in town", *[STOPPED_RESULT] * 3]
    assert chat.toolbox.stopped == ["forever", "also_forever"]
    assert [e.call_id for e in chat.told(ToolCallChanged)][-3:] == ["call_forever", "call_also_forever", "call_delete"]
    assert (await chat.stored())[reply.id] == reply
    chat.answers(("Yes?",))
    chat.session.send("next")
    assert (await chat.ended()).text == "Yes?"
    assert chat.sent()[1:] == (
        PromptMessage(Role.ASSISTANT, "Hm. ", calls=reply.tool_calls), PromptMessage(Role.USER, "next"),
    )  # fmt: skip


async def test_a_stopped_reply_goes_on_with_what_its_tools_answered(chat: ToolChat) -> None:
    reply = await stopped(chat)
    chat.answers(
        (
            "So: ",
            call("weather", call_id="call_forever"),
            CALLS,
        ),
        ("rain.",),
    )
    chat.session.go_on(reply.id)
    ended = await chat.ended()
    assert (ended.id, ended.text, ended.status) == (reply.id, "Hm. So: rain.", Status.COMPLETE)
    assert (ended.tool_calls[:4], [c.round for c in ended.tool_calls]) == (reply.tool_calls, [0, 0, 0, 0, 1])
    assert chat.sent(-2)[-1].calls == reply.tool_calls, "no other request to go on"
    assert len({c.id for c in ended.tool_calls}) == 5


async def test_a_reply_cut_off_behind_its_calls_is_asked_to_go_on(chat: ToolChat) -> None:
    reply = await chat.asked(call("weather"), CALLS, then=FinishDelta("length"))
    chat.answers(
        (
            call("weather"),
            CALLS,
        ),
        (
            "It r",
            FinishDelta("length"),
        ),
    )
    chat.session.regenerate(reply.id)
    cut = await chat.ended()
    chat.answers(("ains.",))
    chat.session.go_on(cut.id)
    assert (await chat.ended()).text == "It rains."
    assert [m.text for m in chat.sent()][-2:] == ["It r", GO_ON]


async def test_a_reply_of_calls_alone_can_be_continued(chat: ToolChat) -> None:
    chat.script(call("forever"), CALLS)
    chat.session.send("go")
    await chat.calls_are(CallStatus.RUNNING)
    chat.session.cancel()
    reply = await chat.ended()
    assert (reply.text, reply.status) == ("", Status.CANCELLED)
    chat.answers(("On.",))
    chat.session.go_on(reply.id)
    assert (await chat.ended()).text == "On."


async def test_a_reply_that_was_stopped_before_anything_came_cannot_be_continued(chat: ToolChat) -> None:
    chat.script(PAUSE)
    chat.session.send("go")
    await chat.provider.paused()
    chat.session.cancel()
    reply = await chat.ended()
    chat.session.go_on(reply.id)
    assert not chat.session.running
    assert chat.session.waiting_calls == []


async def test_stopped_calls_take_part_in_the_tree_like_any_text(chat: ToolChat) -> None:
    reply = await stopped(chat)
    question = chat.session.path[0]
    chat.answers(("Again.",))
    chat.session.regenerate(reply.id)
    again = await chat.ended()
    assert chat.sent() == (PromptMessage(Role.USER, "go"),)
    assert chat.session.alternatives(again.id) == (reply.id, again.id)
    chat.session.show_alternative(reply.id)
    chat.session.send("more")
    await chat.ended()
    assert chat.sent()[1].calls == reply.tool_calls
    chat.session.edit_and_resend(question.id, "other")
    await chat.ended()
    assert chat.sent() == (PromptMessage(Role.USER, "other"),)
    removed = chat.session.delete(question.id)
    assert reply in removed
    assert reply.id not in await chat.stored()
    chat.session.undelete(removed)
    assert (await chat.stored())[reply.id] == reply


async def test_stopping_twice_still_waits_for_the_tools(chat: ToolChat) -> None:
    ended = asyncio.Event()

    async def slow_to_end(_: Mapping[str, Any]) -> ToolResult:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            ended.set()
        raise AssertionError

    chat.preferences.update(safe_tools=("/slow",))
    chat.offer(chat.toolbox.add("slow", slow_to_end))
    chat.script(call("slow"), CALLS)
    chat.session.send("go")
    await chat.calls_are(CallStatus.RUNNING)
    chat.session.cancel()
    await asyncio.sleep(0)
    chat.session.cancel()
    assert (await chat.ended()).status is Status.CANCELLED
    assert ended.is_set()


async def test_a_reply_with_calls_to_run_is_not_finished_when_its_turn_ends(chat: ToolChat) -> None:
    """A server may send token counts after the finish reason; stopping then loses the calls."""
    chat.script("Hm. ", call("weather"), CALLS, PAUSE)
    chat.session.send("go")
    await chat.provider.paused()
    assert chat.session.reply is not None
    assert not chat.session.reply.progress.finished
    chat.session.cancel()
    reply = await chat.ended()
    assert (reply.status, reply.tool_calls[0].status) == (Status.CANCELLED, CallStatus.STOPPED)


async def test_a_conversation_deleted_from_under_its_tools(chat: ToolChat) -> None:
    chat.script(call("forever"), CALLS)
    chat.session.send("go")
    await chat.calls_are(CallStatus.RUNNING)
    await chat.session.aclose()
    assert chat.toolbox.stopped == ["forever"]


# --- failures between rounds --------------------------------------------------------------------------------------


async def test_a_later_request_is_retried_until_something_arrived(
    chat: ToolChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_chat.core.retry.FIRST_DELAY_S", 0.0)
    chat.script("One. ", call("weather"), CALLS)
    chat.script(ConnectionLost())
    chat.script("Two. ", ConnectionLost())
    chat.session.send("go")
    reply = await chat.ended()
    assert (reply.text, reply.status) == ("One. Two. ", Status.INTERRUPTED)
    assert [c.result for c in reply.tool_calls] == ["Rain in town"]
    assert len(chat.provider.prompts) == 3
    assert chat.sent(1) == chat.sent(2)


async def test_a_failed_later_request_leaves_a_reply_that_can_be_continued(chat: ToolChat) -> None:
    chat.preferences.update(retries=0)
    reply = await chat.asked(call("weather"), CALLS, then=ConnectionLost())
    assert reply.failure is not None
    assert (reply.status, reply.failure.code) == (Status.INTERRUPTED, "connection_lost")
    chat.answers(("Rain.",))
    chat.session.go_on(reply.id)
    assert (await chat.ended()).text == "Rain."


async def test_silence_after_tools_is_an_answer(chat: ToolChat) -> None:
    reply = await chat.asked(call("weather"), CALLS, then=FinishDelta("stop"))
    assert (reply.text, reply.status, reply.failure) == ("", Status.COMPLETE, None)
    assert chat.session.alternatives(reply.id) == (reply.id,)
    chat.answers(("Rain.",))
    chat.session.regenerate(reply.id)
    again = await chat.ended()
    assert chat.session.alternatives(again.id) == (reply.id, again.id)


# --- results ------------------------------------------------------------------------------------------------------


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


async def draw(arguments: Mapping[str, Any]) -> ToolResult:
    return ToolResult("drawn", images=(ToolImage("application/x", PNG), ToolImage("image/svg+xml", b"<svg/>")))


async def test_images_of_a_tool_are_kept_and_sent(chat: ToolChat) -> None:
    chat.preferences.update(safe_tools=("/draw",))
    chat.offer(chat.toolbox.add("draw", draw))
    reply = await chat.asked(call("draw"), CALLS)
    images = reply.tool_calls[0].images
    assert [(image.name, image.media_type, image.size) for image in images] == [
        ("draw-1.png", "image/png", 28), ("draw-2.svg+xml", "image/svg+xml", 6),
    ]  # fmt: skip
    assert await chat.blobs.read(images[0].sha256) == PNG
    assert [(m.role, [i.content for i in m.images]) for m in chat.sent()][-1] == (Role.USER, [PNG])


async def test_an_image_that_cannot_be_kept_is_told(chat: ToolChat, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(content: bytes) -> str:
        raise StoreFull

    monkeypatch.setattr(chat.blobs, "put", full)
    chat.preferences.update(safe_tools=("/draw",))
    chat.offer(chat.toolbox.add("draw", draw))
    (answered,) = (await chat.asked(call("draw"), CALLS)).tool_calls
    assert answered.status is CallStatus.DONE
    assert (
        answered.result == "drawn\n[image 1 could not be stored: store_full]\n[image 2 could not be stored: store_full]"
    )


async def test_the_end_is_told_once_and_last(chat: ToolChat) -> None:
    reply = await chat.asked(call("weather"), CALLS)
    assert chat.told(ReplyEnded) == [ReplyEnded(reply)]
    assert isinstance(chat.events[-1], ReplyEnded)
    assert isinstance(reply.tool_calls[0], ToolCall)


async def test_a_reply_says_when_the_server_of_a_chosen_tool_does_not_run(chat: ToolChat) -> None:
    chat.preferences.update(tool_servers=(ToolServer("gone", "no-such-program"), ToolServer("off", "x", enabled=False)))
    chat.offer("/weather", "off/tool", "unknown/tool")
    assert (await chat.asked("Hello", FinishDelta("stop"))).left_out == ()
    chat.offer("/weather", "gone/tool")
    assert (await chat.asked("Hello", FinishDelta("stop"))).left_out == (LeftOut.TOOL_SERVERS,)
