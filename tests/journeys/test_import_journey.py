"""The history of another program comes into the window: seen first, chosen, searched, not twice, and from a terminal
while the window is open."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from desk import Desk, MakeDesk
from PySide6.QtCore import Qt

from desktop_chat.app.single_instance import SingleInstance
from desktop_chat.ui.imports.import_dialog import ImportDialog

TITLES = ("Plan a trip", "Python: read a file", "菜谱：番茄炒蛋")


def chat(number: int, title: str) -> dict[str, object]:
    """Return a conversation of ChatGPT's export."""
    texts = (f"Question {number} of {title}", "An answer with the word heliotrope")
    mapping: dict[str, object] = {"root": {"id": "root", "message": None, "parent": None}}
    above = "root"
    for place, text in enumerate(texts):
        key = f"{number}-{place}"
        message = {
            "id": key,
            "author": {"role": ("user", "assistant")[place % 2]},
            "create_time": 1.7e9 + 100_000 * number + place,
            "content": {"content_type": "text", "parts": [text]},
        }
        mapping[key] = {"id": key, "parent": above, "message": message}
        above = key
    times = {"create_time": 1.7e9 + 100_000 * number, "update_time": 1.7e9 + 100_000 * number}
    return {"id": f"c{number}", "title": title, "mapping": mapping, "current_node": above, **times}


def listed(desk: Desk) -> list[str]:
    return [conversation.title for conversation in desk.application.library.shown()]


async def previewed(desk: Desk, file: Path) -> ImportDialog:
    """Open the import from the menu's command, and choose a file."""
    desk.window._actions["import"].trigger()
    [dialog] = desk.window.findChildren(ImportDialog)
    dialog.take(file)
    await desk.until(lambda: dialog.state.text().startswith("ChatGPT"), "what the export contains")
    return dialog


async def test_a_history_is_looked_at_then_imported_and_found(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    file = data_dir / "conversations.json"
    file.write_text(json.dumps([chat(number, title) for number, title in enumerate(TITLES)]))
    desk = make_desk()
    await desk.open()
    dialog = await previewed(desk, file)
    desk.screenshot("import-preview")
    assert listed(desk) == []
    dialog.filter.setFocus()
    dialog.table.setData(dialog.table.index(1, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    desk.click("Import 2 conversations", dialog)
    await desk.until(dialog.open_button.isVisible, "the end of the import")
    desk.screenshot("import-done")
    assert listed(desk) == [TITLES[2], TITLES[0]], "newest first, without what was not chosen"
    desk.click("Open the newest", dialog)
    await desk.until(lambda: desk.window.tabs.current is not None and desk.tab.session is not None)
    await desk.until(lambda: desk.last.text == "An answer with the word heliotrope", "the conversation")
    await desk.until(lambda: not desk.window.findChildren(ImportDialog))

    dialog = await previewed(desk, file)
    assert "Already here: 2" in dialog.state.text()
    assert dialog.import_button.text() == "Import 1 conversation"
    dialog.close()
    hits = await desk.application.library.search("heliotrope")
    assert len(hits) == 2


async def test_a_terminal_imports_into_the_open_window(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\n')
    file = data_dir / "conversations.json"
    file.write_text(json.dumps([chat(number, title) for number, title in enumerate(TITLES)]))
    desk = make_desk()
    await desk.open()
    instance = SingleInstance(data_dir)
    assert instance.acquire()
    instance.received.connect(desk.application.open_request)
    instance.listen()
    words = ("-m", "desktop_chat", "--data-dir", str(data_dir), "import", str(file))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert told.decode().splitlines()[-1].endswith("Added: 3; with new messages: 0; already here: 0; not read: 0.")
    await desk.until(lambda: len(listed(desk)) == 3, "what came from the terminal")
    desk.screenshot("import-from-terminal")
    instance.release()
