"""A store that keeps nothing, and code marks for exports."""

from __future__ import annotations

from desktop_chat.core.entities import Conversation
from desktop_chat.core.ports import WriteBatch
from desktop_chat.markdown.nodes import Code
from desktop_chat.services.exports.code_marks import marks_of
from desktop_chat.services.highlight_process import HighlightProcess
from desktop_chat.services.null_store import NullStore


async def test_nothing_is_kept() -> None:
    store = NullStore()
    conversation = Conversation()
    await store.write(WriteBatch((conversation,)))
    await store.delete([conversation.id])
    assert await store.conversations() == []
    assert await store.messages(conversation.id) == []
    assert await store.search("x") == []


async def test_code_of_an_export_is_marked_by_the_helper_process() -> None:
    highlighting = HighlightProcess()
    try:
        assert len(marks_of(Code("x = 1\nprint(x)", "python"), highlighting)) >= 2
        assert marks_of(Code("plain"), highlighting) == ()
    finally:
        highlighting.close()
