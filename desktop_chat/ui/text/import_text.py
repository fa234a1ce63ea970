"""Names the programs that exports come from, and says why a file, or something in it, could not be read."""

from __future__ import annotations

from collections.abc import Callable

from desktop_chat.core.backup import AddedSettings, AddedUsage
from desktop_chat.core.errors import ChatError
from desktop_chat.core.importing import ImportCounts, Imported, ImportKind, Unread, UnreadReason
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr

_SENTENCES: dict[str, Callable[[], str]] = {
    "import_unreadable": lambda: tr("The file could not be read. Check that it exists and that you may open it."),
    "import_damaged": lambda: tr(
        "This file is cut off or was changed, so nothing of it was added. Copy it again, or use an older backup."
    ),
    "import_encrypted": lambda: tr(
        "This backup is encrypted. Run the command in a terminal to type its passphrase, or name a file that contains "
        "it: --passphrase-file FILE."
    ),
    "import_wrong_passphrase": lambda: tr(
        "This is not the passphrase of the backup, so nothing was added. Check capital letters and the keyboard layout."
    ),
    "import_unknown": lambda: tr(
        "This is not an export that can be imported. Choose the file as you downloaded it, without changing it."
    ),
    "import_too_new": lambda: tr(
        "A newer version of Desktop Chat wrote this file. Update Desktop Chat, then import it again."
    ),
    "import_unsafe": lambda: tr(
        "This archive is built to use up memory or disk space, so it was not read. Download the export again."
    ),
    "importer_lost": lambda: tr(
        "The import ended unexpectedly. Conversations that came until then are complete; import again to add the rest."
    ),
    "import_held_back": lambda: tr(
        "Desktop Chat is just starting, or open in another version. Wait a moment or quit it, then import again."
    ),
}
"""By code, for each error in `core/importing.py`."""

_NAMES: dict[ImportKind, Callable[[], str]] = {
    ImportKind.OWN: lambda: "Desktop Chat",
    ImportKind.DATA_FOLDER: lambda: "Desktop Chat",
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


def imported_line(taken: Imported) -> str:
    """Return what became of a conversation; empty if all of it was here already."""
    title, count = taken.title or tr("Untitled"), f"{taken.messages:,}"
    if taken.is_new:
        return tr("{title} (messages: {count})", title=title, count=count)
    return tr("{title} (new messages: {count})", title=title, count=count) if taken.messages else ""


def summary(name: str, counts: ImportCounts, *, adds: bool) -> str:
    """Return what an import added, or would add."""
    if adds:
        sentence = tr("{name}. Added: {new}; with new messages: {grown}; already here: {known}; not read: {unread}.")
    else:
        sentence = tr(
            "{name}. Would be added: {new}; with new messages: {grown}; already here: {known}; not read: {unread}."
        )
    return sentence.format(name=name, new=counts.new, grown=counts.grown, known=counts.known, unread=counts.unread)


def added_settings(added: AddedSettings, *, adds: bool) -> str:
    """Return which settings an import added, or would add."""
    parts = []
    if added.connections:
        parts.append(tr("%n connection(s), without the keys; enter these in the settings", n=added.connections))
    if added.tool_servers:
        parts.append(tr("%n tool server(s), off until you switch them on", n=added.tool_servers))
    if added.others:
        parts.append(tr("%n other setting(s)", n=added.others))
    listed = tr("; ").join(parts)
    return (
        tr("Settings added: {list}.", list=listed) if adds else tr("Settings that would be added: {list}.", list=listed)
    )


def added_usage(added: AddedUsage, *, adds: bool) -> str:
    """Return how much of what was used an import added, or would add."""
    parts = []
    if added.requests:
        parts.append(tr("%n request(s)", n=added.requests))
    if added.callers:
        parts.append(tr("%n caller(s) of the local endpoint", n=added.callers))
    listed = tr("; ").join(parts)
    return tr("Usage added: {list}.", list=listed) if adds else tr("Usage that would be added: {list}.", list=listed)


def passphrase_needed() -> str:
    """Return why a window cannot read a backup yet."""
    return tr("This backup is encrypted. Enter its passphrase.")


def settings_held_back() -> str:
    """Return why a backup's settings were not added."""
    return tr("Its settings are not added while Desktop Chat is open. To add them, quit it and import the file again.")


def settings_unreadable(reason: str) -> str:
    """Return why nothing was added to the settings that are here."""
    return tr("The settings here cannot be read ({reason}), so those of the backup are not added.", reason=reason)


def state_word(found: Imported) -> str:
    """Return what importing a conversation would do, for its row in a table."""
    if found.is_new:
        return tr("New")
    return tr("%n new message(s)", n=found.messages) if found.messages else tr("Already here")


def progress_words(count: int, share: float | None, *, adds: bool) -> str:
    """Return how far an import is, or the preview of one; `share` is None while the records of usage are read."""
    if share is None:
        return tr("Adding the usage...") if adds else tr("Reading the usage...")
    conversations = tr("%n conversation(s)", n=count)
    if adds:
        return tr("Importing... {count}", count=conversations)
    return tr("Reading... {count}", count=conversations)


def preview_summary(name: str, counts: ImportCounts) -> str:
    """Return what an export contains, as far as it was read."""
    values = {
        "name": name,
        "conversations": tr("%n conversation(s)", n=counts.new + counts.grown + counts.known),
        "messages": tr("%n message(s)", n=counts.total),
        "images": tr("%n image(s)", n=counts.images),
        "known": f"{counts.known:,}",
    }
    if counts.images:
        words = tr("{name}: {conversations}, {messages}, {images}. Already here: {known}.")
    else:
        words = tr("{name}: {conversations}, {messages}. Already here: {known}.")
    return words.format(**values)


def added_summary(counts: ImportCounts) -> str:
    """Return what has come to the window."""
    new, grown = tr("%n conversation(s)", n=counts.new), tr("%n conversation(s)", n=counts.grown)
    if counts.new and counts.grown:
        return tr("Imported: {amount}. New messages in: {grown}.", amount=new, grown=grown)
    if counts.grown:
        return tr("New messages in: {grown}.", grown=grown)
    if counts.new:
        return tr("Imported: {amount}.", amount=new)
    return tr("Nothing was added.")
