"""How long the server continues after Stop: from `task.cancel()` to the disconnect that the server sees, in each phase
of a request, compared with closing a bare socket."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from harness import ROOT, Row

TITLE = "Stop, seen by the server"
MEDIAN_S, P95_S = 0.020, 0.050
ROUNDS = 60
SETTLE_S = 0.02
"""Time from the request to Stop in phases that send nothing to wait for."""
MOMENTS_S = (0.002, 0.02, 0.2)
"""Times from the request's arrival to Stop, in each hostile mode."""
MISSED_S = 2.0
"""Counted for a Stop that the server never noticed."""
ASKS_AGAIN = ("-refused", "-then-plain")
"""Modes with two requests, the second of which gets an ordinary reply."""


@dataclass(slots=True)
class Server:
    """The hostile server in its own process, with the same monotonic clock."""

    process: asyncio.subprocess.Process
    port: int
    mute_port: int

    async def left_at(self) -> float:
        """Wait until the next client disconnects."""
        return float(await self._line())

    async def begun(self) -> None:
        """Wait until a request arrives."""
        while await self._line() != b"begun\n":
            pass

    async def ended(self) -> float | None:
        """Wait until the client disconnects; return when, or None if the reply was complete before."""
        line = await self._line()
        return None if line == b"over\n" else float(line)

    async def _line(self) -> bytes:
        assert self.process.stdout is not None
        return await asyncio.wait_for(self.process.stdout.readline(), 5)


@asynccontextmanager
async def hostile_server(*options: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "tests" / "services" / "hostile_server.py"), "--report", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    server = Server(process, int(await process.stdout.readline()), int(await process.stdout.readline()))
    try:
        yield server
    finally:
        await process.communicate(b"")


def measure() -> list[Row]:
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    from desktop_chat.services.provider.sdk import Sdk  # noqa: PLC0415 -- the harness extends the path

    sdk = Sdk()
    await sdk.ready()
    async with hostile_server("--ends") as server:
        floor = [await _close_bare(server) for _ in range(ROUNDS)]
        plain, mute = f"http://127.0.0.1:{server.port}/v1", f"https://127.0.0.1:{server.mute_port}/v1"
        return [
            await _row("connecting (TLS not answered)", floor, lambda: _stop(sdk, server, mute, "silence", text=False)),
            await _row("waiting for the answer", floor, lambda: _stop(sdk, server, plain, "silence", text=False)),
            await _row("waiting for text", floor, lambda: _stop(sdk, server, plain, "silence-after-head", text=False)),
            await _row("mid-stream", floor, lambda: _stop(sdk, server, plain, "slow-text", text=True)),
            await _row("in a flood", floor, lambda: _stop(sdk, server, plain, "flood-for-ever", text=True)),
            await _row_of_modes(sdk, server, floor),
        ]


async def _row_of_modes(sdk: object, server: Server, floor: list[float]) -> Row:
    """Stop in each mode of both protocols at three moments, skipping replies that are complete by then."""
    sys.path.append(str(ROOT / "tests" / "services"))
    from hostile_server import MODES  # noqa: PLC0415

    times: list[float] = []
    stopped: Counter[str] = Counter()
    for mode in MODES:
        for moment in MOMENTS_S if not mode.endswith(ASKS_AGAIN) else ():
            took = await _stop_in(sdk, server, mode, moment)
            if took is not None:
                times.append(took)
                stopped[mode] += 1
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return Row(
        f"Stop in each hostile mode: disconnect at the server ({len(MODES)} modes of both protocols, {len(stopped)} of "
        f"them open when stopped, {len(times)} stops)",
        f"{statistics.median(floor) * 1000:.1f} ms",
        f"median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, longest {max(times) * 1000:.1f} ms",
        f"{median / statistics.median(floor):.1f}x",
        "p95 at most 50 ms",
        p95 <= P95_S,
    )


async def _stop_in(sdk: object, server: Server, mode: str, moment: float) -> float | None:
    """Return how long the server continued after Stop; None if the reply was complete."""
    from desktop_chat.core.entities import Api, Connection, Role  # noqa: PLC0415
    from desktop_chat.core.errors import ProviderError  # noqa: PLC0415
    from desktop_chat.core.prompt import Prompt, PromptMessage  # noqa: PLC0415
    from desktop_chat.services.provider.openai_provider import OpenAIProvider  # noqa: PLC0415

    api = Api.RESPONSES if mode.startswith("r-") else Api.CHAT_COMPLETIONS
    connection = Connection("b", "Benchmark", f"http://127.0.0.1:{server.port}/v1", api=api)
    provider = OpenAIProvider(connection, "", sdk)  # type: ignore[arg-type]

    async def consume() -> None:
        with suppress(ProviderError):
            async for _ in provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), mode)):
                pass

    task = asyncio.create_task(consume(), name="stream")
    await server.begun()
    await asyncio.sleep(moment)
    was_open = not task.done()
    stopped = time.perf_counter()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    try:
        seen = await asyncio.wait_for(server.ended(), MISSED_S)
    except TimeoutError:
        return MISSED_S
    finally:
        await provider.aclose()
    return seen - stopped if was_open and seen is not None and seen >= stopped else None


async def _close_bare(server: Server) -> float:
    _, writer = await asyncio.open_connection("127.0.0.1", server.mute_port)
    await server.begun()
    await asyncio.sleep(SETTLE_S)
    stopped = time.perf_counter()
    writer.close()
    seen = await server.left_at()
    await writer.wait_closed()
    return seen - stopped


async def _stop(sdk: object, server: Server, base_url: str, model: str, *, text: bool) -> float:
    from desktop_chat.core.entities import Connection, Role  # noqa: PLC0415
    from desktop_chat.core.prompt import Prompt, PromptMessage  # noqa: PLC0415
    from desktop_chat.services.provider.openai_provider import OpenAIProvider  # noqa: PLC0415

    provider = OpenAIProvider(Connection("b", "Benchmark", base_url), "", sdk)  # type: ignore[arg-type]
    talking = asyncio.Event()

    async def consume() -> None:
        async for _ in provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), model)):
            talking.set()

    task = asyncio.create_task(consume(), name="stream")
    await server.begun()
    if text:
        await talking.wait()
    await asyncio.sleep(SETTLE_S)
    stopped = time.perf_counter()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    seen = await server.left_at()
    await provider.aclose()
    return seen - stopped


async def _row(phase: str, floor: list[float], once: Callable[[], Awaitable[float]]) -> Row:
    for _ in range(3):
        await once()
    times = [await once() for _ in range(ROUNDS)]
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    return Row(
        f"Stop while {phase}" if phase.startswith(("conn", "wait")) else f"Stop {phase}",
        f"{statistics.median(floor) * 1000:.1f} ms",
        f"median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms",
        f"{median / statistics.median(floor):.1f}x",
        "median at most 20 ms, p95 at most 50 ms",
        median <= MEDIAN_S and p95 <= P95_S,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for row in measure():
        print(row, file=sys.stdout)
