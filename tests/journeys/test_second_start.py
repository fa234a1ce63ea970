"""One window per data directory: later starts hand over to it; and a failed start says why in a sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest
from desk import MakeDesk
from PySide6.QtWidgets import QApplication

from desktop_chat.app.single_instance import SingleInstance

ROOT = Path(__file__).parents[2]


async def start(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run the program like from a terminal; return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desktop_chat",
        *arguments,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_a_second_start_puts_its_prompt_into_the_first_window_unsent(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    instance = SingleInstance(data_dir)
    assert instance.acquire()
    instance.listen()
    await desk.open()
    instance.received.connect(desk.application.open_request)
    code, said = await start("--data-dir", str(data_dir), "--demo", "a question from elsewhere")
    assert (code, said) == (0, "")
    await desk.until(lambda: desk.tab.session is not None and desk.tab.composer.text == "a question from elsewhere")
    assert desk.tab.session.path == ()
    assert desk.tab.session.conversation.options.connection_id == "demo"
    instance.release()


async def test_a_link_reaches_the_running_window_and_sends_nothing(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    desk = make_desk()
    instance = SingleInstance(data_dir)
    assert instance.acquire()
    instance.listen()
    await desk.open()
    instance.received.connect(desk.application.open_request)
    settings = desk.application.preferences.settings
    desk.window.showMinimized()
    await desk.until(desk.window.isMinimized)
    link = (
        "desktop-chat://new?text=From%20a%20page%00%0A%E4%BD%A0%E5%A5%BD&connection=demo&send=1&zoom=3&idle_limit_s=1"
    )
    assert await start("--data-dir", str(data_dir), "--", link) == (0, "")
    await desk.until(lambda: desk.tab.session is not None and desk.tab.composer.text == "From a page\n你好")
    await desk.until(lambda: not desk.window.isMinimized() and desk.window.isActiveWindow())
    assert desk.sees_text("A link from outside Desktop Chat filled this in.")
    assert desk.tab.session.path == ()
    assert desk.tab.session.conversation.options.connection_id == "demo"
    assert desk.application.preferences.settings == settings
    assert desk.tab.composer.edit.verticalScrollBar().value() == 0, "the first line is visible"

    assert await start("--data-dir", str(data_dir), "desktop-chat://new") == (0, "")
    await desk.until(lambda: desk.tab.composer.text == "")
    assert await start("--data-dir", str(data_dir)) == (0, "")
    assert await start("--data-dir", str(data_dir), "--hidden") == (0, "")
    assert len(desk.window.tabs.ids) == 2
    instance.release()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        pytest.param(["--no-such-option"], "unrecognized", id="unknown option"),
        pytest.param(["one", "two"], "unrecognized", id="two prompts"),
        pytest.param(["--data-dir"], "expected one argument", id="no directory"),
        pytest.param(["--data-dir", ""], "must not be empty", id="empty directory"),
        pytest.param(["--data-dir", "/proc/desktop-chat"], "cannot be used", id="directory that cannot be made"),
        pytest.param(["--data-dir", "/etc/hostname"], "cannot be used", id="a file for a directory"),
    ],
)
async def test_wrong_arguments_are_reported_in_a_sentence(arguments: list[str], word: str) -> None:
    code, said = await start(*arguments)
    assert code == 2
    assert word in said
    assert "Traceback" not in said


async def test_a_directory_that_others_can_write_to_is_refused_with_a_remedy(data_dir: Path) -> None:
    os.chmod(data_dir, 0o777)  # noqa: PTH101
    code, said = await start("--data-dir", str(data_dir))
    assert code == 2
    assert f"chmod go-w {data_dir}" in said
    assert os.listdir(data_dir) == []  # noqa: PTH208


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")
async def test_a_start_from_the_desktop_reports_problems_in_a_window(data_dir: Path) -> None:
    os.chmod(data_dir, 0o777)  # noqa: PTH101
    words = (sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir))
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    search = ("xdotool", "search", "--sync", "--onlyvisible", "--name", "Desktop Chat cannot start")
    async with asyncio.timeout(30):
        seen = await asyncio.create_subprocess_exec(*search, stdout=asyncio.subprocess.PIPE)
        window = (await seen.communicate())[0].split()[0].decode()
        if folder := os.environ.get("JOURNEY_SCREENSHOTS"):
            QApplication.primaryScreen().grabWindow(int(window)).save(str(Path(folder) / "refused.png"))
        close = ("xdotool", "windowactivate", "--sync", window, "key", "Return")
        await (await asyncio.create_subprocess_exec(*close)).wait()
        assert await process.wait() == 2
    assert os.listdir(data_dir) == []  # noqa: PTH208


async def test_without_a_display_the_program_says_so(data_dir: Path) -> None:
    code, said = await start("--data-dir", str(data_dir), DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert code == 2
    assert "no display" in said


async def test_broken_files_are_moved_aside_and_the_window_works(
    make_desk: MakeDesk, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (data_dir / "settings.toml").write_bytes(b"\xff\xfe not toml = [")
    (data_dir / "workspace.json").write_text('{"tabs": 3')
    (data_dir / "history.db").write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    desk = make_desk()
    await desk.open()
    for name in ("settings.toml", "workspace.json", "history.broken"):
        assert desk.sees_text(name)
    assert sorted(name.split(".broken-")[0] for name in set_aside_in(data_dir)) == ["history", "settings", "workspace"]


def set_aside_in(data_dir: Path) -> list[str]:
    """Return the names of the files that were moved aside."""
    return [file.name for file in data_dir.glob("*.broken-*")]
