"""All commands: their texts, keys and scopes. No other file names a key.

Menus, tooltips, the shortcuts page and the window's actions read this table; widgets that handle keys themselves use
`command_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from itertools import groupby
from typing import Any, cast

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop_chat.ui.shortcut_text import shortcut_text
from desktop_chat.ui.text.translation import tr

Words = Callable[[], str]
"""Returns text in the current language."""
Key = str | QKeySequence.StandardKey
"""A key in Qt's notation, where "Enter" means either Enter key, or a platform's standard key. With the prefix "Any+" it
also matches with modifiers that have no command of their own."""
_ANY = "Any+"
_Standard = QKeySequence.StandardKey


class Scope(Enum):
    """Where a command's keys apply. The focused widget is asked first, then its ancestors."""

    WINDOW = auto()
    """Anywhere in the main window, unless a widget claims the key with `ShortcutOverride`."""
    PART = auto()
    """Anything that Escape closes: popups, forms, bars, fields."""
    LIST = auto()
    """A list, or the search field above it."""
    DROP_DOWN = auto()
    CONVERSATION_LIST = auto()
    TAB_BAR = auto()
    TRASH = auto()
    COMPOSER = auto()
    ENTER_SENDS = auto()
    """The composer, if Enter sends."""
    CTRL_ENTER_SENDS = auto()
    """The composer, if Ctrl+Enter sends."""
    QUICK_COMPOSER = auto()
    """The composer of the quick window, where Enter always sends."""
    QUICK = auto()
    """Anywhere in the quick window."""
    CHAT_PAGE = auto()
    """Anywhere in a conversation's page where the key has no other meaning."""
    TRANSCRIPT = auto()
    TRANSCRIPT_CONTROL = auto()
    """A focused button or link in the transcript."""
    FIND_BAR = auto()
    ATTACHMENTS = auto()
    """The strip of files above the text of the composer."""
    IMAGE_VIEWER = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A command. Adjacent commands with the same words share a line in the help."""

    id: str
    words: Words
    keys: tuple[Key, ...] = ()
    scope: Scope = Scope.WINDOW
    icon: str = ""


GROUPS: tuple[tuple[Words, tuple[Command, ...]], ...] = (
    (
        lambda: tr("Tabs"),
        (
            Command("new_tab", lambda: tr("New tab"), ("Ctrl+T", "Ctrl+N"), icon="new-tab"),
            Command("quick_question", lambda: tr("Quick question"), ("Ctrl+Shift+N",), icon="sparkle"),
            Command("close_tab", lambda: tr("Close tab"), ("Ctrl+W", "Ctrl+F4"), icon="close"),
            Command("reopen_tab", lambda: tr("Reopen closed tab"), ("Ctrl+Shift+T",), icon="undo"),
            Command("next_tab", lambda: tr("Next tab"), ("Ctrl+Tab", "Ctrl+PgDown")),
            Command("previous_tab", lambda: tr("Previous tab"), ("Ctrl+Shift+Tab", "Ctrl+PgUp")),
            *(Command(f"tab_{number}", lambda: tr("Tabs 1 to 8"), (f"Ctrl+{number}",)) for number in range(1, 9)),
            Command("last_tab", lambda: tr("Last tab"), ("Ctrl+9",)),
            Command("close_this_tab", lambda: tr("Close tab (in the tab bar)"), ("Any+Del",), Scope.TAB_BAR),
        ),
    ),
    (
        lambda: tr("Conversations"),
        (
            Command("search", lambda: tr("Search conversations"), ("Ctrl+K", "Ctrl+Shift+F"), icon="search"),
            Command("find_in_conversation", lambda: tr("Find in this conversation"), ("Ctrl+F",), icon="find"),
            Command("find_next", lambda: tr("Next match"), ("F3", "Ctrl+G")),
            Command("find_previous", lambda: tr("Previous match"), ("Shift+F3", "Ctrl+Shift+G")),
            Command("rename", lambda: tr("Rename"), ("F2",), icon="edit"),
            Command("export", lambda: tr("Export..."), ("Ctrl+Shift+E",), icon="save"),
            Command("import", lambda: tr("Import..."), (), icon="folder"),
            Command("share", lambda: tr("Copy as web page"), (), icon="copy"),
            Command("backup", lambda: tr("Back up..."), ()),
            Command("trash", lambda: tr("Move to trash"), ("Any+Del",), Scope.CONVERSATION_LIST),
            Command("undo_trash", lambda: tr("Restore from trash"), ("Ctrl+Z",), Scope.CONVERSATION_LIST),
            Command("expand", lambda: tr("Open or close a folder"), ("Right",), Scope.CONVERSATION_LIST),
            Command("collapse", lambda: tr("Open or close a folder"), ("Left",), Scope.CONVERSATION_LIST),
            Command("delete", lambda: tr("Delete permanently (in the trash)"), ("Any+Del",), Scope.TRASH),
        ),
    ),
    (
        lambda: tr("Messages"),
        (
            Command("focus_composer", lambda: tr("Write a message"), ("Ctrl+L",), icon="edit"),
            Command("send", lambda: tr("Send"), ("Enter", "Ctrl+Enter"), Scope.ENTER_SENDS),
            Command("send", lambda: tr("Send"), ("Ctrl+Enter",), Scope.CTRL_ENTER_SENDS),
            Command("break_line", lambda: tr("New line"), ("Any+Shift+Enter",), Scope.ENTER_SENDS),
            Command("break_line", lambda: tr("New line"), ("Any+Enter",), Scope.CTRL_ENTER_SENDS),
            Command(
                "recall_earlier",
                lambda: tr("Recall an earlier message (in an empty composer)"),
                ("Up",),
                Scope.COMPOSER,
            ),
            Command("recall_later", lambda: tr("Recall a later message"), ("Down",), Scope.COMPOSER),
            Command("attach", lambda: tr("Attach files..."), ("Ctrl+O",), icon="paperclip"),
            Command("batch", lambda: tr("Batch..."), (), icon="document"),
            Command("stop", lambda: tr("Stop reply"), ("Esc",), icon="stop"),
            Command("regenerate", lambda: tr("Regenerate last reply"), ("Ctrl+Shift+R",), icon="regenerate"),
            Command("copy_reply", lambda: tr("Copy last reply"), ("Ctrl+Shift+C",), icon="copy"),
            Command("summarise", lambda: tr("Summarise earlier messages"), (), icon="text"),
            Command("allow_call", lambda: tr("Allow tool call once"), ("Ctrl+Shift+A",), Scope.CHAT_PAGE),
            Command("refuse_call", lambda: tr("Refuse tool call..."), ("Ctrl+Shift+D",), Scope.CHAT_PAGE),
            Command("next_message", lambda: tr("Next message"), ("Alt+Down",), Scope.CHAT_PAGE),
            Command("previous_message", lambda: tr("Previous message"), ("Alt+Up",), Scope.CHAT_PAGE),
            Command("page_up", lambda: tr("Scroll conversation"), ("PgUp",), Scope.CHAT_PAGE),
            Command("page_down", lambda: tr("Scroll conversation"), ("PgDown",), Scope.CHAT_PAGE),
        ),
    ),
    (
        lambda: tr("Window"),
        (
            Command("toggle_sidebar", lambda: tr("Show or hide sidebar"), ("Ctrl+B",), icon="sidebar"),
            Command("menu", lambda: tr("Menu"), ("F10",), icon="more"),
            Command("zoom_in", lambda: tr("Zoom in"), ("Ctrl++", "Ctrl+="), icon="new-tab"),
            Command("zoom_out", lambda: tr("Zoom out"), ("Ctrl+-",), icon="minus"),
            Command("zoom_reset", lambda: tr("Actual size"), ("Ctrl+0",)),
            Command("settings", lambda: tr("Settings"), ("Ctrl+,",), icon="settings"),
            Command("endpoint", lambda: tr("Local endpoint..."), (), icon="endpoint"),
            Command("usage", lambda: tr("Usage..."), (), icon="usage"),
            Command("shortcuts", lambda: tr("Keyboard shortcuts"), ("F1", "Ctrl+/"), icon="keyboard"),
            Command("about", lambda: tr("About Desktop Chat"), (), icon="info"),
            Command("quit", lambda: tr("Quit"), ("Ctrl+Q",)),
        ),
    ),
    (
        lambda: tr("Quick question"),
        (
            Command("send", lambda: tr("Send"), ("Enter",), Scope.QUICK_COMPOSER),
            Command("break_line", lambda: tr("New line"), ("Shift+Enter",), Scope.QUICK_COMPOSER),
            Command(
                "quick_insert",
                lambda: tr("Insert what is selected or copied"),
                ("Ctrl+Shift+V",),
                Scope.QUICK,
                icon="copy",
            ),
            Command("quick_attach", lambda: tr("Attach files..."), ("Ctrl+O",), Scope.QUICK, icon="paperclip"),
            Command("quick_new", lambda: tr("Ask something else"), ("Ctrl+N",), Scope.QUICK, icon="new-tab"),
            Command(
                "quick_continue",
                lambda: tr("Continue in the main window"),
                ("Ctrl+Enter",),
                Scope.QUICK,
                icon="external",
            ),
            Command("quick_stop", lambda: tr("Stop reply"), ("Shift+Esc",), Scope.QUICK),
            Command("quick_hide", lambda: tr("Hide (the reply continues)"), ("Esc",), Scope.QUICK),
        ),
    ),
    (
        lambda: tr("Reading and selecting"),
        (
            Command("line_up", lambda: tr("Scroll by a line"), ("Up", "Ctrl+Up"), Scope.CHAT_PAGE),
            Command("line_down", lambda: tr("Scroll by a line"), ("Down", "Ctrl+Down"), Scope.CHAT_PAGE),
            Command("read_back", lambda: tr("Scroll by a page"), ("Shift+Space",), Scope.TRANSCRIPT),
            Command("read_on", lambda: tr("Scroll by a page"), ("Any+Space",), Scope.TRANSCRIPT),
            Command("to_start", lambda: tr("Go to the start or end"), ("Home", "Ctrl+Home"), Scope.TRANSCRIPT),
            Command("to_end", lambda: tr("Go to the start or end"), ("End", "Ctrl+End"), Scope.TRANSCRIPT),
            Command("scroll_left", lambda: tr("Scroll wide code or a wide table"), ("Left",), Scope.TRANSCRIPT),
            Command("scroll_right", lambda: tr("Scroll wide code or a wide table"), ("Right",), Scope.TRANSCRIPT),
            Command(
                "press_control",
                lambda: tr("Press a button or link"),
                ("Any+Enter", "Any+Space"),
                Scope.TRANSCRIPT_CONTROL,
            ),
            Command("context_menu", lambda: tr("Open the context menu"), ("Shift+F10",), Scope.TRANSCRIPT),
            Command("select_left", lambda: tr("Select by character"), ("Shift+Left",), Scope.TRANSCRIPT),
            Command("select_right", lambda: tr("Select by character"), ("Shift+Right",), Scope.TRANSCRIPT),
            Command("select_word_left", lambda: tr("Select by word"), ("Ctrl+Shift+Left",), Scope.TRANSCRIPT),
            Command("select_word_right", lambda: tr("Select by word"), ("Ctrl+Shift+Right",), Scope.TRANSCRIPT),
            Command("select_line_up", lambda: tr("Select by line"), ("Shift+Up",), Scope.CHAT_PAGE),
            Command("select_line_down", lambda: tr("Select by line"), ("Shift+Down",), Scope.CHAT_PAGE),
            Command(
                "select_line_start",
                lambda: tr("Select to the line's start or end"),
                ("Shift+Home",),
                Scope.TRANSCRIPT,
            ),
            Command(
                "select_line_end",
                lambda: tr("Select to the line's start or end"),
                ("Shift+End",),
                Scope.TRANSCRIPT,
            ),
            Command("select_block_up", lambda: tr("Select by paragraph"), ("Ctrl+Shift+Up",), Scope.CHAT_PAGE),
            Command("select_block_down", lambda: tr("Select by paragraph"), ("Ctrl+Shift+Down",), Scope.CHAT_PAGE),
            Command("select_page_up", lambda: tr("Select by page"), ("Shift+PgUp", "Ctrl+Shift+PgUp"), Scope.CHAT_PAGE),
            Command(
                "select_page_down", lambda: tr("Select by page"), ("Shift+PgDown", "Ctrl+Shift+PgDown"), Scope.CHAT_PAGE
            ),
            Command(
                "select_to_start", lambda: tr("Select to the start or end"), ("Ctrl+Shift+Home",), Scope.TRANSCRIPT
            ),
            Command("select_to_end", lambda: tr("Select to the start or end"), ("Ctrl+Shift+End",), Scope.TRANSCRIPT),
            Command("select_all", lambda: tr("Select all"), (_Standard.SelectAll,), Scope.TRANSCRIPT),
            Command("copy_selection", lambda: tr("Copy selection"), (_Standard.Copy,), Scope.TRANSCRIPT),
            Command("paste", lambda: tr("Paste into the message"), (_Standard.Paste,), Scope.CHAT_PAGE),
        ),
    ),
    (
        lambda: tr("Find in this conversation"),
        (
            Command("hit_next", lambda: tr("Next match"), ("Any+Enter",), Scope.FIND_BAR),
            Command("hit_previous", lambda: tr("Previous match"), ("Shift+Enter",), Scope.FIND_BAR),
            Command("match_case", lambda: tr("Match case"), ("Alt+C",), Scope.FIND_BAR),
            Command("whole_words", lambda: tr("Match whole words"), ("Alt+W",), Scope.FIND_BAR),
        ),
    ),
    (
        lambda: tr("Images"),
        (
            Command("image_previous", lambda: tr("Previous image"), ("Any+Left",), Scope.IMAGE_VIEWER),
            Command("image_next", lambda: tr("Next image"), ("Any+Right",), Scope.IMAGE_VIEWER),
            Command("image_zoom_in", lambda: tr("Zoom in"), ("Any++", "Any+="), Scope.IMAGE_VIEWER),
            Command("image_zoom_out", lambda: tr("Zoom out"), ("Any+-", "Any+_"), Scope.IMAGE_VIEWER),
            Command("image_fit", lambda: tr("Fit to window"), ("Any+0",), Scope.IMAGE_VIEWER),
            Command("image_full_size", lambda: tr("Actual size"), ("Any+1",), Scope.IMAGE_VIEWER),
            Command("image_copy", lambda: tr("Copy image"), (_Standard.Copy,), Scope.IMAGE_VIEWER),
            Command("image_save", lambda: tr("Save image as..."), (_Standard.Save,), Scope.IMAGE_VIEWER),
        ),
    ),
    (
        lambda: tr("Attachments"),
        (
            Command("attachment_open", lambda: tr("Open"), ("Any+Enter", "Any+Space"), Scope.ATTACHMENTS),
            Command("attachment_remove", lambda: tr("Remove"), ("Any+Del", "Any+Backspace"), Scope.ATTACHMENTS),
            Command("attachment_undo", lambda: tr("Undo"), (_Standard.Undo,), Scope.ATTACHMENTS),
            Command("attachment_earlier", lambda: tr("Move left or right"), ("Alt+Left",), Scope.ATTACHMENTS),
            Command("attachment_later", lambda: tr("Move left or right"), ("Alt+Right",), Scope.ATTACHMENTS),
        ),
    ),
    (
        lambda: tr("Lists and dialogs"),
        (
            Command("leave", lambda: tr("Close or go back"), ("Any+Esc",), Scope.PART),
            Command("choose", lambda: tr("Choose"), ("Any+Enter",), Scope.LIST),
            Command("row_up", lambda: tr("Go through a list"), ("Any+Up",), Scope.LIST),
            Command("row_down", lambda: tr("Go through a list"), ("Any+Down",), Scope.LIST),
            Command("rows_up", lambda: tr("Go through a list"), ("Any+PgUp",), Scope.LIST),
            Command("rows_down", lambda: tr("Go through a list"), ("Any+PgDown",), Scope.LIST),
            Command(
                "open_list",
                lambda: tr("Open a drop-down list"),
                ("Any+Down", "Any+Up", "Any+Space", "Any+F4"),
                Scope.DROP_DOWN,
            ),
        ),
    ),
)
"""In the order of the shortcuts page."""
QUICK_SENDS = "quick"
"""In the quick window, Enter sends whatever the settings say."""
COMMANDS = tuple(command for _words, commands in GROUPS for command in commands)


GLOBAL_KEY_TEXTS = {
    "ctrl_alt_space": "Ctrl+Alt+Space",
    "ctrl_shift_space": "Ctrl+Shift+Space",
    "ctrl_alt_q": "Ctrl+Alt+Q",
    "ctrl_alt_a": "Ctrl+Alt+A",
}
"""How the keys of `core/global_keys.py` are written."""


def scope_of_enter(send_key: str) -> Scope:
    """Return the scope of Enter in the composer for a `send_key` setting, or for QUICK_SENDS."""
    if send_key == QUICK_SENDS:
        return Scope.QUICK_COMPOSER
    return Scope.ENTER_SENDS if send_key == "enter" else Scope.CTRL_ENTER_SENDS


def command_of(event: QKeyEvent, *scopes: Scope) -> str:
    """Return the id of a key event's command, from the first scope that has one, else an empty string."""
    held = (event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier).value
    for scope in scopes:
        exact, by_key = _commands_by_key(scope)
        if command_id := exact.get(event.key() | held) or by_key.get(event.key()):
            return command_id
    return ""


def keep_from_window(event: QEvent, *scopes: Scope) -> bool:
    """Claim a key that is a command of these scopes before the window's shortcuts. Returns whether it is a
    command."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    event.setAccepted(bool(command_of(event, *scopes)))
    return event.isAccepted()


def is_modifier(event: QKeyEvent) -> bool:
    """Return whether a key is a modifier."""
    return event.key() in {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt}


def key_sequences(command_id: str) -> list[QKeySequence]:
    """Return a command's keys, the main key first."""
    return [sequence for key in _command(command_id).keys for sequence in _sequences(key)]


def key_text(command_id: str, send_key: str = "enter") -> str:
    """Return a command's main key in readable form, for a `send_key` setting."""
    return next(iter(_key_texts(_command(command_id, send_key))), "")


def tooltip(command_id: str, words: str = "") -> str:
    """Return a command's words, or `words` instead, with its main key."""
    words, key = words or words_of(command_id), key_text(command_id)
    return tr("{command} ({shortcut})", command=words, shortcut=key) if key else words


def words_of(command_id: str) -> str:
    """Return a command's words."""
    return _command(command_id).words()


def help_lines(send_key: str) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return each group's words and lines; a line has a command's words and its keys."""
    unused = scope_of_enter("ctrl_enter" if send_key == "enter" else "enter")
    return [
        (group(), _lines(command for command in commands if command.scope is not unused and command.keys))
        for group, commands in GROUPS
    ]


def _lines(commands: Iterable[Command]) -> list[tuple[str, list[str]]]:
    """Return a line for each command, or for each run of commands with the same words, with the main key of each."""
    lines = []
    for words, neighbours in groupby(commands, lambda command: command.words()):
        keys = [_key_texts(command) for command in neighbours]
        lines.append((words, keys[0] if len(keys) == 1 else _shortened([each[0] for each in keys if each])))
    return lines


def _shortened(keys: list[str]) -> list[str]:
    """Shorten a long run of keys to the first and last: Ctrl+1 … 8."""
    return keys if len(keys) <= 4 else [f"{keys[0]} … {keys[-1].rpartition('+')[2]}"]


def _command(command_id: str, send_key: str = "enter") -> Command:
    unused = scope_of_enter("ctrl_enter" if send_key == "enter" else "enter")
    return next(command for command in COMMANDS if command.id == command_id and command.scope is not unused)


@cache
def _commands_by_key(scope: Scope) -> tuple[dict[int, str], dict[int, str]]:
    """Return the commands by key with modifiers, and by key with any modifiers."""
    exact, by_key = {}, {}
    for command in (command for command in COMMANDS if command.scope is scope):
        for key in command.keys:
            for sequence in _sequences(key):
                combination: QKeyCombination = cast(Any, sequence)[0]  # missing from Qt's type hints
                exact[combination.toCombined()] = command.id
                if isinstance(key, str) and key.startswith(_ANY):
                    by_key[int(combination.key())] = command.id
    return exact, by_key


def _sequences(key: Key) -> list[QKeySequence]:
    if not isinstance(key, str):
        return QKeySequence.keyBindings(key)
    text = key.removeprefix(_ANY)
    return [QKeySequence(text)] + [QKeySequence(text.replace("Enter", "Return"))] * text.endswith("Enter")


def _key_texts(command: Command) -> list[str]:
    return [shortcut_text(found[0].toString()) for key in command.keys if (found := _sequences(key))]
