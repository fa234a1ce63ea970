"""Every visible code block gets its colours, whichever blocks existed before it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shared_helper import shared_helper

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.ui.transcript.blocks.highlighter import Highlighter
from desktop_chat.ui.transcript.entries import BlockEntry, SectionStyle
from desktop_chat.ui.transcript.section import Section

MANY = 60


def sections() -> list[Section]:
    made = [Section(0, SectionStyle()) for _ in range(MANY)]
    for section in made:
        section.entries.append(BlockEntry(0, Block(Kind.CODE, "```python\nx = 1\n```"), SectionStyle()))
    return made


def colour(highlighter: Highlighter, wanted: Sequence[Section], qtbot: QtBot) -> None:
    """Request the colours of all blocks, like a view, and wait for them."""
    for section in wanted:
        highlighter.ask(section, section.entries[0], running=False)
    qtbot.waitUntil(lambda: all(section.entries[0].marks_of(0, "x = 1") for section in wanted))


def test_blocks_at_reused_addresses_get_their_own_colours(qtbot: QtBot) -> None:
    owner = QObject()
    highlighter = Highlighter(lambda: None, owner)
    highlighter.use(shared_helper())
    for _ in range(3):
        colour(highlighter, sections(), qtbot)


def test_deleted_blocks_are_forgotten(qtbot: QtBot) -> None:
    owner = QObject()
    highlighter = Highlighter(lambda: None, owner)
    highlighter.use(shared_helper())
    colour(highlighter, sections(), qtbot)
    assert not highlighter._seen
    assert not highlighter._asked
