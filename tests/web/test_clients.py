"""Clients that people have, as they are, against the real endpoint: Node's fetch, and OpenAI's own packages."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from contract_server import DONE_EVENT, ContractServer, event, pieces
from contract_server import TOKEN as CONTRACT_TOKEN
from hostile_server import HostileServer
from openai import AsyncOpenAI, AuthenticationError
from real_endpoint import KEY, TOKEN, RealEndpoint, real_endpoint

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "web/examples"
TEXT = "Grüße, 世界 🙂"


@pytest.fixture
async def upstream() -> AsyncIterator[HostileServer]:
    server = HostileServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def endpoint(upstream: HostileServer, tmp_path: Path) -> AsyncIterator[RealEndpoint]:
    async with real_endpoint(upstream, tmp_path) as endpoint:
        yield endpoint


async def node(*arguments: str, url: str, token: str = TOKEN, code: int = 0) -> str:
    """Run a program with Node, and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        shutil.which("node") or "node", *arguments, cwd=EXAMPLES, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "DESKTOP_CHAT_URL": url, "DESKTOP_CHAT_TOKEN": token},
    )  # fmt: skip
    said, problem = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code, problem.decode()
    return said.decode() + problem.decode()


# --- the contract -----------------------------------------------------------------------------------------------------


async def test_the_fetch_example_reads_the_real_endpoint(endpoint: RealEndpoint) -> None:
    assert await node("stream-chat.mjs", "hi", url=endpoint.url) == "Hello\n"
    request = endpoint.upstream.requests[-1]
    assert request.headers["authorization"] == f"Bearer {KEY}", "the key is put in here; the caller never has it"


async def test_the_fetch_example_says_why_it_was_refused(endpoint: RealEndpoint) -> None:
    said = await node("stream-chat.mjs", "hi", url=endpoint.url, token="wrong", code=1)
    assert "The token is missing or wrong." in said


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64])
async def test_the_reader_takes_every_way_of_cutting_the_bytes(step: int) -> None:
    server = ContractServer()
    await server.start()
    stream = b": comment\n\n" + event("Gr") + event(TEXT[2:]) + DONE_EVENT
    server.script(*pieces(stream, range(step, len(stream), step)))
    try:
        said = await node("stream-chat.mjs", "hi", url=server.url, token=CONTRACT_TOKEN)
    finally:
        await server.aclose()
    assert said == f"{TEXT}\n"


# --- OpenAI's packages ------------------------------------------------------------------------------------------------


async def test_the_node_example_with_openais_package(endpoint: RealEndpoint) -> None:
    assert await node("openai-node.mjs", "hi", "plain", url=endpoint.url) == "Hello\n"


CLIENT = """
import OpenAI from "openai";
const client = new OpenAI({ baseURL: `${process.env.DESKTOP_CHAT_URL}/v1`, apiKey: process.env.DESKTOP_CHAT_TOKEN,
  maxRetries: 0 });
const messages = [{ role: "user", content: "hi" }];
"""


async def test_node_gets_errors_in_openais_shape(endpoint: RealEndpoint) -> None:
    program = CLIENT + (
        'try { await client.chat.completions.create({ model: "401", messages }); }\n'
        "catch (error) { console.log(error.constructor.name, error.status); }\n"
    )
    said = await node("--input-type=module", "-e", program, url=endpoint.url)
    assert said.split() == ["PermissionDeniedError", "403"], "401 would mean the caller's own token"
    assert KEY not in said


async def test_a_node_client_that_aborts_ends_the_request_upstream(endpoint: RealEndpoint) -> None:
    program = CLIENT + (
        'const asked = { model: "silence-after-text", messages, stream: true };\n'
        "const stream = await client.chat.completions.create(asked);\n"
        "for await (const chunk of stream) { stream.controller.abort(); break; }\n"
        'console.log("left");\n'
    )
    assert "left" in await node("--input-type=module", "-e", program, url=endpoint.url)
    await asyncio.wait_for(endpoint.upstream.left.wait(), 10)


async def test_the_python_package(endpoint: RealEndpoint) -> None:
    async with AsyncOpenAI(base_url=f"{endpoint.url}/v1", api_key=TOKEN, max_retries=0) as client:
        stream = await client.chat.completions.create(
            model="plain", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        said = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
        assert "".join(said) == "Hello"
        names = [model.id for model in (await client.models.list()).data]
        assert names
    async with AsyncOpenAI(base_url=f"{endpoint.url}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.models.list()
    assert json.loads(caught.value.response.text)["error"]["code"] == "token_refused"
