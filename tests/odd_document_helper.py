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


def hang(_asked: Asked, _out: Output) -> None:
    """Backtrack practically forever, inside one call that holds the GIL."""
    re.match(r"(a+)+$", "a" * 100 + "b")


def crash(_asked: Asked, _out: Output) -> None:
    ctypes.string_at(0)


def fill(_asked: Asked, _out: Output) -> None:
    _ = [bytearray(64 * 1024 * 1024) for _ in range(1_000)]


def recurse(asked: Asked, out: Output) -> None:
    recurse(asked, out)


def pages(_asked: Asked, out: Output) -> None:
    """Take a second in all, a hundredth for each page."""
    for number in range(100):
        time.sleep(0.01)
        out.tell(number + 1, 100)


def slow(_asked: Asked, out: Output) -> None:
    out.tell(1, 2)
    time.sleep(60)


def images(asked: Asked, out: Output) -> None:
    """Send one more than asked."""
    for _ in range(asked.page_images + 1):
        out.send_image(b"image")


def printing(_asked: Asked, _out: Output) -> None:
    print("a library prints something", flush=True)
    os.write(1, b"\xff" * 100)


WORDS = {"hang": hang, "crash": crash, "fill": fill, "recurse": recurse, "pages": pages, "slow": slow, "images": images,
         "print": printing}  # fmt: skip


def read(content: bytes, asked: Asked, out: Output) -> None:
    """Do what a text says, and read it."""
    words = content.decode()
    if words in WORDS:
        WORDS[words](asked, out)
    out.add(words)


def reader_of(_media_type: str) -> Reader:
    return read


if __name__ == "__main__":
    document_worker.reader_of = reader_of
    document_worker.run()
