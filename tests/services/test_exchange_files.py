"""Requests that are kept on disk come back as they were recorded, without keys, and go when it was promised."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.entities import Api, Usage, new_id
from desktop_chat.core.exchange_formats import har_of
from desktop_chat.core.exchanges import Exchange, Mark, timed_events
from desktop_chat.services.exchange_files import MAX_DAYS, ExchangeFiles, exchange_in

KEY = "sk-kept-nowhere-0123456789"
CONVERSATION, REPLY = new_id(), new_id()
HEADERS = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=3).map(tuple)
MOMENTS = st.integers(0, 10**9).map(lambda number: number / 1_000)


def exchange_of(conversation_id: str = CONVERSATION, reply_id: str = REPLY, said: str = "Hello") -> Exchange:
    exchange = Exchange(
        reply_id,
        "c1",
        "Here",
        Api.RESPONSES,
        "m",
        "http://127.0.0.1:9/v1/responses",
        {"model": "m", "input": said},
        hide=lambda text: text.replace(KEY, "[redacted]"),
        conversation_id=conversation_id,
    )
    exchange.take(f"data: {said}\n\n".encode())
    exchange.mark(Mark.ENDED)
    return exchange


Make = Callable[..., ExchangeFiles]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Open the same folder, with any clock and limit."""
    made: list[ExchangeFiles] = []

    def one(**options: object) -> ExchangeFiles:
        made.append(ExchangeFiles(tmp_path / "requests", **options))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for files in made:
        files.end()


@pytest.fixture
def files(make: Make) -> ExchangeFiles:
    return make()


async def test_what_was_kept_comes_back_in_order_and_only_for_its_reply(files: ExchangeFiles) -> None:
    second, first = exchange_of(said="second"), exchange_of(said="first")
    first.started_at -= 5
    for exchange in (second, first, exchange_of(reply_id=new_id()), exchange_of(conversation_id=new_id())):
        await files.keep(exchange)
    found = await files.read(CONVERSATION, REPLY)
    assert [exchange.body["input"] for exchange in found] == ["first", "second"]
    assert all(exchange.is_kept and exchange.ended for exchange in found)


@given(cuts=st.sets(st.integers(1, 80), max_size=5))
def test_reads_that_cut_a_key_or_a_character_in_two_neither_show_nor_damage_it(cuts: set[int]) -> None:
    exchange = exchange_of()
    exchange.pieces.clear()
    said = f"data: \u4f60\u597d {KEY} \U0001f600\r\n\r\ndata: {KEY}\n\n".encode()
    for begin, end in pairwise(sorted({0, len(said), *(cut for cut in cuts if cut < len(said))})):
        exchange.pieces.append((float(end), said[begin:end]))
    events = json.loads("".join(har_of([exchange], "1")))["log"]["entries"][0]["_events"]
    assert "".join(event["data"] for event in events) == said.decode().replace(KEY, "[redacted]")
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)


async def test_no_key_is_on_disk_and_nobody_else_may_read(files: ExchangeFiles, tmp_path: Path) -> None:
    exchange = exchange_of(said=f"my key is {KEY}")
    exchange.request_headers = (("Authorization", f"Bearer {KEY}"), ("X-Mine", KEY))
    await files.keep(exchange)
    [file] = (tmp_path / "requests").rglob("*.har")
    assert KEY not in file.read_text(encoding="utf-8")
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0


async def test_it_goes_with_its_conversation(files: ExchangeFiles, tmp_path: Path) -> None:
    other = new_id()
    await files.keep(exchange_of())
    await files.keep(exchange_of(conversation_id=other))
    await files.forget([CONVERSATION, "../../etc"])
    assert await files.read(CONVERSATION, REPLY) == []
    assert len(await files.read(other, REPLY)) == 1
    await files.clear()
    assert not (tmp_path / "requests").exists()


async def test_what_is_old_or_too_much_goes_the_oldest_first(make: Make, files: ExchangeFiles, tmp_path: Path) -> None:
    replies = [new_id() for _ in range(3)]
    sizes = []
    for age, reply_id in enumerate(replies):
        await files.keep(exchange_of(reply_id=reply_id))
        [file] = (tmp_path / "requests").rglob(f"{reply_id}*")
        sizes.append(file.stat().st_size)
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    torn = file.with_name("torn.part")
    torn.write_text("")

    async def left() -> list[str]:
        return [reply_id for reply_id in replies if await files.read(CONVERSATION, reply_id)]

    await make(clock=lambda: 1_000_000.0, most_bytes=sum(sizes)).prune()
    assert await left() == replies
    assert not torn.exists()
    await make(clock=lambda: 1_000_000.0, most_bytes=sum(sizes) - 1).prune()
    assert await left() == replies[:2]
    await make(clock=lambda: 1_000_000.0 + MAX_DAYS * 86_400).prune()
    assert await left() == replies[:1]


async def test_ids_that_are_none_touch_no_file(files: ExchangeFiles, tmp_path: Path) -> None:
    await files.keep(exchange_of(conversation_id="../outside"))
    await files.keep(exchange_of(reply_id=""))
    assert not (tmp_path / "requests").exists()
    assert await files.read("..", REPLY) == []


async def test_what_cannot_be_read_or_written_stops_nothing(
    files: ExchangeFiles, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await files.keep(exchange_of())
    [file] = (tmp_path / "requests").rglob("*.har")
    for number, content in enumerate(("", "[]", '{"log": {"entries": []}}', '{"log": 7}', "\0")):
        file.with_name(f"{REPLY}-{number}.har").write_text(content)
    assert len(await files.read(CONVERSATION, REPLY)) == 1
    assert caplog.text.count("cannot be read") == 5
    blocked = new_id()
    (tmp_path / "requests" / blocked).write_text("a file where a folder should be")
    await files.keep(exchange_of(conversation_id=blocked))
    assert "could not be kept" in caplog.text


@given(
    headers=HEADERS,
    marks=st.dictionaries(st.sampled_from(Mark), MOMENTS),
    texts=st.lists(st.tuples(MOMENTS, st.text(max_size=20)), max_size=4),
    usage=st.none() | st.builds(Usage, st.integers(0, 9), st.none(), st.integers(0, 9), st.none()),
    reason=st.none() | st.text(max_size=8),
    stopped=st.booleans(),
)
def test_any_exchange_survives(
    headers: tuple[tuple[str, str], ...],
    marks: dict[Mark, float],
    texts: list[tuple[float, str]],
    *,
    usage: Usage | None,
    reason: str | None,
    stopped: bool,
) -> None:
    exchange = exchange_of()
    exchange.response_headers = tuple((name, value) for name, value in headers if name.lower() != "set-cookie")
    exchange.marks, exchange.usage, exchange.finish_reason, exchange.is_stopped = marks, usage, reason, stopped
    exchange.pieces = [(at_s, text.encode("utf-8", "replace")) for at_s, text in texts]
    found = exchange_in(json.loads("".join(har_of([exchange], "1"))))
    for name in ("response_headers", "marks", "usage", "finish_reason", "is_stopped", "body", "url", "started_at"):
        assert getattr(found, name) == getattr(exchange, name), name
    assert found.content == exchange.content
    kept, before = timed_events(found.pieces), timed_events(exchange.pieces)
    assert [event.text for event in kept] == [event.text for event in before]
    assert [event.at_s for event in kept] == pytest.approx([event.at_s for event in before])
