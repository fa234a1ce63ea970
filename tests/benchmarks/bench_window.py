"""The whole program on a real screen compared with a bare process reading the same stream: a server streams Markdown to
both at the same time, at a steady pace."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from dataclasses import dataclass

import harness
from harness import Row
from samples import TOKEN
from sse_server import PacedServer, paced_server

TITLE = "The whole program, streaming"
BARE = str(harness.HERE / "bare_child.py")
PROGRAM = str(harness.HERE / "reply_child.py")
ROUNDS = 3
CPU, LAG_S, MEMORY_MB = 2.2, 0.1, 30.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One stream read by both: CPU seconds of each, at the marks and at the end."""

    floor: list[float]
    product: list[float]
    lag_s: float
    memory_mb: float
    away: int


def measure() -> list[Row]:
    if not os.environ.get("DISPLAY"):
        raise RuntimeError("it needs a screen: run it under scripts/gui-session")
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    slow, fast = [], []
    async with paced_server() as server:
        for number in range(ROUNDS):
            slow.append(await _pair(server, f"10000@200-{number}", 2_000 * TOKEN))
            fast.append(await _pair(server, f"30000@1000-{number}"))
    return [
        _cpu("2,000 tokens of Markdown at 200 tokens/s", slow, 0),
        _cpu("10,000 tokens at 200 tokens/s", slow, 1),
        _cpu("30,000 tokens at 1,000 tokens/s", fast, 0),
        _lag("at 200 tokens/s", slow),
        _lag("at 1,000 tokens/s", fast),
        _memory(fast),
    ]


async def _pair(server: PacedServer, model: str, *marks: int) -> Pair:
    numbers = [str(mark) for mark in marks]
    with tempfile.TemporaryDirectory() as place:
        commands = (
            harness.python(BARE, str(server.port), f"{model}-floor", *numbers),
            harness.python(PROGRAM, str(server.port), f"{model}-product", place, *numbers),
        )
        runs = await asyncio.gather(*[asyncio.to_thread(harness.run, command) for command in commands])
    floor, product = (run.report for run in runs)
    assert floor["characters"] == product["characters"] == product["shown"], "text was lost"
    return Pair(
        [*floor["marks"], floor["cpu"]],
        [*product["marks"], product["cpu"]],
        product["painted_at"] - server.last_byte_at[f"{model}-product"],
        product["memory"],
        product["away"],
    )


def _cpu(what: str, pairs: list[Pair], at: int) -> Row:
    ratio = statistics.median(pair.product[at] / pair.floor[at] for pair in pairs)
    below, above = (
        statistics.median(times) for times in zip(*[(p.floor[at], p.product[at]) for p in pairs], strict=True)
    )
    return Row(
        f"CPU, {what}, against httpx2 and `json.loads`",
        f"{below:.2f} s",
        f"{above:.2f} s",
        f"{ratio:.2f}x",
        f"at most {CPU:g}x, the end always in view",
        ratio <= CPU and not any(pair.away for pair in pairs),
    )


def _lag(what: str, pairs: list[Pair]) -> Row:
    lag = statistics.median(pair.lag_s for pair in pairs)
    measured = f"{lag * 1000:.0f} ms"
    reach = f"at most {LAG_S * 1000:g} ms"
    return Row(f"from the last byte to the last text on screen, {what}", "-", measured, "-", reach, lag <= LAG_S)


def _memory(pairs: list[Pair]) -> Row:
    grown = statistics.median(pair.memory_mb for pair in pairs)
    reach = f"at most {MEMORY_MB:g} MB"
    return Row("memory that 30,000 tokens take", "-", f"{grown:.1f} MB", "-", reach, grown <= MEMORY_MB)
