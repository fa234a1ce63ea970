"""One message of the transcript as a list of entries, kept in step with the text that arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING

from desktop_chat.core.entities import Message, Role, Source, Status, is_only_reasoning
from desktop_chat.ui.text.left_out_text import left_out_line
from desktop_chat.ui.transcript import message_labels
from desktop_chat.ui.transcript.blocks import message_parts as parts
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.entries import (
    ATTACHMENTS,
    BUBBLE_PAD,
    FIRST_REASONING,
    FIRST_TAIL,
    HEADER,
    REASONING,
    REASONING_STYLE,
    SUMMARY,
    SUMMARY_STYLE,
    BlockEntry,
    ChromeEntry,
    Entry,
    SectionStyle,
)
from desktop_chat.ui.transcript.height_index import HeightIndex
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.section import Scene, Section
from desktop_chat.ui.transcript.transcript_model import Row

if TYPE_CHECKING:  # few messages have tool calls
    from desktop_chat.ui.transcript.calls.shown_call import ShownCall
    from desktop_chat.ui.transcript.calls.split_text import SplitText
    from desktop_chat.ui.transcript.calls.tool_card import CardState, ToolCard

_NARROW = 480
"""In a column narrower than this, in pixels at zoom 1, a bubble may take the whole width."""
_WIDEST_BUBBLE = 0.85
_MEASURED_BLOCKS, _MEASURED_CHARACTERS = 12, 3_000
"""The text width of longer questions is not measured; up to here it takes a few tenths of a millisecond."""

SOURCES, REMARK, STATE, OUTCOME, FOOTER = range(FIRST_TAIL, FIRST_TAIL + 5)
"""Keys of the entries below the text, from top to bottom."""


class MessageItem:
    """Header, reasoning, blocks, state and footer of one message, with the sums of their heights."""

    def __init__(self, row: Row, folded: set[str]) -> None:
        """`folded` has the ids of the messages whose summary is folded away; it outlives the items."""
        self.row = row
        self._folded = folded
        self.entries: list[Entry] = []
        self.sums = HeightIndex()
        self.unfolded = False
        self.shows_all_sources = False
        self.answer: Section | SplitText = Section(0, self._answer_style())
        self.reasoning: Section | SplitText = Section(FIRST_REASONING, REASONING_STYLE)
        self.card_states: dict[str, CardState] = {}
        """What the user chose for the cards of tool calls, by the id of the call."""
        self._head: list[ChromeEntry] = []
        self._tail: list[ChromeEntry] = []
        self._shown_reasoning = 0
        self._recasts = row.recasts
        self._was_opened = False
        self._said: tuple[Message, str, str] | None = None
        """The author and the time in words; needed in each frame."""
        self._bubble: tuple[RenderStyle, int, int, int] | None = None
        """The width of a question's bubble, after what it was measured for: style, width, number of blocks."""

    @property
    def message(self) -> Message:
        return self.row.message

    @property
    def hides_summary(self) -> bool:
        """Whether the text of a summary is folded away."""
        return self.message.summary is not None and self.message.id in self._folded

    @hides_summary.setter
    def hides_summary(self, hides: bool) -> None:
        (self._folded.add if hides else self._folded.discard)(self.message.id)

    @property
    def behind(self) -> bool:
        """True while text waits for a later frame; folded reasoning waits to be unfolded."""
        return self.answer.pending or (self.unfolded and self.reasoning.pending)

    def sync(self, scene: Scene) -> None:
        """Take new text, and bring the entries up to date."""
        anew = self._follow_recast()
        if calls := self.row.calls:
            anew = self._split_at(calls) or anew
        self.answer.read(self.row.text)
        self.reasoning.read(self.row.reasoning)
        self._open_only_reasoning()
        first_answer = self.answer.take(scene)
        first_answer = min(first_answer, self.answer.refer_to(tuple(source.url for source in self.row.sources)))
        first_reasoning = self.reasoning.take(scene) if self.unfolded else 0
        head = self._make_head(scene)
        tail = self._make_tail(scene)
        same_head = head == self._head
        reasoning = len(self.reasoning.entries) if self.unfolded else 0
        if anew or not same_head or reasoning != self._shown_reasoning or not self.entries:
            first = 0
        else:
            first = len(head) + (
                first_reasoning if self.unfolded and self._is_reasoning() else reasoning + first_answer
            )
            if self.hides_summary:
                first = min(first, len(head) + reasoning)
        self._head, self._tail, self._shown_reasoning = head, tail, reasoning
        self._list_from(first)

    def lay_out(self, index: int, render_style: RenderStyle, width: int) -> BlockLayout:
        """Lay out one entry and note its height."""
        layout = self.entries[index].laid_out(render_style, width)
        self.sums.set(index, self.entries[index].height)
        return layout

    def index_of(self, key: int) -> int:
        """Return the index of the entry with a key, or of the last one before it."""
        low, high = 0, len(self.entries)
        while low < high:
            middle = (low + high) // 2
            if self.entries[middle].key <= key:
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def section_of(self, entry: BlockEntry) -> Section:
        """Return the text that a block belongs to."""
        return (self.reasoning if entry.key < 0 else self.answer).section_of(entry)

    def ends_with(self, entry: Entry) -> bool:
        """Return whether an entry is the last one of the answer."""
        entries = self.answer.entries
        return bool(entries) and entries[-1] is entry

    def card_at(self, key: int) -> ToolCard | None:
        """Return the card of a tool call that an entry with a key belongs to, shown or not."""
        return None if isinstance(self.answer, Section) else self.answer.card_at(key)

    def cards(self) -> Sequence[ToolCard]:
        """Return the cards of all tool calls."""
        return () if isinstance(self.answer, Section) else self.answer.cards

    def note_choice(self) -> None:
        """The user folded or unfolded a card, or a part of one."""
        if not isinstance(self.answer, Section):
            self.answer.note_choice()

    def parts_of(self, entry: BlockEntry) -> list[BlockEntry]:
        """Return all parts of the construct that a block belongs to; each list item is its own."""
        return (self.reasoning if entry.key < 0 else self.answer).parts_of(entry)

    def restyle(self) -> None:
        """Lay everything out again when it is next in view: colours, fonts or words changed."""
        self.answer.restyle()
        self.reasoning.restyle()
        self._said = None
        for part in [*self._head, *self._tail]:
            part.layout = None
            part.state = None

    def _answer_style(self) -> SectionStyle:
        if self.row.message.summary is not None:
            return SUMMARY_STYLE
        return SectionStyle(bubble=self._bubble_width if self.row.message.role is Role.USER else None)

    def _bubble_width(self, render_style: RenderStyle, width: int) -> int:
        """Return the width of a question's bubble: what its text needs, or the most if measuring takes too long."""
        blocks = self._blocks()
        if self._bubble is None or self._bubble[0] is not render_style or self._bubble[1:3] != (width, len(blocks)):
            self._bubble = (render_style, width, len(blocks), self._fitting_bubble(render_style, width))
        return self._bubble[3]

    def _fitting_bubble(self, render_style: RenderStyle, width: int) -> int:
        most = width if width < render_style.px(_NARROW) else round(width * _WIDEST_BUBBLE)
        blocks, pads = self._blocks(), 2 * render_style.px(BUBBLE_PAD)
        if len(blocks) > _MEASURED_BLOCKS or sum(len(entry.block.source) for entry in blocks) > _MEASURED_CHARACTERS:
            return most
        widest = 0.0
        for entry in blocks:
            needed = entry.text_width(render_style, most - pads)
            if needed is None:
                return most
            widest = max(widest, needed)
        return min(most, ceil(widest) + 1 + pads)

    def _blocks(self) -> list[BlockEntry]:
        """Return the blocks of a question."""
        return self.answer.entries if isinstance(self.answer, Section) else []

    def _is_reasoning(self) -> bool:
        return self.row.running and not len(self.row.text)

    def _split_at(self, calls: Sequence[ShownCall]) -> bool:
        """Divide the texts at their tool calls. Returns whether all entries have to be listed again."""
        from desktop_chat.ui.transcript.calls.split_text import divided  # noqa: PLC0415  (few messages have calls)

        row = self.row
        answer, reasoning = self.answer, self.reasoning
        self.answer = divided(answer, 0, self._answer_style(), calls, row.text, self.card_states)
        self.reasoning = divided(reasoning, FIRST_REASONING, REASONING_STYLE, calls, row.reasoning)
        return self.answer is not answer or self.reasoning is not reasoning

    def _follow_recast(self) -> bool:
        """Start the answer again if what was shown of it turned out to be reasoning."""
        if self._recasts == self.row.recasts:
            return False
        self._recasts = self.row.recasts
        self.answer = Section(0, self._answer_style())
        return True

    def _open_only_reasoning(self) -> None:
        """Unfold the reasoning of a reply that has nothing else, once."""
        if not self._was_opened and self.message.status is Status.COMPLETE and is_only_reasoning(self.message):
            self._was_opened = self.unfolded = True

    def _list_from(self, first: int) -> None:
        """Rebuild the flat list of entries from one place on."""
        reasoning: Sequence[Entry] = self.reasoning.entries if self.unfolded else ()
        answer: Sequence[Entry] = () if self.hides_summary else self.answer.entries
        groups: tuple[Sequence[Entry], ...] = (self._head, reasoning, answer, self._tail)
        first = min(first, len(self.entries))
        del self.entries[first:]
        self.sums.truncate(first)
        skipped = first
        for part in groups:
            for entry in part[skipped:]:
                self.entries.append(entry)
                self.sums.append(entry.height)
            skipped = max(0, skipped - len(part))

    # --- around the text ----------------------------------------------------------------------------------------

    def _make_head(self, scene: Scene) -> list[ChromeEntry]:
        message = self.message
        if self._said is None or self._said[0] is not message:
            self._said = (message, message_labels.speaker(message), message_labels.time_of(message))
        _, name, time = self._said
        versions = parts.version_controls(message, scene.alternatives(message.id))
        actions = () if message.role is Role.ASSISTANT else tuple(parts.message_actions(message))
        heading = parts.Heading(name, time, versions, actions, at_right=message.role is Role.USER)
        head = [self._part(HEADER, heading, lambda render_style, width: parts.header(render_style, width, heading))]
        if message.summary is not None:
            hides = self.hides_summary
            head.append(
                self._part(
                    SUMMARY, hides, lambda render_style, width: parts.summary_heading(render_style, width, hides=hides)
                )
            )
        if message.attachments:
            head += self._attachments(message, scene)
        if len(self.row.reasoning):
            state = message_labels.reasoning_state(message, self.row.reply, scene.now)
            unfolded = self.unfolded
            head.append(
                self._part(
                    REASONING,
                    (state, unfolded),
                    lambda render_style, width: parts.reasoning_heading(render_style, width, state, unfolded=unfolded),
                )
            )
        return head

    def _attachments(self, message: Message, scene: Scene) -> list[ChromeEntry]:
        """Return the row with the attachments of a question; those of a reply are images in its text."""
        from desktop_chat.ui.transcript.images.image_row import attachment_rows, note_sizes  # noqa: PLC0415  (seldom)

        attachments = message.attachments
        note_sizes(scene.render_style.image_cache, attachments)
        if message.role is not Role.USER:
            return []
        return [
            self._part(
                ATTACHMENTS,
                attachments,
                lambda render_style, width: attachment_rows(render_style, width, attachments),
            )
        ]

    def _make_tail(self, scene: Scene) -> list[ChromeEntry]:
        message = self.message
        if message.role is not Role.ASSISTANT:
            return []
        tail = []
        if message.sources:
            tail.append(self._sources(message.sources))
        if left_out := (self.row.reply or message).left_out:
            line = left_out_line(left_out)
            tail.append(self._part(REMARK, line, lambda render_style, width: parts.remark(render_style, width, line)))
        if self.row.reply is not None:
            progress = self.row.reply.progress
            cause = scene.words.cause(progress.failure, message) if progress.failure is not None else ""
            has_text, is_calling = bool(self.row.text), any(not card.settled for card in self.cards())
            state = message_labels.progress_line(
                progress, scene.now, has_text=has_text, is_calling=is_calling, cause=cause
            )
            if state:
                tail.append(
                    self._part(STATE, state, lambda render_style, width: parts.state_line(render_style, width, state))
                )
        elif sentence := self._outcome(scene):
            helps = scene.words.actions(message)
            tail.append(
                self._part(
                    OUTCOME,
                    (sentence, tuple(helps)),
                    lambda render_style, width: parts.outcome(render_style, width, message, sentence, helps),
                )
            )
        tail.append(self._footer(scene))
        return tail

    def _sources(self, sources: tuple[Source, ...]) -> ChromeEntry:
        unfolded = self.shows_all_sources
        return self._part(
            SOURCES,
            (sources, unfolded),
            lambda render_style, width: parts.source_list(render_style, width, sources, unfolded=unfolded),
        )

    def _outcome(self, scene: Scene) -> str:
        """Return what to say about how it ended; empty if that is obvious."""
        said = scene.words.sentence(self.message)
        return said if said or self.message.status is Status.COMPLETE else scene.words.finish_state(self.message)

    def _footer(self, scene: Scene) -> ChromeEntry:
        message = self.message
        running = self.row.running
        state = scene.words.finish_state(message) if message.status is Status.COMPLETE else ""
        cost = "" if running else scene.words.cost(message)
        lines = () if running else message_labels.numbers(message, state, cost)
        actions = [] if running else parts.message_actions(message)
        counted = message_labels.counted(message, cost)
        return self._part(
            FOOTER,
            (lines, tuple(actions), counted),
            lambda render_style, width: parts.footer(render_style, width, lines, actions, counted),
        )

    def _part(self, key: int, state: object, make: Callable[[RenderStyle, int], BlockLayout]) -> ChromeEntry:
        """Return the entry with a key if it shows the same, else a new one of the same height."""
        old = next((entry for entry in (*self._head, *self._tail) if entry.key == key), None)
        if old is not None and old.state == state:
            return old
        return ChromeEntry(key, old.height if old is not None else 36, make, state)
