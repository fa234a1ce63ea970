"""The text of a copied selection: the exact Markdown of whole blocks and messages, the plain text of parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from desktop_chat.core.entities import Role
from desktop_chat.markdown.block import Block
from desktop_chat.markdown.nodes import LINE_BREAK, Code
from desktop_chat.ui.text.message_markdown import attachment_names, message_markdown
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.code_state import CODE_KINDS
from desktop_chat.ui.transcript.blocks.text_box import NOTE, TextBox, len_utf16
from desktop_chat.ui.transcript.document import TranscriptDocument
from desktop_chat.ui.transcript.entries import FIRST_TAIL, PART_KEYS, REASONING, BlockEntry
from desktop_chat.ui.transcript.math.formulas import Inset
from desktop_chat.ui.transcript.message_item import MessageItem
from desktop_chat.ui.transcript.selection.selection import Order, Selection


class _Card(NamedTuple):
    """A tool call that is selected as a whole, as Markdown."""

    source: str


Span: TypeAlias = tuple[int, int]
_Chosen: TypeAlias = tuple[BlockEntry | _Card, Span]
Ends: TypeAlias = tuple[Order, Order]
_WHOLE: Span = (0, 1 << 30)


def slice_utf16(text: str, start: int, end: int) -> str:
    """Return a part of a text by UTF-16 units."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def layout_text(layout: BlockLayout, start: int = 0, end: int | None = None) -> str:
    """Return the plain text of a block between two positions, with the list markers of lines that begin there."""
    end = layout.length if end is None else end
    found: list[str] = []
    for box in layout.boxes:
        if box.end < start or box.start > end:
            continue
        if found:
            found.append(box.separator)
        if start <= box.start:
            found.append(box.lead)
        found.append(_plain_text(box, max(0, start - box.start), end - box.start))
    return "".join(found).replace(LINE_BREAK, "\n")


def replaced_in(box: TextBox, formula: Callable[[Inset], str] = attrgetter("source")) -> list[tuple[int, int, str]]:
    """Return the ranges of a box that a copy replaces, with the replacements; `formula` gives that of a formula."""
    found = [(inset.at, inset.at + 1, formula(inset)) for inset in box.insets]
    notes = [link for link in box.links if link.name == NOTE]
    found += [(note.start, note.end, f"[{slice_utf16(box.text, note.start, note.end)}]") for note in notes]
    return sorted(found)


def _plain_text(box: TextBox, start: int, end: int) -> str:
    """Return the text of a box, with LaTeX for formulas and footnote numbers in brackets; the last character of a cut
    line brings the rest of the line."""
    found: list[str] = []
    for first, last, text in replaced_in(box):
        if start <= first and last <= end:
            found += [slice_utf16(box.text, start, first), text]
            start = last
    rest = box.rest if box.rest and start < len_utf16(box.text) <= end else ""
    return "".join([*found, slice_utf16(box.text, start, end), rest])


def _joined(parts: list[str]) -> str:
    return "\n\n".join([part for part in parts if part])


class Copier:
    """Makes text of the selection. Whole messages and blocks are never laid out for it."""

    def __init__(self, document: TranscriptDocument, selection: Selection) -> None:
        self._document = document
        self._selection = selection

    def text(self, *, markdown: bool) -> str:
        """Return the selection. With `markdown`, completely selected blocks and messages are their source."""
        return _joined(list(self.pieces(markdown=markdown)))

    def pieces(self, *, markdown: bool) -> Iterator[str]:
        """Yield the selection message by message, for large ones; `join` makes one text of it."""
        ends = self._selection.ends()
        if ends is not None:
            for place in range(ends[0][0], ends[1][0] + 1):
                if place < len(self._document):
                    yield self._message_text(place, ends, markdown=markdown)

    join = staticmethod(_joined)

    def size(self) -> int:
        """Return roughly how many characters are selected."""
        ends = self._selection.ends()
        if ends is None:
            return 0
        (first, *_), (last, *_) = ends
        inner = sum([self._document.model.row(place).length for place in range(first + 1, last)])
        return inner + sum([self._size_in(place, ends) for place in {first, last}])

    def message_text(self, place: int) -> str:
        """Return a whole answer as plain text."""
        item = self._document.item(place)
        if item.row.calls:
            return self.source(place)
        text = self._plain([(entry, _WHOLE) for entry in item.answer.entries if isinstance(entry, BlockEntry)])
        attached = item.message.attachments if item.message.role is Role.USER else ()
        return _joined([attachment_names(attached), text]) if attached else text

    def code_text(self, item: MessageItem, entry: BlockEntry, code: str) -> str:
        """Return the code of a button: all parts of a long block, or a piece inside a list."""
        if entry.block.kind not in CODE_KINDS:
            return code
        nodes = [node for part in item.parts_of(entry) for node in part.nodes()]
        return "\n".join([node.text for node in nodes if isinstance(node, Code)])

    def _size_in(self, place: int, ends: Ends) -> int:
        if _is_all_of(place, ends):
            return self._document.model.row(place).length
        start, end = ends
        entries = self._document.item(place).entries
        blocks = [one for one in entries if isinstance(one, BlockEntry) and start[:2] <= (place, one.key) <= end[:2]]
        return sum([len(one.block.source) for one in blocks])

    def _message_text(self, place: int, ends: Ends, *, markdown: bool) -> str:
        if markdown and _is_all_of(place, ends):
            return self.source(place, with_reasoning=self._document.is_unfolded(place))
        item = self._document.item(place)
        chosen = self._chosen(place, item, ends)
        if not chosen:
            return ""
        whole = [entry for entry, span in chosen if span == _WHOLE]
        if not markdown or (len(chosen) == 1 and not whole):
            return self._plain(chosen)
        shown = [entry for entry in item.entries if isinstance(entry, BlockEntry)]
        if whole in (shown, item.answer.entries) and len(whole) == len(chosen):
            return self.source(place, with_reasoning=whole[0] in item.reasoning.entries)
        return self._mixed(chosen)

    def source(self, place: int, *, with_reasoning: bool = False) -> str:
        """Return a whole answer as Markdown, with its tool calls and the names of its attachments."""
        row = self._document.model.row(place)
        if row.running and not row.calls:
            text, reasoning = row.text.whole(), row.reasoning.whole()
        else:
            message = row.message if row.reply is None else row.reply.so_far()
            text, reasoning = message_markdown(message), message.reasoning
        return _joined([reasoning, text]) if with_reasoning else text

    def _chosen(self, place: int, item: MessageItem, ends: Ends) -> list[_Chosen]:
        start, end = ends
        found: list[_Chosen] = []
        card_end = 0
        for entry in item.entries:
            at = (place, entry.key)
            if 0 <= entry.key < card_end:
                continue
            if start[:2] < at and (place, entry.key + PART_KEYS) <= end[:2] and (card := item.card_at(entry.key)):
                found.append((_Card(card.source()), _WHOLE))
                card_end = entry.key + PART_KEYS
                continue
            if not isinstance(entry, BlockEntry) or at < start[:2] or at > end[:2]:
                continue
            span = _WHOLE
            if at in {start[:2], end[:2]}:
                length = self._length(entry)
                first = start[2] if at == start[:2] else 0
                last = min(end[2], length) if at == end[:2] else length
                if first >= last and length:
                    continue
                span = (first, last) if first > 0 or last < length else _WHOLE
            found.append((entry, span))
        return found

    def _length(self, entry: BlockEntry) -> int:
        return entry.laid_out(self._document.render_style, self._document.width).length

    def _plain(self, chosen: list[_Chosen]) -> str:
        found: list[str] = []
        for entry, (start, end) in chosen:
            if isinstance(entry, _Card):
                found += ["\n\n", entry.source] if found else [entry.source]
                continue
            layout = entry.laid_out(self._document.render_style, self._document.width)
            text = layout_text(layout, start, min(end, layout.length))
            if found:
                found.append("\n" if _is_tight(entry.block, entry.around.above) else "\n\n")
            found.append(text)
        return "".join(found)

    def _mixed(self, chosen: list[_Chosen]) -> str:
        found: list[str] = []
        for entry, span in chosen:
            if isinstance(entry, _Card):
                found += ["\n\n", entry.source] if found else [entry.source]
                continue
            if found:
                found.append(entry.block.before or ("\n" if entry.around.above else "\n\n"))
            found.append(entry.block.source if span == _WHOLE else self._plain([(entry, span)]))
        return "".join(found)


def _is_all_of(place: int, ends: Ends) -> bool:
    """Return whether a selection goes from above the text of a message to below it."""
    start, end = ends
    return start[:2] <= (place, REASONING) and end[:2] >= (place, FIRST_TAIL)


def _is_tight(block: Block, above: Block | None) -> bool:
    return above is not None and block.continues and not block.blank_before
