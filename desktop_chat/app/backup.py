"""Backs up on the terminal: beside a running window, without a display."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from desktop_chat.app.backup_arguments import BackupArguments
from desktop_chat.app.exit_codes import CANCELLED, COMPLETE, FAILED, WRONG_USAGE
from desktop_chat.app.passphrase import PassphraseRefused, checked, new_passphrase, passphrase_in
from desktop_chat.app.terminal import occupy_closed_streams, print_error
from desktop_chat.core.errors import ChatError
from desktop_chat.core.exporting import BackupRequest
from desktop_chat.services.blobs import stored_content
from desktop_chat.services.exports.backup import BackupJob, plain_settings
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.stored_conversations import StoredConversations
from desktop_chat.ui.text.backup_text import backup_done
from desktop_chat.ui.text.export_text import export_problem


def back_up(arguments: BackupArguments) -> int:
    """Write a backup, and return the exit code: 0 written, 1 failed, 2 without a usable passphrase, 130 cancelled."""
    occupy_closed_streams()
    paths = Paths(arguments.data_dir)
    try:
        request = BackupRequest(Path(arguments.out).absolute(), _passphrase(arguments), replace=arguments.replace)
        with StoredConversations(paths.database_file) as stored:
            content_of = partial(stored_content, paths.blob_folder)
            settings = plain_settings(paths.settings_file)
            job = BackupJob(request, stored, content_of, settings, time.time())
            job.usage_file, job.callers_file = paths.usage_file, paths.endpoint_file
            result = job.run()
    except PassphraseRefused as error:
        print_error(error.detail)
        return WRONG_USAGE
    except ChatError as error:
        print_error(export_problem(error))
        return FAILED
    except KeyboardInterrupt:
        return CANCELLED
    print_error(backup_done(result, is_encrypted=bool(request.passphrase)))
    return COMPLETE


def _passphrase(arguments: BackupArguments) -> str:
    if arguments.passphrase_file is not None:
        return checked(passphrase_in(arguments.passphrase_file))
    return new_passphrase() if arguments.encrypt else ""
