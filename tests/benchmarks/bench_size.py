"""What a large history costs the window, against a small or an empty one: of the size that is promised, unless
BENCH_CONVERSATIONS says otherwise. The history is made once; all parts use one copy of it, one after the other."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import harness
from harness import Row, Run
from histories import FEW, MANY, copied

TITLE = "Large histories"
CHILD = str(harness.HERE / "size_child.py")
WINDOW = str(harness.HERE / "window_child.py")
TURN_MS, HIT_MS, NOTHING_MS = 16.7, 50.0, 150.0
QUIT_MS = 300.0
STARTS, RESTS, LISTS, STREAMS = 5, 2, 2, 3
IDLE_S = 3.0
Report = dict[str, float]


def measure() -> list[Row]:
    with ExitStack() as stack:
        empty, few, many = [stack.enter_context(copied(count)) for count in (0, FEW, MANY)]
        return [
            *start_rows(empty, many),
            *sidebar_rows(few, many),
            *search_rows(many),
            *send_rows(many),
            stream_row(empty, many),
            *snapshot_rows(many),
            turn_row("10,000 conversations appear that were imported", asked("added", many), "added"),
            reply_row(many),  # it leaves a connection without a server, so nothing is sent after it
            *delete_rows(many),
        ]


def start_rows(empty: Path, many: Path) -> list[Row]:
    floor, subject = harness.side_by_side(lambda: start(empty, "paint"), lambda: start(many, "paint"), rounds=STARTS)
    memory = [[start(folder, "idle").report["own_mb"] for _ in range(RESTS)] for folder in (empty, many)]
    less, more = map(statistics.median, memory)
    return [
        harness.cpu_row(
            f"start to the first paint with {MANY:,} conversations, CPU; floor: with none", floor, subject, 1.1
        ),
        Row(
            "the same: memory of the window at rest, without what it shares with others",
            f"{less:.0f} MB",
            f"{more:.0f} MB",
            f"+{more - less:.0f} MB",
            "at most +20 MB",
            more - less <= 20,
        ),
    ]


def start(folder: Path, question: str) -> Run:
    return harness.run(harness.python(WINDOW, "product", question, str(folder), str(IDLE_S)))


def sidebar_rows(few: Path, many: Path) -> list[Row]:
    series = harness.side_by_side(
        lambda: run("sidebar", few), lambda: run("sidebar", many), rounds=LISTS, warm_up=False
    )
    floor, found = [least(one.report for one in each.runs) for each in series]
    return [
        compared(f"a wheel step in the sidebar, with its paint; floor: with {FEW}", floor["wheel"], found["wheel"]),
        compared("a filter that finds nothing, set and cleared", floor["filter"], found["filter"]),
        compared("opening a conversation from anywhere", floor["open"], found["open"]),
        turn_row("the same", found, "open turn", floor["open turn"]),
    ]


def search_rows(many: Path) -> list[Row]:
    found = asked("search", many)
    names = [name for name in found if f"{name}, CPU" in found]
    absent = [name for name in names if name.startswith("none")]
    nothing = max(absent[:-1], key=found.__getitem__)
    slowest = max((name for name in names if name not in absent), key=found.__getitem__)
    hits = f"search to the first hits on the screen, while one types: slowest of {len(names) - 3} words, {slowest}"
    return [
        search_row(hits, found, slowest, HIT_MS),
        search_row("search until it is certain that there are none", found, nothing, NOTHING_MS),
        search_row("the same for a word whose pieces are in every tenth message", found, absent[-1], NOTHING_MS),
        turn_row("all searches, to their ends", found, "turn"),
    ]


def search_row(what: str, found: Report, name: str, at_most: float) -> Row:
    measured = f"{found[name]:.1f} ms ({found[f'{name}, CPU']:.1f} ms of CPU)"
    return Row(what, "-", measured, "-", f"at most {at_most:g} ms", found[name] <= at_most)


def send_rows(many: Path) -> list[Row]:
    found = asked("send", many)
    sent = compared(
        "a message to its row, in the long conversation; floor: in an empty one", found["send empty"], found["send"]
    )
    frame = compared("a frame of its reply there", found["frame empty"], found["frame"], 1.1)
    return [sent, frame]


def reply_row(many: Path) -> Row:
    replied = asked("reply", many)
    what = f"from Enter in the long conversation to the end of a reply to all {replied['bytes'] / 1e6:.0f} MB of it"
    return turn_row(what, replied, "turn")


def stream_row(empty: Path, many: Path) -> Row:
    floor, subject = harness.side_by_side(
        lambda: run("stream", empty), lambda: run("stream", many), rounds=STREAMS, warm_up=False
    )
    frames = [series.median(lambda one: one.report["frame"]) for series in (floor, subject)]
    return compared("a frame of streaming with that history; floor: with none", frames[0], frames[1], 1.03)


def snapshot_rows(many: Path) -> list[Row]:
    found = asked("snapshot", many)
    return [
        turn_row("the first snapshot is taken", found, "first turn"),
        turn_row("the next is taken", found, "turn"),
        Row(
            "quitting while one is taken",
            "-",
            f"{found['quitting']:.1f} ms",
            "-",
            f"at most {QUIT_MS:g} ms",
            found["quitting"] <= QUIT_MS,
        ),
        Row(
            "what a snapshot takes after one message",
            f"{found['bytes'] / 1e6:.1f} MB for the first",
            f"{found['more'] / 1e3:.0f} KB",
            "-",
            "at most 100 KB",
            found["more"] <= 100_000,
        ),
    ]


def delete_rows(many: Path) -> list[Row]:
    found = asked("delete", many)
    return [
        turn_row("1,000 conversations are put into the trash one by one", found, "trash"),
        turn_row("all are restored at once", found, "restore"),
        turn_row("the trash is emptied", found, "empty"),
    ]


def run(question: str, folder: Path) -> Run:
    return harness.run(harness.python(CHILD, str(folder), question))


def asked(question: str, folder: Path) -> Report:
    return run(question, folder).report


def least(reports: Iterable[Report]) -> Report:
    """Return the least of each value: others use this machine, too."""
    first, *others = reports
    return {name: min([value, *(other[name] for other in others)]) for name, value in first.items()}


def compared(what: str, floor: float, measured: float, at_most: float = 1.2) -> Row:
    ratio = measured / floor
    return Row(
        what, f"{floor:.2f} ms", f"{measured:.2f} ms", f"{ratio:.2f}x", f"at most {at_most:g}x", ratio <= at_most
    )


def turn_row(what: str, found: Report, name: str, floor: float = 0.0) -> Row:
    """Return a row for a longest turn. Its CPU counts, which others on the machine do not change; what it took on the
    wall is told besides."""
    measured = f"{found[name]:.1f} ms ({found[f'{name}, wall']:.1f} ms on the wall)"
    below = f"{floor:.1f} ms" if floor else "-"
    limit = f"at most {TURN_MS:g} ms"
    return Row(f"longest turn of the window, CPU: {what}", below, measured, "-", limit, found[name] <= TURN_MS)
