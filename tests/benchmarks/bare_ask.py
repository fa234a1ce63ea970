"""The baseline of `ask`: a minimal script with the SDK. Usage: bare_ask.py ADDRESS"""

from __future__ import annotations

import asyncio
import sys

from openai import AsyncOpenAI


async def main(address: str) -> None:
    async with AsyncOpenAI(base_url=address, api_key="none") as client:
        messages = [{"role": "user", "content": "hi"}]
        stream = await client.chat.completions.create(model="plain", messages=messages, stream=True)  # type: ignore[call-overload]
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                sys.stdout.write(chunk.choices[0].delta.content)
                sys.stdout.flush()
    print()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
