"""A tool server at an address, written by hand so that it can misbehave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

MUCH = 50 * 1024 * 1024


@dataclass
class HttpToolServer:
    """Answers JSON-RPC over HTTP. `mode` says how it misbehaves; `headers` are those of each request."""

    mode: str = ""
    port: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer_one(head.decode(), reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer_one(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.headers.append(headers)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if self.mode == "refuses":
            send(writer, b"no", "401 Unauthorized")
        elif self.mode == "redirects":
            send(writer, b"", "307 Temporary Redirect", Location="http://127.0.0.2:9/mcp")
        elif not first.startswith("POST"):
            send(writer, b"", "405 Method Not Allowed")
        else:
            self._answer_message(json.loads(body), writer)

    def _answer_message(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if "id" not in message:
            send(writer, b"", "202 Accepted")
            return
        result = self._result(message["method"])
        failed = {"error": {"code": -32601, "message": "Method not found"}}
        answer = failed if result is None else {"result": result}
        text = json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer}).encode()
        if self.mode == "compresses" and message["method"] == "tools/call":
            send(writer, text, Content_Encoding="gzip")
        else:
            send(writer, text)

    def _result(self, method: str) -> dict[str, Any] | None:
        if method == "initialize":
            info = {"name": "http", "version": "1"}
            return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info}
        if method == "tools/list":
            return {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}
        if method == "tools/call":
            words = "z" * MUCH if self.mode == "returns-much" else "hello"
            return {"content": [{"type": "text", "text": words}]}
        return None


def send(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK", **headers: str) -> None:
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@asynccontextmanager
async def http_tool_server(mode: str = "") -> AsyncIterator[HttpToolServer]:
    made = HttpToolServer(mode)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
