"""The card of one tool call, as entries: a head, and below it the request for approval, arguments and result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from desktop_chat.core.tools import CallStatus
from desktop_chat.markdown.argument_lines import JSON, MAX_LINES, Line, result_lines, summary
from desktop_chat.markdown.json_printer import JsonPrinter
from desktop_chat.markdown.visible_text import visible
from desktop_chat.ui.text.message_markdown import call_source
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.calls import call_text, card_layout
from desktop_chat.ui.transcript.calls.card_texts import first_lines, sent_of, shown_arguments
from desktop_chat.ui.transcript.calls.plain_lines import LINES_PER_ENTRY, PlainLines
from desktop_chat.ui.transcript.calls.shown_call import (
    OPEN,
    ShownCall,
    arguments_after,
    seconds_of,
    whole_arguments,
)
from desktop_chat.ui.transcript.entries import BlockEntry, ChromeEntry, Entry
from desktop_chat.ui.transcript.images.image_row import image_row, note_sizes
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.section import Scene

REQUEST, ARGUMENTS, MORE_ARGUMENTS = 1, 10, 40_000
RESULT, RESULT_LINES, MORE_RESULT, IMAGES, END = 40_001, 40_010, 80_000, 80_001, 80_002
"""Keys of a card's rows, from that of its head on."""
_NOT_GROWN = 1 << 30
_SUMMARISED = 4_000
_LONGEST_DESCRIPTION = 4_000
SHOWN_RESULT, SHOWN_ARGUMENTS = "result", "arguments"


@dataclass(slots=True)
class CardState:
    """What the user chose for a card; kept when its place in the message changes."""

    unfolded: bool | None = None
    """None until the user folds or unfolds it: then it is folded once the call is done."""
    shows_all_arguments: bool = False
    shows_all_result: bool = False
    describes: bool = False
    copied: bool = False
    """Whether it briefly says that the result was copied."""


class CardRow(ChromeEntry):
    """A row of a card that is not a part of its text."""

    def __init__(
        self, key: int, height: int, make: Callable[[RenderStyle, int], BlockLayout], state: object, card: ToolCard
    ) -> None:
        super().__init__(key, height, make, state)
        self.card = card

    @property
    def is_told(self) -> bool:
        return True


class ToolCard:
    """Keeps its entries in step with a call."""

    def __init__(self, first_key: int, call: ShownCall, state: CardState) -> None:
        self.first_key = first_key
        self.call = call
        self.state = state
        self.side_by_side = 1
        """How many calls share what is sent of their results."""
        self.entries: list[Entry] = []
        self.pending = False
        self._rows: dict[int, CardRow] = {}
        self._printer = JsonPrinter()
        self._printed = 0
        """How many characters of the arguments are printed."""
        self._growing: PlainLines | None = None
        self._texts: dict[int, tuple[object, PlainLines, int]] = {}
        """What each text was made for, its entries, and how many lines a long one has in all; 0 if all are shown."""
        self._summary: tuple[int, str] = (-1, "")
        self._running_since: float | None = None
        self._head_made_for: object = None
        """What the head was made for; compared in each frame."""

    @property
    def settled(self) -> bool:
        """Whether nothing but the user will change it."""
        return self.call.status not in OPEN

    @property
    def unfolded(self) -> bool:
        """Whether its details are shown."""
        if self.state.unfolded is not None:
            return self.state.unfolded
        return self.call.status in OPEN or self.call.status is CallStatus.FAILED or bool(self.call.images)

    def restyle(self) -> None:
        """Make everything again: colours, fonts or words changed."""
        for entry in self.entries:
            entry.restyle()
        self._rows.clear()

    def take(self, scene: Scene) -> int:
        """Bring the entries up to date. Returns the first one that is new or has changed."""
        self._note_time(scene.now)
        before, grown = self.entries, _NOT_GROWN
        entries: list[Entry] = [self._head(scene.now)]
        if self.unfolded:
            grown = self._add_details(entries, scene)
        else:
            self._growing = None
            self._printer, self._printed = JsonPrinter(), 0
        self.entries = entries
        pairs = zip(before, entries, strict=False)
        same = next((at for at, (old, new) in enumerate(pairs) if old is not new), min(len(before), len(entries)))
        return min(same, grown)

    def source(self) -> str:
        """Return the call as Markdown."""
        return call_source(self.call, whole_arguments(self.call))

    def reveal(self, key: int) -> bool:
        """Unfold the text that an entry with a key is in. Returns whether it was folded."""
        if self.unfolded and any(entry.key == key for entry in self.entries):
            return False
        self.state.unfolded = True
        if key >= self.first_key + RESULT:
            self.state.shows_all_result = True
        else:
            self.state.shows_all_arguments = True
        return True

    def parts_of(self, entry: BlockEntry) -> list[BlockEntry]:
        """Return all lines shown of the text that an entry is a part of."""
        is_result = entry.key >= self.first_key + RESULT
        lines = [one for one in self.entries if isinstance(one, BlockEntry)]
        return [one for one in lines if (one.key >= self.first_key + RESULT) is is_result]

    # --- its rows -----------------------------------------------------------------------------------------------

    @property
    def _edge(self) -> str:
        return "accent" if self.call.status is CallStatus.WAITING else "border"

    def _head(self, now: float) -> CardRow:
        call, status, seconds = self.call, self.call.status, self._seconds(now)
        whole = 0 if status is CallStatus.WRITING else len(call.arguments)
        made_for = (status, self.unfolded, call.own_name, call.name, call.server, seconds and int(seconds * 10), whole)
        old = self._rows.get(0)
        if old is not None and self._head_made_for == made_for:
            return old
        self._head_made_for = made_for
        icon, colour = call_text.mark_of(status)
        head = card_layout.Head(
            call.id,
            call_text.tool_name(call),
            call_text.server_name(call),
            self._summarised(),
            call_text.state_words(status, seconds),
            icon,
            colour,
            self._edge,
            self.unfolded,
        )
        return self._row(0, head, partial(card_layout.head_row, head=head))

    def _add_details(self, entries: list[Entry], scene: Scene) -> int:
        """Add what is shown below the head. Returns the first entry that has grown."""
        call, edge, waits = self.call, self._edge, self.call.status is CallStatus.WAITING
        grown = _NOT_GROWN
        if waits:
            entries.append(self._request(scene))
        if call.status is CallStatus.WRITING:
            grown = len(entries) + self._grow(entries)
        else:
            self._growing = None
            self._add_text(entries, ARGUMENTS, self._argument_key(), self._argument_lines, MORE_ARGUMENTS)
        if call.result:
            self._add_result(entries)
        if call.images:
            images = tuple(call.images)
            note_sizes(scene.render_style.image_cache, images)
            entries.append(
                self._row(
                    IMAGES,
                    (images, edge),
                    partial(image_row, images=images, edge=edge),
                )
            )
        buttons = card_layout.approval_buttons() if waits else ()
        name = call_text.tool_name(call)
        entries.append(
            self._row(
                END,
                (edge, buttons),
                partial(card_layout.end_row, edge=edge, call_id=call.id, name=name, buttons=buttons),
            )
        )
        return grown

    def _request(self, scene: Scene) -> CardRow:
        call, edge, words = self.call, self._edge, call_text.request_words(self.call)
        told = scene.describe(call.name)
        described = None
        if told:
            described = visible(told[:_LONGEST_DESCRIPTION]) if self.state.describes else ""
        return self._row(
            REQUEST,
            (words, described),
            partial(card_layout.request_row, edge=edge, call_id=call.id, words=words, description=described),
        )

    def _add_result(self, entries: list[Entry]) -> None:
        call, edge, copied = self.call, self._edge, self.state.copied
        note = call_text.result_words(len(call.result), sent_of(call.result, self.side_by_side))
        title = tr("What went wrong") if call.status is CallStatus.FAILED else tr("Result")
        entries.append(
            self._row(
                RESULT,
                (title, note, copied),
                partial(card_layout.title_row, edge=edge, copy_id=call.id, title=title, note=note, copied=copied),
            )
        )
        made_for = (len(call.result), self.state.shows_all_result, edge)
        self._add_text(entries, RESULT_LINES, made_for, lambda: result_lines(self.call.result), MORE_RESULT)

    # --- its texts ----------------------------------------------------------------------------------------------

    def _grow(self, entries: list[Entry]) -> int:
        """Print the arguments that have arrived. Returns the first entry of the text that has grown."""
        if self._growing is None:
            self._growing = PlainLines(self.first_key + ARGUMENTS, self._edge)
            self._printer, self._printed = JsonPrinter(), 0
        lines = self._growing
        new = arguments_after(self.call, self._printed)
        first = _NOT_GROWN
        if new:
            first = max(0, len(lines.entries) - 1)
            self._printed += len(new)
            if len(lines.entries) * LINES_PER_ENTRY < MAX_LINES:
                lines.add(visible(self._printer.feed(new)), JSON)
            else:  # as in `lines_in`: the end of a text of very many lines is one line
                lines.add(visible(" ".join(new.split())), JSON)
        entries += lines.entries
        return first

    def _argument_key(self) -> object:
        return (len(self.call.arguments), self.state.shows_all_arguments, self._edge)

    def _argument_lines(self) -> list[Line]:
        return shown_arguments(self.call)

    def _add_text(
        self,
        entries: list[Entry],
        key: int,
        made_for: object,
        lines_of: Callable[[], list[Line]],
        more: int,
    ) -> None:
        """Add a text that no longer grows, and below a long one the button that shows all of it."""
        is_result = key == RESULT_LINES
        shows_all = self.state.shows_all_result if is_result else self.state.shows_all_arguments
        known = self._texts.get(key)
        if known is None or known[0] != made_for:
            lines = lines_of()
            first = first_lines(lines)
            text = PlainLines.of(lines if shows_all else first, self.first_key + key, self._edge)
            known = self._texts[key] = (made_for, text, len(lines) if first != lines else 0)
        _, text, count = known
        entries += text.entries
        if count:
            words = tr("Show fewer") if shows_all else tr("Show all %n line(s)", n=count)
            value = f"{SHOWN_RESULT if is_result else SHOWN_ARGUMENTS}:{self.call.id}"
            edge = self._edge
            entries.append(
                self._row(
                    more,
                    (words, edge),
                    partial(card_layout.more_row, edge=edge, value=value, words=words, unfolded=shows_all),
                )
            )

    # --- what it knows ------------------------------------------------------------------------------------------

    def _row(self, key: int, state: object, make: Callable[[RenderStyle, int], BlockLayout]) -> CardRow:
        """Return the row with a key if it shows the same, else a new one."""
        old = self._rows.get(key)
        if old is not None and old.state == state:
            return old
        row = self._rows[key] = CardRow(self.first_key + key, old.height if old is not None else 40, make, state, self)
        return row

    def _note_time(self, now: float) -> None:
        if self.call.status is not CallStatus.RUNNING:
            self._running_since = None
        elif self._running_since is None:
            self._running_since = now

    def _seconds(self, now: float) -> float | None:
        return now - self._running_since if self._running_since is not None else seconds_of(self.call)

    def _summarised(self) -> str:
        """Return the arguments in short, once they are whole."""
        length = len(self.call.arguments)
        if self.call.status is CallStatus.WRITING or length > _SUMMARISED:
            return ""
        if self._summary[0] != length:
            self._summary = (length, summary(whole_arguments(self.call)))
        return self._summary[1]
