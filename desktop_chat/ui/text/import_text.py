"""Names the programs that exports come from, and says why a file, or something in it, could not be read."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.errors import ChatError
from desktop_chat.core.importing import ImportKind, Unread, UnreadReason
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr

_SENTENCES: dict[str, Callable[[], str]] = {
    "import_unreadable": lambda: tr("The file could not be read. Check that it exists and that you may open it."),
    "import_unknown": lambda: tr(
        "This is not an export that can be imported. Choose the file as you downloaded it, without changing it."
    ),
    "import_too_new": lambda: tr(
        "A newer version of Desktop Chat wrote this file. Update Desktop Chat, then import it again."
    ),
    "import_unsafe": lambda: tr(
        "This archive is built to use up memory or disk space, so it was not read. Download the export again."
    ),
    "passphrase_needed": lambda: tr("This backup is encrypted. Enter its passphrase."),
    "passphrase_wrong": lambda: tr("The passphrase does not open this backup. Check it and try again."),
}
"""By code, for each error in `core/importing.py`."""

_NAMES: dict[ImportKind, Callable[[], str]] = {
    ImportKind.OWN: lambda: "Desktop Chat",
    ImportKind.CHATGPT: lambda: "ChatGPT",
    ImportKind.CLAUDE: lambda: "Claude",
    ImportKind.OPEN_WEBUI: lambda: "Open WebUI",
    ImportKind.LIBRECHAT: lambda: "LibreChat",
    ImportKind.CHATBOX: lambda: "Chatbox",
    ImportKind.CHERRY_STUDIO: lambda: "Cherry Studio",
    ImportKind.JAN: lambda: "Jan",
    ImportKind.LM_STUDIO: lambda: "LM Studio",
    ImportKind.JSONL: lambda: tr("Chat completions (JSONL)"),
    ImportKind.MARKDOWN: lambda: tr("Markdown files"),
}

_REASONS: dict[UnreadReason, Callable[[], str]] = {
    UnreadReason.DAMAGED: lambda: tr("damaged or cut off from here on"),
    UnreadReason.NOT_UNDERSTOOD: lambda: tr("not in the expected form"),
    UnreadReason.UNKNOWN_CONTENT: lambda: tr("a part of an unknown kind"),
    UnreadReason.UNSAFE_NAME: lambda: tr("a name that leads out of the archive"),
    UnreadReason.TOO_LARGE: lambda: tr("too large"),
    UnreadReason.TOO_DEEP: lambda: tr("nested too deeply"),
    UnreadReason.FILE_MISSING: lambda: tr("a file that the export does not contain"),
    UnreadReason.NO_MESSAGES: lambda: tr("no messages"),
    UnreadReason.DUPLICATE: lambda: tr("occurs twice with different contents; the first was kept"),
    UnreadReason.CHANGED: lambda: tr("changed at its source; the new text was added beside the one that is here"),
}


def import_problem(error: ChatError) -> str:
    """Return a sentence and a remedy for a file that cannot be imported: for ImportRefused and StoreError."""
    return _SENTENCES[error.code]() if error.code in _SENTENCES else sentence(error)


def kind_name(kind: ImportKind) -> str:
    """Return the name of a program or format."""
    return _NAMES[kind]()


def unread_line(unread: Unread) -> str:
    """Return where and why something was not read, on one line."""
    reason = _REASONS[unread.reason]()
    if unread.detail:
        return tr("{where}: {reason} ({detail})", where=unread.where, reason=reason, detail=unread.detail)
    return tr("{where}: {reason}", where=unread.where, reason=reason)
