"""Writes nodes as plain text: what is shown, without marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from desktop_chat.markdown.nodes import (
    LINE_BREAK,
    Code,
    Footnote,
    Image,
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

_BOXES = {None: "", True: "[x] ", False: "[ ] "}


def plain_text(nodes: Iterable[Node]) -> str:
    """Return nodes as text, with an empty line between two blocks."""
    return "\n\n".join(["\n".join(_lines(node)) for node in nodes])


def spans_text(spans: Spans) -> str:
    """Return the text of spans; an address follows the words of its link."""
    return "".join([_span(span) for span in spans])


def _span(span: Span) -> str:
    text = span.text.replace(LINE_BREAK, "\n")
    if span.style & Style.NOTE:
        return f"[{text}]"
    if span.href and span.href not in {text, f"mailto:{text}"} and not span.href.startswith("attachment:"):
        return f"{text} <{span.href}>" if text else f"<{span.href}>"
    return text


def _lines(node: Node) -> Iterator[str]:  # noqa: C901  (one case for each kind)
    match node:
        case Text():
            yield from spans_text(node.spans).split("\n")
        case Code() | Math():
            yield from ["    " + line if line else "" for line in node.text.split("\n")]
        case Image():
            yield f"[{node.alternative}]" if node.address.startswith(("attachment:", "data:")) else node.address
        case Rule():
            yield "-" * 20
        case Quote():
            yield from ["> " + line if line else ">" for line in plain_text(node.children).split("\n")]
        case Footnote():
            yield from _hung(f"[{node.number}] ", node.children, loose=True)
        case ItemList():
            for number, item in enumerate(node.items):
                if number and node.loose:
                    yield ""
                yield from _item(item, loose=node.loose)
        case Table():
            yield from _table(node)


def _item(item: Item, *, loose: bool) -> Iterator[str]:
    return _hung(f"{'-' if item.marker == '•' else item.marker} {_BOXES[item.checked]}", item.children, loose=loose)


def _hung(marker: str, children: tuple[Node, ...], *, loose: bool) -> Iterator[str]:
    """Yield lines of which the first begins with the marker, the others with as much space."""
    text = plain_text(children) if loose else "\n".join([line for child in children for line in _lines(child)])
    first, *others = text.split("\n")
    yield marker + first
    yield from [" " * len(marker) + line if line else "" for line in others]


def _table(table: Table) -> Iterator[str]:
    """Yield rows with a tab between cells, as spreadsheets read them."""
    for row in table.all_rows:
        yield "\t".join([" ".join(spans_text(cell).split()) for cell in row])
