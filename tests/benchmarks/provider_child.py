"""Reads one stream of the hostile server and reports the CPU time per chunk: with bare httpx2 and json.loads, or with
the provider. In its own process, so that only reading is counted."""

from __future__ import annotations

import asyncio
import json
import sys
import time


async def read_raw(base_url: str, model: str) -> int:
    import httpx2  # noqa: PLC0415 -- the subject must not pay for the floor's imports

    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "stream": True}
    chunks = 0
    begun = b""
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None) as client,
        client.stream("POST", f"{base_url}/chat/completions", json=body) as response,
    ):
        start = time.process_time()
        async for piece in response.aiter_bytes():
            *events, begun = (begun + piece).split(b"\n\n")
            for event in events:
                if event != b"data: [DONE]":
                    json.loads(event[6:])
                    chunks += 1
    report(start, chunks)
    return chunks


async def read_with_provider(base_url: str, model: str, chunks: int) -> None:
    from desktop_chat.core.entities import Connection, Role  # noqa: PLC0415
    from desktop_chat.core.prompt import Prompt, PromptMessage  # noqa: PLC0415
    from desktop_chat.services.provider.openai_provider import OpenAIProvider  # noqa: PLC0415
    from desktop_chat.services.provider.sdk import Sdk  # noqa: PLC0415

    provider = OpenAIProvider(Connection("b", "Benchmark", base_url), "", Sdk())
    await provider.models()
    stream = provider.stream(Prompt((PromptMessage(Role.USER, "hi"),), model))
    characters = len((await anext(stream)).text)  # type: ignore[union-attr] -- the first delta is text
    start = time.process_time()
    async for delta in stream:
        characters += len(getattr(delta, "text", ""))
    report(start, chunks)
    await provider.aclose()
    assert characters == 5 * (chunks - 1), "the reply is not whole"


def report(start: float, chunks: int) -> None:
    print(json.dumps({"cpu_s": (time.process_time() - start) / chunks}))


if __name__ == "__main__":
    who, address, name, number = sys.argv[1:]
    if who == "raw":
        assert asyncio.run(read_raw(address, name)) == int(number)
    else:
        asyncio.run(read_with_provider(address, name, int(number)))
