"""The cost of `desktop-chat ask` compared with a bare script: until its first word, and per chunk."""

from __future__ import annotations

import os

from bench_provider import hostile_server
from harness import HERE, ROOT, Row, Run, Series, cpu_row, python, run, side_by_side

TITLE = "ask"
FIRST_AT_MOST = 1.1
CHUNK_AT_MOST = 2.0
CHUNKS = 50_001


def measure() -> list[Row]:
    with hostile_server() as address:
        bare, ask = side_by_side(lambda: _bare(address), lambda: _ask(address, "plain"), rounds=9)
        raw, flood = side_by_side(lambda: _raw(address), lambda: _ask(address, "flood"), rounds=5)
    a_chunk = (flood.median() - ask.median()) / CHUNKS
    ratio = a_chunk / raw.median()
    return [
        cpu_row("CPU of a short answer, start to end, against AsyncOpenAI alone", bare, ask, FIRST_AT_MOST),
        _wall_row(bare, ask),
        Row(
            "CPU a chunk of 50,000, against bare httpx2 and json.loads",
            f"{raw.median() * 1e6:.1f} us",
            f"{a_chunk * 1e6:.1f} us",
            f"{ratio:.2f}x",
            f"at most {CHUNK_AT_MOST:g}x",
            ratio <= CHUNK_AT_MOST,
        ),
    ]


def _wall_row(bare: Series, ask: Series) -> Row:
    floor, subject = (series.median(lambda one: one.wall_s) for series in (bare, ask))
    return Row(
        "the same by the clock on the wall",
        f"{floor * 1e3:.0f} ms",
        f"{subject * 1e3:.0f} ms",
        f"{subject / floor:.2f}x",
        f"at most {FIRST_AT_MOST:g}x",
        subject / floor <= FIRST_AT_MOST,
    )


def _bare(address: str) -> Run:
    return run(python(str(HERE / "bare_ask.py"), address), environment=_environment())


def _ask(address: str, model: str) -> Run:
    words = ("-m", "desktop_chat", "ask", "--base-url", address, "--model", model, "hi")
    return run(python(*words), environment=_environment())


def _raw(address: str) -> Run:
    return run(
        python(str(HERE / "provider_child.py"), "raw", address, "flood", str(CHUNKS)), environment=_environment()
    )


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
