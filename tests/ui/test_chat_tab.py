"""A conversation in its tab from the first key to the last word: asked, stopped, failed, edited, left and restored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from chat_world import DEMO, LOCAL, OPENAI, World, until, world
from fakes import CUT, PAUSE
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QMenu, QPushButton, QWidget
from scrolling import jump_to_end

from desktop_chat.core.ability_errors import ImagesRefused
from desktop_chat.core.deltas import LeftOutDelta
from desktop_chat.core.entities import Api, ChatOptions, Connection, Message, Role, Status
from desktop_chat.core.errors import (
    AuthenticationFailed,
    ChatCompletionsOnly,
    ContentRefused,
    ContextTooLong,
    ModelNotFound,
    ProviderFault,
    ResponsesOnly,
    StoreCorrupt,
)
from desktop_chat.core.events import ReplyStopping
from desktop_chat.core.left_out import LeftOut
from desktop_chat.ui.chat.tab import ChatTab, TabState
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.text.address_text import link_words
from desktop_chat.ui.text.error_text import Remedy

ASKED = ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")
Key = Qt.Key


class Chat:
    """One tab in a world, and the actions of a test."""

    def __init__(self, here: World, tab: ChatTab) -> None:
        self.here = here
        self.tab = tab
        self.composer = tab.composer
        self.edit = tab.composer.edit

    @property
    def path(self) -> tuple[Message, ...]:
        assert self.tab.session is not None
        return self.tab.session.path

    def ask(self, text: str) -> None:
        self.edit.setFocus()
        QTest.keyClicks(self.edit, text)
        QTest.keyClick(self.edit, Key.Key_Return)

    async def ended(self) -> Message:
        assert self.tab.session is not None
        await until(lambda: not self.tab.session.running)
        return self.path[-1]

    async def asked(self, text: str) -> Message:
        self.ask(text)
        return await self.ended()

    def act(self, action: str, message: Message | None = None) -> None:
        self.tab.transcript.action_triggered.emit(action, (message or self.path[-1]).id)


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp, connections=(OPENAI, LOCAL)) as here:
        yield here


@pytest.fixture
async def opened(here: World) -> AsyncIterator[Callable[..., object]]:
    tabs: list[ChatTab] = []

    async def open_tab(options: ChatOptions = ASKED, conversation_id: str = "", prompt: str = "") -> Chat:
        conversation_id = conversation_id or here.library.create(options).id
        tab = here.show(ChatTab(here.context, conversation_id))
        tabs.append(tab)
        await until(tab.isActiveWindow)
        tab.set_active(True)
        tab.set_prompt(prompt)
        await tab.load()
        return Chat(here, tab)

    yield open_tab
    for tab in tabs:
        tab.close_view()


@pytest.fixture
async def chat(opened: Callable[..., object]) -> Chat:
    return await opened()  # type: ignore[misc,return-value]


def shown(tab: ChatTab) -> QWidget:
    return tab.pages.currentWidget()


def lines_shown(tab: ChatTab) -> list[str]:
    """Return the texts around the visible messages."""
    laid_out = [placed.entry.layout for placed in tab.transcript.page.placed if placed.entry.layout is not None]
    return [label.text for layout in laid_out for label in layout.labels]


async def test_a_text_put_in_before_the_tab_is_shown_is_visible_from_its_first_line(here: World) -> None:
    tab = ChatTab(here.context, here.library.create(ASKED).id)
    tab.set_prompt("one\ntwo\nthree")
    here.show(tab)
    await tab.load()
    await until(lambda: tab.composer.edit.height() >= 3 * tab.composer.edit.fontMetrics().lineSpacing())
    assert tab.composer.edit.verticalScrollBar().value() == 0
    tab.set_prompt("\n".join(map(str, range(200))))
    await until(lambda: tab.composer.edit.verticalScrollBar().value() > 0)


async def test_a_closed_tab_follows_no_language(here: World) -> None:
    tab = here.show(ChatTab(here.context, here.library.create(ASKED).id))
    await tab.load()
    tab.close_view()  # the widget goes only after pending events, the blank conversation at once
    await here.library.delete([tab.conversation_id])
    here.languages.set_language("zh_CN")


async def test_a_question_is_answered(chat: Chat) -> None:
    chat.here.provider.script("Hel", "lo")
    assert shown(chat.tab) is chat.tab.empty
    states = QSignalSpy(chat.tab.state_changed)
    chat.ask("hi")
    assert [m.role for m in chat.path] == [Role.USER, Role.ASSISTANT], "both rows at once"
    assert chat.composer.text == ""
    assert chat.composer.stop_button.isVisible()
    assert shown(chat.tab) is chat.tab.transcript
    reply = await chat.ended()
    assert (reply.text, reply.status) == ("Hello", Status.COMPLETE)
    assert chat.composer.send_button.isVisible()
    assert [states.at(i)[0] for i in range(states.count())] == [TabState.STREAMING, TabState.IDLE]


async def test_the_composer_is_aligned_with_the_column(chat: Chat) -> None:
    chat.here.provider.script("Hello")
    await chat.asked("hello")
    transcript, composer = chat.tab.transcript, chat.tab.composer
    for width in (*range(900, 906), 640, 2_001):
        chat.tab.resize(width, 600)
        QApplication.processEvents()
        assert (composer.x(), composer.width()) == (transcript.page.column_x, transcript.document.width), width


async def test_stop_works_before_the_first_token_and_responds_at_once(chat: Chat) -> None:
    chat.here.provider.script(PAUSE, "never")
    chat.ask("hi")
    events: list[object] = []
    chat.tab.session.events.add(events.append)
    QTest.mouseClick(chat.composer.stop_button, Qt.MouseButton.LeftButton)
    assert isinstance(events[0], ReplyStopping)
    assert chat.composer.send_button.isVisible()
    reply = await chat.ended()
    assert (reply.text, reply.status) == ("", Status.CANCELLED)
    assert chat.tab.state is TabState.IDLE


async def test_text_received_before_stop_is_kept(chat: Chat) -> None:
    chat.here.provider.script("Hel", PAUSE, "lo")
    chat.ask("hi")
    await chat.here.provider.paused()
    chat.tab.page.presenter.stop()
    reply = await chat.ended()
    assert (reply.text, reply.status) == ("Hel", Status.CANCELLED)


async def test_a_missing_model_never_loses_a_question(here: World, opened: Callable[..., object]) -> None:
    here.preferences.update(connections=(LOCAL,))
    chat: Chat = await opened(ChatOptions(connection_id=LOCAL.id))  # type: ignore[misc]
    chat.ask("hi")
    assert chat.path == ()
    assert chat.composer.text == "hi"
    assert chat.tab.page.popups._picker.isVisible()
    await until(lambda: any(row.model == "small" for row in chat.tab.page.popups._picker.rows()))
    QTest.keyClicks(chat.tab.page.popups._picker.search, "small")
    QTest.keyClick(chat.tab.page.popups._picker.search, Key.Key_Return)
    assert chat.composer.model_button.text() == "small"
    assert here.preferences.settings.default_connection_id == LOCAL.id
    here.provider.script("hello")
    QTest.keyClick(chat.edit, Key.Key_Return)
    assert (await chat.ended()).model == "small"


async def test_a_failure_is_shown_with_a_remedy_and_can_be_retried(chat: Chat) -> None:
    chat.here.provider.script(AuthenticationFailed("no"))
    chat.here.provider.script("hello")
    reply = await chat.asked("hi")
    assert reply.status is Status.FAILED
    assert chat.tab.state is TabState.ERROR
    chat.act(Remedy.OPEN_KEY)
    assert chat.here.navigator.keys == [OPENAI.id]
    chat.act(Remedy.RETRY)
    assert (await chat.ended()).text == "hello"
    assert chat.tab.state is TabState.IDLE


async def test_a_seen_failure_is_not_new_later(chat: Chat) -> None:
    chat.here.provider.script(AuthenticationFailed("no"))
    await chat.asked("hi")
    chat.tab.set_active(False)
    assert chat.tab.state is TabState.IDLE
    chat.act(Remedy.RETRY)
    await chat.ended()
    assert chat.tab.state is TabState.ERROR, "this one was not seen"
    chat.tab.set_active(True)
    assert chat.tab.state is TabState.IDLE


async def test_other_remedies_open_what_they_name(chat: Chat) -> None:
    chat.here.provider.script(ModelNotFound())
    await chat.asked("hi")
    chat.act(Remedy.OPEN_SETTINGS)
    assert chat.here.navigator.settings == ["connections"]
    chat.act(Remedy.NEW_CONVERSATION)
    assert chat.here.navigator.begun == ["hi"], "the question goes along"
    chat.act(Remedy.CHOOSE_MODEL)
    assert chat.tab.page.popups._picker.isVisible()
    chat.tab.page.popups._picker.close()


async def test_a_model_of_the_other_api_is_asked_after_a_click(chat: Chat) -> None:
    chat.here.provider.script(ResponsesOnly("only supported in v1/responses"))
    chat.here.provider.script(ChatCompletionsOnly("not supported in v1/responses"))
    chat.here.provider.script("hello")
    await chat.asked("hi")
    chat.act(Remedy.USE_RESPONSES)
    assert (await chat.ended()).failure is not None
    assert chat.here.context.connections.all()[0].api is Api.RESPONSES
    chat.act(Remedy.USE_CHAT_COMPLETIONS)
    assert (await chat.ended()).text == "hello"
    assert chat.here.preferences.settings.connections[0].api is Api.CHAT_COMPLETIONS


async def test_a_model_that_reads_no_images_is_asked_without_them_after_a_click(chat: Chat) -> None:
    chat.here.provider.script(ImagesRefused("No endpoints found that support image input"))
    chat.here.provider.script("hello")
    await chat.asked("hi")
    assert chat.here.providers.without_images == []
    chat.act(Remedy.WITHOUT_IMAGES)
    assert (await chat.ended()).text == "hello"
    assert chat.here.providers.without_images == [(ASKED.connection_id, ASKED.model)]


async def test_request_parts_that_were_left_out_are_mentioned_below_the_reply(chat: Chat) -> None:
    parts = (LeftOut.TEMPERATURE, LeftOut.STREAMING, LeftOut.SYSTEM_ROLE)
    chat.here.provider.script(LeftOutDelta(parts), PAUSE, "hello")
    line = (
        "Not sent, because the server does not accept it for this model: temperature, streaming. The system "
        "prompt was added to the first message."
    )
    chat.ask("hi")
    await chat.here.provider.paused()
    await until(lambda: line in lines_shown(chat.tab))
    chat.here.provider.go_on()
    assert (await chat.ended()).left_out == (LeftOut.TEMPERATURE, LeftOut.SYSTEM_ROLE, LeftOut.STREAMING)
    await until(lambda: line in lines_shown(chat.tab))


async def test_a_refused_question_can_be_edited(chat: Chat) -> None:
    chat.here.provider.script(ContentRefused("flagged"))
    chat.here.provider.script("hello")
    await chat.asked("hi")
    chat.act(Remedy.EDIT_QUESTION)
    assert chat.edit.toPlainText() == "hi"
    assert (await chat.asked(" there")).text == "hello"
    assert [m.text for m in chat.tab.session.path] == ["hi there", "hello"], "in the refused question's place"


async def test_a_conversation_that_is_too_long_is_sent_without_its_beginning(chat: Chat) -> None:
    for step in ("one", ContextTooLong(), "two"):
        chat.here.provider.script(step)
    await chat.asked("q1")
    await chat.asked("q2")
    chat.act(Remedy.SHORTEN)
    assert (await chat.ended()).text == "two"
    assert [m.text for m in chat.here.provider.prompts[-1].messages] == ["q2"]


async def test_a_cut_off_reply_can_be_continued(chat: Chat) -> None:
    chat.here.provider.script("Hel", CUT)
    chat.here.provider.script(PAUSE, "lo")
    assert (await chat.asked("hi")).status is Status.INTERRUPTED
    chat.act(Remedy.CONTINUE)
    assert chat.composer.stop_button.isVisible()
    assert chat.tab.state is TabState.STREAMING
    await chat.here.provider.paused()
    chat.here.provider.go_on()
    assert (await chat.ended()).text == "Hello"
    assert len(chat.tab.session.path) == 2


async def test_the_servers_message_is_shown_only_on_request(chat: Chat) -> None:
    chat.here.preferences.update(retries=0)
    chat.here.provider.script(ProviderFault("upstream said no"))
    await chat.asked("hi")
    chat.act(Remedy.DETAILS)
    await until(lambda: chat.tab.findChildren(QDialog))
    (dialog,) = chat.tab.findChildren(QDialog)
    assert "upstream said no" in dialog.accessibleDescription()
    assert {button.text() for button in dialog.findChildren(QPushButton) if button.isVisible()} == {"Copy", "Close"}
    dialog.accept()
    await until(lambda: "upstream" in QGuiApplication.clipboard().text())


async def test_regenerating_keeps_the_old_reply_as_an_alternative(chat: Chat) -> None:
    chat.here.provider.script("one")
    chat.here.provider.script("two")
    first = await chat.asked("hi")
    chat.act("regenerate")
    second = await chat.ended()
    assert second.text == "two"
    chat.act("previous")
    assert chat.path[-1].id == first.id
    chat.act("next")
    assert chat.path[-1].id == second.id


async def test_an_earlier_question_is_edited_in_the_composer(chat: Chat) -> None:
    chat.here.provider.script("one")
    chat.here.provider.script("two")
    await chat.asked("hi")
    QTest.keyClicks(chat.edit, "half a thought")
    chat.act("edit", chat.path[0])
    assert chat.composer.text == "hi"
    QTest.keyClick(chat.edit, Key.Key_Escape)
    assert chat.composer.text == "half a thought", "leaving brings back what was being written"
    chat.act("edit", chat.path[0])
    chat.composer.set_text("hello")
    QTest.keyClick(chat.edit, Key.Key_Return)
    await chat.ended()
    assert [m.text for m in chat.path] == ["hello", "two"]
    assert chat.composer.text == "half a thought"
    assert len(chat.tab.session.alternatives(chat.path[0].id)) == 2


async def test_up_recalls_the_questions_of_this_conversation(chat: Chat) -> None:
    chat.here.provider.script("one")
    await chat.asked("first")
    QTest.keyClick(chat.edit, Key.Key_Up)
    assert chat.composer.text == "first"


async def test_the_draft_is_kept_and_restored(here: World, chat: Chat, opened: Callable[..., object]) -> None:
    QTest.keyClicks(chat.edit, "half a thought")
    chat.tab.close_view()
    assert here.library[chat.tab.session.conversation_id].draft == "half a thought"
    again: Chat = await opened(conversation_id=chat.tab.session.conversation_id)  # type: ignore[misc]
    assert again.composer.text == "half a thought"


async def test_a_prompt_from_outside_is_never_sent(opened: Callable[..., object]) -> None:
    chat: Chat = await opened(prompt="delete everything\n")  # type: ignore[misc]
    assert chat.composer.text == "delete everything\n"
    assert chat.path == ()


async def test_a_hidden_tab_shows_that_there_is_something_new(chat: Chat) -> None:
    chat.here.provider.script("one")
    chat.tab.set_active(False)
    await chat.asked("hi")
    assert chat.tab.state is TabState.UNSEEN
    chat.tab.set_active(True)
    assert chat.tab.state is TabState.IDLE


async def test_closing_stops_the_reply_and_keeps_its_text(chat: Chat) -> None:
    chat.here.provider.script("Hel", PAUSE)
    chat.ask("hi")
    await chat.here.provider.paused()
    chat.tab.close_view()
    await chat.ended()
    await chat.here.write_behind.flush()
    stored = await chat.here.store.messages(chat.tab.session.conversation_id)
    assert [(m.text, m.status) for m in stored][-1] == ("Hel", Status.CANCELLED)


async def test_without_a_connection_there_is_a_welcome_that_leads_to_the_demo(
    here: World, opened: Callable[..., object]
) -> None:
    here.preferences.update(connections=())
    chat: Chat = await opened(ChatOptions())  # type: ignore[misc]
    assert shown(chat.tab) is chat.tab.page.welcome
    assert not chat.composer.isVisible()
    QTest.mouseClick(chat.tab.page.welcome.demo_button, Qt.MouseButton.LeftButton)
    assert shown(chat.tab) is chat.tab.empty
    assert chat.composer.model_button.text() == "demo"
    assert chat.tab.empty._notice.text() == "Canned replies, no AI. Nothing leaves this computer."
    assert chat.edit.hasFocus()
    here.provider.script("canned")
    assert (await chat.asked("hi")).connection_name == DEMO.name


@pytest.mark.parametrize(("listed", "model"), [(("only",), "only"), (("one", "two"), "")])
async def test_a_connection_made_in_the_welcome_begins_with_the_only_model_there_is_or_asks(
    here: World, opened: Callable[..., object], listed: tuple[str, ...], model: str
) -> None:
    here.preferences.update(connections=())
    chat: Chat = await opened(ChatOptions())  # type: ignore[misc]
    made = Connection("made", "Made", "https://made.example/v1")
    here.preferences.put_connection(made)
    here.context.models.put(made, listed)
    chat.tab.page._begin_with(made.id, "")
    assert chat.tab.session.conversation.options == ChatOptions("made", model)
    assert here.preferences.settings.last_models == ((("made", model),) if model else ())
    pickers = chat.tab.findChildren(ModelPicker)
    assert len(pickers) == (0 if model else 1)
    if model:
        assert chat.edit.hasFocus()
    else:
        await until(lambda: pickers[0].isVisible() and pickers[0].isAncestorOf(QApplication.focusWidget()))


async def test_a_prompt_waits_in_the_composer_below_the_welcome(here: World, opened: Callable[..., object]) -> None:
    here.preferences.update(connections=())
    chat: Chat = await opened(ChatOptions(), prompt="hi")  # type: ignore[misc]
    assert chat.composer.isVisible()
    QTest.mouseClick(chat.tab.page.welcome.demo_button, Qt.MouseButton.LeftButton)
    assert chat.composer.text == "hi"


async def test_a_connection_created_elsewhere_ends_the_welcome(here: World, opened: Callable[..., object]) -> None:
    here.preferences.update(connections=())
    chat: Chat = await opened(ChatOptions())  # type: ignore[misc]
    here.preferences.put_connection(OPENAI)
    assert shown(chat.tab) is chat.tab.empty
    assert chat.composer.model_button.text() == "gpt-5.5"


async def test_an_unreadable_conversation_says_so_and_can_be_retried(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]

    async def messages(_conversation_id: str) -> list[Message]:
        if broken.pop():
            raise StoreCorrupt("disk image is malformed")
        return []

    monkeypatch.setattr(here.write_behind, "messages", messages)
    tab = here.show(ChatTab(here.context, here.library.create(ASKED).id))
    await tab.load()
    assert shown(tab) is tab._load_error
    assert tab._load_error.accessibleDescription() == "The conversations file is damaged."
    broken.append(False)
    QTest.mouseClick(tab._load_error.again_button, Qt.MouseButton.LeftButton)
    await until(lambda: shown(tab) is tab.empty)
    assert tab.composer.isVisible()
    tab.close_view()


async def test_options_are_kept_with_the_conversation(here: World, chat: Chat) -> None:
    QTest.mouseClick(chat.composer.options_button, Qt.MouseButton.LeftButton)
    chat.tab.page.popups._options.temperature.setValue(0.5)
    chat.tab.page.popups._options.close()
    here.provider.script("one")
    await chat.asked("hi")
    assert here.provider.prompts[0].temperature == 0.5
    assert chat.tab.session.conversation.options.temperature == 0.5


async def test_another_connection_can_be_chosen_with_its_button(here: World, chat: Chat) -> None:
    QTest.mouseClick(chat.composer.connection_button, Qt.MouseButton.LeftButton)
    (menu,) = chat.tab.findChildren(QMenu)
    assert [action.text() for action in menu.actions()][:3] == ["OpenAI", "Ollama", "Demo (no AI)"]
    menu.actions()[2].trigger()
    menu.close()
    assert chat.tab.session.conversation.options == ChatOptions(DEMO.id, "demo")


async def test_the_last_reply_is_copied_as_source(chat: Chat) -> None:
    chat.here.provider.script("# One\n\n`two`")
    await chat.asked("hi")
    chat.tab.page.actions.copy_last_reply()
    assert QGuiApplication.clipboard().text() == "# One\n\n`two`"


async def test_a_link_opens_only_after_showing_its_address(chat: Chat) -> None:
    chat.tab.transcript.link_activated.emit("file:///etc/passwd", "here")
    chat.tab.transcript.link_activated.emit("https://example.com/a", "here")
    await until(lambda: chat.tab.findChildren(QDialog))
    (dialog,) = chat.tab.findChildren(QDialog)
    assert dialog.accessibleDescription() == "https://example.com/a"
    dialog.reject()
    await until(lambda: not chat.here.tasks._tasks)


async def test_only_the_shown_address_of_a_link_is_opened(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices,
        "openUrl",
        lambda url: opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded)),
    )
    for address, key, label in (
        ("https://example.com/a?b=c#d", Qt.Key.Key_Return, "https://<b>example."),
        ("https://mybank.com@evil.example/\u202ecod.html", Qt.Key.Key_Return, "https://<b>evil."),
    ):
        chat.tab.transcript.link_activated.emit(address, "here")
        await until(lambda: chat.tab.findChildren(QDialog))
        (dialog,) = chat.tab.findChildren(QDialog)
        texts = [shown.text() for shown in dialog.findChildren(QLabel)]
        assert any(text.startswith(label) for text in texts), "the host is what stands out"
        assert not any("mybank" in text for text in texts)
        QTest.keyClick(dialog, key)
        await until(lambda: not chat.here.tasks._tasks)
    assert opened == ["https://example.com/a?b=c#d"], "Enter does not open what looks deceptive"


async def test_overlays_are_centred_on_the_composer(chat: Chat) -> None:
    """Regression: a toast was off by 6 px, half of the width reserved for the scroll bar."""
    chat.here.provider.script("Hello")
    await chat.asked("hi")
    for zoom in (1.0, 1.5):
        chat.here.theme.set_zoom(zoom)
        await until(lambda: chat.tab.composer.x() == chat.tab.transcript.page.column_x)
        middle = chat.tab.composer.geometry().center().x()
        assert abs(chat.tab.reading_area().center().x() - middle) <= 1


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The opened addresses."""
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    return opened


async def asked_to_open(chat: Chat, address: str, text: str = "here") -> QDialog:
    chat.tab.transcript.link_activated.emit(address, text)
    await until(lambda: chat.tab.findChildren(QDialog))
    (dialog,) = chat.tab.findChildren(QDialog)
    await until(dialog.isActiveWindow)
    return dialog


async def test_a_trusted_site_is_not_asked_about_again(chat: Chat, browser: list[str]) -> None:
    dialog = await asked_to_open(chat, "https://Docs.example.com/a")
    box = dialog.findChild(QCheckBox)
    assert not box.isChecked()
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
    assert box.hasFocus(), "before the buttons, as it is seen"
    QTest.keyClick(box, Qt.Key.Key_Space)
    dialog.accept()
    await until(lambda: browser)
    assert chat.here.preferences.settings.trusted_sites == ("docs.example.com",)
    chat.tab.transcript.link_activated.emit("http://docs.example.com/b?c=d", "here")
    await until(lambda: len(browser) == 2)
    assert browser[1] == "http://docs.example.com/b?c=d"
    for other in ("https://example.com/", "https://evil.docs.example.com/", "https://docs.example.com:8443/"):
        (await asked_to_open(chat, other)).reject()
        await until(lambda: not chat.here.tasks._tasks)
    assert len(browser) == 2


async def test_a_link_whose_text_names_another_site_is_detected(chat: Chat, browser: list[str]) -> None:
    chat.here.preferences.trust_site("evil.example")
    dialog = await asked_to_open(chat, "https://evil.example/login", "Log in at mybank.com")
    assert "the text of this link says mybank.com" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert dialog.accessibleDescription().startswith("https://evil.example/login"), "where it leads is said, too"
    assert dialog.findChild(QCheckBox) is None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    await until(lambda: not chat.here.tasks._tasks)
    assert browser == []


async def test_a_site_is_trusted_only_by_opening_it(chat: Chat, browser: list[str]) -> None:
    dialog = await asked_to_open(chat, "https://docs.example.com/")
    dialog.findChild(QCheckBox).click()
    dialog.reject()
    await until(lambda: not chat.here.tasks._tasks)
    assert (chat.here.preferences.settings.trusted_sites, browser) == ((), [])


@pytest.mark.parametrize(
    "address",
    [
        "https://mybank.example@evil.example/",
        "https://www.\u0430pple.com/",
        "http://localhost:3000/delete",
        "http://192.168.1.1/reboot",
        "https://0x7f.1/",
        "mailto:someone@example.com",
    ],
)
async def test_deceptive_or_active_links_always_ask(chat: Chat, browser: list[str], address: str) -> None:
    chat.here.preferences.trust_site(link_words(address).host)
    dialog = await asked_to_open(chat, address)
    assert dialog.findChild(QCheckBox) is None
    dialog.reject()
    await until(lambda: not chat.here.tasks._tasks)
    assert not browser


async def test_focus_goes_where_something_can_be_done(here: World, opened: Callable[..., object]) -> None:
    here.preferences.update(connections=())
    tab = here.show(ChatTab(here.context, here.library.create(ChatOptions()).id))
    await until(tab.isActiveWindow)
    tab.focus_composer()
    await tab.load()
    assert tab.page.welcome.key_button.hasFocus()
    tab.close_view()


async def test_the_reading_position_is_reported_soon_after_scrolling(chat: Chat) -> None:
    chat.here.provider.script("a line\n\n" * 200)
    await chat.asked("go on")
    told = QSignalSpy(chat.tab.scrolled)
    chat.tab.transcript.page.scroll_by(-400)
    await until(lambda: told.count() == 1)
    assert chat.tab.scroll_place() is not None
    jump_to_end(chat.tab.transcript)
    await until(lambda: told.count() == 2)
    assert chat.tab.scroll_place() is None


async def test_the_composer_leaves_reading_keys_to_the_conversation(chat: Chat) -> None:
    chat.here.provider.script("a line\n\n" * 200)
    await chat.asked("first")
    chat.edit.setFocus()
    bar = chat.tab.transcript.verticalScrollBar()
    end = bar.value()
    QTest.keyClick(chat.edit, Key.Key_PageUp)
    assert 0 < bar.value() < end
    QTest.keyClick(chat.edit, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(chat.edit, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert bar.value() < 100, "the first message is in view"


async def test_the_last_reply_is_regenerated_by_its_command(chat: Chat) -> None:
    chat.tab.page.actions.regenerate_last()
    chat.here.provider.script("one")
    chat.here.provider.script("two")
    await chat.asked("first")
    chat.tab.page.actions.regenerate_last()
    assert (await chat.ended()).text == "two"
    assert len(chat.tab.session.alternatives(chat.path[-1].id)) == 2


async def test_announcing_sentences_follows_the_settings(chat: Chat) -> None:
    announcer = chat.tab.transcript.announcer
    assert announcer.says_sentences()
    chat.here.preferences.update(announce_sentences=False)
    assert not announcer.says_sentences()


async def test_tab_enters_the_message_selected_with_alt_up(chat: Chat) -> None:
    for number in range(3):
        chat.here.provider.script(f"See [number {number}](https://example.com/{number}).\n\n" + "a line\n\n" * 60)
        await chat.asked(f"question {number}")
    chat.edit.setFocus()
    hit_tester = chat.tab.transcript.hit_tester
    while hit_tester.current_message != chat.path[1].id:
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert hit_tester.focused is not None
    assert (hit_tester.focused.message_id, hit_tester.focused.value) == (chat.path[1].id, "https://example.com/0")


async def test_typing_in_the_transcript_goes_to_the_composer(chat: Chat) -> None:
    chat.here.provider.script("a line\n\n" * 200)
    await chat.asked("first")
    transcript = chat.tab.transcript
    transcript.setFocus()
    QTest.keyClick(transcript, Key.Key_Space)
    QTest.keyClick(transcript, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert transcript.hasFocus(), "a space and commands are the transcript's own"
    QTest.keyClick(transcript, Key.Key_H)
    assert chat.edit.hasFocus()
    QTest.keyClicks(chat.edit, "i")
    assert chat.composer.text == "hi"
    transcript.setFocus()
    QGuiApplication.clipboard().setText(" there")
    QTest.keyClick(transcript, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert chat.composer.text == "hi there"


async def test_sending_scrolls_to_the_question_from_anywhere(chat: Chat) -> None:
    chat.here.provider.script("a line\n\n" * 200)
    await chat.asked("first")
    view = chat.tab.transcript
    QTest.keyClick(view, Key.Key_Home)
    assert not view.at_end
    chat.here.provider.script("the answer", PAUSE)
    chat.ask("second")
    shown = {view.model.row(one.spot.place).message.text for one in view.page.placed}
    assert "second" in shown
    assert view._jump.isHidden(), "a question of one's own is no news"
    chat.tab.page.presenter.stop()
    await chat.ended()


async def test_enter_while_a_reply_runs_says_that_the_message_waits(chat: Chat) -> None:
    chat.here.provider.script("one", PAUSE)
    chat.ask("first")
    await chat.here.provider.paused()
    note = chat.composer._running_note
    assert note.isHidden()
    chat.ask("second")
    assert note.isVisible()
    assert "Send your message when it ends" in note.text()
    assert chat.composer.text == "second"
    chat.tab.page.presenter.stop()
    await chat.ended()
    await until(note.isHidden)
    assert chat.composer.text == "second"
