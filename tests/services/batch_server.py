"""A model server for batches, on a real loopback socket. A question is one or more words: what happens, and anything
else; `asked` counts the questions that were answered, by their whole text.

Also a program: `python batch_server.py DELAY_S LOG` prints its port, and writes each question it has answered to LOG.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

_HEAD = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"


class BatchServer:
    """Answers "re QUESTION"; `busy` questions get a 429 the first time, `cut` ones half an answer, `bad` ones a 400."""

    def __init__(self, delay_s: float = 0.0, log: BinaryIO | None = None) -> None:
        self.delay_s = delay_s
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self.refused = 0
        self.running = self.most_running = 0
        """Requests between their last byte and that of their answer."""
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}/v1"

    async def aclose(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="batch server")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(partial(_abort_if_open, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._answer(reader, writer):
                    pass
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        named = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        self.keys.add(next((line.rpartition(" ")[2] for line in head if line.lower().startswith("authorization")), ""))
        body = json.loads(await reader.readexactly(int(named["content-length"])))
        self.bodies.append(body)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            return await self._answer_body(body, writer)
        finally:
            self.running -= 1

    async def _answer_body(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(self.delay_s)
        question = _question(body["messages"][-1]["content"])
        if "busy" in question and not self.asked[f"429 {question}"]:
            self.asked[f"429 {question}"] += 1
            self.refused += 1
            _send(writer, b"429 Too Many Requests", {"error": {"message": "slow down"}}, b"Retry-After: 0\r\n")
            return True
        if "bad" in question:
            _send(writer, b"400 Bad Request", {"error": {"message": f"no {question}"}})
            return True
        if "key" in question:
            _send(writer, b"401 Unauthorized", {"error": {"message": f"Incorrect API key: {self.keys}"}})
            return True
        text = body.get("answer") or f"re {question}"
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        if "long" in question:
            choice["finish_reason"] = "length"
        said = {"object": "chat.completion", "choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}
        if "cut" in question and not self.asked[f"cut {question}"]:
            self.asked[f"cut {question}"] += 1
            writer.write(_HEAD % (b"200 OK", 1_000, b"") + json.dumps(said).encode()[:50])
            await writer.drain()
            return False
        if "halves" in question:
            content = json.dumps(said).encode()
            writer.write(_HEAD % (b"200 OK", len(content), b"") + content[:50])
            await asyncio.sleep(self.delay_s)
            writer.write(content[50:])
        else:
            _send(writer, b"200 OK", said)
        self.asked[question] += 1
        if self._log is not None:
            self._log.write(question.encode() + b"\n")
        return True


def _question(content: Any) -> str:
    """Return the text of a message, which may have images."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _send(writer: asyncio.StreamWriter, status: bytes, said: object, more: bytes = b"") -> None:
    content = json.dumps(said).encode()
    writer.write(_HEAD % (status, len(content), more) + content)


async def _run() -> None:
    with open(sys.argv[2], "ab", buffering=0) as log:  # noqa: ASYNC230, PTH123
        server = BatchServer(float(sys.argv[1]), log)
        await server.start()
        print(server.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(_run())


def _abort_if_open(writer: asyncio.StreamWriter, _task: asyncio.Task[None]) -> None:
    """Close the connection of a task that was cancelled before it began, which closes nothing itself."""
    if not writer.transport.is_closing():
        writer.transport.abort()
