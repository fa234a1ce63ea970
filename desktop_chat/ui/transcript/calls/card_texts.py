"""The lines that a card shows of its arguments and its result, and how much of them."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_chat.core.sent_calls import RESULT_LIMIT
from desktop_chat.markdown.argument_lines import JSON, Line, argument_lines, has_many_values, lines_in
from desktop_chat.markdown.json_printer import JsonPrinter
from desktop_chat.markdown.visible_text import visible
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.transcript.calls.shown_call import ShownCall, whole_arguments

FOLDED_LINES = 12
"""How many lines of a longer part are shown at first."""
_PER_LINE = 100
"""Characters of a folded part for each of its lines; longer texts are cut."""


def shown_arguments(call: ShownCall) -> list[Line]:
    """Return the lines of arguments that are whole; what is no JSON object is shown as it is."""
    source = whole_arguments(call)
    lines = argument_lines(source)
    if lines is not None:
        return lines or [Line(tr("No arguments"))]
    return lines_in(visible(source if has_many_values(source) else JsonPrinter().feed(source)), JSON)


def first_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the first lines of a text that is folded; few of very long ones."""
    shown: list[Line] = []
    room = FOLDED_LINES * _PER_LINE
    for line in lines[:FOLDED_LINES]:
        shown.append(line._replace(text=line.text[:room]))
        room -= len(line.text)
        if room <= 0:
            break
    return shown


def sent_of(result: str, side_by_side: int) -> int:
    """Return how many characters of a result are sent to the model if this many calls were made in its round."""
    return min(len(result), RESULT_LIMIT // side_by_side)
