"""The texts of a message with tool calls as they are searched: with the keys that its entries have when shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from desktop_chat.markdown.argument_lines import Line, pieces_of, result_lines
from desktop_chat.ui.transcript.calls.card_texts import shown_arguments
from desktop_chat.ui.transcript.calls.plain_lines import LINES_PER_ENTRY
from desktop_chat.ui.transcript.calls.shown_call import OPEN, ShownCall, whole_arguments
from desktop_chat.ui.transcript.calls.split_text import MAX_PARTS
from desktop_chat.ui.transcript.calls.tool_card import ARGUMENTS, RESULT_LINES
from desktop_chat.ui.transcript.entries import FIRST_REASONING, PART_KEYS
from desktop_chat.ui.transcript.transcript_model import Row

CardTexts: TypeAlias = list[tuple[int, str]]
"""Keys, from that of the card on, each with its text."""


def divided(row: Row) -> Iterator[tuple[int, str | CardTexts]]:
    """Yield the parts of reasoning and answer from top to bottom, each with its first key: Markdown, or the texts of a
    card. They are divided as `SplitText` does."""
    reasoning, text = row.reasoning.whole(), row.text.whole()
    start = number = 0
    for call in row.calls:
        if (at := min(max(start, call.reasoning_at), len(reasoning))) > start:
            yield FIRST_REASONING + number * PART_KEYS, reasoning[start:at]
            start, number = at, number + 1
    yield FIRST_REASONING + number * PART_KEYS, reasoning[start:]
    start = number = 0
    for call in row.calls:
        if number >= MAX_PARTS:
            break
        if (at := min(max(start, call.text_at), len(text))) > start:
            yield number * PART_KEYS, text[start:at]
            start, number = at, number + 1
        yield number * PART_KEYS, _card_texts(call)
        number += 1
    yield number * PART_KEYS, text[start:]


def _card_texts(call: ShownCall) -> CardTexts:
    if call.status in OPEN:
        return []
    texts = _texts(ARGUMENTS, shown_arguments(call))
    return texts + _texts(RESULT_LINES, result_lines(call.result)) if call.result else texts


def texts_of(call: ShownCall) -> list[str]:
    """Return what may be found in a call."""
    return [whole_arguments(call), *(text for _, text in _card_texts(call))]


def _texts(first_key: int, lines: Sequence[Line]) -> CardTexts:
    pieces = [piece.text for line in lines for piece in pieces_of(line)]
    return [
        (first_key + at // LINES_PER_ENTRY, "\n".join(pieces[at : at + LINES_PER_ENTRY]))
        for at in range(0, len(pieces), LINES_PER_ENTRY)
    ]
