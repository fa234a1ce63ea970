"""A process that does one job: what it is told, what it tells meanwhile, and how it ends."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_chat.core.export_errors import ExportDiskFull
from desktop_chat.services import job_worker
from desktop_chat.services.helper_worker import read_message, write_message
from desktop_chat.services.job_worker import Send, do_one_job


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process as it is: without limits, and without an end."""
    monkeypatch.setattr(job_worker, "limit_this_process", lambda _most: None)
    monkeypatch.setattr(job_worker, "end_with", lambda _source: None)


def answers(monkeypatch: pytest.MonkeyPatch, do: Any, *messages: bytes) -> list[Any]:
    """Return what a process answers to these messages."""
    source, sink = io.BytesIO(), io.BytesIO()
    write_message(source, *messages)
    source.seek(0)
    streams = SimpleNamespace(stdin=SimpleNamespace(buffer=source), stdout=SimpleNamespace(buffer=sink))
    monkeypatch.setattr(job_worker, "sys", streams)
    do_one_job(do)
    sink.seek(0)
    return [json.loads(message) for message in iter(lambda: read_message(sink), None)]


def counted(work: dict[str, Any], send: Send) -> dict[str, Any]:
    for number in range(work["steps"]):
        send([number, work["steps"]])
    return {"steps": work["steps"]}


def full(work: dict[str, Any], send: Send) -> None:
    send(work)
    raise ExportDiskFull("/tmp/x")


def interrupted(_work: dict[str, Any], _send: Send) -> None:
    raise KeyboardInterrupt


def test_it_tells_what_it_does_and_ends_with_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    told = answers(monkeypatch, counted, b'{"steps": 2}')
    assert told == ["ready", [0, 2], [1, 2], {"done": {"steps": 2}}]


def test_it_ends_with_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    told = answers(monkeypatch, full, b'{"a": 1}')
    assert told == ["ready", {"a": 1}, {"code": "export_disk_full", "detail": "/tmp/x"}]


def test_without_a_job_and_after_an_interruption_it_ends_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answers(monkeypatch, counted) == ["ready"]
    assert answers(monkeypatch, interrupted, b"{}") == ["ready"]
