"""`desktop-chat export` as a person runs it: beside the store, without a display, for all formats."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from key_search import KEY, is_in
from store_samples import conversation, message

from desktop_chat.app.export_arguments import parse_export
from desktop_chat.app.export_process import ExportProcess, save_usage
from desktop_chat.core.entities import Conversation, Role, Usage
from desktop_chat.core.export_errors import ExportFolderMissing, ExportTargetExists, NothingToExport
from desktop_chat.core.exporting import ExportedConversation, ExportFormat, ExportRequest
from desktop_chat.core.ports import WriteBatch
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.core.usage_view import Days
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.services.sqlite.usage_store import UsageStore

TEXT = (
    "Planets: 火星用见车门马长页 $x^2$ [see](https://example.org/a) [never](javascript:b) note[^1]\n\n[^1]: Here\n\n"
    "```python\ndef f(): return 12\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |"
)


@pytest.fixture
async def trip(tmp_path: Path) -> Conversation:
    """A conversation in a store, beside settings that contain a key in a header."""
    trip = conversation(title="Trip")
    asked = message(trip, "Where?")
    reply = message(trip, TEXT, asked, role=Role.ASSISTANT, model="gpt-5.5")
    (tmp_path / "settings.toml").write_text(f'[[connections]]\nid = "x"\nname = "x"\nheaders = {{"X" = "{KEY}"}}\n')
    store = SqliteStore(tmp_path / "history.db")
    await store.open()
    await store.write(WriteBatch((replace(trip, leaf_id=reply.id),), (asked, reply)))
    await store.aclose()
    return trip


def run(tmp_path: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-m", "desktop_chat", "--data-dir", str(tmp_path), "export", *words]
    return subprocess.run(
        command, capture_output=True, timeout=60, check=False, env={**environment, "LC_ALL": language}
    )


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["json", "jsonl", "markdown", "html", "docx", "text"])
def test_each_format_comes_out_of_standard_output_without_a_key(tmp_path: Path, trip: Conversation, kind: str) -> None:
    done = run(tmp_path, "--id", trip.id, "--format", kind, "-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert not is_in(done.stdout)
    assert kind == "docx" or "火星用见车门马长页" in done.stdout.decode()


def test_the_text_of_a_pdf_can_be_searched_in_chinese_too(tmp_path: Path, trip: Conversation) -> None:
    target = tmp_path / "out.pdf"
    done = run(tmp_path, "--id", trip.id, "--format", "pdf", str(target))
    assert done.returncode == 0, done.stderr
    document = pypdfium2.PdfDocument(target)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    for said in ("Trip", "You", "gpt-5.5", "火星用见车门马长页", "def f(): return 12", "Page 1 of 1"):
        assert said in text
    document.close()


@pytest.mark.thorough
def test_the_links_of_a_pdf_can_be_clicked_and_its_own_words_are_translated(tmp_path: Path, trip: Conversation) -> None:
    target = tmp_path / "out.pdf"
    done = run(tmp_path, "--id", trip.id, "--format", "pdf", str(target), language="zh_CN.UTF-8")
    assert done.returncode == 0
    assert done.stderr.decode().endswith(f"desktop-chat: 已将 1 个对话导出到 {target}。\n")
    assert re.findall(rb"/URI \(([^)]*)\)", target.read_bytes()) == [b"https://example.org/a"]
    document = pypdfium2.PdfDocument(target)
    assert "第 1 页，共 1 页" in document[0].get_textpage().get_text_range()
    document.close()


def test_words_choose_conversations_and_a_second_export_does_not_overwrite(tmp_path: Path, trip: Conversation) -> None:
    target = tmp_path / "found.json"
    done = run(tmp_path, "--search", "planets", "--format", "json", str(target))
    assert (done.returncode, done.stderr.decode()) == (0, f"desktop-chat: 1 conversation exported to {target}.\n")
    assert json.loads(target.read_bytes())["conversations"][0]["id"] == trip.id
    again = run(tmp_path, "--all", "--format", "json", str(target))
    assert again.returncode == 1
    assert "already exists" in again.stderr.decode()
    assert run(tmp_path, "--search", "nowhere", "--format", "json", "-").returncode == 1


@pytest.mark.parametrize(
    "words", [["--all", "-"], ["--all", "--format", "pdf", "-"], ["--format", "json", "-"], ["--search", " ", "-"]]
)
def test_wrong_usage_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_export(words)
    assert ended.value.code == 2


async def test_the_window_exports_in_another_process(tmp_path: Path, trip: Conversation) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await store.open()
    write_behind = WriteBehind(store)
    exporter = ExportProcess(Paths(tmp_path), write_behind)
    told: list[tuple[int, int]] = []
    request = ExportRequest(ExportFormat.MARKDOWN, tmp_path / "trip.md", (trip.id,))
    result = await exporter.export(request, lambda *now: told.append(now))
    assert (result.conversations, told[-1]) == (1, (1, 1))
    assert "火星用见车门马长页" in (tmp_path / "trip.md").read_text(encoding="utf-8")
    with pytest.raises(ExportTargetExists):
        await exporter.export(request, lambda *_: None)
    html = await exporter.rendered(ExportedConversation(trip, ()), ExportFormat.HTML)
    assert "<h1>Trip</h1>" in html
    await write_behind.aclose()
    await store.aclose()


async def test_the_window_saves_usage_in_another_process(tmp_path: Path) -> None:
    ledger, told = UsageStore(tmp_path / "usage.sqlite3"), list[int]()
    paths, days = Paths(tmp_path), Days(date(2026, 3, 1), date(2026, 4, 1))
    for month in (2, 3):
        at = datetime(2026, month, 15, 12, tzinfo=UTC)
        ledger.record(UsageEntry(at, UsageOrigin.WINDOW, "c", "Mine", "", f"model {month}", Usage(1, 1), None))
    assert await save_usage(paths, ledger, days, tmp_path / "usage.csv", with_bom=True, told=told.append) == 1
    assert told == [1]
    [row] = csv.DictReader(io.StringIO((tmp_path / "usage.csv").read_text(encoding="utf-8-sig")))
    assert row["model"] == "model 3", "what was recorded just before is there, and nothing of another month"
    with pytest.raises(ExportFolderMissing):
        await save_usage(paths, ledger, Days(), tmp_path / "gone" / "usage.csv", with_bom=False, told=told.append)
    await ledger.aclose()


async def test_what_is_shared_is_a_file_for_a_day_that_nobody_else_may_read(tmp_path: Path, trip: Conversation) -> None:
    store = SqliteStore(tmp_path / "history.db")
    await store.open()
    write_behind = WriteBehind(store)
    exporter, paths = ExportProcess(Paths(tmp_path), write_behind), Paths(tmp_path)
    page = await exporter.web_page(trip.id, "Trip: a/b")
    text = await exporter.markdown_file(trip.id, "Trip: a/b")
    assert (page.name, text.name) == ("Trip a b.html", "Trip a b.md")
    assert "<h1>Trip</h1>" in page.read_text(encoding="utf-8")
    assert "# Trip" in text.read_text(encoding="utf-8")
    assert {stat.S_IMODE(each.stat().st_mode) for each in (paths.shared_folder, page.parent, text.parent)} == {0o700}
    os.utime(page.parent, (0, 0))
    with pytest.raises(NothingToExport):
        await exporter.markdown_file("gone", "")
    assert not page.exists()
    assert text.exists()
    await write_behind.aclose()
    await store.aclose()


@pytest.mark.thorough
async def test_what_was_exported_is_imported_on_another_computer(tmp_path: Path, trip: Conversation) -> None:
    file = tmp_path / "all.json"
    assert run(tmp_path, "--all", "--format", "json", str(file)).returncode == 0
    elsewhere = tmp_path / "elsewhere"
    command = [sys.executable, "-m", "desktop_chat", "--data-dir", str(elsewhere), "import", str(file)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    store = SqliteStore(elsewhere / "history.db")
    await store.open()
    [found] = await store.conversations()
    assert (found.id, found.title) == (trip.id, "Trip")
    assert [said.text for said in await store.messages(found.id)] == ["Where?", TEXT]
    await store.aclose()
