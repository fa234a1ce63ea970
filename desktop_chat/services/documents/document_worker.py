"""The helper process that reads documents: files come in on standard input, texts and images go out on standard output.

Documents are untrusted and their parsers large: a file may crash, hang or exhaust them. So they run here, in a process
that holds nothing valuable, and that exits when a file takes too long or its input ends.

Messages, as `helper_process.py` frames them:

    in:   {"name": "a.pdf", "pages": 2000, ..., "limit": 30.0, "total": 300.0}, then the file's content
        out:  "ready"                                      once, at the start
              {"done": 3, "total": 10}                     after some pages
              {"image": true}, then a JPEG                 for each page that is sent as an image, in order
              {"media_type": "application/pdf", ...}, then the text in UTF-8: the end, or
              {"error": "file_broken", "detail": "..."}    the end, without a text
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import sys
import time
import warnings
from contextlib import suppress
from typing import Any, BinaryIO

from desktop_chat.core.attachment_errors import AttachmentError, FileBroken, ReadingTooLarge
from desktop_chat.services.documents.document_kinds import media_type_of, reader_of
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.helper_process import READY
from desktop_chat.services.helper_worker import limit_this_process, read_message, write_message

MAX_MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes of address space, where the system can limit it: a file of 100 MB, and a parsed XML file of 64 MB."""
_TELL_S = 0.1
_MAX_DETAIL = 300


def run() -> None:
    """Serve until standard input ends. Exits when a document exceeds its limits."""
    limit_this_process(MAX_MEMORY)
    source, sink = sys.stdin.buffer, _own_output()
    logging.disable()
    warnings.simplefilter("ignore")
    with suppress(BrokenPipeError), open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        write_message(sink, READY)
        while (asked := read_message(source)) is not None and (content := read_message(source)) is not None:
            values = json.loads(asked)
            limit, last = values.pop("limit"), time.monotonic() + values.pop("total")

            def extend(limit: float = limit, last: float = last) -> None:
                """Give the next page its time. A C thread watches it: it does not need the GIL."""
                left = max(0.1, min(limit, last - time.monotonic()))
                faulthandler.dump_traceback_later(left, exit=True, file=nowhere)

            extend()
            write_message(sink, *answer(content, Asked(**values), _Sender(sink, extend)))
            faulthandler.cancel_dump_traceback_later()
            del content


class _Sender:
    """Sends progress and images while a document is read."""

    def __init__(self, sink: BinaryIO, extend: Any) -> None:
        self._sink = sink
        self._extend = extend
        self._next = 0.0

    def tell(self, done: int, total: int) -> None:
        if (now := time.monotonic()) >= self._next:
            self._next = now + _TELL_S
            self._extend()
            write_message(self._sink, _json({"done": done, "total": total}))

    def send_image(self, content: bytes) -> None:
        write_message(self._sink, _json({"image": True}), content)


def answer(content: bytes, asked: Asked, sender: _Sender) -> tuple[bytes, ...]:
    """Read a document and return the last messages about it."""
    out = Output(asked.letters, sender.tell, sender.send_image)
    try:
        out.media_type = media_type_of(content, asked.name)
        reader_of(out.media_type)(content, asked, out)
        text = out.text()
    except AttachmentError as error:
        return (_json({"error": error.code, "detail": error.detail[:_MAX_DETAIL]}),)
    except MemoryError:
        return (_json({"error": ReadingTooLarge.code, "detail": ""}),)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (what the libraries raise for a broken file is not documented)
        return (_json({"error": FileBroken.code, "detail": f"{type(error).__name__}: {error}"[:_MAX_DETAIL]}),)
    read = {
        "media_type": out.media_type,
        "letters": len(text),
        "pages": out.pages,
        "pages_left_out": out.pages_left_out,
        "letters_left_out": out.letters_left_out,
    }
    return _json(read), text.encode()


def _own_output() -> BinaryIO:
    """Return standard output for messages alone: what a library prints goes nowhere."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return own


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
