"""A tool server that misbehaves in the way that its first argument names; speaks JSON-RPC on its standard streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

MODE = sys.argv[1] if len(sys.argv) > 1 else ""
OBJECT = {"type": "object", "properties": {"text": {"type": "string"}}}
GOOD_NAMES = ["a/b", "a_b", "a.b", "x" * 90, "x" * 91, "天气", "tab\there"]
BAD_NAMES = ["line\nbreak", "hidden\u200bword", "", " ", "y" * 300]


def send(**message: Any) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def tool(name: str, description: str = "", schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "description": description, "inputSchema": schema or OBJECT}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"p": schema}}
    return schema


LISTS: dict[str, list[dict[str, Any]]] = {
    "names": [tool(name) for name in [*GOOD_NAMES, *BAD_NAMES]],
    "thousands": [tool(f"tool{number}") for number in range(5_000)],
    "halves": [
        tool("echo"),
        tool("half", schema={"type": "object", "description": "\ud800"}),
        tool("nan", schema={"type": "object", "maxProperties": float("nan")}),
    ],
    "bad-list": [tool("list", schema={"type": "array"})],
    "schemas": [
        tool("small"),
        tool("huge", schema={"type": "object", "description": "x" * 300_000}),
        tool("deep", schema=deep(100)),
        tool("long", "y" * 50_000),
    ],
}


class Server:
    """Answers requests until its input ends."""

    def __init__(self) -> None:
        self.calls = 0
        self.version = 1

    def run(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "id" in message and "method" in message:
                self.answer(message["id"], message["method"], message.get("params") or {})
            elif message.get("method") == "notifications/cancelled":
                print("cancelled", file=sys.stderr, flush=True)
        print("input ended", file=sys.stderr, flush=True)

    def answer(self, number: Any, method: str, params: dict[str, Any]) -> None:
        if method == "initialize":
            info = {"name": "odd", "version": "1"}
            send(
                id=number,
                result={
                    "protocolVersion": "2025-06-18",
                    "capabilities": {"tools": {"listChanged": True}},
                    "serverInfo": info,
                },
            )
        elif method == "tools/list":
            send(id=number, result={"tools": self.tools()})
        elif method == "tools/call":
            self.calls += 1
            self.call(number, params["name"], params.get("arguments") or {})
        else:
            send(id=number, error={"code": -32601, "message": "Method not found"})

    def tools(self) -> list[dict[str, Any]]:
        usual = [tool("echo", f"Echoes, version {self.version}."), tool("slow"), tool("environment"), tool("pid")]
        return LISTS.get(MODE, usual)

    def call(self, number: Any, name: str, arguments: dict[str, Any]) -> None:
        special = getattr(self, f"do_{MODE.replace('-', '_')}", None)
        if special is not None:
            special(number, arguments)
        elif name == "slow":
            time.sleep(0.2)
        elif name == "environment":
            text(number, json.dumps(dict(os.environ)))
        elif name == "pid":
            text(number, str(os.getpid()))
        else:
            text(number, str(arguments.get("text", "")))

    def do_halves(self, number: Any, arguments: dict[str, Any]) -> None:
        send(id=number, result={"content": [], "structuredContent": {"half": "\ud800"}})

    def do_never_answers(self, number: Any, arguments: dict[str, Any]) -> None:
        pass

    def do_dies_in_a_call(self, number: Any, arguments: dict[str, Any]) -> None:
        print("about to die", file=sys.stderr, flush=True)
        os._exit(3)

    def do_changes(self, number: Any, arguments: dict[str, Any]) -> None:
        self.version += 1
        send(method="notifications/tools/list_changed")
        text(number, "changed")

    def do_returns_much(self, number: Any, arguments: dict[str, Any]) -> None:
        text(number, "z" * int(arguments["text"]))

    def do_floods(self, number: Any, arguments: dict[str, Any]) -> None:
        data = {"level": "info", "data": "flood"}
        for _ in range(20_000):
            send(method="notifications/message", params=data)
        text(number, "after the flood")

    def do_logs_much(self, number: Any, arguments: dict[str, Any]) -> None:
        for count in range(5_000):
            print(f"line {count} " + "w" * 2_000, file=sys.stderr)
        sys.stderr.flush()
        text(number, "logged")

    def do_leaves_children(self, number: Any, arguments: dict[str, Any]) -> None:
        child = subprocess.Popen(["sleep", "300"], stdin=subprocess.DEVNULL)
        text(number, str(child.pid))

    def do_answers_all(self, number: Any, arguments: dict[str, Any]) -> None:
        image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
        content = [
            {"type": "text", "text": "one"},
            {"type": "image", "data": image, "mimeType": "image/png"},
            {"type": "image", "data": "***", "mimeType": "image/png"},
            {"type": "image", "data": image, "mimeType": "image/x-evil"},
            {"type": "audio", "data": image, "mimeType": "audio/wav"},
            {"type": "resource", "resource": {"uri": "file:///a.txt", "text": "inside"}},
            {"type": "resource", "resource": {"uri": "file:///b.bin", "blob": image, "mimeType": "application/zip"}},
            {"type": "resource_link", "uri": "https://example.org/", "name": "a page"},
        ]
        send(id=number, result={"content": content})

    def do_fails(self, number: Any, arguments: dict[str, Any]) -> None:
        send(id=number, result={"content": [{"type": "text", "text": "no such city"}], "isError": True})

    def do_errs(self, number: Any, arguments: dict[str, Any]) -> None:
        send(id=number, error={"code": -32000, "message": "it broke"})

    def do_answers_nonsense(self, number: Any, arguments: dict[str, Any]) -> None:
        send(id=number, result={"content": "not a list"})


def text(number: Any, words: str) -> None:
    send(id=number, result={"content": [{"type": "text", "text": words}]})


if __name__ == "__main__":
    if MODE == "exits":
        print("no config found", file=sys.stderr)
        sys.exit(2)
    if MODE == "says-its-token":
        print("my token is", os.environ["TOKEN"], file=sys.stderr)
        sys.exit(2)
    if MODE == "hangs":
        time.sleep(300)
    if MODE == "no-json":
        for _ in range(100_000):
            print("Welcome to my server!", flush=True)
    if MODE == "endless-line":
        while True:
            sys.stdout.write("x" * 65_536)
    Server().run()
    if MODE == "ignores-the-end":
        time.sleep(300)
