"""Full garbage collections wait until the program is idle."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject

from desktop_chat.app import idle_gc
from desktop_chat.app.idle_gc import IdleGC


@pytest.fixture
def owner(qapp: object) -> Iterator[QObject]:
    thresholds = gc.get_threshold()
    made = QObject()
    yield made
    shiboken6.delete(made)
    gc.set_threshold(*thresholds)


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The process's CPU time so far, in seconds."""
    seconds = [1.0]
    monkeypatch.setattr(idle_gc.time, "process_time", lambda: seconds[0])
    return seconds


def test_a_full_collection_waits_until_idle(
    owner: QObject, spent: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest = IdleGC(owner)
    assert gc.get_threshold()[2] == 1_000
    monkeypatch.setattr(idle_gc.gc, "get_count", lambda: (0, 0, 50))
    spent[0] += 1.0
    assert not at_rest.look()
    assert at_rest.look()


def test_nothing_is_collected_if_there_is_little_garbage(
    owner: QObject, spent: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest = IdleGC(owner)
    monkeypatch.setattr(idle_gc.gc, "get_count", lambda: (600, 9, 1))
    assert not at_rest.look()
