"""Words of backups: what one is, its passphrase, and what was written."""

from __future__ import annotations

from desktop_chat.core.exporting import ExportResult
from desktop_chat.ui.text.export_text import attachments_missing
from desktop_chat.ui.text.translation import tr


def backup_done(result: ExportResult, *, is_encrypted: bool) -> str:
    """Return what was written, and how it comes back."""
    file, count = str(result.path), result.conversations
    if is_encrypted:
        done = tr(
            "%n conversation(s), the settings and the usage were backed up to {file}, encrypted.", n=count, file=file
        )
    else:
        done = tr("%n conversation(s), the settings and the usage were backed up to {file}.", n=count, file=file)
    if result.missing:
        done = tr("{sentence} {more}", sentence=done, more=attachments_missing(result.missing))
    if result.is_usage_lost:
        done = tr(
            "{sentence} {more}",
            sentence=done,
            more=tr("What was used could not be read, so not all of it is in the backup."),
        )
    return done


def ask_passphrase() -> str:
    """Return the question for a passphrase."""
    return tr("Passphrase:")


def ask_again() -> str:
    """Return the question for the same passphrase."""
    return tr("Passphrase again:")


def passphrases_differ() -> str:
    """Return that a new passphrase was typed in two ways."""
    return tr("The passphrases are not the same. Type them again.")


def passphrase_short(shortest: int) -> str:
    """Return that a new passphrase is soon guessed."""
    return tr("Use a passphrase of at least %n character(s).", n=shortest)


def passphrase_missing() -> str:
    """Return that there is no passphrase where one was announced."""
    return tr("There is no passphrase: the first line is empty.")


def no_terminal() -> str:
    """Return that nobody can be asked."""
    return tr("There is no terminal to type the passphrase in. Use --passphrase-file FILE, or - for standard input.")


def file_unreadable(name: str, reason: str) -> str:
    """Return that the file with the passphrase could not be read."""
    return tr("The passphrase could not be read from {file}: {reason}.", file=name, reason=reason)
