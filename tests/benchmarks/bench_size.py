"""What a large history costs the window, against a small or an empty one. BENCH_CONVERSATIONS sets how large: 2,000
unless it says otherwise, and 20,000 for the figures that are promised."""

from __future__ import annotations

import statistics

import harness
from harness import Row, Run
from histories import FEW, MANY, copied

TITLE = "Large histories"
CHILD = str(harness.HERE / "size_child.py")
WINDOW = str(harness.HERE / "window_child.py")
FRAME_MS, HIT_MS, NOTHING_MS = 16.7, 50.0, 150.0
QUIT_MS = 300.0
ROUNDS = 3
IDLE_S = 3.0


def measure() -> list[Row]:
    return [*start_rows(), *sidebar_rows(), *search_rows(), *send_rows(), *snapshot_rows(), *delete_rows()]


def start_rows() -> list[Row]:
    with copied(0) as empty, copied(MANY) as many:
        floor, subject = harness.side_by_side(lambda: start(empty, "paint"), lambda: start(many, "paint"), rounds=5)
        memory = [[start(folder, "idle").report["pss_mb"] for _ in range(ROUNDS)] for folder in (empty, many)]
    less, more = map(statistics.median, memory)
    return [
        harness.cpu_row(
            f"start to the first paint with {MANY:,} conversations, CPU; floor: with none", floor, subject, 1.1
        ),
        Row(
            "the same: memory of the window at rest (PSS)",
            f"{less:.0f} MB",
            f"{more:.0f} MB",
            f"+{more - less:.0f} MB",
            "at most +20 MB",
            more - less <= 20,
        ),
    ]


def start(folder: object, question: str) -> Run:
    return harness.run(harness.python(WINDOW, "product", question, str(folder), str(IDLE_S)))


def sidebar_rows() -> list[Row]:
    few, many = asked("sidebar", FEW), asked("sidebar", MANY)
    return [
        compared("a wheel step in the sidebar, with its paint", few["wheel"], many["wheel"]),
        compared("opening a conversation from anywhere", few["open"], many["open"]),
        limited("the same, longest turn", many["open turn"], FRAME_MS),
    ]


def search_rows() -> list[Row]:
    found = asked("search", MANY)
    turn = found.pop("turn")
    nothing = found.pop("nothing")
    slowest = max(found, key=lambda name: found[name])
    return [
        limited(f"search to the first hits on the screen: slowest of {len(found)}, {slowest}", found[slowest], HIT_MS),
        limited("search until it is certain that there are none", nothing, NOTHING_MS),
        limited("longest turn of the window during all searches", turn, FRAME_MS),
    ]


def send_rows() -> list[Row]:
    found = asked("send", MANY)
    return [
        compared("a message to its row, in the long conversation; floor: in an empty one", *of(found, "send")),
        compared("a second of its reply there, CPU of the window; floor: in an empty one", *of(found, "reply"), 1.03),
    ]


def of(found: dict[str, float], name: str) -> tuple[float, float]:
    return found[f"{name} empty"], found[f"{name} long"]


def snapshot_rows() -> list[Row]:
    found = asked("snapshot", MANY)
    return [
        limited("longest turn while the first snapshot is taken", found["first turn"], FRAME_MS),
        limited("longest turn while the next is taken", found["turn"], FRAME_MS),
        limited("quitting while one is taken", found["quitting"], QUIT_MS),
        Row(
            "what a snapshot takes after one message",
            f"{found['bytes'] / 1e6:.1f} MB for the first",
            f"{found['more'] / 1e3:.0f} KB",
            "-",
            "at most 100 KB",
            found["more"] <= 100_000,
        ),
    ]


def delete_rows() -> list[Row]:
    found = asked("delete", MANY)
    return [
        limited("1,000 conversations put into the trash one by one, longest turn", found["trash"], FRAME_MS),
        limited("all restored at once, longest turn", found["restore"], FRAME_MS),
        limited("the trash emptied, longest turn", found["empty"], FRAME_MS),
    ]


def asked(question: str, conversations: int) -> dict[str, float]:
    """Return the medians of fresh processes, each with its own copy."""
    reports = []
    for _ in range(ROUNDS):
        with copied(conversations) as folder:
            reports.append(harness.run(harness.python(CHILD, str(folder), question)).report)
    return {name: statistics.median(report[name] for report in reports) for name in reports[0]}


def compared(what: str, floor: float, measured: float, at_most: float = 1.2) -> Row:
    ratio = measured / floor
    return Row(
        what, f"{floor:.1f} ms", f"{measured:.1f} ms", f"{ratio:.2f}x", f"at most {at_most:g}x", ratio <= at_most
    )


def limited(what: str, measured: float, at_most: float) -> Row:
    return Row(what, "-", f"{measured:.1f} ms", "-", f"at most {at_most:g} ms", measured <= at_most)
