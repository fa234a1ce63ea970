"""What all helper processes share: limits of the process, and messages that end with the input."""

from __future__ import annotations

import io
import resource
from types import SimpleNamespace

import pytest

from desktop_chat.services import helper_worker
from desktop_chat.services.helper_worker import end_with, limit_this_process, read_message, write_message


def test_it_limits_its_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds: dict[int, int] = {}
    nice: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: bounds.update({kind: limits[0]}))
    monkeypatch.setattr(helper_worker.os, "nice", nice.append)
    limit_this_process(1_000)
    assert bounds == {resource.RLIMIT_AS: 1_000, resource.RLIMIT_CORE: 0}
    assert nice == [5]
    monkeypatch.setattr(helper_worker, "sys", SimpleNamespace(platform="win32"))
    limit_this_process(1_000)
    assert nice == [5]


def test_messages_come_as_they_were_sent_until_the_input_ends() -> None:
    stream = io.BytesIO()
    write_message(stream, b"one", b"", b"three")
    for cut in range(3):
        source = io.BytesIO(stream.getvalue()[: -cut or None])
        found = [read_message(source) for _ in range(3)]
        assert found == [b"one", b"", None if cut else b"three"]
        assert read_message(source) is None


def test_the_end_of_the_input_ends_the_process_after_time_to_clean_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    monkeypatch.setattr(helper_worker._thread, "interrupt_main", lambda: ended.append("interrupted"))
    monkeypatch.setattr(helper_worker, "time", SimpleNamespace(sleep=ended.append))
    monkeypatch.setattr(helper_worker.os, "_exit", ended.append)
    end_with(io.BytesIO())
    assert ended == ["interrupted", 5.0, 1]
