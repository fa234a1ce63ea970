"""A summary is kept with its mark: over a restart, a kill, an older file, and an export that is imported again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from test_own_json import plain, read
from test_shortened_conversation import Desk, run

from desktop_chat.core.entities import Status, Summary
from desktop_chat.core.errors import CRASHED
from desktop_chat.core.prompt_building import SUMMARY_END, SUMMARY_HEAD
from desktop_chat.core.session import ChatSession
from desktop_chat.services.sqlite.migrations import MIGRATIONS, add_summaries, migrate
from desktop_chat.services.sqlite.salvage import salvage

FRAMED = f"{SUMMARY_HEAD}\n\nIn short.\n\n{SUMMARY_END}"
WHOLE = ["q1", "a1", "q2", "a2", "q3", "a3", "q4", "a4"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def kill(database: Path, stage: str) -> None:
    """Kill a process in which a summary is half written, or whole."""
    script = Path(__file__).with_name("summary_child.py")
    world = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, script, database, stage], stdout=subprocess.PIPE, env=world) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.kill()


async def next_request(desk: Desk, session: ChatSession) -> list[str]:
    desk.providers.provider._scripts.clear()
    desk.providers.provider.script("a5")
    return await desk.ask(session, "q5")


@pytest.mark.parametrize(
    ("stage", "sent"), [("half", [*WHOLE, "q5"]), ("whole", [f"{FRAMED}\n\nq3", "a3", "q4", "a4", "q5"])]
)
async def test_a_kill_leaves_all_of_a_summary_or_what_was_before(file: Path, stage: str, sent: list[str]) -> None:
    kill(file, stage)
    async with run(file) as desk:
        (conversation,) = desk.library.shown()
        session = await desk.session(conversation.id)
        summary = session.path[-1]
        assert [message.text for message in session.path[:-1]] == WHOLE, "nothing is lost"
        assert summary.summary == Summary(4)
        if stage == "half":
            assert (summary.text, summary.status) == ("In ", Status.INTERRUPTED)
            assert summary.failure is not None
            assert summary.failure.code == CRASHED
        assert await next_request(desk, session) == sent
        await session.aclose()
    [found] = [message for message in salvage(file).messages if message.summary is not None]
    assert (found.id, found.summary) == (summary.id, Summary(4))


async def test_half_a_summary_is_written_to_its_end_after_a_restart(file: Path) -> None:
    kill(file, "half")
    async with run(file) as desk:
        session = await desk.session(desk.library.shown()[0].id)
        desk.providers.provider.script("short.")
        session.go_on(session.path[-1].id)
        await desk.sent(session)
        assert (await next_request(desk, session))[0] == f"{FRAMED}\n\nq3"
        session.use_summary(session.path[8].id, in_use=False)
        await session.aclose()
    async with run(file) as desk:
        session = await desk.session(desk.library.shown()[0].id)
        assert session.path[8].summary == Summary(4, in_use=False)
        assert (await next_request(desk, session))[0] == "q1"
        await session.aclose()


async def test_a_file_of_an_older_version_has_no_summaries(file: Path) -> None:
    version = MIGRATIONS.index(add_summaries)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        migrate(connection, file, MIGRATIONS[:version])
        connection.execute(
            "INSERT INTO conversations (id, title, folded_title, title_is_own, created_at, updated_at, pinned, draft,"
            " connection_id, model, system_prompt, streaming) VALUES ('c', 'Old', 'old', 1, 1, 1, 0, '', '', '', '', 1)"
        )
        connection.execute(
            "INSERT INTO messages (id, conversation_id, role, text, status, created_at, reasoning, connection_name,"
            " model, skipped_events) VALUES ('m', 'c', 'user', 'hi', 'complete', 1, '', '', '', 0)"
        )
    async with run(file) as desk:
        [message] = (await desk.session("c")).path
        assert (message.text, message.summary) == ("hi", None)
    [found] = salvage(file.with_name(f"history.before-v{len(MIGRATIONS)}.db")).messages
    assert found.summary is None


@pytest.mark.parametrize(("text", "is_used"), [("1", True), (1, False)])
def test_an_imported_summary_is_not_used_where_messages_above_it_are_missing(text: object, is_used: bool) -> None:
    file = plain()
    usual = {"created_at": 1, "role": "user"}
    file["conversations"][0]["messages"] = [
        {**usual, "id": "a", "text": text},
        {**usual, "id": "b", "parent_id": "a"},
        {**usual, "id": "s", "parent_id": "b", "role": "assistant", "summary": {"messages": 1}},
        {**usual, "id": "odd", "parent_id": "s", "summary": {"in_use": True}},
    ]
    [found], unread = read(file)
    assert found.messages[-1].summary == Summary(1, in_use=is_used)
    assert len(unread) == (1 if is_used else 2), "one that does not say of how many messages is not understood"
