"""Reads a whole text as nodes, for what is written rather than shown: parts of one list, table or code block are put
together again."""

from __future__ import annotations

from dataclasses import replace

from desktop_chat.markdown.nodes import Code, ItemList, Node, Table
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter


def document_nodes(source: str) -> tuple[Node, ...]:
    """Return the nodes of a text."""
    splitter = BlockSplitter(source)
    definitions = splitter.definitions()
    found: list[Node] = []
    for block in splitter.blocks:
        for number, node in enumerate(render(block, definitions)):
            if found and block.continues and not number and (joined := _joined(found[-1], node)) is not None:
                found[-1] = joined
            else:
                found.append(node)
    return tuple(found)


def _joined(before: Node, after: Node) -> Node | None:
    """Return two parts as one; None if they are of different kinds."""
    match before, after:
        case Code(), Code():
            return replace(before, text=f"{before.text}\n{after.text}")
        case ItemList(), ItemList():
            return ItemList((*before.items, *after.items), before.loose or after.loose)
        case Table(), Table():
            return replace(before, rows=(*before.rows, *after.rows))
    return None
