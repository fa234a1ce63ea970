"""What a copy of the selection holds: the exact Markdown of whole blocks and messages, the letters of parts."""

from __future__ import annotations

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.nodes import LINE_BREAK, Code
from desktop_chat.ui.transcript.block_layout import BlockLayout
from desktop_chat.ui.transcript.document import TranscriptDocument
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.message_item import MessageItem
from desktop_chat.ui.transcript.selection import Selection


def slice_utf16(text: str, start: int, end: int) -> str:
    """Return a part of a text by UTF-16 units."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def layout_text(layout: BlockLayout, start: int = 0, end: int | None = None) -> str:
    """Return the letters of a block between two positions, list markers with the lines that begin there."""
    end = layout.length if end is None else end
    found: list[str] = []
    for box in layout.boxes:
        if box.end < start or box.start > end:
            continue
        if found:
            found.append(box.separator)
        if start <= box.start:
            found.append(box.lead)
        found.append(slice_utf16(box.text, max(0, start - box.start), end - box.start))
    return "".join(found).replace(LINE_BREAK, "\n")


class Copier:
    """Reads the selection off a document."""

    def __init__(self, document: TranscriptDocument, selection: Selection) -> None:
        self._document = document
        self._selection = selection

    def text(self, *, markdown: bool) -> str:
        """Return what is selected. With `markdown`, blocks and messages that are wholly selected as their source."""
        ends = self._selection.ends()
        if ends is None:
            return ""
        parts = [self._message_text(place, markdown=markdown) for place in range(ends[0][0], ends[1][0] + 1)]
        return "\n\n".join([part for part in parts if part])

    def message_text(self, place: int) -> str:
        """Return a whole answer as plain text."""
        item = self._document.item(place)
        return self._plain([(entry, (0, 1 << 30)) for entry in item.answer.entries])

    def code_text(self, item: MessageItem, entry: BlockEntry, code: str) -> str:
        """Return the code that a Copy button stands on: all parts of a long block, or a piece inside a list."""
        if entry.block.kind is not Kind.CODE:
            return code
        parts = [part for part in item.section_of(entry).entries if part.around.start == entry.around.start]
        return "\n".join([node.text for part in parts for node in part.nodes() if isinstance(node, Code)])

    def _message_text(self, place: int, *, markdown: bool) -> str:
        item = self._document.item(place)
        chosen = self._chosen(place, item)
        if not chosen:
            return ""
        whole = [entry for entry, (start, end) in chosen if start == 0 and end >= self._length(entry)]
        if not markdown or (len(chosen) == 1 and not whole):
            return self._plain(chosen)
        if len(whole) == len(chosen) and [entry for entry in whole if entry.key >= 0] == item.answer.entries:
            thoughts = _source([entry for entry in whole if entry.key < 0])
            answer = item.row.text.whole()
            return f"{thoughts}\n\n{answer}" if thoughts else answer
        return self._mixed(chosen, whole)

    def _chosen(self, place: int, item: MessageItem) -> list[tuple[BlockEntry, tuple[int, int]]]:
        found = []
        for entry in item.entries:
            if isinstance(entry, BlockEntry):
                span = self._selection.within(place, entry.key, self._length(entry))
                if span is not None:
                    found.append((entry, span))
        return found

    def _length(self, entry: BlockEntry) -> int:
        return entry.laid_out(self._document.look, self._document.width).length

    def _plain(self, chosen: list[tuple[BlockEntry, tuple[int, int]]]) -> str:
        found: list[str] = []
        for entry, (start, end) in chosen:
            layout = entry.laid_out(self._document.look, self._document.width)
            text = layout_text(layout, start, min(end, layout.length))
            if found:
                found.append("\n" if _is_tight(entry.block, entry.around.above) else "\n\n")
            found.append(text)
        return "".join(found)

    def _mixed(self, chosen: list[tuple[BlockEntry, tuple[int, int]]], whole: list[BlockEntry]) -> str:
        found: list[str] = []
        for entry, span in chosen:
            if found:
                found.append(entry.block.before or "\n")
            found.append(entry.block.source if entry in whole else self._plain([(entry, span)]))
        return "".join(found)


def _is_tight(block: Block, above: Block | None) -> bool:
    return above is not None and block.continues and not block.blank_before


def _source(entries: list[BlockEntry]) -> str:
    return "".join([entry.block.before + entry.block.source for entry in entries]).strip("\n")
