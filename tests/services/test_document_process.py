"""A document that hangs, crashes or fills its helper costs only itself: others are read, no process stays behind."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from odd_document_helper import COMMAND

from desktop_chat import DOCUMENT_WORD
from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileBroken,
    ReaderUnavailable,
    ReadingTimedOut,
    ReadingTooLarge,
)
from desktop_chat.core.attachment_reading import Progress, ReadOptions
from desktop_chat.services.documents.document_process import DocumentProcess
from desktop_chat.services.documents.document_text import Asked, DocumentText
from desktop_chat.services.helper_process import helper_command

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
ASKED = Asked.of("a.txt", ReadOptions())


@pytest.fixture
async def odd() -> AsyncIterator[DocumentProcess]:
    made = DocumentProcess(COMMAND)
    yield made
    made.close()


async def read(process: DocumentProcess, words: str, told: list[Progress] | None = None) -> DocumentText:
    return await process.read(words.encode(), ASKED, [].append if told is None else told.append)


def pid_of(process: DocumentProcess) -> int:
    assert process._process is not None
    return process._process._process.pid


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the thread or a process has done something."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 -- neither tells
            await asyncio.sleep(0.001)


async def test_documents_take_turns_in_one_process(odd: DocumentProcess) -> None:
    assert odd._process is None
    found = await asyncio.gather(*(read(odd, f"text {number}") for number in range(5)))
    assert [each.text for each in found] == [b"text %d" % number for number in range(5)]
    pid = pid_of(odd)
    assert (await read(odd, "print")).text == b"print"
    assert pid_of(odd) == pid


async def test_progress_is_told_on_the_loop(odd: DocumentProcess) -> None:
    told: list[Progress] = []
    await read(odd, "pages", told)
    assert 2 <= len(told) <= 100
    assert [each.done for each in told] == sorted({each.done for each in told})
    assert {each.total for each in told} == {100}


@pytest.mark.parametrize(
    ("words", "kind", "is_replaced"),
    [
        ("crash", FileBroken, True),
        ("images", FileBroken, True),
        ("recurse", FileBroken, False),
        pytest.param("fill", ReadingTooLarge, True, marks=linux),
    ],
)
async def test_what_a_document_does_is_its_own_error(
    odd: DocumentProcess, words: str, kind: type[AttachmentError], is_replaced: bool
) -> None:
    assert (await read(odd, "before")).letters == 6
    before = pid_of(odd)
    with pytest.raises(kind):
        await read(odd, words)
    assert (await read(odd, "after")).text == b"after"
    assert (pid_of(odd) != before) == is_replaced
    assert not is_replaced or not is_alive(before)


@pytest.mark.parametrize("words", ["hang", "slow"])
async def test_a_document_that_takes_too_long_is_stopped(words: str) -> None:
    odd = DocumentProcess(COMMAND, limit_s=0.5)
    with pytest.raises(ReadingTimedOut):
        await read(odd, words)
    assert (await read(odd, "after")).text == b"after"
    odd.close()


async def test_each_page_has_its_time_and_all_together_have_a_limit() -> None:
    patient = DocumentProcess(COMMAND, limit_s=0.7)
    assert (await read(patient, "pages")).text == b"pages"  # takes a second
    patient.close()
    hasty = DocumentProcess(COMMAND, limit_s=0.7, total_s=0.5)
    with pytest.raises(ReadingTimedOut):
        await read(hasty, "pages")
    hasty.close()


@pytest.mark.parametrize("words", ["hang", "slow"])
async def test_cancelling_stops_a_document_at_once_and_no_other(odd: DocumentProcess, words: str) -> None:
    await read(odd, "before")
    pid, told = pid_of(odd), asyncio.Event()
    stopped = asyncio.create_task(odd.read(words.encode(), ASKED, lambda _progress: told.set()))
    following = asyncio.create_task(read(odd, "after"))
    dropped = asyncio.create_task(read(odd, "hang"))
    if words == "slow":
        await told.wait()
    else:
        await until(lambda: odd._job is not None)
    stopped.cancel()
    dropped.cancel()
    assert (await following).text == b"after"
    assert stopped.cancelled()
    assert pid_of(odd) != pid
    assert (await read(odd, "more")).text == b"more"


async def test_cancelling_while_the_helper_starts_is_no_failure_to_start(odd: DocumentProcess) -> None:
    for _ in range(3):
        task = asyncio.create_task(read(odd, "text"))
        await until(lambda: odd._process is not None)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await until(lambda: odd._process is None)
    assert (await read(odd, "text")).text == b"text"


async def test_an_idle_helper_ends() -> None:
    process = DocumentProcess(COMMAND, idle_s=0.01)
    await read(process, "text")
    await until(lambda: process._process is None)
    assert (await read(process, "again")).text == b"again"
    process.close()


@pytest.mark.parametrize("command", [[sys.executable, "-c", "pass"], ["/nowhere/at/all"]])
async def test_a_helper_that_cannot_start_is_tried_twice(command: list[str], caplog: pytest.LogCaptureFixture) -> None:
    process = DocumentProcess(command)
    for _ in range(3):
        with pytest.raises(ReaderUnavailable):
            await read(process, "text")
    process.close()
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    "answer",
    ["7", "{}", '{"done":-1,"total":2}', '{"done":"1","total":2}', '{"media_type":"text/plain"}', '{"error":1}', "x"],
)
async def test_a_helper_that_sends_nonsense_is_not_believed(answer: str, tmp_path: Path) -> None:
    odd = tmp_path / "odd.py"
    odd.write_text(
        "import sys\n"
        "out = sys.stdout.buffer\n"
        f"for each in ('\"ready\"', {answer!r}, '\\udcff'):\n"
        "    data = each.encode('utf-8', 'surrogateescape')\n"
        "    out.write(len(data).to_bytes(4, 'big') + data)\n"
        "out.flush()\nsys.stdin.read()\n"
    )
    process = DocumentProcess([sys.executable, str(odd)])
    with pytest.raises(FileBroken):
        await read(process, "text")
    process.close()


async def test_closing_ends_reading_at_once() -> None:
    process = DocumentProcess(COMMAND)
    await read(process, "before")
    pid, hanging = pid_of(process), asyncio.create_task(read(process, "hang"))
    await until(lambda: process._job is not None)
    process.close()
    process.close()
    with pytest.raises(AttachmentError):
        await hanging
    with pytest.raises(ReaderUnavailable):
        await read(process, "after")
    await until(lambda: not is_alive(pid))


@linux
async def test_no_key_reaches_the_helper(odd: DocumentProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "sk-secret")
    await read(odd, "text")
    assert b"secret" not in environment_of(pid_of(odd))


@linux
@pytest.mark.parametrize("words", ["text", "hang"])
def test_a_crash_leaves_no_helper_behind(words: str) -> None:
    child = textwrap.dedent(f"""
        import asyncio, sys
        from desktop_chat.core.attachment_reading import ReadOptions
        from desktop_chat.services.documents.document_process import DocumentProcess
        from desktop_chat.services.documents.document_text import Asked
        async def main():
            process = DocumentProcess({COMMAND!r}, limit_s=0.5)
            asked = Asked.of("a.txt", ReadOptions())
            await process.read(b"text", asked, print)
            print(process._process._process.pid, flush=True)
            await process.read(b"{words}", asked, print)
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.send_signal(signal.SIGKILL)
    while is_alive(pid):
        time.sleep(0.01)


def test_the_program_is_its_own_helper(tmp_path: Path) -> None:
    command = helper_command(DOCUMENT_WORD)
    ended = subprocess.run(command, input=b"", capture_output=True, cwd=tmp_path, check=True)
    assert ended.stdout == b'\x00\x00\x00\x07"ready"'


@pytest.mark.parametrize("options", [ReadOptions(), ReadOptions(image_side=0, pages=9_999), ReadOptions(pages=3)])
def test_options_stay_within_the_limits(options: ReadOptions) -> None:
    asked: Any = Asked.of("a", options)
    assert (asked.pages, asked.image_side) == ({0: 2_000, 9_999: 2_000, 3: 3}[options.pages], 2_048)
