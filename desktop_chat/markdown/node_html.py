"""Writes nodes as HTML. Everything is escaped: what a model wrote adds no element, no attribute and no address but
links that are safe to open; nothing is ever loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import chain, repeat
from typing import TypeAlias
from xml.etree import ElementTree as ET

from desktop_chat.markdown.formula import is_supported
from desktop_chat.markdown.latex import normalised_latex
from desktop_chat.markdown.nodes import (
    CHECK_BOXES,
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

Marks: TypeAlias = Sequence[Sequence[tuple[int, int, str]]]
"""For each line of code: start, length and token type of each span."""
_ELEMENTS = ((Style.BOLD, "strong"), (Style.ITALIC, "em"), (Style.STRIKE, "s"), (Style.CODE, "code"))


def lines_of(code: Code, marks: Marks) -> Iterator[tuple[str, Sequence[tuple[int, int, str]]]]:
    """Yield the lines of code with their marks, of which there may be fewer."""
    return zip(code.text.split("\n"), chain(marks, repeat(())), strict=False)


class HtmlWriter:
    """Writes the nodes of one document.

    `image` returns an image as a data address, or an empty string; `marks_of` returns how code is highlighted.
    """

    def __init__(self, image: Callable[[str], str], marks_of: Callable[[Code], Marks], *, inline: bool = False) -> None:
        """`inline`: styles are attributes, as word processors read them from the clipboard."""
        self._image = image
        self._marks_of = marks_of
        self._inline = inline

    def html(self, nodes: Iterable[Node]) -> str:
        """Return nodes as HTML."""
        return "\n".join([self._node(node) for node in nodes])

    def _node(self, node: Node) -> str:  # noqa: C901, PLR0911  (one case for each kind)
        match node:
            case Text():
                tag = f"h{min(6, node.level + 2)}" if node.level else "p"
                return f"<{tag}>{self.spans(node.spans)}</{tag}>"
            case Code():
                return self._code(node)
            case Math():
                return f'<div class="math">{formula(node.text, display=True)}</div>'
            case Image():
                return f"<p>{self._picture(node.address, node.alternative)}</p>"
            case Footnote():
                return f'<div class="note"><sup>{escape(node.number)}</sup> {self.html(node.children)}</div>'
            case Rule():
                return "<hr>"
            case Quote():
                return f"<blockquote>{self.html(node.children)}</blockquote>"
            case ItemList():
                return self._list(node)
            case Table():
                return self._table(node)

    def spans(self, spans: Spans) -> str:
        """Return spans as HTML."""
        return "".join([self._span(span) for span in spans])

    def _span(self, span: Span) -> str:
        if span.style & Style.IMAGE:
            return self._picture(span.href, span.text)
        if span.style & Style.MATH:
            return formula(span.text, display=False)
        if span.style & Style.NOTE:
            return f"<sup>{escape(span.text)}</sup>"
        text = escape(span.text).replace(LINE_BREAK, "<br>")
        for style, tag in _ELEMENTS:
            if span.style & style:
                text = f"<{tag}{self._css('font-family:monospace') if tag == 'code' else ''}>{text}</{tag}>"
        return f'<a href="{escape(span.href)}" rel="noreferrer">{text}</a>' if span.href else text

    def _picture(self, address: str, alternative: str) -> str:
        data = self._image(address)
        if data:
            return f'<img src="{escape(data)}" alt="{escape(alternative)}">'
        text = escape(alternative or address)
        is_link = address.startswith(("http://", "https://"))
        return f'<a href="{escape(address)}" rel="noreferrer">{text}</a>' if is_link else f"[{text}]"

    def _code(self, code: Code) -> str:
        written = [_marked(line, marks) for line, marks in lines_of(code, self._marks_of(code))]
        label = f'<div class="language">{escape(code.language)}</div>' if code.language and not self._inline else ""
        style = self._css("font-family:monospace;background:#f7f7f5;padding:8px")
        return f'<div class="code">{label}<pre{style}><code>{chr(10).join(written)}</code></pre></div>'

    def _list(self, items: ItemList) -> str:
        first = items.items[0].marker if items.items else "•"
        if first == "•":
            return f"<ul>{''.join([self._item(item, loose=items.loose) for item in items.items])}</ul>"
        numbered = "".join([self._item(item, loose=items.loose) for item in items.items])
        return f'<ol start="{int(first[:-1] or 1)}">{numbered}</ol>'

    def _item(self, item: Item, *, loose: bool) -> str:
        children = item.children
        box = CHECK_BOXES[item.checked]
        kind = ' class="task"' if box else ""
        if not loose and children and isinstance(children[0], Text) and not children[0].level:
            return f"<li{kind}>{box}{self.spans(children[0].spans)}{self.html(children[1:])}</li>"
        return f"<li{kind}>{box}{self.html(children)}</li>"

    def _table(self, table: Table) -> str:
        head = f"<thead>{self._row(table, table.header, 'th')}</thead>" if table.header else ""
        body = "".join([self._row(table, row, "td") for row in table.rows])
        border = ' border="1" cellspacing="0" cellpadding="4"' if self._inline else ""
        return f'<div class="table"><table{border}>{head}<tbody>{body}</tbody></table></div>'

    def _row(self, table: Table, row: Iterable[Spans], tag: str) -> str:
        cells = [
            f"<{tag}{f' style=text-align:{align}' if align in {'left', 'center', 'right'} else ''}>"
            f"{self.spans(cell)}</{tag}>"
            for cell, align in zip(row, (*table.alignments, *("",) * 100), strict=False)
        ]
        return f"<tr>{''.join(cells)}</tr>"

    def _css(self, rules: str) -> str:
        return f' style="{rules}"' if self._inline else ""


def formula(latex: str, *, display: bool) -> str:
    """Return LaTeX as MathML, which browsers typeset; the source in a `code` element if that is impossible."""
    source = f"<code>{escape(latex)}</code>"
    if not is_supported(latex):
        return source
    from desktop_chat.markdown.mathml import mathml  # noqa: PLC0415  (few texts have formulas)

    try:
        tree = mathml(normalised_latex(latex), display=display)
    except Exception:  # noqa: BLE001  (the library raises whatever it meets; the source is shown)
        return source
    if tree is None:
        return source
    for element in tree.iter():
        for name in element.attrib.keys() - _MATH_ATTRIBUTES:
            del element.attrib[name]
    return ET.tostring(tree, encoding="unicode")


_MATH_ATTRIBUTES = frozenset({
    "display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "lspace", "rspace", "width",
    "height", "depth", "linethickness", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines",
    "accent", "accentunder", "movablelimits", "minsize", "maxsize", "symmetric", "largeop", "separator",
})  # fmt: skip


def _marked(line: str, marks: Iterable[tuple[int, int, str]]) -> str:
    """Return a line of code with its tokens in elements of their own."""
    parts: list[str] = []
    at = 0
    for start, length, kind in marks:
        if start < at or start + length > len(line):
            continue
        parts += [escape(line[at:start]), f'<i class="{escape(kind)}">{escape(line[start : start + length])}</i>']
        at = start + length
    return "".join([*parts, escape(line[at:])])
