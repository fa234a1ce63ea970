"""The helper's side, in this process: what it reads, what it answers, and that it limits each text."""

from __future__ import annotations

import faulthandler
import io
import json
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_chat.markdown.highlight import LONGEST_LINE, highlighted_lines, lexer_for, lexer_text
from desktop_chat.services import highlight_worker


def asked(language: str, text: str) -> bytes:
    data = json.dumps({"language": language, "text": text, "limit": 30.0, "deadline": 60.0}).encode()
    return len(data).to_bytes(4, "big") + data


def answers(written: bytes) -> list[Any]:
    found, source = [], io.BytesIO(written)
    while head := source.read(4):
        found.append(json.loads(source.read(int.from_bytes(head, "big"))))
    return found


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(highlight_worker, "limit_this_process", lambda _memory: None)

    def served(data: bytes) -> list[Any]:
        sink = io.BytesIO()
        streams = SimpleNamespace(
            stdin=SimpleNamespace(buffer=io.BytesIO(data)), stdout=SimpleNamespace(buffer=sink), platform="linux"
        )
        monkeypatch.setattr(highlight_worker, "sys", streams)
        highlight_worker.run()
        return answers(sink.getvalue())

    return served


def test_texts_are_highlighted_in_sequence(serve: Any) -> None:
    found = serve(asked("python", "x = 1\n") + asked("no such language", "x") + asked("python", "pass"))
    assert found == ["ready", [[4, 1, "number"], []], None, None, [[0, 4, "keyword"]], None]
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    faulthandler.cancel_dump_traceback_later()


def test_long_texts_come_in_pieces(serve: Any) -> None:
    text = "x = 1\n" * 1_000
    pieces = [answer for answer in serve(asked("python", text)) if isinstance(answer, list)]
    assert len(pieces) >= 10
    lexer = lexer_for("python")
    assert lexer is not None
    flat = [[part for mark in line for part in mark] for line in highlighted_lines(text, lexer)]
    assert [line for piece in pieces for line in piece] == flat


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\0", asked("python", "x")[:1]])
def test_it_ends_with_its_input(data: bytes, serve: Any) -> None:
    assert serve(data) == ["ready"]


def test_long_lines_are_truncated() -> None:
    assert lexer_text("short") == "short"
    assert lexer_text("x" * 9_000 + "\ny") == "x" * LONGEST_LINE + "\ny"
