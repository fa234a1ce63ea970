"""Cuts the power at random writes while four conversations stream, and checks what a restart would find.

    python tests/soak/soak_power_cuts.py [CUTS [SEED]]

A process streams while every write and flush of its database is recorded (`write_log.c`, compiled here). A power cut is
simulated from that: everything flushed is on disk, and of the rest any part, down to the sectors of a write.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from soak import ROOT, Result, child_environment, report  # isort: skip  (sets the path)
from after_a_crash import find_all

HERE = Path(__file__).resolve().parent
TABS = 4
SECONDS = 20.0
SECTOR = 512
DATABASE, MARKS = "history.db", "taken"
FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-replies")


@dataclass(frozen=True, slots=True)
class Write:
    """One entry of the log."""

    op: str
    offset: int
    name: str
    data: bytes


@dataclass(slots=True)
class Disk:
    """A file as it is on disk, and the writes that are not flushed yet."""

    flushed: bytearray = field(default_factory=bytearray)
    waiting: list[Write] = field(default_factory=list)

    def take(self, write: Write) -> None:
        if write.op == "S":
            for waiting in self.waiting:
                apply(self.flushed, waiting)
            self.waiting.clear()
        else:
            self.waiting.append(write)

    def after_cut(self, dice: random.Random) -> bytes:
        """Return what is there when the power is back."""
        content = bytearray(self.flushed)
        for write in self.waiting:
            fate = dice.random()
            if fate < 0.4:
                apply(content, write)
            elif fate < 0.7 and write.op == "W":
                for part in sectors(write):
                    if dice.random() < 0.5:
                        apply(content, part)
        return bytes(content)


def apply(content: bytearray, write: Write) -> None:
    if write.op == "T":
        del content[write.offset :]
        content.extend(bytes(write.offset - len(content)))
        return
    content.extend(bytes(max(0, write.offset - len(content))))
    content[write.offset : write.offset + len(write.data)] = write.data


def sectors(write: Write) -> Iterator[Write]:
    start = 0
    while start < len(write.data):
        end = min(len(write.data), start + SECTOR - (write.offset + start) % SECTOR)
        yield Write("W", write.offset + start, write.name, write.data[start:end])
        start = end


def log_of(path: Path) -> list[Write]:
    entries = []
    content = path.read_bytes()
    at = 0
    while at < len(content):
        end = content.index(b"\n", at)
        op, offset, length, name = content[at:end].decode().split(" ", 3)
        at = end + 1 + int(length)
        entries.append(Write(op, int(offset), name, content[end + 1 : at]))
    return entries


def stream(place: Path) -> list[Write]:
    """Let a process stream for some seconds, kill it, and return the log of its writes."""
    folder, log, library = place.resolve() / "streamed", place / "log", place / "write_log.so"
    folder.mkdir()
    source = str(HERE / "write_log.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), source, "-ldl", "-lpthread"], check=True)
    environment = child_environment() | {
        "LD_PRELOAD": str(library),
        "WRITE_LOG": str(log),
        "WRITE_LOG_BELOW": str(folder),
    }
    script = ROOT / "tests" / "services" / "streaming_child.py"
    command = [sys.executable, str(script), str(folder / DATABASE), str(TABS), str(folder / MARKS)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        time.sleep(SECONDS)
        process.kill()
    return log_of(log)


def cut(entries: list[Write], at: int, dice: random.Random, folder: Path) -> dict[int, int]:
    """Write the files in their state after a cut at an entry; return what each conversation had accepted."""
    disks = {name: Disk() for name in FILES}
    marks = bytearray()
    for entry in entries[: at + 1]:
        if entry.name in disks:
            disks[entry.name].take(entry)
        elif entry.name == MARKS:
            apply(marks, entry)
    for name, disk in disks.items():
        (folder / name).write_bytes(disk.after_cut(dice))
    return {tab: int(number) for tab, number in enumerate(bytes(marks).split())}


async def main(cuts: int, seed: int) -> Result:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        entries = stream(Path(name))
        first = next(n for n, entry in enumerate(entries) if entry.name == MARKS and len(entry.data) > 0)
        moments = [n for n, entry in enumerate(entries) if n > first and entry.name in FILES]
        problems, lost = [], [0.0]
        for number, at in enumerate(sorted(dice.sample(moments, min(cuts, len(moments))))):
            folder = Path(name) / f"cut-{number}"
            folder.mkdir()
            found = await find_all(folder / DATABASE, cut(entries, at, dice, folder))
            lost.extend(found.lost_s)
            if found.problem or max(found.lost_s, default=0) > 0.5:
                problems.append(f"cut at write {at}: {found.problem or 'more than 0.5 s lost'}")
    words = f"{cuts} cuts in {len(moments)} writes and flushes, at most {max(lost):.2f} s of text lost"
    return Result(words, problems)


if __name__ == "__main__":
    count, seed, *_ = [*map(int, sys.argv[1:]), *[200, random.randrange(10**6)][len(sys.argv) - 1 :]]
    report(asyncio.run(main(count, seed)))
