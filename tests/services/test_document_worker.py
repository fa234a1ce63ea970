"""The helper's side, in this process: what it reads, what it answers, and that each document has its time."""

from __future__ import annotations

import faulthandler
import io
import json
import os
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import document_samples as samples
import pytest

from desktop_chat.core.attachment_reading import ReadOptions
from desktop_chat.services.documents import document_worker
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.helper_worker import read_message, write_message


def asked(content: bytes, options: ReadOptions | None = None) -> bytes:
    stream = io.BytesIO()
    wanted = {**asdict(Asked.of("a", options or ReadOptions(image_side=40))), "limit": 30.0, "total": 60.0}
    write_message(stream, json.dumps(wanted).encode(), content)
    return stream.getvalue()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(document_worker, "limit_this_process", lambda _memory: None)
    monkeypatch.setattr(document_worker.logging, "disable", lambda: None)

    def served(data: bytes) -> list[bytes]:
        sink = io.BytesIO()
        monkeypatch.setattr(document_worker, "_own_output", lambda: sink)
        monkeypatch.setattr(document_worker, "sys", SimpleNamespace(stdin=SimpleNamespace(buffer=io.BytesIO(data))))
        document_worker.run()
        faulthandler.cancel_dump_traceback_later()
        sink.seek(0)
        return list(iter(lambda: read_message(sink), None))

    return served


def read(name: str, letters: int, pages: int = 0) -> dict[str, Any]:
    return {"media_type": name, "letters": letters, "pages": pages, "pages_left_out": 0, "letters_left_out": 0}


def test_documents_are_read_in_sequence(serve: Any) -> None:
    ready, first, text, second = serve(asked(b"text") + asked(b"") + asked(b"cut off")[:-1])
    assert (ready, json.loads(first), text) == (b'"ready"', read("text/plain", 4), b"text")
    assert json.loads(second) == {"error": "file_empty", "detail": ""}


def test_pages_are_told_and_sent(serve: Any) -> None:
    _, image, jpeg, told, last, text = serve(asked(samples.pdf([None])))
    assert (json.loads(image), jpeg[:3], json.loads(told)) == (
        {"image": True},
        b"\xff\xd8\xff",
        {"done": 1, "total": 1},
    )
    assert (json.loads(last), text) == (read("application/pdf", 0, 1), b"")


@pytest.mark.parametrize("data", [b"", b"\0", asked(b"text")[:-1], asked(b"text")[:9]])
def test_it_ends_with_its_input(data: bytes, serve: Any) -> None:
    assert serve(data) == [b'"ready"']


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (MemoryError(), "reading_too_large", ""),
        (RuntimeError("x" * 999), "file_broken", f"RuntimeError: {'x' * 286}"),
        (KeyError("part"), "file_broken", "KeyError: 'part'"),
    ],
)
def test_whatever_a_library_raises_is_an_error_of_the_document(
    error: Exception, code: str, detail: str, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_content: bytes, _asked: Asked, _out: Output) -> None:
        raise error

    monkeypatch.setattr(document_worker, "reader_of", lambda _media_type: fail)
    assert json.loads(serve(asked(b"text"))[1]) == {"error": code, "detail": detail}


def test_it_ends_when_nobody_reads_its_answers(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_content: bytes, _asked: Asked, _out: Output) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(document_worker, "reader_of", lambda _media_type: fail)
    assert serve(asked(b"text") + asked(b"more")) == [b'"ready"']


def test_what_libraries_print_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    source, sink = os.pipe()
    monkeypatch.setattr(document_worker, "sys", SimpleNamespace(stdout=SimpleNamespace(fileno=lambda: sink)))
    with document_worker._own_output() as own:
        os.write(sink, b"printed")
        own.write(b"sent")
    os.close(sink)
    with os.fdopen(source, "rb") as stream:
        assert stream.read() == b"sent"
