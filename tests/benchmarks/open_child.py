"""The cost of opening, resizing, zooming and scrolling conversations of different lengths, in its own process: JSON."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from functools import partial

from samples import SECTION, message
from stage import application, discard, frame, history, is_busy, memory_mb, opened, settle

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView

ROUNDS = 7
STEPS = 15
PLACES = 200
WALK = 1_000
ZOOMS = (1.0, 1.1, 1.25, 1.1)


def opening(theme: Theme, model_of: list[object]) -> tuple[float, float]:
    """Return CPU milliseconds from the messages to the first paint, and memory in MB."""
    memory, started = memory_mb(), time.process_time()
    view = opened(theme, TranscriptModel(model_of))
    view.viewport().repaint()
    spent = (time.process_time() - started) * 1_000
    grown = memory_mb() - memory
    settle(view, 0)
    discard(view)
    return spent, grown


def opening_by_turns(theme: Theme) -> dict[str, float]:
    """Use the first opening of each for the memory, the others for the time."""
    few, many = history(100), history(10_000)
    opening(theme, history(4))
    grown = opening(theme, many)[1]
    times: dict[str, list[float]] = {"100": [], "100 again": [], "10000": []}
    for _ in range(ROUNDS):
        for name, messages in (("100", few), ("10000", many), ("100 again", few)):
            times[name].append(opening(theme, messages)[0])
    found = {f"open {name}": statistics.median(values) for name, values in times.items()}
    return found | {"open MB": grown, "one message": _one_message(theme)}


def _one_message(theme: Theme) -> float:
    """Return the longest iteration of the loop while a message of 400 KB is opened."""
    view = opened(theme, TranscriptModel([message(0, "hello")]))
    text = SECTION * (400_000 // len(SECTION))
    spent = [frame(view, lambda: view.set_model(TranscriptModel([message(1, text)])))]
    while not view.page.placed or is_busy(view):
        spent.append(frame(view, lambda: time.sleep(0.002)))
    answer = view.document.item(0).answer
    assert "".join(block.before + block.source for block in answer.blocks) + answer.rest == text, "text was lost"
    discard(view)
    return max(spent)


def steps(theme: Theme) -> dict[str, float]:
    """Measure steps of resizing and zooming in the middle of 100 and of 10,000 messages, alternating."""
    times: dict[str, list[float]] = {}
    for _ in range(3):
        for count in (100, 10_000):
            view = opened(theme, TranscriptModel(history(count)))
            view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
            settle(view)
            for step in range(STEPS):
                spent = frame(view, partial(view.resize, 700 - step, 800))
                times.setdefault(f"resize {count}", []).append(spent)
            settle(view)
            for step in range(STEPS):
                spent = frame(view, lambda step=step: theme.set_zoom(ZOOMS[step % len(ZOOMS)]))
                times.setdefault(f"zoom {count}", []).append(spent)
            theme.set_zoom(1.0)
            discard(view)
    return {name: statistics.median(values) for name, values in times.items()}


def wheel(theme: Theme) -> dict[str, float]:
    """Measure wheel steps at random places in 10,000 messages: their cost, and how often the content jumped."""
    chance = random.Random(1)
    view = opened(theme, TranscriptModel(history(10_000)))
    bar = view.verticalScrollBar()
    times = []
    for _ in range(PLACES):
        bar.setValue(chance.randrange(bar.maximum()))
        settle(view, 0)
        times.append(frame(view, lambda: view.page.scroll_by(chance.choice((-70, 70)))))
    jumps = sum(_jumped(view, chance.choice((-1, 1)) * chance.randrange(20, 400), bar, chance) for _ in range(WALK))
    discard(view)
    return {"wheel": statistics.quantiles(times, n=20)[-1], "jumps": jumps}


def _jumped(view: TranscriptView, pixels: int, bar: object, chance: random.Random) -> bool:
    """Return whether a step moved the visible content by more than the requested pixels; sometimes jumps."""
    if chance.random() < 0.05:
        bar.setValue(chance.randrange(bar.maximum()))
    before = {(one.spot.place, one.entry.key): one.y for one in view.page.placed}
    view.page.scroll_by(pixels)
    moved = {one.y - before[key] for one in view.page.placed if (key := (one.spot.place, one.entry.key)) in before}
    is_at_edge = view.at_end or view.page.placed[0].y > 0
    return not is_at_edge and moved != {-pixels}


if __name__ == "__main__":
    theme = Theme(application())
    print(json.dumps(opening_by_turns(theme) | steps(theme) | wheel(theme)))
    sys.stdout.flush()
