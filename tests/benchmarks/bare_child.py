"""Reads a paced stream with only httpx2 and `json.loads`, in its own process: prints JSON.

Usage: bare_child.py PORT MODEL [MARK...]. A mark is a number of characters: also reports the CPU time from the first
bytes until that many were received.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import httpx2


async def read(address: str, model: str, marks: list[int]) -> dict[str, object]:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": True}
    begun, characters, start = b"", 0, 0.0
    passed: list[float] = []
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None) as client,
        client.stream("POST", f"{address}/chat/completions", json=body) as response,
    ):
        async for piece in response.aiter_bytes():
            start = start or time.process_time()
            *events, begun = (begun + piece).split(b"\n\n")
            for event in events:
                if event != b"data: [DONE]":
                    characters += len(json.loads(event[6:])["choices"][0]["delta"].get("content", ""))
            while len(passed) < len(marks) and characters >= marks[len(passed)]:
                passed.append(time.process_time() - start)
    return {"cpu": time.process_time() - start, "marks": passed, "characters": characters}


if __name__ == "__main__":
    port, name, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(read(f"http://127.0.0.1:{port}/v1", name, [int(number) for number in numbers]))))
