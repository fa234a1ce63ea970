"""Imports in the terminal, without a window: prints what came, what was there already and what could not be read."""

from __future__ import annotations

import asyncio
from functools import partial

from desktop_chat.app.exit_codes import CANCELLED, COMPLETE, CUT, FAILED, WRONG_USAGE
from desktop_chat.app.import_arguments import ImportArguments
from desktop_chat.app.import_helper import name_of
from desktop_chat.app.passphrase import PassphraseRefused, can_ask, passphrase_in, typed_passphrase
from desktop_chat.app.terminal import occupy_closed_streams, print_error, print_line
from desktop_chat.core.errors import SettingsError, StoreError
from desktop_chat.core.importing import (
    ImportCounts,
    Imported,
    ImportEncrypted,
    ImportHeldBack,
    ImportRefused,
    Put,
    Unread,
    UnreadReason,
)
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.services.blobs import BlobFolder
from desktop_chat.services.imports.open_import import OpenImport, collect_rarely
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.import_writer import ImportWriter
from desktop_chat.services.sqlite.sqlite_store import SqliteStore
from desktop_chat.ui.text import import_text


def import_file(arguments: ImportArguments) -> int:
    """Import a file and return the exit code: 0 everything was read, 1 failed, 2 not an export, 3 some of it could not
    be read, 130 cancelled."""
    occupy_closed_streams()
    collect_rarely()
    paths = Paths(arguments.data_dir)
    try:
        paths.make_directories()
        is_alone = _prepare_unless_open(paths)
        return _import(arguments, paths, is_alone=is_alone)
    except SettingsError as error:
        from desktop_chat.ui.text import terminal_text  # noqa: PLC0415  (loads much, and is rarely needed)

        print_error(terminal_text.directory_refused(error))
        return FAILED
    except (ImportHeldBack, StoreError) as error:
        print_error(import_text.import_problem(error))
        return FAILED
    except PassphraseRefused as error:
        print_error(error.detail)
        return WRONG_USAGE
    except ImportRefused as error:
        print_error(f"{arguments.file}: {import_text.import_problem(error)}")
        return WRONG_USAGE
    except KeyboardInterrupt:
        return CANCELLED


def _prepare_unless_open(paths: Paths) -> bool:
    """Make the database, bring an older one up to date, and recover what a killed run left, unless a window has. Return
    whether there was none."""
    from desktop_chat.app.single_instance import SingleInstance  # noqa: PLC0415  (loads a part of Qt)

    instance = SingleInstance(paths.data_dir)
    if not instance.acquire():
        return False
    try:
        asyncio.run(_open_once(paths))
    finally:
        instance.release()
    return True


def _tell_the_window(paths: Paths) -> None:
    """Let an open window show what has come; one that does not answer shows it after its next start."""
    from desktop_chat.app.single_instance import SingleInstance  # noqa: PLC0415  (loads a part of Qt)

    instance = SingleInstance(paths.data_dir)
    instance.hand_over(OpenRequest(imported=True))
    instance.release()


async def _open_once(paths: Paths) -> None:
    store = SqliteStore(paths.database_file)
    try:
        await store.open()
    finally:
        await store.aclose()


def _import(arguments: ImportArguments, paths: Paths, *, is_alone: bool) -> int:
    adds = not arguments.dry_run
    put: Put = BlobFolder(paths.blob_folder).put_now if adds else name_of
    counts = ImportCounts()
    with _opened(arguments) as opened, ImportWriter(paths.database_file) as writer:
        if opened.has_records:
            from desktop_chat.app.import_records import take_settings  # noqa: PLC0415  (no other export has any)

            take_settings(opened, paths, adds=adds)
        try:
            opened.run(put, writer.write if adds else writer.preview, partial(_tell, counts), is_alone=is_alone)
        finally:
            if adds and counts.new + counts.grown:
                _tell_the_window(paths)
        if opened.has_records:
            from desktop_chat.app.import_records import take_records  # noqa: PLC0415  (no other export has any)

            take_records(opened, paths, lambda unread: _tell(counts, [unread], 1.0), adds=adds)
        print_line(import_text.summary(import_text.kind_name(opened.kind), counts, adds=adds))
    return CUT if counts.unread else COMPLETE


def _opened(arguments: ImportArguments) -> OpenImport:
    """Open the export, with a passphrase if one was named or is needed. Raises ImportRefused, PassphraseRefused."""
    named = arguments.passphrase_file
    passphrase = passphrase_in(named) if named is not None else None
    try:
        return OpenImport(arguments.file, arguments.kind, passphrase)
    except ImportEncrypted:
        if not can_ask():
            raise
        return OpenImport(arguments.file, arguments.kind, typed_passphrase())


def _tell(counts: ImportCounts, results: list[Imported | Unread], _share: float) -> None:
    for each in results:
        counts.take(each)
        if isinstance(each, Unread):
            print_error(import_text.unread_line(each))
            continue
        if each.changed:
            print_error(import_text.unread_line(Unread(each.title, UnreadReason.CHANGED)))
        if line := import_text.imported_line(each):
            print_line(line)
