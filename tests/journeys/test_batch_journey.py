"""A batch in the window: typed, started, stopped and continued; and after the process was killed."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from batch_server import BatchServer
from desk import Desk, MakeDesk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from desktop_chat.core.entities import Connection
from desktop_chat.ui.text.tab_state import TabState

PROMPT = "Say {text}"
ROWS = 30


@pytest.fixture
async def batches() -> AsyncIterator[BatchServer]:
    """A model server that can be slow."""
    server = BatchServer()
    await server.start()
    yield server
    await server.aclose()


def table(folder: Path) -> Path:
    path = folder / "words.csv"
    path.write_text("text\n" + "".join(f"{'bad' if at == 7 else 'good'} {at}\n" for at in range(ROWS)))
    return path


def stored(source: Path) -> list[str]:
    """Return the ids of the rows on disk."""
    output = source.with_name("words-answers.jsonl")
    lines = output.read_bytes().rpartition(b"\n")[0].splitlines() if output.exists() else []
    return [json.loads(line)["custom_id"] for line in lines]


def question(row: str) -> str:
    return f"Say good {int(row.removeprefix('row-')) - 1}"


async def test_a_batch_is_typed_stopped_continued_and_saved(
    desk: Desk, batches: BatchServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path)
    desk.application.preferences.put_connection(Connection("b", "Batches", batches.base_url, default_model="m"))
    page = await desk.new_batch(source, PROMPT)
    choice = desk.find("Connection", QComboBox)
    choice.setFocus()
    QTest.keyClicks(choice, "Batches")
    desk.fill("Model", "m")
    desk.click("More options")
    await desk.until(lambda: desk.sees_text(f"{ROWS} rows to ask") and desk.sees_text("Cost: nothing"), "the estimate")
    await desk.until(lambda: "row-3: Say good 2" in page.preview.text(), "the first rows")
    desk.screenshot("batch-typed")
    batches.delay_s = 0.2
    desk.click("Start")
    await desk.until(lambda: page.rows.model.rowCount() == ROWS and len(stored(source)) >= 4, "some answers")
    chat = await desk.new_tab()
    desk.window.tabs.step(-1)
    desk.screenshot("batch-running")
    desk.click("Stop")
    await desk.until(lambda: desk.sees("Continue") and desk.sees_text("rows not asked yet"), "the stop")
    done = stored(source)
    assert 4 <= len(done) < ROWS
    await desk.close()

    await desk.open()
    assert chat.conversation_id not in desk.window.tabs.ids, "a blank conversation is not kept"
    await desk.until(lambda: desk.sees("Continue") and desk.sees_text("rows not asked yet"), "what was done")
    assert stored(source) == done
    batches.delay_s = 0.5
    desk.click("Continue")
    await desk.until(lambda: len(stored(source)) > len(done), "another answer")
    await desk.close()  # while it runs

    batches.delay_s = 0
    await desk.open()
    await desk.until(lambda: desk.sees("Continue") and desk.sees_text("not asked yet"), "what was done by then")
    done = stored(source)
    asked = Counter(batches.asked)
    desk.click("Continue")
    await desk.until(lambda: desk.sees_text(f"{ROWS - 1} rows answered, 1 row failed"), "all answers")
    assert desk.batch is not None
    assert desk.batch.rows.model.index(0, 0).data() == "row-8", "failures come first"
    assert [row for row in done if batches.asked[question(row)] > asked[question(row)]] == []
    desk.screenshot("batch-finished")
    desk.click("Save as CSV...")
    await desk.until(lambda: desk.window.findChildren(QFileDialog), "the file dialog")
    [chooser] = desk.window.findChildren(QFileDialog)
    chooser.findChildren(QLineEdit)[0].setText(str(tmp_path / "saved.csv"))
    chooser.accept()
    await desk.until(lambda: desk.sees_text("Saved as"), "the table")
    assert len(list(csv.reader((tmp_path / "saved.csv").read_text("utf-8-sig").splitlines()))) == ROWS + 1
    assert "Traceback" not in capfd.readouterr().err


async def test_a_killed_batch_is_back_and_goes_on(
    make_desk: MakeDesk,
    batches: BatchServer,
    data_dir: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = table(tmp_path)
    (data_dir / "settings.toml").write_text(
        'language = "en"\nbatch_connection_id = "b"\nbatch_model = "m"\n'
        f'[[connections]]\nid = "b"\nname = "Batches"\nbase_url = "{batches.base_url}"\n'
    )
    batches.delay_s = 0.2
    program = Path(__file__).with_name("batch_child.py")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), str(data_dir), str(source), PROMPT),
        env=os.environ | {"PYTHONPATH": str(program.parents[2])},
    )
    async with asyncio.timeout(60):
        while len(stored(source)) < 8:  # noqa: ASYNC110  (watches the disk, like somebody else)
            await asyncio.sleep(0.01)
    child.kill()
    await child.wait()
    done = set(stored(source))
    asked = Counter(batches.asked)
    desk = make_desk()
    await desk.open()
    await desk.until(lambda: desk.sees("Continue") and desk.sees_text("rows not asked yet"), "what was done")
    assert desk.window.tabs.strip.bar.title(desk.window.tabs.current_id) == "words.csv"
    batches.delay_s = 0
    QTest.mouseClick(desk.batch.start_button, Qt.MouseButton.LeftButton)
    await desk.until(lambda: desk.sees_text(f"{ROWS - 1} rows answered, 1 row failed"), "all answers")
    assert set(stored(source)) == {f"row-{at + 1}" for at in range(ROWS)}
    assert [row for row in done if batches.asked[question(row)] > asked[question(row)]] == []
    label = desk.window.tabs.strip.bar._labels[desk.window.tabs.current_id]
    await desk.until(lambda: label.state is TabState.IDLE, "the end of the run")
