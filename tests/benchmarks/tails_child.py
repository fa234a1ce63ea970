"""The longest frame while one long construct is open, in its own process: prints JSON.

Garbage is collected like in the application. Streaming stays inside the construct: the sample ends within it.
"""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice

from samples import TOKEN
from stage import application, discard, frame, settle, stream

from desktop_chat.ui.style.theme import Theme

FRAMES = 400
LINES = {
    "50 KB paragraph": ("", "Some words of a paragraph without an end. ", 1_200),
    "500-row table": ("| a | b |\n|---|---|\n", "| cell one | cell two of a row |\n", 500),
    "5,000-line code": ("```python\n", "value = compute(1, 'text')  # note\n", 5_000),
    "1,000-item list": ("", "- an item of a long list\n", 1_000),
    "3,000 nested quotes": ("", ">", 3_000),
    "one word of 200,000 letters": ("", "w", 200_000),
}


def longest(theme: Theme, head: str, line: str, count: int) -> tuple[float, float]:
    view, append = stream(theme, head + line * count)
    more = line * (2 * TOKEN) if len(line) < TOKEN else line
    pieces = cycle([more[at : at + 2 * TOKEN] for at in range(0, len(more), 2 * TOKEN)])
    for piece in islice(pieces, 40):
        frame(view, lambda piece=piece: append(piece))
    times = [frame(view, lambda piece=piece: append(piece)) for piece in islice(pieces, FRAMES)]
    settle(view)
    item = view.document.item(0)
    kept = "".join(block.before + block.source for block in item.answer.blocks) + item.answer.rest
    assert kept == view.model.row(0).text.whole(), "text was lost"
    discard(view)
    return max(times), sum(times) / len(times)


if __name__ == "__main__":
    theme = Theme(application())
    longest(theme, "", "warm up\n\n```python\nx = 1\n```\n\n", 3)
    found = {}
    for name, sample in LINES.items():
        found[f"{name}: max"], found[f"{name}: mean"] = longest(theme, *sample)
    print(json.dumps(found))
    sys.stdout.flush()
