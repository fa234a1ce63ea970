"""Turns with attachments and tools, with nothing faked but the model: through a stop in each state of a call, a
restart, and whatever a server or a model may send, the next request stays valid for both APIs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from document_samples import pdf
from hostile_server import HostileServer
from turn_world import SCRIPTS, Step, World, calls, odd_server, problems_in, says, world

from desktop_chat.app.attachment_files import AttachmentFiles
from desktop_chat.core.attachment_reading import FileSource, ReadOptions
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import Api, Message, Status
from desktop_chat.core.errors import AttachmentMissing
from desktop_chat.core.events import ReplyDelta
from desktop_chat.core.prompt_building import GO_ON
from desktop_chat.core.tools import Approval, CallStatus

apis = pytest.mark.parametrize("api", list(Api))
ECHO = '{"text": "x"}'


@pytest.fixture(autouse=True)
def no_scripts_left() -> Iterator[None]:
    SCRIPTS.clear()
    yield
    SCRIPTS.clear()


async def attached(world: World, *files: Path) -> tuple[Attachment, ...]:
    reader = AttachmentFiles(world.blobs)
    try:
        return tuple([await reader.read(FileSource(file), ReadOptions(), lambda _: None) for file in files])
    finally:
        reader.close()


def files_in(folder: Path) -> tuple[Path, Path]:
    """Make a PDF with a page of text and one that is sent as an image, and a text with an odd name."""
    document, odd = folder / "a.pdf", folder / b"na\xff\nme.txt".decode("utf-8", "surrogateescape")
    document.write_bytes(pdf(["one", None]))
    odd.write_text("two")
    return document, odd


async def asked(world: World, server: HostileServer, answer: str, question: str = "next") -> Message:
    """Ask; return the reply to a request that a strict server accepts."""
    SCRIPTS.append(says(world.api, answer))
    world.session.send(question)
    reply = await world.ended()
    assert problems_in(server.requests[-1].body) == []
    return reply


async def until_state(world: World, state: str) -> None:
    """Bring two calls of the running reply into a state."""
    if state == "writing":
        await world.until(lambda told: isinstance(told, ReplyDelta) and len(world.session.reply.calls) == 2)
        return
    await world.until_waiting(2)
    world.session.decide("a", Approval.ONCE)
    if state == "running":
        world.session.decide("b", Approval.ONCE)
        await world.until(lambda _: any(call.status is CallStatus.RUNNING for call in world.session.reply.calls))


@apis
@pytest.mark.parametrize("state", ["writing", "waiting", "running"])
@pytest.mark.parametrize("quits", [False, True], ids=["stop", "quit"])
async def test_a_turn_stopped_in_any_state_goes_on(
    api: Api, state: str, quits: bool, tmp_path: Path, server: HostileServer
) -> None:
    held = asyncio.Event()
    both = odd_server("odd"), odd_server("mute", "never-answers")
    async with world(tmp_path, server, api, tool_servers=both) as first:
        await first.open(tools=("odd/echo", "mute/slow"), system_prompt="Be brief.")
        parts = await attached(first, *files_in(tmp_path))
        script: list[Step] = [
            *calls(api, ("a", "odd_echo", ECHO), ("b", "mute_slow", "{}"), text="So. ", finish=state != "writing")
        ]
        SCRIPTS.append([*script, held] if state == "writing" else script)
        first.session.send("Look.", parts)
        await until_state(first, state)
        if not quits:
            first.session.cancel()
            first.session.decide("b", Approval.ONCE)
            reply = await first.ended()
            SCRIPTS.append(says(api, "On."))
            first.session.go_on(reply.id)
            assert (await first.ended()).text == "So. On."
            assert problems_in(server.requests[-1].body) == []
    held.set()
    async with world(tmp_path, server, api) as second:
        await second.open()
        question, reply = second.session.path
        assert question.attachments == parts
        assert reply.tool_calls[1].status is CallStatus.STOPPED
        assert all(call.status in {CallStatus.DONE, CallStatus.STOPPED} for call in reply.tool_calls)
        assert (await asked(second, server, "Next.")).text == "Next."
        SCRIPTS.extend([says(api, "Edited."), says(api, "Again.")])
        second.session.edit_and_resend(question.id, "Look again.")
        assert (await second.ended()).text == "Edited."
        assert second.session.path[0].attachments == parts
        second.session.regenerate(second.session.path[1].id)
        assert (await second.ended()).text == "Again."
        second.session.show_alternative(question.id)
        second.session.undelete(second.session.delete(question.id))
        assert second.session.path[0] == question
        assert (await asked(second, server, "Last.")).text == "Last."


@apis
async def test_what_cannot_be_encoded_reaches_neither_tools_nor_servers(
    api: Api, tmp_path: Path, server: HostileServer
) -> None:
    """Half a surrogate pair or NaN, in a tool's schema, in its answer or in a call's arguments."""
    async with world(tmp_path, server, api, tool_servers=(odd_server("odd", "halves"),)) as here:
        await here.open(tools=("odd/echo", "odd/half", "odd/nan"))
        wanted = ("a", "odd_echo", r'{"text": "\ud800"}'), ("b", "odd_echo", ECHO), ("c", "odd_echo", '{"text": NaN}')
        SCRIPTS.extend([calls(api, *wanted), says(api, "Well.")])
        here.session.send("go")
        await here.until_waiting()
        here.session.decide("b", Approval.ONCE)
        reply = await here.ended()
        assert (reply.status, reply.text) == (Status.COMPLETE, "Well.")
        failed, done = CallStatus.FAILED, CallStatus.DONE
        assert [call.status for call in reply.tool_calls] == [failed, done, failed]
        assert (await asked(here, server, "Next.")).text == "Next."


@apis
async def test_no_arguments_end_a_reply(api: Api, tmp_path: Path, server: HostileServer) -> None:
    async with world(tmp_path, server, api, tool_servers=(odd_server("odd"),)) as here:
        await here.open(tools=("odd/echo",))
        depths = [90, 150, 240, 250, 260, 100_000]
        wanted = [(f"c{depth}", "odd_echo", f'{{"text": "t", "x": {"[" * depth}{"]" * depth}}}') for depth in depths]
        SCRIPTS.extend([calls(api, *wanted, ("long", "y" * 100_000, ECHO)), says(api, "Well.")])
        here.session.send("go")
        await here.until_waiting()
        here.session.decide("c90", Approval.ONCE)
        reply = await here.ended()
        assert reply.status is Status.COMPLETE
        assert [call.status for call in reply.tool_calls] == [CallStatus.DONE, *[CallStatus.FAILED] * 6]
        assert all(len(call.result) < 1_000 for call in reply.tool_calls)
        assert problems_in(server.requests[-1].body) == []


@apis
async def test_a_damaged_attachment_can_be_attached_again(api: Api, tmp_path: Path, server: HostileServer) -> None:
    async with world(tmp_path, server, api) as here:
        await here.open()
        files = files_in(tmp_path)
        SCRIPTS.append(says(api, "Seen."))
        here.session.send("", await attached(here, *files))
        assert (await here.ended()).text == "Seen."
        for blob in (tmp_path / "blobs").glob("??/*"):
            blob.write_bytes(bytes(blob.stat().st_size))
        here.session.send("And now?")
        failure = (await here.ended()).failure
        assert failure is not None
        assert (failure.code, failure.detail) == (AttachmentMissing.code, "a.pdf")
        await attached(here, *files)
        assert (await asked(here, server, "Healed.")).text == "Healed."


@apis
async def test_a_missing_image_of_a_tool_does_not_end_the_conversation(
    api: Api, tmp_path: Path, server: HostileServer
) -> None:
    async with world(tmp_path, server, api, tool_servers=(odd_server("odd", "answers-all"),)) as here:
        await here.open(tools=("odd/echo",))
        SCRIPTS.extend([calls(api, ("a", "odd_echo", ECHO)), []])
        here.session.send("go")
        await here.until_waiting()
        here.session.decide("a", Approval.ONCE)
        reply = await here.ended()
        assert "Images in the answer of odd_echo:" in json.dumps(server.requests[-1].body)
        SCRIPTS.append(says(api, "On."))
        here.session.go_on(reply.id)
        assert (await here.ended()).text == "On."
        assert GO_ON not in json.dumps(server.requests[-1].body)
        (blob,) = (tmp_path / "blobs").glob("??/*")
        blob.unlink()
        assert (await asked(here, server, "Next.")).text == "Next."
