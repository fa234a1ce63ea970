"""Images on their own lines in lists and quotes are images, too."""

from __future__ import annotations

from desktop_chat.markdown.nodes import Image, Item, ItemList, Node, Quote, Span, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter

CAT = "https://example.org/cat.png"


def nodes_of(text: str) -> list[Node]:
    return [node for block in BlockSplitter(text).blocks for node in render(block)]


def test_in_an_item() -> None:
    (items,) = nodes_of(f"- words\n\n  ![a cat]({CAT})\n")
    assert items == ItemList((Item("•", (Text((Span("words"),)), Image(CAT, "a cat"))),), loose=True)


def test_in_a_tight_item() -> None:
    assert nodes_of(f"- ![a cat]({CAT})") == [ItemList((Item("•", (Image(CAT, "a cat"),)),))]


def test_in_a_quote() -> None:
    assert nodes_of(f"> ![a cat]({CAT})") == [Quote((Image(CAT, "a cat"),))]


def test_not_in_a_heading_or_next_to_words() -> None:
    (heading,) = nodes_of(f"# ![a cat]({CAT})")
    assert isinstance(heading, Text)
    (quote,) = nodes_of(f"> ![a cat]({CAT}) sleeps")
    assert isinstance(quote, Quote)
    assert isinstance(quote.children[0], Text)
