"""A server that behaves like Azure OpenAI, on a real loopback socket: both styles of address, both protocols, the key
in its own header, and Azure's own errors. What it accepts and rejects follows Azure's documentation (for the sources,
see `desktop_chat/core/azure.py`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hostile_peer import Request

KEY = "0123456789abcdef0123456789abcdef"
DEPLOYMENTS = ("my gpt", "second")
DATED = ("2024-10-21", "2025-04-01-preview")
BASE_MODELS = [
    {"id": "gpt-5.5", "capabilities": {"chat_completion": True, "embeddings": False}, "status": "succeeded"},
    {"id": "text-embedding-3-small", "capabilities": {"chat_completion": False, "embeddings": True}},
    {"id": "babbage-002", "capabilities": {"chat_completion": False, "completion": True}},
]


class Refused(Exception):
    """An error response of Azure."""

    def __init__(self, status: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}


class AzureServer:
    """One resource with two deployments. `requests` records all requests."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def aclose(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, EOFError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            pairs = (line.partition(":") for line in head[1:] if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(method, path, headers, json.loads(body) if body else {})
            self.requests.append(request)
            try:
                kind, answer = "200 OK", _answer(request)
            except Refused as refused:
                kind, answer = refused.status, json.dumps(refused.body).encode()
            streams = answer.startswith((b"data:", b"event:"))
            media = "text/event-stream" if streams else "application/json"
            lines = f"HTTP/1.1 {kind}\r\nContent-Type: {media}\r\nContent-Length: {len(answer)}\r\nConnection: close"
            writer.write(f"{lines}\r\n\r\n".encode() + answer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def _answer(request: Request) -> bytes:
    parts = urlsplit(request.path)
    if request.headers.get("api-key") != KEY or "authorization" in request.headers:
        raise Refused("401 Unauthorized", "401", "Access denied due to invalid subscription key or wrong API endpoint.")
    version = (parse_qs(parts.query).get("api-version") or [""])[0]
    if parts.path.startswith("/openai/v1/"):
        if version not in {"", "preview", "latest"}:
            raise Refused("400 Bad Request", "BadRequest", "API version not supported")
        return _answer_newer(request, parts.path.removeprefix("/openai/v1"))
    if version not in DATED:
        raise Refused("404 Not Found", "404", "Resource not found")
    return _answer_classic(request, parts.path.removeprefix("/openai"), version)


def _answer_newer(request: Request, path: str) -> bytes:
    found = _ANSWERS.get((request.method, path))
    if found is None:
        raise Refused("404 Not Found", "404", "Resource not found")
    return found(request)


def _answer_classic(request: Request, path: str, version: str) -> bytes:
    if (request.method, path) == ("GET", "/models"):
        return _models(request)
    if (request.method, path) == ("POST", "/responses") and version == "2025-04-01-preview":
        return _response(request)
    root, _, rest = path.removeprefix("/deployments/").partition("/")
    if not path.startswith("/deployments/") or (request.method, rest) != ("POST", "chat/completions"):
        raise Refused("404 Not Found", "404", "Resource not found")
    request.body["model"] = unquote(root)
    return _chat(request)


def _models(_request: Request) -> bytes:
    return json.dumps({"data": BASE_MODELS, "object": "list"}).encode()


def _chat(request: Request) -> bytes:
    _check_deployment(request.body)
    filters = {"choices": [], "model": "", "object": "", "prompt_filter_results": [{"prompt_index": 0}]}
    pieces: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        {"content": "Hello from "},
        {"content": request.body["model"]},
    ]
    events = [filters, *({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in pieces)]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "content_filter_results": {}}]})
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events) + b"data: [DONE]\n\n"


def _response(request: Request) -> bytes:
    _check_deployment(request.body)
    events = (
        {"type": "response.created", "response": {"status": "in_progress"}},
        {"type": "response.output_text.delta", "delta": f"Hello from {request.body['model']}"},
        {"type": "response.completed", "response": {"status": "completed"}},
    )
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def _check_deployment(body: dict[str, Any]) -> None:
    if body.get("model") not in DEPLOYMENTS:
        words = "The API deployment for this resource does not exist."
        raise Refused("404 Not Found", "DeploymentNotFound", words)


_ANSWERS: dict[tuple[str, str], Callable[[Request], bytes]] = {
    ("GET", "/models"): _models,
    ("POST", "/chat/completions"): _chat,
    ("POST", "/responses"): _response,
}
