"""A process killed while tools run leaves a reply that says so, and a conversation that goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from chat_story import Chat
from tool_child import IMAGE

from desktop_chat.core.attachments import ADDRESS
from desktop_chat.core.entities import Message, Status
from desktop_chat.core.errors import CRASHED
from desktop_chat.core.tools import STOPPED_RESULT, CallStatus
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.sqlite.salvage import salvage
from desktop_chat.services.sqlite.sqlite_store import SqliteStore


def kill_during_tools(database: Path, folder: Path) -> None:
    script = Path(__file__).with_name("tool_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), str(database), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [b"running\n"] * 2
        process.kill()


async def recovered(database: Path) -> list[Message]:
    store = SqliteStore(database)
    report = await store.open()
    (conversation,) = await store.conversations()
    messages = await store.messages(conversation.id)
    await store.aclose()
    assert report.recovered_replies == (messages[-1].id,)
    return messages


async def test_after_a_kill_every_call_has_an_answer(tmp_path: Path) -> None:
    database, folder = tmp_path / "history.db", tmp_path / "blobs"
    kill_during_tools(database, folder)
    (_, damaged) = salvage(database).messages
    question, reply = await recovered(database)
    assert reply.failure is not None
    assert (reply.status, reply.failure.code) == (Status.INTERRUPTED, CRASHED)
    assert [(c.name, c.status, c.result, c.round) for c in reply.tool_calls] == [
        ("quick", CallStatus.DONE, "quick result", 0),
        *[(name, CallStatus.STOPPED, STOPPED_RESULT, 1) for name in ("slow", "slow", "asks")],
    ]
    (image,) = reply.attachments
    assert reply.text == f"Before. Between. \n\n![image]({ADDRESS}{image.sha256})\n\n"
    blobs = BlobFolder(folder)
    assert await blobs.read(image.sha256) == IMAGE
    blobs.end()
    assert (damaged.text, damaged.tool_calls, damaged.status) == (reply.text, reply.tool_calls, reply.status)

    chat = Chat()
    session = chat.session = chat.open(chat.session.conversation_id, (question, reply))
    chat.provider.script("On.")
    session.go_on(reply.id)
    assert (await chat.ended()).text == f"{reply.text}On."
    assert [m.calls for m in chat.provider.prompts[-1].messages[1:]] == [reply.tool_calls[:1], reply.tool_calls[1:]]
    await session.aclose()
    await chat.write_behind.aclose()
