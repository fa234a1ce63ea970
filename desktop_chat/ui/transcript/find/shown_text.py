"""The text of a message as it is shown, with the same positions as in its layout."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from desktop_chat.core.entities import Message, Status
from desktop_chat.markdown.block import Block, Definitions
from desktop_chat.markdown.long_lines import truncated_lines
from desktop_chat.markdown.nodes import Code, ItemList, Math, Node, Quote, Rule, Span, Style, Table, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.ui.transcript.entries import FIRST_REASONING, BlockEntry, SectionStyle
from desktop_chat.ui.transcript.math.formulas import Formulas
from desktop_chat.ui.transcript.render_style import RenderStyle
from desktop_chat.ui.transcript.transcript_model import TranscriptModel

_READINGS_KEPT = 30
_ENDED = -1
_LONG = 16_000
"""Characters above which the text read from a message is kept for the next search."""
_OBJECT = "\ufffc"
"""What a formula is in the text around it."""
_SET_OTHERWISE = Style.IMAGE | Style.NOTE
"""Spans whose text only the layout knows."""


class _OnlyLaidOut(Exception):
    """Only the layout knows the text."""


def block_text(nodes: Sequence[Node], formulas: Formulas) -> str | None:
    """Return the text of all boxes of a block, joined as their positions are; None if only the layout knows it.

    A formula counts as one that can be set until that fails.
    """
    reader = _BoxReader(formulas)
    try:
        reader.add_all(nodes)
    except _OnlyLaidOut:
        return None
    return "\n".join(reader.boxes)


class _BoxReader:
    """Lists the texts of the boxes that nodes are laid out as."""

    def __init__(self, formulas: Formulas) -> None:
        self.boxes: list[str] = []
        self._formulas = formulas

    def add_all(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            self._add(node)

    def _add(self, node: Node) -> None:
        match node:
            case Text():
                self.boxes.append(self._text_of(node.spans))
            case Code():
                self.boxes += [shown for shown, _ in truncated_lines(node.text.split("\n"))]
            case Table():
                self._add_table(node)
            case Quote():
                self.add_all(node.children)
            case ItemList():
                self._add_items(node)
            case Math():
                self.boxes.append(self._formula(node.text, alone=True))
            case Rule():
                pass
            case _:
                raise _OnlyLaidOut

    def _add_items(self, node: ItemList) -> None:
        for item in node.items:
            before = len(self.boxes)
            self.add_all(item.children)
            if len(self.boxes) == before:
                self.boxes.append("")

    def _add_table(self, table: Table) -> None:
        width = len(table.alignments)
        for cells in [table.header, *table.rows] if table.header else table.rows:
            self.boxes += [self._text_of(cells[number]) if number < len(cells) else "" for number in range(width)]

    def _text_of(self, spans: Sequence[Span]) -> str:
        if any(span.style & _SET_OTHERWISE for span in spans):
            raise _OnlyLaidOut
        return "".join([self._formula(span.text) if span.style & Style.MATH else span.text for span in spans])

    def _formula(self, latex: str, *, alone: bool = False) -> str:
        key = (latex, alone)
        if self._formulas.get(key) is None and not self._formulas.is_open(key):
            raise _OnlyLaidOut
        return _OBJECT


Sifter = Callable[[str], bool]
"""Says whether a source may have a hit."""


@dataclass(slots=True)
class _Reading:
    """What is known of one of the two texts of a message."""

    splitter: BlockSplitter = field(default_factory=BlockSplitter)
    length: int = 0
    fed: list[Iterator[int]] = field(default_factory=list)
    """Text that is being split."""
    texts: dict[int, tuple[Block, str | Sifter]] = field(default_factory=dict)
    """The text of a block by its index, or the prefilter that rejected it."""
    definitions: Definitions = field(default_factory=dict)

    def define(self) -> None:
        """Take the link definitions of the text so far; blocks that they may change are read again."""
        definitions = self.splitter.definitions()
        if definitions != self.definitions:
            self.definitions = definitions
            self.texts = {index: known for index, known in self.texts.items() if "[" not in known[0].source}


class _Known(NamedTuple):
    """What is known of a message while its text only grows."""

    reasoning: _Reading
    answer: _Reading
    recasts: int
    """How often its text had turned out to be reasoning; _ENDED for a finished reply."""


Steps = Generator[None, None, list[tuple[int, str]]]
"""Pauses now and then; returns keys of blocks, each with its text."""


class ShownTexts:
    """Reads the text that messages show, and keeps it for the next search."""

    def __init__(self, model: TranscriptModel, render_style: Callable[[], tuple[RenderStyle, int]]) -> None:
        self.model = model
        self._render_style = render_style
        self._readings: OrderedDict[str, _Known] = OrderedDict()

    def __len__(self) -> int:
        return self.model.rowCount()

    def sources(self, first: int, end: int) -> tuple[list[tuple[int, str]], list[int]]:
        """Return the Markdown of messages with their places, and the places of those that still grow."""
        texts, growing = [], []
        for place, message in enumerate(self.model.messages(first, end), first):
            if message.status is Status.RUNNING:
                growing.append(place)
                continue
            texts.append((place, message.text))
            if message.reasoning:
                texts.append((place, message.reasoning))
            if message.tool_calls:
                texts += [(place, text) for text in self._call_texts(message)]
        return texts, growing

    @staticmethod
    def _call_texts(message: Message) -> list[str]:
        from desktop_chat.ui.transcript.find.call_texts import texts_of  # noqa: PLC0415  (few messages have calls)

        return [text for call in message.tool_calls for text in texts_of(call)]

    def read(self, place: int, may_hit: Sifter) -> Steps:
        """Read the blocks of a message whose source may have a hit, from top to bottom."""
        (message,) = self.model.messages(place, place + 1)
        if self.model.row(place).calls:
            return (yield from self._read_with_calls(place, may_hit))
        found: list[tuple[int, str]] = []
        for reading, first_key in zip(self._readings_of(place, message), (FIRST_REASONING, 0), strict=True):
            yield from self._split(place, message, reading, is_reasoning=first_key < 0)
            reading.define()
            for index, block in enumerate(list(reading.splitter.blocks)):
                known, shown = reading.texts.get(index, (None, may_hit))
                if known is not block or not (isinstance(shown, str) or shown == may_hit):
                    linked = reading.definitions and "[" in block.source  # definitions decide whether labels are shown
                    shown = self._text_of(block, reading) if linked or may_hit(block.source) else may_hit
                    reading.texts[index] = block, shown
                    yield
                if isinstance(shown, str):
                    found.append((first_key + index, shown))
        return found

    def _read_with_calls(self, place: int, may_hit: Sifter) -> Steps:
        """Read a message with tool calls: each piece of its texts on its own, and the cards between them."""
        from desktop_chat.ui.transcript.find.call_texts import divided  # noqa: PLC0415  (few messages have calls)

        found: list[tuple[int, str]] = []
        for first_key, part in divided(self.model.row(place)):
            if not isinstance(part, str):
                found += [(first_key + key, text) for key, text in part if may_hit(text)]
                yield
                continue
            reading = _Reading()
            for _ in reading.splitter.feeds(part):
                yield
            reading.define()
            for index, block in enumerate(list(reading.splitter.blocks)):
                linked = reading.definitions and "[" in block.source
                if linked or may_hit(block.source):
                    found.append((first_key + index, self._text_of(block, reading)))
                    yield
        return found

    def _readings_of(self, place: int, message: Message) -> tuple[_Reading, _Reading]:
        """Return what is known of both texts of a message; short ones are not kept, as reading them again is fast."""
        grows = message.status is Status.RUNNING
        recasts = self.model.row(place).recasts if grows else _ENDED
        known = self._readings.get(message.id)
        if known is None or known.recasts != recasts:
            known = _Known(_Reading(), _Reading(), recasts)
        if grows or len(message.text) > _LONG:
            self._readings[message.id] = known
            self._readings.move_to_end(message.id)
            while len(self._readings) > _READINGS_KEPT:
                self._readings.popitem(last=False)
        return known.reasoning, known.answer

    def _split(self, place: int, message: Message, reading: _Reading, *, is_reasoning: bool) -> Generator[None]:
        if message.status is Status.RUNNING:
            row = self.model.row(place)
            text = (row.reasoning if is_reasoning else row.text).after(reading.length)
        else:
            text = (message.reasoning if is_reasoning else message.text)[reading.length :]
        if text:
            reading.length += len(text)
            reading.fed.append(reading.splitter.feeds(text))
        while reading.fed:  # two readers may take turns on one message; each takes the next piece
            if next(reading.fed[0], None) is None:
                reading.fed.pop(0)
            yield

    def _text_of(self, block: Block, reading: _Reading) -> str:
        definitions = reading.definitions
        render_style, width = self._render_style()
        text = block_text(render(block, definitions), render_style.formulas)
        if text is None:
            entry = BlockEntry(0, block, SectionStyle())
            entry.definitions = definitions
            text = "\n".join([box.text for box in entry.laid_out(render_style, width).boxes])
        return text
