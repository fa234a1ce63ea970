"""Goes from a reference to its footnote, and back to where the user was reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from desktop_chat.markdown.footnote_rules import footnote_key
from desktop_chat.markdown.nodes import LINE_BREAK, Footnote, ItemList, Node, Quote, Text
from desktop_chat.ui.transcript.blocks.control_painter import ControlRef
from desktop_chat.ui.transcript.blocks.node_layout import NOTE_BACK
from desktop_chat.ui.transcript.blocks.text_box import NOTE
from desktop_chat.ui.transcript.controls.focus_chain import Target
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.section import Section
from desktop_chat.ui.transcript.transcript_page import TranscriptPage
from desktop_chat.ui.transcript.viewport.smooth_scroll import SmoothScroll

_TIP_LENGTH = 240


class FootnoteJumps:
    """Follows references inside one message."""

    def __init__(self, page: TranscriptPage, smooth_scroll: SmoothScroll, focus: Callable[[ControlRef], None]) -> None:
        self._page = page
        self._gliding = smooth_scroll
        self._focus = focus
        self._left: dict[tuple[str, str], tuple[ControlRef, int]] = {}
        """The reference that last led to each footnote, and its height in the view."""

    def follow(self, target: Target) -> None:
        """Go from a reference to its footnote."""
        label = footnote_key(target.control.value[1:])
        section = self._section(target)
        place = section.labels.defined_at(label) if section is not None else None
        if section is None or place is None:
            return
        self._left[target.message_id, label] = (target.ref, target.placed.y)
        note = section.entries[place]
        first = next((node.label for node in note.nodes() if isinstance(node, Footnote)), "")
        self._go(ControlRef(note.key, target.message_id, NOTE_BACK, first), None)

    def go_back(self, target: Target) -> None:
        """Go from a footnote to the reference that led there, or to its first one."""
        label = footnote_key(target.control.value)
        ref, y = self._left.get((target.message_id, label), (None, None))
        if ref is None:
            section = self._section(target)
            place = section.labels.used_at(label) if section is not None else None
            if section is None or place is None:
                return
            href, _ = section.labels.definitions[label]
            ref = ControlRef(section.entries[place].key, target.message_id, NOTE, href)
        self._go(ref, y)

    def tip(self, target: Target) -> str:
        """Return the beginning of the footnote of a reference, as rich text without markup."""
        section = self._section(target)
        place = section.labels.defined_at(footnote_key(target.control.value[1:])) if section is not None else None
        if section is None or place is None:
            return ""
        words = " ".join(_words(section.entries[place].nodes()).split())
        shown = words if len(words) <= _TIP_LENGTH else words[:_TIP_LENGTH].rstrip() + "…"
        return f"<p>{escape(shown)}</p>" if shown else ""

    def _section(self, target: Target) -> Section | None:
        entry = target.placed.entry
        if not isinstance(entry, BlockEntry):
            return None
        return self._page.document.item(target.placed.spot.place).section_of(entry)

    def _go(self, ref: ControlRef, y: int | None) -> None:
        """Bring an entry into view if it is not there, and focus a control in it."""
        page = self._page
        spot = page.document.spot_of(ref.message_id, ref.key)
        if spot is None:
            return
        height = page.height
        if not any(one.spot == spot and one.y >= 0 and one.y + one.entry.height <= height for one in page.placed):
            self._gliding.to_entry(spot, height // 4 if y is None else y)
        self._focus(ref)


def _words(nodes: Iterable[Node]) -> str:
    found: list[str] = []
    for node in nodes:
        match node:
            case Text(spans):
                found.append("".join([span.text for span in spans]).replace(LINE_BREAK, " "))
            case Quote(children) | Footnote(_, _, children):
                found.append(_words(children))
            case ItemList(items):
                found += [_words(item.children) for item in items]
    return " ".join(found)
