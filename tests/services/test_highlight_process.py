"""An endless lexer costs only that text's colours: it affects neither the window nor other texts nor processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from endless_helper import COMMAND, ENDLESS

from desktop_chat import HIGHLIGHT_WORD
from desktop_chat.core.highlighting import HighlightJob, JobState, LineMarks
from desktop_chat.markdown.highlight import highlighted_lines, lexer_for
from desktop_chat.services import highlight_process
from desktop_chat.services.helper_process import helper_command, helper_environment
from desktop_chat.services.highlight_process import HighlightProcess

TEXT = "for a lexer that never gets through it"
CODE = 'def f():\n    return "text"  # \u4e2d\u6587\n'


@pytest.fixture
def helper() -> Iterator[HighlightProcess]:
    made = HighlightProcess(COMMAND)
    yield made
    made.close()
    if made._thread is not None:
        made._thread.join()
    assert made._process is None


@pytest.fixture
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highlight_process, "_LIMIT_S", 0.3)
    monkeypatch.setattr(highlight_process, "_CHARACTERS_PER_S", 1e12)


def done(helper: HighlightProcess, language: str, text: str) -> HighlightJob:
    job = HighlightJob(language, text)
    helper.ask(job)
    while job.state is JobState.OPEN:
        helper.check()
        time.sleep(0.002)
    return job


def lines_of(job: HighlightJob) -> list[LineMarks]:
    return [line for piece in job.pieces for line in piece]


def pid_of(helper: HighlightProcess) -> int:
    assert helper._process is not None
    return helper._process._process.pid


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_marks_are_those_of_the_lexer(helper: HighlightProcess) -> None:
    lexer = lexer_for("python")
    assert lexer is not None
    text = CODE * 500
    assert lines_of(done(helper, "python", text)) == list(highlighted_lines(text, lexer))


def test_there_is_no_process_before_the_first_job(helper: HighlightProcess) -> None:
    assert (helper._thread, helper._process) == (None, None)
    done(helper, "python", CODE)
    first = pid_of(helper)
    done(helper, "no such language", CODE)
    assert pid_of(helper) == first


def test_a_text_that_takes_too_long_stays_plain_and_others_do_not(helper: HighlightProcess, little_time: None) -> None:
    done(helper, "python", CODE)
    slow, after = HighlightJob(ENDLESS, TEXT), HighlightJob("python", CODE)
    killed = pid_of(helper)
    helper.ask(slow)
    helper.ask(after)
    while after.state is JobState.OPEN:
        helper.check()
        time.sleep(0.002)
    assert (slow.state, after.state) == (JobState.FAILED, JobState.DONE)
    assert lines_of(after)
    assert pid_of(helper) != killed
    assert not is_alive(killed)


def test_a_text_that_took_too_long_is_not_tried_again(helper: HighlightProcess, little_time: None) -> None:
    done(helper, ENDLESS, TEXT)
    done(helper, "python", CODE)
    kept = pid_of(helper)
    assert done(helper, ENDLESS, TEXT).state is JobState.FAILED
    assert done(helper, ENDLESS, TEXT + "\nand more").state is JobState.FAILED
    assert pid_of(helper) == kept
    assert done(helper, "python", TEXT).state is JobState.DONE


def test_a_language_that_took_too_long_gets_less_time(helper: HighlightProcess) -> None:
    job = HighlightJob("desktop", "a=b")
    first = helper._limit(job)
    helper._slow.add(("desktop", 3, b""))
    assert helper._limit(job) < first
    assert helper._limit(HighlightJob("python", "a=b")) == first
    helper._slow |= {("desktop", number, b"") for number in range(100)}
    assert helper._limit(job) > 0.25


def test_the_helper_exits_by_itself_if_nobody_kills_it(helper: HighlightProcess, little_time: None) -> None:
    """Like when the tab is hidden, and nobody checks the time."""
    job = HighlightJob(ENDLESS, TEXT)
    helper.ask(job)
    while job.state is JobState.OPEN:
        time.sleep(0.01)
    assert job.state is JobState.FAILED


def test_no_key_reaches_the_helper(helper: HighlightProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "sk-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy")
    assert "secret" not in str(helper_environment())
    done(helper, "python", CODE)
    if sys.platform == "linux":
        assert b"secret" not in Path(f"/proc/{pid_of(helper)}/environ").read_bytes()


def test_a_helper_that_cannot_start_is_tried_twice(caplog: pytest.LogCaptureFixture) -> None:
    helper = HighlightProcess([sys.executable, "-c", "pass"])
    for language in ("python", "java"):
        assert done(helper, language, CODE).state is JobState.FAILED
    helper.close()
    thread = helper._thread
    assert thread is not None
    thread.join()
    assert done(helper, "c", CODE).state is JobState.FAILED
    missing = HighlightProcess(["/nowhere/at/all"])
    assert done(missing, "python", CODE).state is JobState.FAILED
    missing.close()


def test_a_helper_that_sends_nonsense_is_replaced(tmp_path: Path) -> None:
    odd = tmp_path / "odd.py"
    odd.write_text(
        "import sys\n"
        "out = sys.stdout.buffer\n"
        "out.write((7).to_bytes(4, 'big') + b'\"ready\"' + b'\\xff\\xff\\xff\\xff' + b'x' * 100)\n"
        "out.flush()\nsys.stdin.read()\n"
    )
    helper = HighlightProcess([sys.executable, str(odd)])
    assert done(helper, "python", CODE).state is JobState.FAILED
    helper.close()


def test_an_idle_helper_ends(little_time: None) -> None:
    helper = HighlightProcess(idle_s=0.01)
    done(helper, "python", CODE)
    while helper._process is not None:
        time.sleep(0.005)
    assert lines_of(done(helper, "python", CODE))
    helper.close()


def test_a_cancelled_job_is_not_started(helper: HighlightProcess) -> None:
    job = HighlightJob("python", CODE, cancelled=True)
    helper.ask(job)
    done(helper, "python", CODE)
    assert (job.state, list(job.pieces)) == (JobState.OPEN, [])


def test_closing_does_not_wait_for_a_lexer() -> None:
    helper = HighlightProcess(COMMAND)
    done(helper, "python", CODE)
    pid, job = pid_of(helper), HighlightJob(ENDLESS, TEXT)
    helper.ask(job)
    helper.close()
    helper.close()
    assert helper._thread is not None
    helper._thread.join()
    assert not is_alive(pid)
    assert done(helper, "python", CODE).state is JobState.FAILED


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
@pytest.mark.parametrize("busy", [False, True])
def test_a_crash_leaves_no_helper_behind(busy: bool) -> None:
    child = textwrap.dedent(rf"""
        import sys, time
        from desktop_chat.core.highlighting import HighlightJob, JobState
        from desktop_chat.services import highlight_process
        highlight_process._LIMIT_S, highlight_process._CHARACTERS_PER_S = 0.5, 1e12
        helper = highlight_process.HighlightProcess({COMMAND!r})
        first = HighlightJob("python", "x = 1")
        helper.ask(first)
        while first.state is JobState.OPEN:
            time.sleep(0.01)
        if {busy}:
            helper.ask(HighlightJob("endless", "text"))
            time.sleep(0.1)
        print(helper._process._process.pid, flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.send_signal(signal.SIGKILL)
    while is_alive(pid):
        time.sleep(0.01)


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert helper_command(HIGHLIGHT_WORD) == [sys.executable, "--highlight-helper"]


def test_it_starts_in_any_folder_and_ignores_the_environment(tmp_path: Path) -> None:
    (tmp_path / "pygments.py").write_text("raise SystemExit(9)")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = helper_command(HIGHLIGHT_WORD)
    ended = subprocess.run(command, input=b"", capture_output=True, cwd=tmp_path, env=environment, check=True)
    assert ended.stdout == b'\x00\x00\x00\x07"ready"'
