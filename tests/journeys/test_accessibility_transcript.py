"""The conversation as seen by a screen reader: a list, text with caret and selection, buttons, announcements."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
LONG = "Write something long"


class Reader:
    """A screen reader in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, *question: object) -> Any:
        """Send a query and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        line = await self._process.stdout.readline()
        assert line, "the screen reader has ended"
        return json.loads(line)

    async def until(self, *question: object, what: Any) -> Any:
        """Repeat a query until the answer satisfies a condition; return it."""
        answer = None
        try:
            async with asyncio.timeout(25):
                while not what(answer := await self.ask(*question)):  # noqa: ASYNC110  (another process)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{question}: {answer}") from None
        return answer

    async def said(self) -> list[str]:
        """The announcements so far."""
        return [one["said"] for one in await self.ask("heard") if one["event"] == "object:announcement"]

    async def until_said(self, words: str) -> list[str]:
        await self.until(
            "heard", what=lambda all_: any(words in one["said"] for one in all_ if "announcement" in one["event"])
        )
        return await self.said()


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    process = await asyncio.create_subprocess_exec(
        SYSTEM_PYTHON,
        str(HERE / "atspi_reader.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdout is not None
    assert json.loads(await process.stdout.readline()) == "ready"
    yield Reader(process)
    assert process.stdin is not None
    process.stdin.close()
    await asyncio.wait_for(process.wait(), 20)


@pytest.fixture
async def window(reader: Reader, data_dir: Path, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """The program with the demo and a question in its composer, started after the screen reader."""
    (data_dir / "settings.toml").write_text('language = "en"\nsmooth_scrolling = "off"\n')
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "desktop_chat", "--data-dir", str(data_dir), "--demo", getattr(request, "param", LONG)),
        cwd=ROOT,
        env=os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"},
    )
    yield
    process.terminate()
    assert await process.wait() == 0


async def ask_and_stop(reader: Reader) -> str:
    """Send the question, stop the reply after it has started, and return its text."""
    await reader.until("press", "", "Send", what=bool)
    await reader.until("text", "text", "demo", what=lambda text: text and text.get("count", 0) > 200)
    await reader.until("press", "", "Stop", what=bool)
    await reader.until_said("Stopped")
    await asyncio.sleep(0.6)  # for the last update of the text
    answer: str = (await reader.ask("text", "text", "demo"))["text"]
    return answer


async def test_a_conversation_is_a_list_of_messages_with_text(reader: Reader, window: None) -> None:
    answer = await ask_and_stop(reader)
    listed = await reader.ask("children", "list", "Messages", 0, 1)
    assert listed["count"] == 2
    (first, question), (second, reply) = listed["children"]
    assert (first, second) == ("list item", "list item")
    assert question.startswith("You, ")
    assert question.endswith(": Write something long")
    assert reply.startswith("demo")
    assert answer[:20].split("\n")[0] in reply
    assert (await reader.ask("text", "text", "You, "))["text"] == "Write something long"
    part = await reader.ask("text", "text", "demo", 5, 12)
    assert (part["text"], part["count"]) == (answer[5:12], len(answer))
    unnamed = [
        node
        for node in await reader.ask("nodes")
        if node["role"] in {"button", "text", "list", "combo box", "check box"}
        and "showing" in node["states"]
        and not node["name"]
    ]
    assert unnamed == []


async def test_caret_and_selection_work_in_both_directions(reader: Reader, window: None) -> None:
    answer = await ask_and_stop(reader)
    assert await reader.ask("focus", "text", "demo")
    await reader.until(
        "heard", what=lambda all_: any(one["role"] == "text" and one["name"].startswith("demo") for one in all_)
    )
    assert await reader.ask("caret", "text", "demo", 3)
    await reader.until("text", "text", "demo", what=lambda text: text["caret"] == 3)
    for _ in range(2):
        await reader.ask("key", "Right", "Shift")
    selected = await reader.until("text", "text", "demo", what=lambda text: text["selections"] == [[3, 5]])
    assert selected["caret"] == 5
    events = {one["event"] for one in await reader.ask("heard") if one["name"].startswith("demo")}
    assert {"object:text-caret-moved", "object:text-selection-changed"} <= events
    assert await reader.ask("select", "text", "demo", 0, 10)
    await reader.ask("key", "Right", "Shift")
    await reader.until("text", "text", "demo", what=lambda text: text["selections"] == [[0, 11]])
    assert answer


async def test_buttons_can_be_pressed_and_focus_is_reported(reader: Reader, window: None) -> None:
    await ask_and_stop(reader)
    assert await reader.ask("press", "You, ", "Copy message")
    assert await reader.ask("focus", "text", "Message")
    await asyncio.sleep(0.3)
    await reader.ask("key", "v", "Control")
    await reader.until("text", "text", "Message", what=lambda text: text and text["text"] == "Write something long")
    assert await reader.ask("focus", "text", "You, ")
    await reader.ask("key", "Tab")
    await reader.until(
        "heard",
        what=lambda all_: any(
            one["event"].startswith("object:state-changed:focused") and one["role"] == "button" and one["at"] == 1
            for one in all_
        ),
    )
    await reader.ask("key", "Down", "Alt")
    await reader.until(
        "heard",
        what=lambda all_: [one["name"] for one in all_ if "focused" in one["event"] and one["at"]][-1].startswith(
            "demo"
        ),
    )


@pytest.mark.parametrize("window", ["Show me code"], indirect=True)
async def test_a_reply_is_announced_while_it_streams(reader: Reader, window: None) -> None:
    await reader.until("press", "", "Send", what=bool)
    said = await reader.until_said("Reply finished")
    assert said[:2] == ["Sent", "Reply started"]
    assert len(said) > 3
    assert [words for words in said if "Code." in words]
    reply = await reader.until("text", "text", "demo", what=lambda text: text and text.get("count", 0) > 0)
    assert said[2].split(".")[0] in reply["text"]
    carets = [one for one in await reader.ask("heard") if "caret" in one["event"] and one["name"].startswith("demo")]
    assert len(carets) <= 1
