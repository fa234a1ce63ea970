"""Renders the source of a block to nodes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_chat.markdown.block import Block, Definitions, Kind
from desktop_chat.markdown.footnote_rules import footnote_key
from desktop_chat.markdown.image_blocks import begins_with_image, data_images, lone_images, open_data
from desktop_chat.markdown.inline import inline_spans, plain_spans
from desktop_chat.markdown.nodes import (
    Code,
    Footnote,
    Item,
    ItemList,
    Math,
    Node,
    Quote,
    Rule,
    Span,
    Spans,
    Style,
    Table,
    Text,
)
from desktop_chat.markdown.paragraph_split import PARAGRAPH_LIMIT
from desktop_chat.markdown.parse_budget import BLOCK_BUDGET, INLINE_BUDGET, block_cost, inline_cost
from desktop_chat.markdown.parser import MAX_NESTING, NEWLINE, block_tokens, normalised

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["appended", "language_of", "render"]

_NO_DEFINITIONS: dict[str, tuple[str, str]] = {}
_SAFE_END = re.compile(r"[^\W_][ ]?\Z")
_SAFE_MORE = re.compile(r"[\w ,;'\"?%\u3000-\u303f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]+")
_CODE_OR_LINE_END = re.compile(r"<br ?/?>|((?<!`)(`+)(?!`).*?(?<!`)\2(?!`))", re.IGNORECASE)
_ADDRESS_NEAR = re.compile(r"(?:/|www\.|@)\S*\Z")


def render(block: Block, definitions: Definitions = _NO_DEFINITIONS) -> tuple[Node, ...]:
    """Render a block. `definitions` are those of the whole text, by label."""
    if block.kind is Kind.PARAGRAPH:
        return _paragraph(block.source, definitions)
    if block.kind is Kind.CODE:
        return (_formula_or(_code(block), closed=block.closed and not block.continues),)
    if block.kind is Kind.REFERENCE:
        return ()
    source = normalised(block.source)
    if block.kind is Kind.TABLE and block.continues:
        source = f"{normalised(block.head)}\n{source}"
    if block_cost(source, MAX_NESTING) > 2 * BLOCK_BUDGET:
        return (Text(plain_spans(source)),)
    tokens = block_tokens(source, {})
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return (Text(plain_spans(source)),)
    nodes = _Reader(tokens, definitions).nodes()
    return tuple(_fitted(node, block) for node in nodes)


def _paragraph(source: str, definitions: Definitions) -> tuple[Node, ...]:
    if not begins_with_image(source):
        return (Text(inline_spans(normalised(source), definitions)),)
    if shown := open_data(source):
        return (Text(plain_spans(normalised(shown))),)
    images, after = data_images(source)
    if images and not after:
        return images
    if images and len(source) > PARAGRAPH_LIMIT:
        return (*images, Text(inline_spans(normalised(after), definitions)))
    spans = inline_spans(normalised(source), definitions)
    return lone_images(spans) or (Text(spans),)


def appended(block: Block, nodes: tuple[Node, ...], longer: Block) -> tuple[Node, ...] | None:
    """Return the nodes of `longer` if it is `block`, rendered as `nodes`, with some plain words appended.

    None if it has to be parsed again.
    """
    if block.kind is not Kind.PARAGRAPH or longer.kind is not block.kind or not longer.source.startswith(block.source):
        return None
    old, more = block.source, longer.source[len(block.source) :]
    if (
        not nodes
        or begins_with_image(old)
        or not _SAFE_END.search(old[-2:])
        or not _SAFE_MORE.fullmatch(more)
        or _ADDRESS_NEAR.search(old[-300:])
    ):
        return None
    paragraph = nodes[0]
    last = paragraph.spans[-1] if isinstance(paragraph, Text) and paragraph.spans else None
    if last is None or last.href or last.style or not isinstance(paragraph, Text):
        return None
    gap = " " if old.endswith(" ") else ""
    grown = replace(last, text=last.text + gap + more.rstrip(" "))
    return (replace(paragraph, spans=(*paragraph.spans[:-1], grown)),)


def _with_line_ends(cell: str) -> str:
    """Return the text of a cell with `<br>` outside code replaced by line ends."""
    if "<" not in cell or inline_cost(cell) > INLINE_BUDGET:
        return cell
    return _CODE_OR_LINE_END.sub(lambda match: match.group(1) or "\n", cell)


def language_of(opening: str) -> str:
    """Return the language named in a fence's opening line, or an empty string."""
    words = opening.strip().lstrip("`~").split()
    return words[0].strip("{}.") if words else ""


def _code(block: Block) -> Code:
    opening, *lines = ([block.head] if block.continues else []) + NEWLINE.split(block.source)
    indent = len(opening) - len(opening.lstrip(" "))
    if block.closed and lines:
        lines = lines[:-1]
    if indent:
        lines = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines]
    return Code("\n".join(lines).replace("\0", "\ufffd"), language_of(opening))


def _formula_or(code: Code, *, closed: bool) -> Code | Math:
    """Return a complete `math` fence as a formula, other code unchanged."""
    return Math(code.text.strip()) if closed and code.language == "math" and code.text.strip() else code


def _fitted(node: Node, block: Block) -> Node:
    """Give an item its number in the whole list, and remove the header from a later part of a table."""
    if isinstance(node, Table) and block.continues:
        return replace(node, header=())
    if isinstance(node, ItemList) and block.ordinal is not None and node.items:
        first = node.items[0]
        numbered = replace(first, marker=f"{block.ordinal}{first.marker[-1:]}")
        return replace(node, items=(numbered, *node.items[1:]))
    return node


def _fenced(token: Token) -> Code | Math:
    code = Code(token.content.removesuffix("\n"), language_of(token.info))
    first, end = token.map or (0, 0)
    closed = token.content.endswith("\n") and end - first == token.content.count("\n") + 2
    return _formula_or(code, closed=closed and token.type == "fence")


def _standing(node: Node) -> tuple[Node, ...]:
    """Return the images of a paragraph that contains nothing else, even in a list or quote; else the node itself."""
    if isinstance(node, Text) and not node.level and node.spans and node.spans[0].style & Style.IMAGE:
        return lone_images(node.spans) or (node,)
    return (node,)


class _Reader:
    """Builds nodes from the parser's tokens."""

    def __init__(self, tokens: list[Token], definitions: Definitions) -> None:
        self._tokens = tokens
        self._definitions = definitions
        self._at = 0
        self._budget = 2 * INLINE_BUDGET
        """The remaining budget; a block of many cells or paragraphs is one unit of work."""

    def nodes(self, until: str = "") -> tuple[Node, ...]:
        """Return the nodes up to the token `until`, and skip it."""
        found: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == until:
                break
            if (node := self._node(token)) is not None:
                found += _standing(node)
        return tuple(found)

    def _spans(self, source: str) -> Spans:
        self._budget -= inline_cost(source)
        return inline_spans(source, self._definitions) if self._budget >= 0 else plain_spans(source)

    def _node(self, token: Token) -> Node | None:
        match token.type:
            case "blockquote_open":
                return Quote(self.nodes("blockquote_close"))
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token)
            case "table_open":
                return self._table()
            case "footnote_open":
                return self._footnote(token)
            case _:
                return self._leaf(token)

    def _leaf(self, token: Token) -> Node | None:
        node: Node | None = None
        match token.type:
            case "paragraph_open" | "heading_open":
                node = self._text(token)
            case "fence" | "code_block":
                node = _fenced(token)
            case "math_block":
                node = Math(token.content) if token.meta["closed"] else self._open_formula(token.content)
            case "hr":
                node = Rule()
        return node

    def _text(self, opening: Token) -> Text:
        spans = self._spans(self._tokens[self._at].content)
        self._at += 2
        return Text(spans, int(opening.tag[1:]) if opening.type == "heading_open" else 0)

    def _open_formula(self, source: str) -> Text:
        """Show an unclosed formula as source, but parse it as text if more follows its closing delimiter."""
        has_end = "$$" in source[2:] or "\\]" in source or "\\end{" in source
        return Text(self._spans(source) if has_end else plain_spans(source))

    def _footnote(self, opening: Token) -> Footnote:
        label = str(opening.meta["label"])
        _, number = self._definitions.get(footnote_key(label), ("", label))
        return Footnote(label, number, self.nodes("footnote_close"))

    def _list(self, opening: Token) -> ItemList:
        items: list[Item] = []
        number: int | None = None
        loose = False
        while (token := self._tokens[self._at]).type == "list_item_open":
            self._at += 1
            if token.info:
                number = int(token.info) if number is None else number + 1
            start = self._at
            children = self.nodes("list_item_close")
            level = token.level + 1
            loose = loose or any(
                inner.type == "paragraph_open" and inner.level == level and not inner.hidden
                for inner in self._tokens[start : self._at]
            )
            marker = "•" if number is None else f"{number}{opening.markup}"
            items.append(Item(marker, children, token.meta.get("checked")))
        self._at += 1
        return ItemList(tuple(items), loose)

    def _table(self) -> Table:
        rows: list[list[tuple[Span, ...]]] = []
        alignments: list[str] = []
        while (token := self._tokens[self._at]).type != "table_close":
            self._at += 1
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                if token.type == "th_open":
                    alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
                rows[-1].append(self._spans(_with_line_ends(self._tokens[self._at].content)))
        self._at += 1
        header, *body = [tuple(row) for row in rows]
        return Table(tuple(alignments), header, tuple(body))
