"""Tool servers are added, watched, switched and removed; folders and permissions can be taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import World, until, world
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.key_errors import KeyringLocked
from desktop_chat.core.tool_server_saving import ToolServerSaver
from desktop_chat.core.tool_servers import ServerFailure, ServerState, ServerStatus, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.ui.settings.tool_server_card import ToolServerCard
from desktop_chat.ui.settings.tool_server_form import ToolServerForm
from desktop_chat.ui.settings.tool_server_paste import ToolServerPaste
from desktop_chat.ui.settings.tools_page import ToolsPage

FILES = ToolServer("files", "npx", ("-y", "server", "a b"), variables=("TOKEN",))
CONFIG = '{"mcpServers": {"web": {"url": "https://example.org/mcp", "headers": {"Authorization": "Bearer abc"}}}}'


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        await ToolServerSaver(here.preferences, here.secrets).save(FILES, {"TOKEN": "x"})

        async def work(_: object) -> ToolResult:
            return ToolResult("")

        for name in ("calculate", "read_file", "fetch_page"):
            here.toolbox.add(name, work)
        yield here


@pytest.fixture
async def page(here: World) -> ToolsPage:
    return here.show(ToolsPage(here.context))


def card(page: ToolsPage, name: str = "files") -> ToolServerCard:
    return page.list.cards[name]


async def test_a_card_shows_what_runs_and_how_it_is(here: World, page: ToolsPage) -> None:
    assert card(page).state.text() == "Starts when needed"
    here.toolbox.servers.statuses["files"] = ServerStatus(ServerState.FAILED, ServerFailure.ENDED, given_up=True)
    here.toolbox.servers.changed.emit("files")
    assert "The program ended." in card(page).state.text()
    assert "until you restart it" in card(page).state.text()
    card(page).restart_button.click()
    await until(lambda: here.toolbox.servers.restarted == ["files"])


async def test_tools_and_log_are_shown_on_request(here: World, page: ToolsPage) -> None:
    tool = Tool("files_read", "files", "read", "Reads a file.\nMore.", {}, "1")
    here.toolbox.servers.statuses["files"] = ServerStatus(ServerState.READY, tools=(tool,), left_out=2)
    here.toolbox.servers.logs["files"] = ("listening",)
    here.toolbox.servers.changed.emit("files")
    assert card(page).state.text() == "1 tool, 2 cannot be used"
    card(page).details_button.click()
    assert card(page).details.toPlainText() == "Tools\nread: Reads a file.\n\nLog\nlistening"
    here.toolbox.servers.logs["files"] = ("listening", "more")
    here.toolbox.servers.changed.emit("files")
    assert card(page).details.toPlainText().endswith("more")


async def test_a_server_is_switched_off(here: World, page: ToolsPage) -> None:
    card(page).switch.click()
    server = here.preferences.tool_server("files")
    assert server is not None
    assert not server.enabled
    assert card(page).server == server


async def test_a_new_server_is_saved_with_its_values_and_started(here: World, page: ToolsPage) -> None:
    page.list.add_button.click()
    form = page.form
    assert isinstance(form, ToolServerForm)
    form.name.setText(" my  time ")
    form.command.setText("uvx mcp-server-time '--zone=a b'")
    form.values.setPlainText("API=se cret\nMODE=1")
    form.save_button.click()
    await until(lambda: page.form is None)
    server = here.preferences.tool_server("my time")
    assert server == ToolServer("my time", "uvx", ("mcp-server-time", "--zone=a b"), variables=("API", "MODE"))
    assert await ToolServerSaver(here.preferences, here.secrets).values_of(server) == {"API": "se cret", "MODE": "1"}
    await until(lambda: here.toolbox.servers.restarted == ["my time"])


async def test_editing_keeps_values_whose_names_stand_alone(here: World, page: ToolsPage) -> None:
    card(page).edit_button.click()
    form = page.form
    assert isinstance(form, ToolServerForm)
    assert form.values.toPlainText() == "TOKEN"
    form.command.setText("npx other")
    form.save_button.click()
    await until(lambda: page.form is None)
    server = here.preferences.tool_server("files")
    assert server is not None
    assert await ToolServerSaver(here.preferences, here.secrets).values_of(server) == {"TOKEN": "x"}


@pytest.mark.parametrize(
    ("name", "command", "values", "words"),
    [
        ("", "x", "", "Enter a name"),
        ("a/b", "x", "", "Enter a name"),
        ("files", "x", "", "already"),
        ("n", "", "", "Enter a command"),
        ("n", "x 'y", "", "not closed"),
        ("n", "x --key sk-abcdefghijkl1234567890", "", "contains a key"),
        ("n", "x", "no name=", "NAME=value"),
    ],
)
async def test_what_a_form_refuses(page: ToolsPage, name: str, command: str, values: str, words: str) -> None:
    page.edit("")
    form = page.form
    assert isinstance(form, ToolServerForm)
    form.name.setText(name)
    form.command.setText(command)
    form.values.setPlainText(values)
    form.save_button.click()
    assert words in form.problem.text()
    assert form.problem.isVisible()


@pytest.mark.parametrize(
    ("address", "words"),
    [("example.org", "begins with http"), ("https://e.org/?api_key=abcdefghijk", "contains a key")],
)
async def test_addresses_that_a_form_refuses(page: ToolsPage, address: str, words: str) -> None:
    page.edit("")
    form = page.form
    assert isinstance(form, ToolServerForm)
    form.name.setText("n")
    form.kind.setCurrentIndex(1)
    form.address.setText(address)
    form.save_button.click()
    assert words in form.problem.text()


async def test_without_a_keyring_values_can_be_kept_until_quitting(here: World, page: ToolsPage) -> None:
    page.edit("")
    form = page.form
    assert isinstance(form, ToolServerForm)
    form.name.setText("n")
    form.command.setText("x")
    form.values.setPlainText("A=b")
    here.secrets.error = KeyringLocked()
    form.save_button.click()
    await until(form.session_button.isVisible)
    assert here.preferences.tool_server("n") is None
    form.session_button.click()
    await until(lambda: here.preferences.tool_server("n") is not None)


async def test_a_pasted_configuration(here: World, page: ToolsPage) -> None:
    page.list.paste_button.click()
    form = page.form
    assert isinstance(form, ToolServerPaste)
    assert not form.add_button.isEnabled()
    form.text.setPlainText("nonsense")
    assert form.found.text() == "This is not JSON."
    form.text.setPlainText(CONFIG)
    assert form.found.text() == "Will be added: web"
    form.add_button.click()
    await until(lambda: page.form is None)
    server = here.preferences.tool_server("web")
    assert server == ToolServer("web", url="https://example.org/mcp", headers=("Authorization",))
    assert "Bearer" not in repr(here.preferences.settings)
    values = await ToolServerSaver(here.preferences, here.secrets).values_of(server)
    assert values == {"Authorization": "Bearer abc"}
    assert "web" in page.list.cards


async def test_removing_can_be_undone_with_the_values(here: World, page: ToolsPage) -> None:
    card(page).remove_button.click()
    await until(lambda: here.navigator.undone)
    assert here.preferences.tool_server("files") is None
    words, undo = here.navigator.undone[0]
    assert words == "Removed “files”"
    undo()
    await until(lambda: here.preferences.tool_server("files"))
    assert await ToolServerSaver(here.preferences, here.secrets).values_of(FILES) == {"TOKEN": "x"}


async def test_built_in_tools_are_marked_safe_but_not_pages(here: World, page: ToolsPage) -> None:
    await until(lambda: page.list.built_in.choices)
    assert set(page.list.built_in.choices) == {"/calculate", "/read_file"}
    choice = page.list.built_in.choices["/read_file"]
    assert choice.currentData() is False
    choice.chosen.emit(True)
    assert "/read_file" in here.preferences.settings.safe_tools
    choice.chosen.emit(False)
    assert "/read_file" not in here.preferences.settings.safe_tools


async def test_folders_and_permissions_are_taken_back(here: World, page: ToolsPage) -> None:
    here.preferences.update(
        tool_folders=("/a/b",), always_allowed=(("files/read", "1"), ("/fetch_page https://e.org:443", "2"))
    )
    assert set(page.list.folders.shown.lines) == {"/a/b"}
    assert set(page.list.allowed.shown.lines) == {"files/read", "/fetch_page https://e.org:443"}
    names = {line.name.accessibleName() for line in page.list.allowed.shown.lines.values()}
    assert names == {"read of files", "Web pages of e.org"}
    for lines, key in ((page.list.folders.shown.lines, "/a/b"), (page.list.allowed.shown.lines, "files/read")):
        button = lines[key].findChild(QPushButton)
        assert button is not None
        assert button.accessibleName().startswith("Remove ")
        button.click()
    assert here.preferences.settings.tool_folders == ()
    assert here.preferences.settings.always_allowed == (("/fetch_page https://e.org:443", "2"),)


async def test_a_form_needs_no_more_room_than_it_has(here: World, page: ToolsPage) -> None:
    """Regression: it was as tall as the list behind it, and scrolled out of view."""
    for number in range(8):
        here.preferences.put_tool_server(ToolServer(f"server {number}", "x"))
    page.paste()
    form = page.heightForWidth(700)
    page.show_list()
    assert form < 600 < page.heightForWidth(700)


async def test_words_follow_the_language(here: World, page: ToolsPage) -> None:
    page.list.retranslate()
    card(page).retranslate()
    assert card(page).remove_button.accessibleName() == "Remove files"
