"""Messages as a tree, checked against plain lists."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.tools import CallStatus, ToolCall
from desktop_chat.core.tree import MessageTree


def message(name: str, parent: str | None = None, text: str = "text", status: Status = Status.COMPLETE) -> Message:
    return Message(name, "c", parent, Role.USER, text, status, 1.0)


def ids(path: tuple[Message, ...]) -> list[str]:
    return [m.id for m in path]


def test_an_empty_tree_has_an_empty_path() -> None:
    tree = MessageTree()
    assert tree.path_to(None) == ()
    assert tree.leaf_under(None) is None
    assert "a" not in tree


def test_a_path_goes_from_the_root_to_the_leaf() -> None:
    tree = MessageTree([message("a"), message("b", "a"), message("c", "b"), message("d", "b")])
    assert ids(tree.path_to("c")) == ["a", "b", "c"]
    assert ids(tree.path_to("b")) == ["a", "b"]


def test_without_a_leaf_the_newest_path_is_shown() -> None:
    tree = MessageTree([message("a"), message("b", "a"), message("c", "a"), message("d", "c")])
    assert ids(tree.path_to(None)) == ["a", "c", "d"]
    assert ids(tree.path_to("gone")) == ["a", "c", "d"]
    assert tree.leaf_under("b") == "b"


def test_replacing_keeps_the_position() -> None:
    tree = MessageTree([message("a"), message("b", "a"), message("c", "a")])
    tree.put(message("b", "a", "new"))
    assert tree["b"].text == "new"
    assert tree.alternatives("c") == ("b", "c")


def test_alternatives_omit_empty_ones_except_the_requested_one() -> None:
    void = message("void", "a", "", Status.FAILED)
    running = message("running", "a", "", Status.RUNNING)
    tree = MessageTree([message("a"), void, message("b", "a"), running])
    assert tree.alternatives("b") == ("b", "running")
    assert tree.alternatives("void") == ("void", "b", "running")


def test_a_message_of_attachments_or_calls_alone_is_not_empty() -> None:
    image = Attachment(AttachmentKind.IMAGE, "a", "image/png", 1, "0")
    attached = replace(message("attached", "a", "", Status.COMPLETE), attachments=(image,))
    called = replace(
        message("called", "a", "", Status.CANCELLED), tool_calls=(ToolCall("1", "f", "{}", CallStatus.DONE),)
    )
    assert MessageTree([message("a"), attached, called]).alternatives("called") == ("attached", "called")


def test_an_empty_message_with_children_stays_an_alternative() -> None:
    failed = message("failed", "a", "", Status.FAILED)
    later = [message("b", "failed"), message("c", "b")]
    tree = MessageTree([message("a"), failed, *later, message("again", "a", "", Status.RUNNING)])
    assert tree.alternatives("again") == ("failed", "again")
    assert tree.leaf_under("failed") == "c"


def test_a_message_with_a_lost_parent_is_a_root() -> None:
    tree = MessageTree([message("a"), message("lost", "gone"), message("b", "lost"), message("own", "own")])
    assert ids(tree.path_to("b")) == ["lost", "b"]
    assert tree.alternatives("a") == ("a", "lost", "own")
    assert tree.ancestors("b") == (tree["lost"],)
    assert tree.ancestors("lost") == ()


def test_edited_first_questions_are_alternatives_of_each_other() -> None:
    tree = MessageTree([message("a"), message("b")])
    assert tree.alternatives("a") == ("a", "b")


TREES = st.lists(st.tuples(st.integers(-2, 30), st.booleans()), max_size=30)
"""For each message its parent (-1: none, -2: lost), and whether it is empty."""


def grown(shape: list[tuple[int, bool]]) -> list[Message]:
    messages: list[Message] = []
    for number, (parent, void) in enumerate(shape):
        above = messages[parent % number].id if number and parent >= 0 else "lost" if parent == -2 else None
        status = Status.FAILED if void else Status.COMPLETE
        messages.append(message(str(number), above, "" if void else "text", status))
    return messages


@given(TREES)
def test_the_version_arrows_reach_every_message_with_text(shape: list[tuple[int, bool]]) -> None:
    messages = grown(shape)
    tree = MessageTree(messages)
    leaves = [tree.leaf_under(None)]
    seen: set[str | None] = set(leaves)
    reached: set[str] = set()
    while leaves:
        path = tree.path_to(leaves.pop())
        reached |= {m.id for m in path}
        for pressed in (other for m in path for other in tree.alternatives(m.id)):
            leaf = tree.leaf_under(pressed)
            if leaf not in seen:
                seen.add(leaf)
                leaves.append(leaf)
    assert reached >= {m.id for m in messages if m.text}
    parents = {m.parent_id for m in messages}
    assert reached >= {m.id for m in messages if m.id in parents}


@given(st.lists(st.integers(min_value=-1, max_value=30), max_size=30))
def test_every_message_is_the_end_of_a_path_through_its_ancestors(parents: list[int]) -> None:
    messages: list[Message] = []
    for number, parent in enumerate(parents):
        above = messages[parent % number].id if number and parent >= 0 else None
        messages.append(message(str(number), above))
    tree = MessageTree(messages)
    for one in messages:
        path = tree.path_to(one.id)
        assert path[-1] == one
        assert path[0].parent_id is None
        assert all(child.parent_id == parent.id for parent, child in pairwise(path))
        assert one in tree.path_to(tree.leaf_under(one.id))
        assert one.id in tree.alternatives(one.id)


def test_a_message_is_removed_with_its_descendants() -> None:
    tree = MessageTree([message("a"), message("b", "a"), message("c", "b"), message("other", "b"), message("d", "a")])
    assert ids(tree.remove("b")) == ["b", "c", "other"]
    assert [name in tree for name in ("a", "b", "c", "other", "d")] == [True, False, False, False, True]
    assert ids(tree.path_to(None)) == ["a", "d"]
    assert tree.alternatives("d") == ("d",)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=9), st.integers(0, 8))
def test_removing_and_restoring_gives_the_same_tree(above: list[int], chosen: int) -> None:
    messages = [message(f"m{n}", f"m{up}" if up < n else None) for n, up in enumerate(above)]
    tree, name = MessageTree(messages), f"m{chosen % len(messages)}"
    paths = {m.id: ids(tree.path_to(m.id)) for m in messages}
    removed = tree.remove(name)
    assert {m.id for m in removed} == {m for m, path in paths.items() if name in path}
    assert all(ids(tree.path_to(m)) == path for m, path in paths.items() if name not in path)
    for one in removed:
        tree.put(one)
    assert {m.id: ids(tree.path_to(m.id)) for m in messages} == paths
