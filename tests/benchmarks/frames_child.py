"""The cost of a frame while streaming at different lengths, in its own process: prints JSON.

All subjects stream in turns, so that a busy machine slows all of them. A turn is one whole section of the sample, so
that each turn of each subject streams, lays out and shows the same.
"""

from __future__ import annotations

import json
import statistics
import sys
from functools import partial

from samples import SECTION, text_of
from stage import PIECES, Paints, application, discard, frame, history, plain_floor, settle, stream

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.entries import BlockEntry
from desktop_chat.ui.transcript.view import TranscriptView

TURNS = 9


def seen(view: TranscriptView) -> tuple[tuple[str, int], ...]:
    """Kinds and heights of the visible blocks."""
    return tuple(
        (one.entry.block.kind, one.entry.height) for one in view.page.placed if isinstance(one.entry, BlockEntry)
    )


def is_whole(view: TranscriptView) -> bool:
    """Return whether no construct is open at the end of the text."""
    text = view.model.row(view.model.rowCount() - 1).text.whole()
    return text == SECTION * (len(text) // len(SECTION)) and text.endswith("\n\n")


def main() -> dict[str, float]:
    app = application()
    theme = Theme(app)
    paints = Paints(TranscriptView)
    short = text_of(2_000)
    subjects = {
        "floor": plain_floor(),
        "2k": stream(theme, short),
        "2k again": stream(theme, short),
        "100k": stream(theme, text_of(100_000)),
        "history": stream(theme, short, history(10_000)),
    }
    views = {name: widget for name, (widget, _) in subjects.items() if isinstance(widget, TranscriptView)}
    assert all(is_whole(view) for view in views.values())
    turns: dict[str, list[float]] = {name: [] for name in subjects}
    shown: dict[str, tuple[tuple[str, int], ...]] = {}
    for _ in range(TURNS):
        for name, (widget, append) in subjects.items():
            widget.raise_()
            settle(views.get(name), 0.02)
            counted = paints if name in views else None
            turns[name].append(statistics.mean([frame(widget, partial(append, piece), counted) for piece in PIECES]))
            if name in views:
                shown[name] = seen(views[name])
        assert all(is_whole(view) for view in views.values())
        assert len(set(shown.values())) == 1, f"not all views show the same: {shown}"
    for widget, _ in subjects.values():
        discard(widget)
    return {name: statistics.median(times[1:]) for name, times in turns.items()}


if __name__ == "__main__":
    print(json.dumps(main()))
    sys.stdout.flush()
