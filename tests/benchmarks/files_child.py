"""One process of bench_files: reads documents or images as the window does, and reports CPU times, gaps and memory.

Usage: files_child.py make FOLDER | alone PDF | pdf PDF | images IMAGE
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "services")]

from document_samples import pdf  # noqa: E402 -- the path comes first

PAGES = 1_000
LINES = 30
IMAGES = 100
SIDES = (4_000, 3_000)
FLOOR_S = {"pdf": 2.0, "images": 20.0}
"""About as long as reading takes: the longest gap grows with the time."""


def make(folder: Path) -> None:
    """Write a PDF of 1,000 pages and a JPEG of 12 megapixels with as many details as a photo."""
    from PySide6.QtCore import Qt  # noqa: PLC0415
    from PySide6.QtGui import QImage  # noqa: PLC0415

    words = "of the text that a page has, as in any report"
    pages = ("\n".join(f"Line {line} of page {page} {words}" for line in range(LINES)) for page in range(PAGES))
    (folder / "report.pdf").write_bytes(pdf(pages))
    noise = QImage(os.urandom(800 * 600 * 4), 800, 600, QImage.Format.Format_RGB32)
    smooth = Qt.TransformationMode.SmoothTransformation
    assert noise.scaled(*SIDES, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).save(
        str(folder / "photo.jpg"), "JPEG", 90
    )


def alone(file: Path) -> dict[str, Any]:
    """PDFium and its Python binding, as its documentation shows it."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415

    content = file.read_bytes()
    begun = time.process_time()
    document = pypdfium2.PdfDocument(content)
    texts = []
    for number in range(len(document)):
        page = document[number]
        found = page.get_textpage()
        texts.append(found.get_text_range())
        found.close()
        page.close()
    document.close()
    return {"cpu_s": time.process_time() - begun, "letters": sum(map(len, texts))}


class Gaps:
    """Looks at the clock in each turn of the loop, as often as possible."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        seen = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.longest = max(self.longest, now - seen - 0.001)
            seen = now

    async def stop(self) -> float:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self.longest * 1_000


async def beside_a_thread(seconds: float) -> float:
    """Return the longest gap, in ms, of a loop that has nothing to do, beside a thread that computes without the
    interpreter: the machine's own."""
    done, block = threading.Event(), bytes(4 * 1024 * 1024)

    def compute() -> None:
        while not done.is_set():
            hashlib.sha256(block)

    thread = threading.Thread(target=compute)
    thread.start()
    gaps = Gaps()
    await asyncio.sleep(seconds)
    done.set()
    thread.join()
    return await gaps.stop()


def memory_mb(what: str = "VmRSS") -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def read(kind: str, file: Path, place: Path) -> dict[str, Any]:
    from desktop_chat.app.attachment_files import AttachmentFiles  # noqa: PLC0415
    from desktop_chat.core.attachment_reading import ContentSource, FileSource, ReadOptions  # noqa: PLC0415
    from desktop_chat.services.blobs import BlobFolder  # noqa: PLC0415

    blobs = BlobFolder(place)
    files = AttachmentFiles(blobs)
    if kind == "pdf":
        warm_up = ContentSource("a.pdf", pdf(["starts the helper, and loads PDFium as the floor does"]))
        await files.read(warm_up, ReadOptions(), lambda _progress: None)
        helper = files._documents._process._process.pid  # type: ignore[union-attr]
    else:
        await files.read(FileSource(file), ReadOptions(), lambda _progress: None)  # loads the codecs
        helper = os.getpid()
    own, other = time.process_time(), cpu_of(helper)
    if kind == "pdf":
        await files.read(FileSource(file), ReadOptions(), lambda _progress: None)
    spent = time.process_time() - own + cpu_of(helper) - other
    quiet, before, begun = await beside_a_thread(FLOOR_S[kind]), memory_mb(), time.perf_counter()
    gaps = Gaps()  # takes time itself, so the time of reading was taken before
    count = 1 if kind == "pdf" else IMAGES
    reading = (files.read(FileSource(file), ReadOptions(), lambda _progress: None) for _ in range(count))
    found = await asyncio.gather(*reading)
    report = {
        "floor_ms": quiet,
        "gap_ms": await gaps.stop(),
        "wall_s": time.perf_counter() - begun,
        "cpu_s": spent,
        "kept_mb": memory_mb() - before,
        "most_mb": memory_mb("VmHWM") - before,
        "letters": found[0].letters,
        "side": found[0].width,
        "left_out": found[0].pages_left_out + found[0].letters_left_out,
    }
    files.close()
    blobs.end()
    return report


def main(kind: str, file: Path) -> dict[str, Any]:
    if kind == "alone":
        return alone(file)
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from desktop_chat.app.loop import QtEventLoop  # noqa: PLC0415

    application = QApplication([])
    loop = QtEventLoop(application)
    with tempfile.TemporaryDirectory() as place:
        return loop.run_until_complete(read(kind, file, Path(place)))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
        sys.stdout.flush()
        os._exit(0)
