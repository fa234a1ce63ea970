"""An export that is opened, read, and whose conversations are taken in together."""

from __future__ import annotations

from pathlib import Path

import pytest
from peer_exports import simple_gpt, written, zipped

from desktop_chat.core.importing import Imported, ImportedConversation, ImportKind, ImportUnknown, Unread, UnreadReason
from desktop_chat.services.imports import open_import
from desktop_chat.services.imports.open_import import OpenImport


def put(_content: bytes) -> str:
    return "0" * 64


class Taken:
    """Notes what an import takes in and tells."""

    def __init__(self) -> None:
        self.together: list[int] = []
        self.unread: list[Unread] = []
        self.shares: list[float] = []

    def take(self, items: list[ImportedConversation]) -> list[Imported]:
        self.together.append(len(items))
        return [Imported(item.conversation.id, item.conversation.title) for item in items]

    def tell(self, results: list[Imported | Unread], share: float) -> None:
        self.unread += [each for each in results if isinstance(each, Unread)]
        self.shares.append(share)


def test_conversations_come_one_after_another(tmp_path: Path) -> None:
    file = zipped(tmp_path / "chatgpt.zip", {"conversations.json": [simple_gpt("c1"), simple_gpt("c2"), 7]})
    with OpenImport(file) as found:
        items = list(found.items(put))
    assert found.kind is ImportKind.CHATGPT
    assert [type(item) for item in items] == [ImportedConversation, ImportedConversation, Unread]


def test_they_are_taken_in_together_but_not_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_import, "_MOST", 2)
    file = written(tmp_path / "conversations.json", [*(simple_gpt(f"c{n}") for n in range(5)), 7])
    taken = Taken()
    with OpenImport(file) as found:
        found.run(put, taken.take, taken.tell)
    assert taken.together == [2, 2, 1]
    assert [each.where for each in taken.unread] == ["conversations.json, 6"]
    assert taken.shares == sorted(taken.shares)
    assert taken.shares[-1] == 1.0


@pytest.mark.parametrize(
    ("answer", "is_alone", "together"),
    [
        ("x" * 600, False, [2, 2, 2]),
        ("你" * 200, False, [2, 2, 2]),
        ("x" * 600, True, [6]),
        ("x" * 9_000, True, [1] * 6),
    ],
)
def test_long_ones_are_fewer_together_and_more_if_nobody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_alone: bool, together: list[int]
) -> None:
    monkeypatch.setattr(open_import, "_MAX_CHARACTERS", 2_000)
    file = written(tmp_path / "conversations.json", [simple_gpt(f"c{n}", answer) for n in range(6)])
    taken = Taken()
    with OpenImport(file) as found:
        found.run(put, taken.take, taken.tell, is_alone=is_alone)
    assert taken.together == together


def test_only_those_that_were_chosen_are_taken_in(tmp_path: Path) -> None:
    file = written(tmp_path / "conversations.json", [simple_gpt(f"c{n}") for n in range(3)])
    taken = Taken()
    with OpenImport(file) as found:
        ids = [item.conversation.id for item in found.items(put) if isinstance(item, ImportedConversation)]
        found.run(put, taken.take, taken.tell, {ids[1]})
    assert taken.together == [1]


def test_what_has_nothing_of_its_kind_says_so(tmp_path: Path) -> None:
    file = written(tmp_path / "empty.json", [])
    with OpenImport(file, ImportKind.CHATGPT) as found:
        [item] = found.items(put)
    assert item == Unread("empty.json", UnreadReason.NOT_UNDERSTOOD)


def test_what_is_of_no_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportUnknown):
        OpenImport(written(tmp_path / "odd.json", {"a": 1}))
