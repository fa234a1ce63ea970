"""What most tests of the window begin with: a world, and a tab in it that is shown and loaded."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from chat_world import OPENAI, World, until, world
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import ChatOptions
from desktop_chat.ui.chat.tab import ChatTab


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    """A world with one connection; its provider has nothing to say yet."""
    async with world(qapp) as here:
        yield here


@pytest.fixture
async def tab(here: World) -> AsyncIterator[ChatTab]:
    """A new conversation in the active window."""
    options = ChatOptions(connection_id=OPENAI.id, model="gpt-5.5")
    tab = here.show(ChatTab(here.context, here.library.create(options).id))
    await until(tab.isActiveWindow)
    await tab.load()
    yield tab
    tab.close_view()
