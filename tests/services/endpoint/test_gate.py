"""Attacks on the endpoint: without the token, from foreign pages, under foreign names, with too much or too slowly."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from endpoint_world import BEARER, FOREIGN_ORIGIN, KEY, OWN_ORIGIN, TOKEN, World, endpoint, question
from hostile_server import MODES, HostileServer

from desktop_chat.core.budgets import Budget, BudgetPeriod, BudgetState, OverBudget
from desktop_chat.core.entities import Connection
from desktop_chat.services.endpoint.caller_request import Limits
from desktop_chat.services.endpoint.gate import PAGE_POLICY

PATHS = [
    ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/responses"),
    ("POST", "/v1/embeddings"),
    ("POST", "/api/chat/stream"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("OPTIONS", "/v1/models"),
    ("POST", "/"),
]
WRONG = [{}, {"Authorization": ""}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}]
WRONG += [{"Authorization": f"Bearer {token}"} for token in (TOKEN[:-1], f"{TOKEN}x", "\xe9", "x" * 10_000)]
WRONG += [{"Cookie": f"token={TOKEN}"}]


@pytest.mark.parametrize(("method", "path"), PATHS, ids=str)
async def test_nothing_answers_without_the_token(world: World, server: HostileServer, method: str, path: str) -> None:
    for headers in WRONG:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        response = await world.client.request(method, path, headers=raw, content=b"{}")
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "token_refused"
        assert response.headers["www-authenticate"] == "Bearer"
        assert "set-cookie" not in response.headers
    assert server.requests == []


async def raw(world: World, request: bytes) -> bytes:
    """Send bytes and return the answer until the connection closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(world.url).port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def request_of(*lines: str, path: str = "/v1/models") -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "Connection: close", "", ""]).encode()


AUTHORIZED = f"Authorization: Bearer {TOKEN}"


@pytest.mark.parametrize(
    "host",
    [
        *("elsewhere.example", "127.0.0.1.elsewhere.example", "localhost.elsewhere.example", "0.0.0.0", "192.168.1.5"),
        *("user@127.0.0.1", "127.0.0.1:x", "[::1", "", "local\xadhost"),
    ],
)
async def test_another_host_is_refused(world: World, host: str) -> None:
    answer = await raw(world, request_of(f"Host: {host}", AUTHORIZED, path="/"))
    assert answer.split(b" ")[1] in {b"421", b"400"}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "127.1.2.3", "[::1]:5"])
async def test_this_computer_has_several_names(world: World, host: str) -> None:
    assert (await raw(world, request_of(f"Host: {host}", path="/health"))).startswith(b"HTTP/1.1 200")


async def test_two_hosts_are_refused(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answer = await raw(world, request_of("Host: localhost", "Host: elsewhere.example", AUTHORIZED))
    assert answer.split(b" ")[1] in {b"421", b"400"}


@pytest.mark.parametrize("origin", [FOREIGN_ORIGIN, "null", "http://localhost", "http://127.0.0.1:1", "x"])
async def test_a_foreign_page_is_refused_with_the_token(world: World, server: HostileServer, origin: str) -> None:
    response = await world.post("/v1/chat/completions", question("plain"), Origin=origin)
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "origin_refused"
    assert "access-control-allow-origin" not in response.headers
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert (await world.client.options("/v1/chat/completions", headers=asked)).status_code == 403
    assert server.requests == []


async def test_an_allowed_page_may_ask(world: World) -> None:
    asked = {"Origin": OWN_ORIGIN, "Access-Control-Request-Method": "POST"}
    preflight = await world.client.options("/api/chat/stream", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == OWN_ORIGIN
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in preflight.headers
    response = await world.post("/api/chat/stream", {"message": "hi"}, Origin=OWN_ORIGIN)
    assert response.headers["access-control-allow-origin"] == OWN_ORIGIN
    own = await world.post("/api/chat/stream", {"message": "hi"}, Origin=world.url)
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers
    without = await world.client.post("/api/chat/stream", headers={"Origin": OWN_ORIGIN}, content=b"{}")
    assert without.status_code == 401


async def test_changes_apply_at_once(world: World) -> None:
    world.server.gate.token = "another-token-0123456789"
    assert (await world.post("/api/chat/stream", {"message": "hi"})).status_code == 401
    world.server.gate.token = TOKEN
    world.server.gate.origins = frozenset({FOREIGN_ORIGIN})
    assert (await world.post("/api/chat/stream", {"message": "hi"}, Origin=FOREIGN_ORIGIN)).status_code == 200
    assert (await world.post("/api/chat/stream", {"message": "hi"}, Origin=OWN_ORIGIN)).status_code == 403


async def test_a_large_body_is_refused(world: World, server: HostileServer) -> None:
    async def pieces() -> object:
        for _ in range(50):
            yield b"x" * 1024 * 1024

    for content in (b"x" * 50 * 1024 * 1024, pieces()):
        response = await world.client.post("/v1/chat/completions", content=content, headers=BEARER)
        assert response.status_code == 413
        assert response.json()["error"]["code"] == "body_too_large"
    assert server.requests == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": 1}', b"\xff", b'{"a":1} x', b"[" * 50_000])
async def test_a_body_that_is_no_object_is_refused(world: World, server: HostileServer, body: bytes) -> None:
    response = await world.client.post("/v1/chat/completions", content=body, headers=BEARER)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "body_invalid")
    assert server.requests == []


async def test_a_slow_body_times_out(server: HostileServer, tmp_path: Path) -> None:
    async with endpoint(server.base_url, tmp_path, limits=Limits(body_s=0.1)) as world:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n{AUTHORIZED}\r\nContent-Length: 9\r\n\r\n{{"
        assert (await raw(world, head.encode())).startswith(b"HTTP/1.1 408")


async def test_half_a_request_is_not_waited_for(server: HostileServer, tmp_path: Path) -> None:
    async with endpoint(server.base_url, tmp_path, limits=Limits(headers_s=0.1)) as world:
        for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "):
            reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(world.url).port)
            writer.write(begun)
            async with asyncio.timeout(10):
                try:
                    assert await reader.read() == b""
                except ConnectionResetError:
                    continue
                finally:
                    writer.close()


async def test_endless_headers_are_refused(world: World, caplog: pytest.LogCaptureFixture) -> None:
    try:
        answer = await raw(world, request_of("Host: localhost", *(f"X-{n}: {'y' * 1_000}" for n in range(200))))
    except ConnectionResetError:
        return  # refused before all of it was sent
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "a\nb", "a\0b", "a\rb"])
async def test_no_line_can_be_smuggled_in_by_a_name(
    name: str,
    *,
    world: World,
    server: HostileServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(MODES, f"plain{name}", MODES["plain"])
    answer = await raw(world, request_of("Host: localhost", AUTHORIZED, f"X-Caller: {name}", path="/health"))
    assert b"Set-Cookie" not in answer.partition(b"\r\n\r\n")[0]
    response = await world.post("/v1/chat/completions", question(f"plain{name}"))
    assert "set-cookie" not in response.headers
    assert all("set-cookie" not in request.headers for request in server.requests)


async def test_too_many_calls_wait(server: HostileServer, tmp_path: Path) -> None:
    async with endpoint(server.base_url, tmp_path, limits=Limits(requests=1)) as world:
        body = {"message": "hi", "model": "silence"}
        async with world.client.stream("POST", "/api/chat/stream", json=body, headers=BEARER):
            response = await world.post("/v1/chat/completions", question("plain"))
            assert response.status_code == 429
            assert response.headers["retry-after"] == "1"
            assert response.json()["error"]["code"] == "too_many_calls"


async def test_a_thousand_connections_leave_room_for_a_call(server: HostileServer, tmp_path: Path) -> None:
    async with endpoint(server.base_url, tmp_path, limits=Limits(connections=200)) as world:
        assert (await world.post("/api/chat/stream", {"message": "hi"})).status_code == 200  # its connection stays
        port = urlsplit(world.url).port
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(1_000)]
        response = await world.post("/api/chat/stream", {"message": "hi"})
        assert response.status_code == 200
        for _, writer in opened:
            writer.transport.abort()


async def test_a_blocked_caller_is_refused_and_its_calls_end(world: World, server: HostileServer) -> None:
    body = {"message": "hi", "model": "silence"}
    running = asyncio.create_task(world.events(body, **{"X-Caller": "bad"}))
    await server.arrived.wait()
    world.server.requests.block("bad")
    *_, error, last = await running
    assert error["error"]["code"] == "caller_blocked"
    assert last["done"] is True
    refused = await world.post("/v1/chat/completions", question("plain"), **{"X-Caller": "bad"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "caller_blocked")
    assert (await world.post("/v1/chat/completions", question("plain"))).status_code == 200


async def test_a_caller_that_names_itself_by_the_token_stays_unknown(world: World) -> None:
    await world.post("/v1/chat/completions", question("plain"), **{"X-Caller": f"it is {TOKEN}"})
    assert [caller.name for caller in await world.store.callers()] == ["unknown"]


@pytest.mark.parametrize(("method", "path"), PATHS, ids=str)
async def test_a_blocked_caller_gets_nothing_but_the_page(
    world: World, server: HostileServer, method: str, path: str
) -> None:
    world.server.requests.block("bad")
    headers = {**BEARER, "X-Caller": "bad"}
    refused = await world.client.request(method, path, headers=headers, content=b"{}")
    assert refused.status_code == 403
    error = refused.json()["error"]
    assert (error["code"], error["type"], error["message"]) == (
        "caller_blocked",
        "permission_error",
        "<caller_blocked>",
    )
    assert server.requests == []
    for open_path in ("/health", "/"):
        assert (await world.client.get(open_path, headers=headers)).status_code != 403
    other = await world.client.request(method, path, headers=BEARER, content=b"{}")
    assert other.status_code != 403


async def test_who_is_blocked_in_the_file_is_blocked_here(world: World) -> None:
    await world.store.set_blocked("bad", blocked=True)
    await world.server.requests.read_blocked()
    refused = await world.post("/v1/chat/completions", question("plain"), **{"X-Caller": "bad"})
    assert refused.status_code == 403
    await world.store.set_blocked("bad", blocked=False)
    await world.server.requests.read_blocked()
    assert (await world.post("/v1/chat/completions", question("plain"), **{"X-Caller": "bad"})).status_code == 200


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "assets" / "deep").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Chat</title>")
    (folder / "secret.txt").write_text("not served")
    (folder / "assets" / "app.js").write_text("start()")
    (folder / "assets" / "deep" / "style.css").write_text("p {}")
    (folder / "assets" / "server.py").write_text("import os")
    return folder


async def test_the_page_needs_no_token_and_is_locked_down(server: HostileServer, tmp_path: Path, page: Path) -> None:
    async with endpoint(server.base_url, tmp_path, page=page) as world:
        index = await world.client.get("/")
        assert (index.status_code, index.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert index.headers["content-security-policy"] == PAGE_POLICY
        assert index.headers["x-content-type-options"] == "nosniff"
        script = await world.client.get("/assets/app.js")
        assert (script.text, script.headers["content-type"]) == ("start()", "text/javascript; charset=utf-8")
        assert (await world.client.get("/assets/deep/style.css")).text == "p {}"
        again = await world.client.get("/assets/app.js", headers={"If-None-Match": script.headers["etag"]})
        assert (again.status_code, again.text) == (304, "")
        assert (await world.client.get("/assets/server.py")).status_code == 404
        assert (await world.client.head("/")).status_code == 200


TRICKS = ["/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/assets/..%2fsecret.txt", "/assets//app.js"]
TRICKS += [
    "/assets/%00app.js",
    "/assets/deep/../../secret.txt",
    "/assets/..\\secret.txt",
    "//secret.txt",
    "/secret.txt",
]
TRICKS += ["/assets//etc/passwd", "/assets/%252e%252e/secret.txt", "/index.html"]


@pytest.mark.parametrize("path", TRICKS)
async def test_no_path_leads_elsewhere(server: HostileServer, tmp_path: Path, page: Path, path: str) -> None:
    async with endpoint(server.base_url, tmp_path, page=page) as world:
        answer = await raw(world, request_of("Host: localhost", path=path))
        assert answer.split(b" ")[1] in {b"401", b"404", b"400"}
        assert b"not served" not in answer


async def test_without_a_page_something_useful_is_said(world: World) -> None:
    response = await world.client.get("/")
    assert (response.status_code, response.text) == (404, "<page_missing>\n")
    assert response.headers["content-type"].startswith("text/plain")


async def test_unknown_paths_and_methods_have_the_shape_of_errors(world: World) -> None:
    for method, path, status, code in [
        ("GET", "/v1/nothing", 404, "path_unknown"),
        ("GET", "/docs", 404, "path_unknown"),
        ("GET", "/openapi.json", 404, "path_unknown"),
        ("DELETE", "/v1/models", 405, "method_refused"),
    ]:
        response = await world.client.request(method, path, headers=BEARER)
        assert (response.status_code, response.json()["error"]["code"]) == (status, code)


async def test_neither_token_nor_key_nor_query_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await world.post(f"/v1/chat/completions?secret={TOKEN}", question("401-echo-in-each-member"))
    await world.post("/api/chat/stream", {"message": "a private question"})
    await world.client.get(f"/v1/models?token={TOKEN}")
    assert "/v1/chat/completions" in caplog.text
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("desktop_chat"))
    for secret in (TOKEN, KEY, "secret=", "private"):
        assert secret not in ours


async def test_a_bug_has_the_shape_of_errors_too(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("desktop_chat.services.endpoint.targets.Targets.find", lambda *_: 1 / 0)
    response = await world.client.post("/v1/chat/completions", content=json.dumps({}), headers=BEARER)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert "ZeroDivisionError" in caplog.text


async def test_a_call_that_a_budget_forbids_is_refused_with_402(world: World, server: HostileServer) -> None:
    asked: list[tuple[str, str, int]] = []

    async def over(connection: Connection, model: str, prompt_tokens: Callable[[], int]) -> OverBudget:
        asked.append((connection.name, model, prompt_tokens()))
        return OverBudget(is_refused=model == "plain")

    world.server.requests.over_budget = over
    for path, body in (("/v1/chat/completions", question("plain")), ("/api/chat/stream", {"message": "hi"})):
        refused = await world.post(path, body)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], error["type"]) == (402, "budget_reached", "insufficient_quota")
    assert server.requests == []
    assert await world.store.callers() == [], "it used nothing"
    assert (await world.post("/v1/chat/completions", question("usage"))).status_code == 200
    name, model, tokens = asked[-1]
    assert (name, model) == (asked[0][0], "usage")
    assert 0 < tokens < 100


async def test_an_answer_names_the_budgets_that_its_call_exceeds(world: World) -> None:
    day = BudgetState(Budget(BudgetPeriod.DAY, "USD", Decimal(5)), Decimal("5.20"))
    month = BudgetState(Budget(BudgetPeriod.MONTH, "EUR", Decimal(100)), Decimal(90), Decimal(20))

    async def over(_connection: Connection, model: str, _prompt_tokens: Callable[[], int]) -> OverBudget:
        return OverBudget() if model == "usage" else OverBudget((day, month), model == "silence")

    world.server.requests.over_budget = over
    words = "USD day; spent=5.2; limit=5, EUR month; spent=90; limit=100"
    calls = [
        await world.post("/v1/chat/completions", question("plain")),
        await world.post("/v1/chat/completions", question("whole")),
        await world.post("/api/chat/stream", {"message": "hi", "model": "plain"}),
        await world.post("/v1/chat/completions", question("silence")),
    ]
    assert [call.headers["x-budget-exceeded"] for call in calls] == [words] * 4
    assert [call.status_code for call in calls] == [200, 200, 200, 402]
    assert "x-budget-exceeded" not in (await world.post("/v1/chat/completions", question("usage"))).headers
    from_a_page = await world.post("/v1/chat/completions", question("plain"), Origin=OWN_ORIGIN)
    assert "x-budget-exceeded" in from_a_page.headers["access-control-expose-headers"]
