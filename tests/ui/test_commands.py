"""One table of commands: each key means one thing at a place, and what a widget asks is what the help says."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.ui.actions import MENU, Actions
from desktop_chat.ui.commands import COMMANDS, Command, Scope, command_of, help_lines, key_sequences, key_text, tooltip

Key = Qt.Key
NONE, SHIFT, CTRL, ALT, KEYPAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.KeypadModifier,
)

ASKED_TOGETHER = [
    {Scope.WINDOW},
    {Scope.ENTER_SENDS, Scope.COMPOSER},
    {Scope.CTRL_ENTER_SENDS, Scope.COMPOSER},
    {Scope.CHAT_PAGE, Scope.TRANSCRIPT, Scope.PART},
    {Scope.FIND_BAR, Scope.PART},
    {Scope.CONVERSATION_LIST, Scope.LIST, Scope.PART},
    {Scope.TAB_BAR},
    {Scope.TRASH, Scope.LIST, Scope.PART},
    {Scope.DROP_DOWN},
    {Scope.TRANSCRIPT_CONTROL},
    {Scope.IMAGE_VIEWER, Scope.PART},
    {Scope.ATTACHMENTS, Scope.PART},
    {Scope.QUICK_COMPOSER, Scope.COMPOSER},
    {Scope.QUICK},
]
"""Scopes of one place. A place inside another one is asked first, so that a key may mean another thing around it."""
IN_A_WINDOW_OF_ITS_OWN = {Scope.IMAGE_VIEWER, Scope.TRASH, Scope.QUICK, Scope.QUICK_COMPOSER}
TAKEN_FROM_THE_WINDOW = {"Esc"}
"""What a part of the window takes from the window's own shortcuts, by `ShortcutOverride`."""


def event_of(key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held)


def keys_of(command: Command) -> set[str]:
    texts = (key.removeprefix("Any+") if isinstance(key, str) else key for key in command.keys)
    sequences = ([QKeySequence(text)] if isinstance(text, str) else QKeySequence.keyBindings(text) for text in texts)
    return {sequence.toString() for found in sequences for sequence in found}


def test_every_key_can_be_read(qapp: QApplication) -> None:
    unread = [command.id for command in COMMANDS if "" in keys_of(command)]
    assert unread == []


def test_every_scope_is_listed() -> None:
    assert set().union(*ASKED_TOGETHER) == set(Scope)


@pytest.mark.parametrize("place", ASKED_TOGETHER, ids=lambda place: "+".join(sorted(scope.name for scope in place)))
def test_no_key_means_two_things_at_one_place(qapp: QApplication, place: set[Scope]) -> None:
    there = [command for command in COMMANDS if command.scope in place]
    shared = [(a.id, b.id) for a, b in itertools.combinations(there, 2) if keys_of(a) & keys_of(b)]
    assert shared == []


def test_no_part_of_the_window_waits_for_a_key_that_the_window_takes(qapp: QApplication) -> None:
    taken = set().union(*(keys_of(command) for command in COMMANDS if command.scope is Scope.WINDOW))
    local = [one for one in COMMANDS if one.scope not in {Scope.WINDOW, *IN_A_WINDOW_OF_ITS_OWN}]
    unreachable = {(one.id, key) for one in local for key in (keys_of(one) & taken) - TAKEN_FROM_THE_WINDOW}
    assert unreachable == set()


def test_an_id_is_one_command() -> None:
    ids = [command.id for command in COMMANDS]
    twice = {name for name in ids if ids.count(name) > 1}
    assert twice == {"send", "break_line"}, "these follow the setting of the key that sends"


@pytest.mark.parametrize(
    ("key", "held", "scopes", "command"),
    [
        (Key.Key_Return, NONE, (Scope.ENTER_SENDS,), "send"),
        (Key.Key_Enter, KEYPAD, (Scope.ENTER_SENDS,), "send"),
        (Key.Key_Return, CTRL, (Scope.ENTER_SENDS,), "send"),
        (Key.Key_Return, SHIFT, (Scope.ENTER_SENDS,), "break_line"),
        (Key.Key_Return, ALT, (Scope.ENTER_SENDS,), "break_line"),
        (Key.Key_Return, NONE, (Scope.CTRL_ENTER_SENDS,), "break_line"),
        (Key.Key_Enter, CTRL | KEYPAD, (Scope.CTRL_ENTER_SENDS,), "send"),
        (Key.Key_Up, NONE, (Scope.COMPOSER, Scope.CHAT_PAGE), "recall_earlier"),
        (Key.Key_Up, ALT, (Scope.COMPOSER, Scope.CHAT_PAGE), "previous_message"),
        (Key.Key_Up, SHIFT, (Scope.COMPOSER,), ""),
        (Key.Key_Space, SHIFT, (Scope.TRANSCRIPT,), "read_back"),
        (Key.Key_Space, ALT, (Scope.TRANSCRIPT,), "read_on"),
        (Key.Key_Plus, SHIFT, (Scope.IMAGE_VIEWER,), "image_zoom_in"),
        (Key.Key_C, CTRL, (Scope.TRANSCRIPT,), "copy_selection"),
        (Key.Key_C, NONE, (Scope.TRANSCRIPT,), ""),
        (Key.Key_Escape, SHIFT, (Scope.FIND_BAR, Scope.PART), "leave"),
    ],
)
def test_a_key_is_the_command_of_its_place(
    qapp: QApplication, key: Qt.Key, held: Qt.KeyboardModifier, scopes: tuple[Scope, ...], command: str
) -> None:
    assert command_of(event_of(key, held), *scopes) == command


def test_the_help_has_a_line_for_all_that_has_keys(qapp: QApplication) -> None:
    lines = {words: keys for _group, lines in help_lines("enter") for words, keys in lines}
    assert {command.words() for command in COMMANDS if command.keys} == set(lines)
    assert lines["New tab"] == ["Ctrl+T", "Ctrl+N"]
    assert lines["Tabs 1 to 8"] == ["Ctrl+1 … 8"]
    assert lines["Scroll conversation"] == ["PgUp", "PgDown"]
    assert lines["Copy selection"] == ["Ctrl+C"]


def test_the_help_names_the_key_that_sends(qapp: QApplication) -> None:
    assert ("Send", ["Enter", "Ctrl+Enter"]) in dict(help_lines("enter"))["Messages"]
    assert ("Send", ["Ctrl+Enter"]) in dict(help_lines("ctrl_enter"))["Messages"]
    assert (key_text("send"), key_text("send", "ctrl_enter")) == ("Enter", "Ctrl+Enter")


def test_a_tooltip_has_the_main_key() -> None:
    assert tooltip("find_next") == "Next match (F3)"
    assert tooltip("stop", "Stop") == "Stop (Esc)"
    assert tooltip("about") == "About Desktop Chat"


def test_a_command_can_be_done_while_its_condition_holds(qapp: QApplication) -> None:
    window = QWidget()
    actions, done, can_be_done = Actions(window), [], False
    actions.connect_all({"stop": lambda: done.append("stop")})
    actions.enable_when({"stop": lambda: can_be_done})
    actions["stop"].trigger()
    assert done == []
    can_be_done = True
    actions.update_enabled()
    actions["stop"].trigger()
    assert done == ["stop"]
    assert actions["new_tab"].shortcuts() == key_sequences("new_tab")
    window.deleteLater()


def test_the_menu_has_only_commands_of_the_window() -> None:
    known = {command.id for command in COMMANDS if command.scope is Scope.WINDOW}
    assert {command_id for group in MENU for command_id in group} <= known
