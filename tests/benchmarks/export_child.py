"""Reads a history, or exports it, as one process: `export_child.py FOLDER rows|json|markdown`. Prints nothing."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from desktop_chat.app.export_parts import export_tools
from desktop_chat.core.exporting import ExportFormat, ExportRequest
from desktop_chat.services.exports.export_job import ExportJob
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_rows import MESSAGE_COLUMNS
from desktop_chat.services.sqlite.stored_conversations import StoredConversations


def read_rows(file: Path) -> None:
    connection = sqlite3.connect(file)
    query = f"SELECT {', '.join(MESSAGE_COLUMNS)} FROM messages WHERE conversation_id = ? ORDER BY seq"
    for (conversation_id,) in connection.execute("SELECT id FROM conversations").fetchall():
        connection.execute(query, (conversation_id,)).fetchall()


def export(folder: Path, kind: ExportFormat) -> None:
    paths = Paths(folder)
    request = ExportRequest(kind, folder / f"out-{kind}", replace=True)
    with StoredConversations(paths.database_file) as stored, export_tools(paths) as tools:
        ExportJob(request, stored, tools).run()


if __name__ == "__main__":
    place, what = Path(sys.argv[1]), sys.argv[2]
    if what == "rows":
        read_rows(Paths(place).database_file)
    else:
        export(place, ExportFormat(what))
