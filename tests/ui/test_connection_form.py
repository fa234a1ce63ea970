"""The connection form: tested before it is saved, and its key is stored only where keys belong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import DEMO, OPENAI, World, until, world
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop_chat.core.entities import Api
from desktop_chat.core.errors import AuthenticationFailed
from desktop_chat.core.key_errors import KeyringLocked
from desktop_chat.core.ports import SecretState
from desktop_chat.ui.connections.connection_form import KEEP_FOR_SESSION, TRY_AGAIN, ConnectionForm


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=()) as here:
        yield here


@pytest.fixture
async def form(here: World) -> ConnectionForm:
    return here.show(ConnectionForm(here.context))


async def stored_form(here: World) -> ConnectionForm:
    here.preferences.put_connection(OPENAI)
    here.secrets.keys[OPENAI.id] = "k-old"
    form = here.show(ConnectionForm(here.context, OPENAI.id))
    await until(form.key.news.isVisible)
    return form


def press(form: ConnectionForm, button: str) -> None:
    QTest.mouseClick(getattr(form, f"{button}_button"), Qt.MouseButton.LeftButton)


def said(form: ConnectionForm) -> str:
    return form._result.text() if form._result.isVisible() else ""


async def key_for_test(form: ConnectionForm) -> str:
    connection = form._read()
    assert connection is not None
    return await form._saver.key_for_test(connection, form.key.edit)


async def test_a_new_connection_is_tested_and_saved(here: World, form: ConnectionForm) -> None:
    saved = QSignalSpy(form.saved)
    assert form.address.text() == "https://api.openai.com/v1"
    QTest.keyClicks(form.key.line, "k-test")
    press(form, "test")
    await until(lambda: "2 model" in said(form))
    assert [form.model.itemText(i) for i in range(form.model.count())] == here.provider.model_names
    assert here.preferences.settings.connections == (), "trying stores nothing"
    assert here.secrets.keys == {}
    press(form, "save")
    await until(saved.count)
    (connection,) = here.preferences.settings.connections
    assert saved.at(0) == [connection.id]
    assert (connection.name, connection.base_url) == ("OpenAI", "https://api.openai.com/v1")
    assert here.secrets.keys == {connection.id: "k-test"}
    assert "k-test" not in repr(here.preferences.settings)


async def test_the_protocol_is_chosen_and_kept(here: World, form: ConnectionForm) -> None:
    saved = QSignalSpy(form.saved)
    form.address.setText("http://127.0.0.1:1/v1")
    form.api.setCurrentIndex(form.api.findText("Responses"))
    press(form, "save")
    await until(saved.count)
    (connection,) = here.preferences.settings.connections
    assert connection.api is Api.RESPONSES
    assert here.show(ConnectionForm(here.context, connection.id)).api.currentText() == "Responses"


async def test_the_result_of_a_test_is_shown_as_text(here: World, form: ConnectionForm) -> None:
    here.providers.error = AuthenticationFailed("Incorrect key ...")
    press(form, "test")
    await until(lambda: said(form) == "The server rejected the API key.")
    QTest.keyClicks(form.address, "x")
    assert said(form) == "", "another address makes the result untrue"


async def test_the_key_is_hidden_until_requested(form: ConnectionForm) -> None:
    assert form.key.line.echoMode() is QLineEdit.EchoMode.Password
    form.key._visibility.trigger()
    assert form.key.line.echoMode() is QLineEdit.EchoMode.Normal


async def test_invalid_input_is_rejected_before_anything_is_stored(here: World, form: ConnectionForm) -> None:
    form.address.setText("nonsense://")
    press(form, "save")
    assert said(form)
    assert form.address.property("invalid")
    form.address.setText("https://example.com/v1")
    form.headers.setPlainText("X-Api-Key: secret-thing")
    press(form, "save")
    assert "key field" in said(form)
    form.headers.clear()
    form.key.line.setText("schl\u00fcssel")
    press(form, "save")
    assert said(form)
    assert here.preferences.settings.connections == ()


async def test_a_stored_key_is_never_shown_again(here: World) -> None:
    form = await stored_form(here)
    assert form.key.line.text() == ""
    assert not form.key.line.isVisible()
    assert "Secret Service: test" in form.key.news.text()
    form.name.setText("Work")
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {OPENAI.id: "k-old"}
    assert here.preferences.settings.connections[0].name == "Work"


async def test_opening_the_form_for_the_key_focuses_it(here: World) -> None:
    here.preferences.put_connection(OPENAI)
    here.secrets.keys[OPENAI.id] = "k-old"
    form = here.show(ConnectionForm(here.context, OPENAI.id))
    form.focus_key()
    assert form.key.line.isVisible(), "where the key is comes later"
    await until(lambda: form.key.news.isVisible() and form.isActiveWindow())
    assert QApplication.focusWidget() is form.key.replace_button
    QTest.keyClick(form.key.replace_button, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is form.key.line


async def test_a_stored_key_can_be_replaced_and_removed(here: World) -> None:
    form = await stored_form(here)
    saved = QSignalSpy(form.saved)
    QTest.mouseClick(form.key.replace_button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(form.key.line, "k-new")
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {OPENAI.id: "k-new"}

    again = await stored_form(here)
    removed = QSignalSpy(again.saved)
    QTest.mouseClick(again.key.remove_button, Qt.MouseButton.LeftButton)
    assert here.secrets.keys, "not before Save"
    press(again, "save")
    await until(removed.count)
    assert here.secrets.keys == {}


async def test_a_key_typed_while_the_keyring_is_slow_replaces_the_stored_one(here: World) -> None:
    here.preferences.put_connection(OPENAI)
    here.secrets.keys[OPENAI.id] = "k-old"
    form = here.show(ConnectionForm(here.context, OPENAI.id))
    form.key.line.setText("k-new")
    await until(form.key.replace_button.isVisible)
    assert form.key.line.text() == "k-new"
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {OPENAI.id: "k-new"}


async def test_another_host_never_gets_the_key_without_asking(here: World) -> None:
    form = await stored_form(here)
    form.address.setText("https://api.openai.com/v2")
    assert not form.key.carry.isVisible(), "the same host may keep it"
    form.address.setText("https://elsewhere.example.com/v1")
    assert form.key.carry.isVisible()
    assert not form.key.edit.uses_stored
    assert await key_for_test(form) == ""
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {}
    assert here.preferences.settings.connections[0].base_url == "https://elsewhere.example.com/v1"


async def test_an_unreadable_key_does_not_move_either(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def locked(_connection_id: str) -> None:
        raise KeyringLocked

    monkeypatch.setattr(here.secrets, "place_of", locked)
    await here.secrets.put(OPENAI.id, "k-old", "https://api.openai.com:443")
    here.preferences.put_connection(OPENAI)
    form = here.show(ConnectionForm(here.context, OPENAI.id))
    await until(lambda: said(form))
    form.address.setText("https://elsewhere.example.com/v1")
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.hosts == {OPENAI.id: "https://api.openai.com:443"}


async def test_an_edited_file_does_not_decide_whose_the_key_is(here: World) -> None:
    await here.secrets.put(OPENAI.id, "k-old", "https://elsewhere.example.com:443")
    form = await stored_form(here)
    assert form.key.carry.isVisible(), "though the address was not touched here"
    assert "elsewhere.example.com" in form.key.news.text()
    assert "api.openai.com" in form.key.carry.text()


async def test_a_locked_keyring_is_not_unlocked_to_find_out_whose_the_key_is(here: World) -> None:
    await here.secrets.put(OPENAI.id, "k-old", "https://elsewhere.example.com:443")
    here.secrets.change(SecretState.LOCKED)
    form = await stored_form(here)
    form.address.setText("https://third.example.com/v1")
    form.key.carry.click()
    press(form, "save")
    await until(lambda: "another server" in said(form))
    assert here.secrets.hosts == {OPENAI.id: "https://elsewhere.example.com:443"}, "allowed was another one's key"


async def test_a_key_from_an_earlier_version_is_allowed_or_waits(here: World) -> None:
    here.secrets.hosts[OPENAI.id] = ""
    form = await stored_form(here)
    assert "earlier version" in form.key.news.text()
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {OPENAI.id: "k-old"}, "saving something else removes nothing"
    assert here.secrets.hosts == {OPENAI.id: ""}
    form = await stored_form(here)
    form.key.carry.click()
    assert await key_for_test(form) == "k-old"
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.hosts == {OPENAI.id: "https://api.openai.com:443"}


async def test_permission_for_one_host_does_not_apply_to_the_next(here: World) -> None:
    form = await stored_form(here)
    form.address.setText("https://elsewhere.example.com/v1")
    form.key.carry.click()
    form.address.setText("https://evil.example.com/v1")
    assert not form.key.carry.isChecked()


async def test_another_host_gets_the_key_if_the_user_agrees(here: World) -> None:
    form = await stored_form(here)
    form.address.setText("https://elsewhere.example.com/v1")
    form.key.carry.click()
    assert await key_for_test(form) == "k-old"
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.secrets.keys == {OPENAI.id: "k-old"}
    assert here.secrets.hosts == {OPENAI.id: "https://elsewhere.example.com:443"}


async def test_a_keyring_that_refuses_leaves_a_choice(here: World, form: ConnectionForm) -> None:
    saved = QSignalSpy(form.saved)
    here.secrets.error = KeyringLocked()
    QTest.keyClicks(form.key.line, "k-test")
    press(form, "save")
    await until(form._choice.isVisible)
    assert "locked" in form._choice.text
    assert saved.count() == 0
    assert here.preferences.settings.connections == ()
    QTest.mouseClick(form._choice.button(TRY_AGAIN), Qt.MouseButton.LeftButton)
    await until(form._choice.isVisible)
    QTest.mouseClick(form._choice.button(KEEP_FOR_SESSION), Qt.MouseButton.LeftButton)
    assert saved.count() == 1
    (connection,) = here.preferences.settings.connections
    assert here.secrets.session_keys == {connection.id: "k-test"}
    assert here.secrets.keys == {}


async def test_waiting_for_the_keyring_can_be_cancelled(here: World, form: ConnectionForm) -> None:
    here.secrets.change(SecretState.WAITING)
    assert form._waiting.isVisible()
    QTest.mouseClick(form._waiting.button("cancel"), Qt.MouseButton.LeftButton)
    assert here.secrets.waiting_cancelled == 1
    here.secrets.change(SecretState.READY)
    assert not form._waiting.isVisible()


async def test_closing_the_form_cancels_its_test(here: World, form: ConnectionForm) -> None:
    press(form, "test")
    here.shown.remove(form)
    form.close()
    form.deleteLater()
    await until(lambda: not here.tasks._tasks)


async def test_a_connection_that_is_not_stored_is_never_overwritten(here: World) -> None:
    form = here.show(ConnectionForm(here.context, DEMO.id))
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert here.preferences.settings.connections[0].id != DEMO.id


async def test_the_wheel_does_not_change_the_model_accidentally(here: World, form: ConnectionForm) -> None:
    form.model.addItems(["one", "two"])
    form.model.setCurrentIndex(0)
    place = QPointF(5, 5)
    wheel = QWheelEvent(
        place,
        QPointF(form.model.mapToGlobal(place)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(form.model, wheel)
    assert form.model.currentText() == "one"


async def test_connection_names_are_unique(here: World) -> None:
    here.preferences.put_connection(OPENAI)
    form = here.show(ConnectionForm(here.context))
    saved = QSignalSpy(form.saved)
    press(form, "save")
    await until(saved.count)
    assert [c.name for c in here.preferences.settings.connections] == ["OpenAI", "OpenAI 2"]


async def test_a_failed_save_keeps_focus_and_layout(here: World, form: ConnectionForm) -> None:
    await until(form.isActiveWindow)
    before = [form.save_button.geometry(), form.model.geometry(), form.height()]
    QTest.keyClicks(form.key.line, "k-test")
    form.key.line.setFocus()
    here.secrets.error = KeyringLocked()
    QTest.keyClick(form.key.line, Qt.Key.Key_Return)
    assert form.cancel_button.hasFocus(), "while it saves"
    await until(form._choice.isVisible)
    assert form.key.line.hasFocus()
    assert [form.save_button.geometry(), form.model.geometry(), form.height()] == before


async def test_escape_cancels_and_does_not_reach_the_window(here: World, form: ConnectionForm) -> None:
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), form)
    pressed, cancelled = QSignalSpy(shortcut.activated), QSignalSpy(form.cancelled)
    await until(form.isActiveWindow)
    form.address.setFocus()
    QTest.keyClick(form.address, Qt.Key.Key_Escape)
    assert (pressed.count(), cancelled.count()) == (0, 1)


async def test_a_warning_about_the_address_moves_nothing(here: World, form: ConnectionForm) -> None:
    before = form.key.geometry()
    form.address.setText("http://example.com/v1")
    await until(form._warning.isVisible)
    assert form.key.geometry() == before
