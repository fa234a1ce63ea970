"""Runs `desktop-chat ask` as scripts and users do: a real process, real pipes, a real misbehaving server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile_server import HostileServer

KEY = "sk-test/Key+with=signs-0123456789"


@dataclass(frozen=True)
class Told:
    """The output of a run, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Terminal:
    """Runs `ask` with its own data directory."""

    def __init__(self, data_dir: Path, server: HostileServer) -> None:
        self.data_dir = data_dir
        self.server = server

    async def start(self, *words: str, **environment: str) -> asyncio.subprocess.Process:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "desktop_chat", "--data-dir", str(self.data_dir), "ask", *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**kept, "LANG": "C.UTF-8", **environment},
        )

    async def run(self, *words: str, said: str = "", **environment: str) -> Told:
        process = await self.start(*words, **environment)
        out, err = await process.communicate(said.encode())
        assert process.returncode is not None
        assert "Traceback" not in err.decode()
        return Told(process.returncode, out.decode(), err.decode())

    async def ask(self, mode: str, *words: str, said: str = "", **environment: str) -> Told:
        address = ("--base-url", self.server.base_url, "--model", mode, "--retries", "0")
        return await self.run(*address, *words, said=said, **environment)
