"""Imports in the terminal, without a window: prints what came, what was there already and what could not be read."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from contextlib import suppress

from desktop_chat.app.ask import CANCELLED, COMPLETE, CUT, FAILED, WRONG_USAGE
from desktop_chat.app.import_arguments import ImportArguments
from desktop_chat.app.terminal import occupy_closed_streams, print_error, without_control_characters
from desktop_chat.core.errors import SettingsError, StoreError
from desktop_chat.core.importing import ImportCounts, ImportRefused, Put, Unread, UnreadReason
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.imports.open_import import OpenImport
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.ui.text import import_text, terminal_text


def import_file(arguments: ImportArguments) -> int:
    """Import a file and return the exit code: 0 everything was read, 1 failed, 2 not an export, 3 some of it could not
    be read, 130 cancelled."""
    occupy_closed_streams()
    paths = Paths(arguments.data_dir)
    try:
        paths.make_directories()
    except SettingsError as error:
        print_error(terminal_text.directory_refused(error))
        return FAILED
    from desktop_chat.app.single_instance import SingleInstance  # noqa: PLC0415  (loads a part of Qt)

    instance = SingleInstance(paths.data_dir)
    if not instance.acquire():
        print_error(import_text.window_is_open())
        return FAILED
    try:
        return asyncio.Runner().run(_import(arguments, paths))
    except KeyboardInterrupt:
        return CANCELLED
    finally:
        instance.release()


async def _import(arguments: ImportArguments, paths: Paths) -> int:
    blobs = BlobFolder(paths.blob_folder)
    store = SqliteStore(paths.database_file)
    put: Put = _named if arguments.dry_run else blobs.put_now
    opened: OpenImport | None = None
    try:
        opened = await OpenImport.opened(arguments.file, arguments.kind, put)
        return await _take_all(opened, store, adds=not arguments.dry_run)
    except ImportRefused as error:
        print_error(f"{arguments.file}: {import_text.import_problem(error)}")
        return WRONG_USAGE
    except StoreError as error:
        print_error(import_text.import_problem(error))
        return FAILED
    finally:
        if opened is not None:
            opened.close()
        with suppress(StoreError):
            await store.aclose()
        blobs.end()


async def _take_all(opened: OpenImport, store: SqliteStore, *, adds: bool) -> int:
    counts = ImportCounts()
    async for item in opened.items():
        if isinstance(item, Unread):
            counts.unread += 1
            print_error(import_text.unread_line(item))
            continue
        taken = await store.take_in(item, adds=adds)
        counts.take(taken)
        if taken.changed:
            print_error(import_text.unread_line(Unread(taken.title, UnreadReason.CHANGED)))
        if line := import_text.imported_line(taken):
            _print(line)
    _print(import_text.summary(import_text.kind_name(opened.kind), counts, adds=adds))
    return CUT if counts.unread else COMPLETE


def _named(content: bytes) -> str:
    """Name a content without storing it."""
    return hashlib.sha256(content).hexdigest()


def _print(line: str) -> None:
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            sys.stdout.write(f"{without_control_characters(line)}\n")
