"""Runs real batches in processes of their own, and kills them: for tests and for `soak/soak_batch_kills.py`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "services" / "batch_server.py"


@dataclass(frozen=True)
class Told:
    """The output of a run, and its exit code."""

    code: int
    out: str
    err: str


class Batches:
    """Runs batches in a folder of their own."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.base_url = base_url
        self.source, self.output = folder / "in.jsonl", folder / "out.jsonl"

    def ask(self, *questions: str, **body: Any) -> None:
        rows = [
            {"custom_id": f"r{at}", "body": {"messages": [{"role": "user", "content": question}]} | body}
            for at, question in enumerate(questions)
        ]
        self.source.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def command(self, *words: str) -> list[str]:
        program = [sys.executable, "-m", "desktop_chat", "--data-dir", str(self.folder / "data"), "batch"]
        server = ["--base-url", self.base_url, "--model", "m", "--no-stream"]
        files = [str(self.source), str(self.output)]
        return [*program, *files, *server, *words]

    def environment(self, **others: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))}
        return {**kept, "LANG": "C.UTF-8", **others}

    async def start(self, *words: str, **environment: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command, variables = self.command(*words), self.environment(**environment)
        return await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=variables)

    async def run(self, *words: str, **environment: str) -> Told:
        process = await self.start(*words, **environment)
        out, err = await process.communicate()
        assert process.returncode is not None
        assert "Traceback" not in err.decode()
        return Told(process.returncode, out.decode(), err.decode())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.read_text("utf-8").splitlines()]

    def answers(self) -> dict[str, str]:
        return {
            line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"]
            for line in self.lines()
            if line["response"]
        }

    def codes(self) -> dict[str, str]:
        return {line["custom_id"]: line["error"]["code"] for line in self.lines() if line["error"]}


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@contextmanager
def server_process(log: Path) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, str(SERVER), "0.01", str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        process.kill()


async def survive_kills(folder: Path, kills: int, rows: int, chance: random.Random) -> None:
    """Kill a batch again and again at random moments, and then let it end. What is on disk after a kill may neither be
    asked again nor be missing in the end. Raises AssertionError."""
    log = folder / "log"
    log.touch()
    with server_process(log) as base_url:
        batches = Batches(folder, base_url)
        batches.ask(*(f"question {number}" for number in range(rows)))
        for _ in range(kills):
            process = await batches.start("--concurrency", "4")
            target = log.stat().st_size + chance.randrange(10, 10 + 26 * rows // (2 * kills))
            await until(lambda target=target, process=process: log.stat().st_size >= target or process.returncode)
            process.kill()
            await process.communicate()
            whole = batches.output.read_bytes().rpartition(b"\n")[0].splitlines() if batches.output.exists() else []
            stored = {json.loads(line)["custom_id"].removeprefix("r") for line in whole}
            before = Counter(log.read_text().splitlines())
        assert stored  # the runs had begun
        assert (await batches.run()).code == 0
        asked = Counter(log.read_text().splitlines())
    lines = batches.lines()
    assert len(lines) == len({line["custom_id"] for line in lines}) == rows
    assert set(batches.answers()) == {f"r{number}" for number in range(rows)}
    assert [number for number in stored if asked[f"question {number}"] != before[f"question {number}"]] == []
