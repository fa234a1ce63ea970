"""Importing ChatGPT's export, against ijson alone: CPU, and memory. IMPORT_CHATS=10000 is about 700 MB."""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from pathlib import Path

from harness import Row, Run, python, run, side_by_side

TITLE = "import"
CHATS = int(os.environ.get("IMPORT_CHATS", "1000"))
MESSAGES = 40
CPU_AT_MOST = 2.5
MEMORY_AT_MOST_MB = 150.0
_PARSE = (
    "import ijson, sys; from collections import deque; "
    "deque(ijson.items(open(sys.argv[1], 'rb'), 'item', use_float=True), 0)"
)


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "conversations.json")
        _write(file)
        parsed, imported = side_by_side(
            lambda: run(python("-c", _PARSE, str(file))), lambda: _import(Path(folder, "data"), file), rounds=3
        )
    floor_s, measured_s = parsed.median(), imported.median()
    ratio, peak_mb = measured_s / floor_s, max(each.peak_mb for each in imported.runs)
    return [
        Row(
            f"{CHATS:,} conversations of {MESSAGES} messages: CPU, with start and end; floor: ijson alone",
            f"{floor_s:.2f} s",
            f"{measured_s:.2f} s",
            f"{ratio:.1f}x",
            f"at most {CPU_AT_MOST}x",
            ratio <= CPU_AT_MOST,
        ),
        Row(
            "peak memory",
            "-",
            f"{peak_mb:.0f} MB",
            "-",
            f"at most {MEMORY_AT_MOST_MB:.0f} MB",
            peak_mb <= MEMORY_AT_MOST_MB,
        ),
    ]


def _import(data: Path, file: Path) -> Run:
    """Import into a new history."""
    shutil.rmtree(data, ignore_errors=True)
    return run(python("-m", "desktop_chat", "--data-dir", str(data), "import", str(file)))


def _write(file: Path) -> None:
    chance = random.Random(1)
    words = [f"{chance.getrandbits(40):x}" for _ in range(5000)]
    with file.open("w", encoding="utf-8") as stream:
        for chat in range(CHATS):
            stream.write(",\n" if chat else "[")
            json.dump(_chat(chat, chance, words), stream)
        stream.write("]")


def _chat(chat: int, chance: random.Random, words: list[str]) -> dict[str, object]:
    mapping: dict[str, object] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
    above = "root"
    for number in range(MESSAGES):
        key, is_reply = f"{chat}-{number}", number % 2
        message = {
            "id": key,
            "author": {"role": "assistant" if is_reply else "user", "name": None, "metadata": {}},
            "create_time": 1.7e9 + chat * 100 + number,
            "content": {"content_type": "text", "parts": [" ".join(chance.choices(words, k=210 if is_reply else 20))]},
            "status": "finished_successfully",
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o", "message_type": "next", "timestamp_": "absolute"},
            "recipient": "all",
        }
        mapping[key] = {"id": key, "parent": above, "children": [], "message": message}
        above = key
    times = {"create_time": 1.7e9 + chat, "update_time": 1.7e9 + chat}
    return {"title": f"Chat {chat}", **times, "mapping": mapping, "current_node": above, "id": f"c{chat}"}
