"""An export that is read on a thread while its conversations are taken in."""

from __future__ import annotations

from pathlib import Path

import pytest
from peer_exports import simple_gpt, written, zipped

from desktop_chat.core.importing import ImportedConversation, ImportKind, ImportUnknown, Unread, UnreadReason
from desktop_chat.services.imports.open_import import OpenImport


def put(_content: bytes) -> str:
    return "0" * 64


async def test_conversations_come_one_after_another(tmp_path: Path) -> None:
    file = zipped(tmp_path / "chatgpt.zip", {"conversations.json": [simple_gpt("c1"), simple_gpt("c2"), 7]})
    found = await OpenImport.opened(file, None, put)
    items = [item async for item in found.items()]
    found.close()
    assert found.kind is ImportKind.CHATGPT
    assert [type(item) for item in items] == [ImportedConversation, ImportedConversation, Unread]


async def test_what_has_nothing_of_its_kind_says_so(tmp_path: Path) -> None:
    file = written(tmp_path / "empty.json", [])
    found = await OpenImport.opened(file, ImportKind.CHATGPT, put)
    [item] = [item async for item in found.items()]
    found.close()
    assert item == Unread("empty.json", UnreadReason.NOT_UNDERSTOOD)


async def test_what_is_of_no_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportUnknown):
        await OpenImport.opened(written(tmp_path / "odd.json", {"a": 1}), None, put)


async def test_it_can_be_closed_in_the_middle(tmp_path: Path) -> None:
    file = zipped(tmp_path / "chatgpt.zip", {"conversations.json": [simple_gpt(f"c{n}") for n in range(9)]})
    found = await OpenImport.opened(file, None, put)
    async for _ in found.items():
        found.close()
        break
