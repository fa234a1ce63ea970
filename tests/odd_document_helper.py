"""The helper process that reads documents, with texts that make it hang, crash, print, or use up its memory."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from desktop_chat.services.documents import document_worker
from desktop_chat.services.documents.document_kinds import Reader
from desktop_chat.services.documents.document_text import Asked, Output

COMMAND = (sys.executable, "-I", __file__)


def read(content: bytes, asked: Asked, out: Output) -> None:
    """Read a text, or do what it says."""
    words = content.decode()
    if words == "hang":
        re.match(r"(a+)+$", "a" * 100 + "b")  # one call that holds the GIL
    elif words == "crash":
        ctypes.string_at(0)
    elif words == "fill":
        _ = [bytearray(64 * 1024 * 1024) for _ in range(1_000)]
    elif words == "recurse":
        read(content, asked, out)
    elif words == "pages":
        for number in range(100):
            time.sleep(0.01)
            out.tell(number + 1, 100)
    elif words == "slow":
        out.tell(1, 2)
        time.sleep(60)
    elif words == "images":
        for _ in range(asked.page_images + 1):
            out.send_image(b"image")
    elif words == "print":
        print("a library prints something", flush=True)
        os.write(1, b"\xff" * 100)
    out.add(words)


def reader_of(_media_type: str) -> Reader:
    return read


if __name__ == "__main__":
    document_worker.reader_of = reader_of
    document_worker.run()
