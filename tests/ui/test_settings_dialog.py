"""Settings apply at once, and deleted conversations can be restored from the trash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat_world import LOCAL, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget
from window_world import DATA_FOLDER, Shell, ShellMaker, control, shells

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.errors import StoreLocked
from desktop_chat.core.field_rules import rules_of
from desktop_chat.core.key_errors import KeyringLocked
from desktop_chat.core.ports import SecretState, SecretStatus
from desktop_chat.core.settings import Settings
from desktop_chat.core.snapshots import MAX_BYTES, Snapshot
from desktop_chat.ui.dialogs.trash import ID, TrashDialog, TrashModel
from desktop_chat.ui.settings.connections_page import ConnectionCard, keyring_text
from desktop_chat.ui.settings.data_page import SiteLine
from desktop_chat.ui.settings.general_page import GeneralPage
from desktop_chat.ui.settings.setting_rows import Choice
from desktop_chat.ui.settings.settings_dialog import PAGES, SettingsDialog
from desktop_chat.ui.widgets.async_dialog import Question

DOWN, ENTER, DELETE = Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Delete


@pytest.fixture
async def maker(qapp: QApplication) -> AsyncIterator[ShellMaker]:
    async with shells(qapp) as maker:
        yield maker


def settings_of(shell: Shell, page: str = "") -> SettingsDialog:
    shell.window.open_settings(page)
    dialog = shell.window.findChild(SettingsDialog)
    assert dialog is not None
    return dialog


def choose(box: QComboBox, value: object) -> None:
    """Choose like a user: with the keyboard."""
    while box.currentData() != value:
        before = box.currentIndex()
        QTest.keyClick(box, DOWN if box.findData(value) > before else Qt.Key.Key_Up)
        assert box.currentIndex() != before


async def answer(accept: bool, parent: QWidget) -> None:
    await until(lambda: [q for q in parent.findChildren(Question) if q.isVisible()])
    question = next(q for q in parent.findChildren(Question) if q.isVisible())
    (question.accept if accept else question.reject)()


def card(dialog: SettingsDialog, connection_id: str) -> ConnectionCard:
    cards = [known for known in dialog.findChildren(ConnectionCard) if known.isVisibleTo(dialog)]
    return next(known for known in cards if known.connection.id == connection_id)


async def test_general_settings_apply_at_once(maker: ShellMaker) -> None:
    shell = await maker.open()
    page = settings_of(shell, "general").findChild(GeneralPage)
    choose(control(page, "scheme"), "dark")
    choose(control(page, "language"), "zh_CN")
    choose(control(page, "zoom"), 1.25)
    choose(control(page, "send_key"), "ctrl_enter")
    assert maker.here.preferences.settings.look_for_newer is False
    choose(control(page, "look_for_newer"), True)
    assert maker.here.preferences.settings.look_for_newer is True
    settings = maker.here.preferences.settings
    assert (settings.scheme, settings.language, settings.zoom, settings.send_key) == (
        "dark",
        "zh_CN",
        1.25,
        "ctrl_enter",
    )
    maker.here.preferences.update(zoom=0.9)
    assert control(page, "zoom").currentText() == "90%"


async def test_every_choice_that_a_setting_has_can_be_chosen(maker: ShellMaker) -> None:
    shell = await maker.open()
    dialog = settings_of(shell, "general")
    offered = [{box.itemData(row) for row in range(box.count())} for box in dialog.findChildren(Choice)]
    for name, rule in rules_of(Settings).items():
        assert not rule.choices or set(rule.choices) in offered, name


async def test_streaming_limits_are_saved(maker: ShellMaker) -> None:
    shell = await maker.open()
    page = settings_of(shell, "streaming").streaming
    control(page, "idle_limit_s").setValue(90)
    control(page, "patience_s").setValue(1_200)
    control(page, "retries").setValue(0)
    assert maker.here.preferences.settings.idle_limit_s == 90.0
    assert maker.here.preferences.settings.patience_s == 1_200.0
    assert maker.here.preferences.settings.retries == 0
    control(page, "idle_limit_s").setValue(1_000_000)
    assert maker.here.preferences.settings.idle_limit_s == rules_of(Settings)["idle_limit_s"].highest
    maker.here.preferences.update(retries=3)
    assert control(page, "retries").value() == 3


async def test_there_is_one_settings_window_and_it_opens_the_requested_page(maker: ShellMaker) -> None:
    shell = await maker.open()
    for name in PAGES:
        assert settings_of(shell, name).page == name
    assert len(shell.window.findChildren(SettingsDialog)) == 1
    maker.here.context.navigator.open_settings("connections")
    assert settings_of(shell).page == "connections"
    settings_of(shell).close()
    await until(lambda: not shell.window.findChildren(SettingsDialog))
    assert settings_of(shell).page == "general"


async def test_a_tab_that_needs_a_key_opens_its_connection(maker: ShellMaker) -> None:
    shell = await maker.open()
    maker.here.context.navigator.ask_for_key("openai")
    dialog = settings_of(shell)
    assert dialog.page == "connections"
    assert dialog.connections.form is not None
    assert dialog.connections.form.name.text() == "OpenAI"


async def test_each_connection_shows_where_its_key_is(maker: ShellMaker) -> None:
    here = maker.here
    here.preferences.put_connection(LOCAL)
    here.preferences.put_connection(Connection("other", "Other", "https://x.example/v1"))
    here.secrets.keys["openai"] = "k"
    here.secrets.session_keys["other"] = "k"
    shell = await maker.open()
    dialog = settings_of(shell, "connections")
    await until(card(dialog, "openai")._key.text)
    assert card(dialog, "openai")._key.text() == "Key in the keyring"
    assert card(dialog, "other")._key.text() == "Key kept until you quit"
    assert card(dialog, "local")._key.text() == "No key needed"
    assert card(dialog, "demo")._key.text().startswith("Canned replies")
    assert not card(dialog, "demo").edit_button.isVisibleTo(dialog)
    assert card(dialog, "openai").edit_button.accessibleName() == "Edit OpenAI"


async def test_a_connection_is_added_and_changed_in_the_form(maker: ShellMaker) -> None:
    shell = await maker.open()
    page = settings_of(shell, "connections").connections
    page.edit("openai")
    assert page.form is not None
    page.form.name.setText("Mine")
    page.form.save_button.click()
    await until(lambda: page.form is None)
    assert maker.here.preferences.settings.connections[0].name == "Mine"
    await until(lambda: card(settings_of(shell), "openai")._name.text() == "Mine")
    page.edit("")
    assert page.form is not None
    page.form.cancel_button.click()
    assert page.form is None


async def test_removing_a_connection_asks_and_removes_its_key(maker: ShellMaker) -> None:
    here = maker.here
    here.secrets.keys["openai"] = "k"
    shell = await maker.open()
    dialog = settings_of(shell, "connections")
    card(dialog, "openai").remove_button.click()
    await answer(False, dialog)
    assert here.preferences.connection("openai") is not None
    card(dialog, "openai").remove_button.click()
    await answer(True, dialog)
    await until(lambda: here.preferences.connection("openai") is None)
    assert here.secrets.keys == {}


async def test_a_keyring_that_refuses_is_reported(maker: ShellMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_connection_id: str) -> None:
        raise KeyringLocked

    shell = await maker.open()
    dialog = settings_of(shell, "connections")
    monkeypatch.setattr(maker.here.secrets, "remove", refuse)
    card(dialog, "openai").remove_button.click()
    await answer(True, dialog)
    problem = dialog.connections._list._problem
    await until(lambda: problem.isVisibleTo(dialog))
    assert maker.here.preferences.connection("openai") is not None


async def test_the_keyring_is_named_and_can_be_asked_again(maker: ShellMaker) -> None:
    shell = await maker.open()
    page = settings_of(shell, "connections").connections._list
    assert page._keyring.text() == "Keys are saved in Secret Service: test."
    assert not page._check_again.isVisibleTo(page)
    maker.here.secrets.change(SecretState.LOCKED)
    assert "is locked" in page._keyring.text()
    assert page._check_again.isVisibleTo(page)
    assert page._check_again.text() == "Check keyring again"


@pytest.mark.parametrize("state", list(SecretState))
def test_every_state_of_the_keyring_has_a_text(qapp: QApplication, state: SecretState) -> None:
    assert keyring_text(SecretStatus(state, "")).endswith(".")


async def test_environment_connections_cannot_be_edited(maker: ShellMaker) -> None:
    shell = await maker.open()
    env = Connection("env", "Environment", "https://x.example/v1", kind=ConnectionKind.ENVIRONMENT)
    shown = ConnectionCard(maker.here.context, env)
    assert "never saved" in shown._key.text()
    shown.deleteLater()
    assert shell.titles


async def test_the_data_page_shows_the_folder_and_opens_the_trash(maker: ShellMaker) -> None:
    one = maker.add("one")
    shell = await maker.open()
    page = settings_of(shell, "data").data
    assert page._place.text() == str(DATA_FOLDER)
    maker.here.library.trash(one)
    page.trash_button.click()
    assert shell.window.findChild(TrashDialog).isVisible()


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((), ""),
        ((5_000_000, 5_000_000), "They take 4.8 MB."),
        ((MAX_BYTES, MAX_BYTES), "They take 1.0 GB."),
        ((MAX_BYTES + 1,), "The newest alone takes 1,025 MB, more than the 1,024 MB that all together may take"),
    ],
)
async def test_the_space_of_the_snapshots_is_said_and_that_it_is_too_much(
    maker: ShellMaker, sizes: tuple[int, ...], words: str
) -> None:
    maker.here.snapshots.listed = [Snapshot(Path("/copies/snapshots.db"), 1.8e9, size) for size in sizes]
    page = settings_of(await maker.open(), "data").data
    await until(lambda: words in page._snapshots_text())
    await until(lambda: any(label.text() == page._snapshots_text() for label in page.findChildren(QLabel)))
    assert page._snapshots_text().startswith("Made while you work")
    assert ("take" in page._snapshots_text()) is bool(sizes)


def trash_of(shell: Shell) -> TrashDialog:
    shell.window.sidebar._trash.click()
    return shell.window.findChild(TrashDialog)


async def test_the_trash_restores_at_once(maker: ShellMaker) -> None:
    one, two = maker.add("one"), maker.add("two")
    maker.here.library.trash(one)
    maker.here.library.trash(two)
    shell = await maker.open()
    dialog = trash_of(shell)
    assert dialog.model.rowCount() == 2
    assert "In the trash since" in dialog.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    dialog.restore_button.click()
    await until(lambda: maker.here.library[two].trashed_at is None)
    dialog.restore_button.click()
    await until(lambda: dialog.model.rowCount() == 0)
    assert not dialog.empty_button.isEnabled()
    assert not dialog.restore_button.isEnabled()
    assert dialog._empty.isVisibleTo(dialog)


async def test_the_list_of_the_trash_follows_each_change(maker: ShellMaker, qtmodeltester) -> None:
    ids = [maker.add(title) for title in ("one", "two", "three")]
    library = maker.here.library
    model = TrashModel(library)
    qtmodeltester.check(model)

    def rows() -> list[str]:
        return [model.index(row).data(ID) for row in range(model.rowCount())]

    for conversation_id in ids:
        library.trash(conversation_id)
        library.rename(conversation_id, "in the trash")
        assert rows() == [one.id for one in library.trashed()]
    library.restore(ids[1])
    assert rows() == [ids[2], ids[0]]
    library.rename(ids[1], "no longer there")
    await library.delete([ids[2]])
    assert rows() == [ids[0]]
    model.close()


async def test_permanent_deletion_asks_first(maker: ShellMaker) -> None:
    one, two = maker.add("one"), maker.add("two")
    for conversation_id in (one, two):
        maker.here.library.trash(conversation_id)
    shell = await maker.open()
    dialog = trash_of(shell)
    QTest.keyClick(dialog.list, DELETE)
    await answer(False, dialog)
    assert dialog.model.rowCount() == 2
    dialog.delete_button.click()
    await answer(True, dialog)
    await until(lambda: dialog.model.rowCount() == 1)
    dialog.empty_button.click()
    await answer(True, dialog)
    await until(lambda: dialog.model.rowCount() == 0)
    assert one not in maker.here.library


async def test_a_failed_deletion_is_reported(maker: ShellMaker) -> None:
    one = maker.add("one")
    maker.here.library.trash(one)
    await maker.here.write_behind.flush()
    shell = await maker.open()
    dialog = trash_of(shell)
    maker.here.store.error = StoreLocked()
    dialog.delete_button.click()
    await answer(True, dialog)
    await until(lambda: dialog._problem.isVisibleTo(dialog))
    maker.here.store.error = None
    assert one in maker.here.library
    assert [button.text() for button in dialog.findChildren(QPushButton) if button.isDefault()] == []


async def test_trusted_sites_are_listed_and_removable(maker: ShellMaker) -> None:
    shell = await maker.open()
    preferences = maker.here.preferences
    page = settings_of(shell, "data").data

    def shown() -> dict[str, QPushButton]:
        return {line.name.accessibleName(): line.remove_button for line in page.findChildren(SiteLine)}

    assert shown() == {}
    for host in ("one.example", "two.example", "three.example"):
        preferences.trust_site(host)
    assert list(shown()) == ["one.example", "two.example", "three.example"]
    assert shown()["two.example"].accessibleName() == "Remove two.example"
    await until(shown()["three.example"].isVisible)
    shown()["two.example"].setFocus()
    assert shown()["two.example"].hasFocus()
    QTest.keyClick(shown()["two.example"], Qt.Key.Key_Space)
    assert preferences.settings.trusted_sites == ("one.example", "three.example")
    await until(lambda: list(shown()) == ["one.example", "three.example"])
    assert shown()["three.example"].hasFocus(), "the keyboard goes on to the next one"
    maker.here.languages.set_language("zh_CN")
    await until(lambda: shown()["three.example"].text() == "移除")


async def test_a_button_has_its_own_name_and_each_setting_its_label(maker: ShellMaker) -> None:
    data = settings_of(await maker.open(), "data").data
    heard = QAccessible.queryAccessibleInterface(data.open_button)
    assert heard.text(QAccessible.Text.Name) == "Open folder"
    assert heard.text(QAccessible.Text.Description).startswith("Everything is stored on this computer.")
    unrelated = [
        label.text()
        for label in data.findChildren(QLabel)
        if label.property("muted") and label.buddy() is None and label is not data._place
    ]
    assert unrelated == [], "what is no label of anything is read out when the page opens"


async def test_a_change_sets_nothing_again_that_stays_the_same(maker: ShellMaker) -> None:
    """Every name that is set anew is looked up by a screen reader, which then says nothing for half a minute."""
    shell = await maker.open()
    general = settings_of(shell).findChild(GeneralPage)
    language = general.findChild(Choice, "language")
    said: list[str] = []
    words = ["Off"]
    general._set_text(said.append, lambda: words[0])
    removed: list[object] = []
    language.model().rowsRemoved.connect(lambda *place: removed.append(place))
    maker.here.preferences.update(zoom=1.25)
    general.retranslate()
    assert (said, removed) == (["Off"], [])
    words[0] = "On"
    language.set_choices((("en", "English"), ("zh_CN", "中文")), "zh_CN")
    general.retranslate()
    assert said == ["Off", "On"]
    assert removed
    assert language.currentData() == maker.here.preferences.settings.language
