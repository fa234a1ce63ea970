"""Tools are chosen for a conversation by search or server, and a server that does not run says so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import World, until, world
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_chat.core.tool_servers import ServerFailure, ServerState, ServerStatus, ToolServer
from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.tool_picker import ToolPicker
from desktop_chat.ui.chat.tool_rows import Group, ToolRowKind, rows_of, toggled, tokens_of_tools

Key = Qt.Key
SCHEMA = {"type": "object", "properties": {"path": {"type": "string", "description": "x" * 400}}}


def tool(server: str, name: str, description: str = "") -> Tool:
    return Tool(f"{server}_{name}", server, name, description, SCHEMA, "1")


FILES = ServerStatus(ServerState.READY, tools=(tool("files", "read"), tool("files", "write", "Changes a document.")))
BROKEN = ServerStatus(ServerState.FAILED, ServerFailure.NO_PROGRAM, "npx")


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as here:
        servers = (ToolServer("files", "a"), ToolServer("web", "b"), ToolServer("off", "c", enabled=False))
        here.preferences.update(tool_servers=servers)
        here.toolbox.servers.statuses |= {"files": FILES, "web": BROKEN}

        async def work(_: object) -> ToolResult:
            return ToolResult("")

        here.toolbox.add("calculate", work)
        yield here


@pytest.fixture
async def picker(here: World) -> AsyncIterator[ToolPicker]:
    anchor = here.show(QPushButton("tools"))
    picker = ToolPicker(here.context, anchor)
    picker.open_for(anchor, ("files/read", "files/gone"))
    await until(lambda: any(row.tool_id == "/calculate" for row in picker.rows()))
    yield picker
    picker.close()


def press(picker: ToolPicker, key: Qt.Key) -> None:
    QTest.keyClick(picker.search, key)


def listed(picker: ToolPicker) -> list[tuple[ToolRowKind, str]]:
    return [(row.kind, row.tool_id or row.server) for row in picker.rows()]


async def test_all_tools_are_listed_by_server_and_the_servers_are_started(here: World, picker: ToolPicker) -> None:
    assert listed(picker) == [
        (ToolRowKind.SERVER, ""),
        (ToolRowKind.TOOL, "/calculate"),
        (ToolRowKind.SERVER, "files"),
        (ToolRowKind.TOOL, "files/read"),
        (ToolRowKind.TOOL, "files/write"),
        (ToolRowKind.GONE, "files/gone"),
        (ToolRowKind.SERVER, "web"),
        (ToolRowKind.FAILED, "web"),
    ]
    assert sorted(here.toolbox.servers.started) == ["files", "web"]
    assert [row.tool_id for row in picker.rows() if row.chosen] == ["files/read", "files/gone"]


async def test_enter_chooses_and_takes_back_and_the_list_stays_open(picker: ToolPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    QTest.keyClicks(picker.search, "calculator")
    press(picker, Key.Key_Return)
    assert chosen.at(0)[0] == ("files/read", "files/gone", "/calculate")
    assert picker.isVisible()
    press(picker, Key.Key_Return)
    assert chosen.at(1)[0] == ("files/read", "files/gone")


async def test_a_server_is_chosen_as_a_whole(picker: ToolPicker) -> None:
    chosen = QSignalSpy(picker.chosen)
    picker._choose(picker.list.item(2))
    assert chosen.at(0)[0] == ("files/read", "files/gone", "files/write")
    picker._choose(picker.list.item(2))
    assert chosen.at(1)[0] == ("files/gone",)
    picker._choose(picker.list.item(5))
    assert chosen.at(2)[0] == ()


async def test_descriptions_are_searched_too(picker: ToolPicker) -> None:
    QTest.keyClicks(picker.search, "document")
    assert listed(picker) == [(ToolRowKind.SERVER, "files"), (ToolRowKind.TOOL, "files/write")]


async def test_names_come_before_descriptions(here: World, picker: ToolPicker) -> None:
    both = (tool("files", "read", "Also reads write-protected files."), tool("files", "write"))
    here.toolbox.servers.statuses["files"] = ServerStatus(ServerState.READY, tools=both)
    QTest.keyClicks(picker.search, "write")
    assert [row.tool_id for row in picker.rows()][1:] == ["files/write", "files/read"]
    assert picker.rows()[picker.list.currentRow()].tool_id == "files/write"


async def test_what_the_tools_cost_is_said(picker: ToolPicker) -> None:
    assert "2 chosen" in picker.cost.text()
    assert str(tokens_of_tools(FILES.tools[:1])) in picker.cost.text()
    assert tokens_of_tools(FILES.tools) > 200


async def test_a_server_that_failed_says_why_and_leads_to_the_settings(here: World, picker: ToolPicker) -> None:
    failed = picker.list.item(7)
    assert "The command was not found. (npx)" in failed.text()
    picker._choose(failed)
    assert here.navigator.settings == ["tools"]
    assert not picker.isVisible()


async def test_a_server_that_gets_ready_appears_at_once(here: World, picker: ToolPicker) -> None:
    here.toolbox.servers.statuses["web"] = ServerStatus(ServerState.READY, tools=(tool("web", "search"),))
    here.toolbox.servers.changed.emit("web")
    assert (ToolRowKind.TOOL, "web/search") in listed(picker)


async def test_the_demos_tools_are_listed_for_the_demo_only(here: World, picker: ToolPicker) -> None:
    here.toolbox.demo_tools = (tool("the demo", "weather"),)
    anchor = here.show(QPushButton("tools"))
    for demo in (True, False):
        picker.open_for(anchor, (), demo=demo)
        assert ((ToolRowKind.TOOL, "the demo/weather") in listed(picker)) is demo


def test_while_a_server_starts_nothing_is_called_gone() -> None:
    rows = rows_of([Group("files", ServerStatus(ServerState.STARTING))], ("files/read",), "")
    assert [row.kind for row in rows] == [ToolRowKind.SERVER, ToolRowKind.STATE]


def test_toggling() -> None:
    assert toggled(("a",), ["b", "c"]) == ("a", "b", "c")
    assert toggled(("a", "b"), ["b", "c"]) == ("a", "b", "c")
    assert toggled(("a", "b", "c"), ["b", "c"]) == ("a",)


async def test_the_button_shows_how_many_are_chosen(here: World) -> None:
    composer = here.show(Composer(here.theme))
    asked = QSignalSpy(composer.tools_requested)
    assert composer.tools_button.text() == ""
    assert composer.tools_button.accessibleDescription() == "No tools chosen"
    composer.tools_button.show_count(3)
    assert composer.tools_button.text() == "3"
    assert composer.tools_button.accessibleDescription() == "3 tools chosen"
    composer.tools_button.click()
    assert asked.count() == 1
