"""A file becomes an attachment by its content: stored first, whichever way it is read, and refused by its own error."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import document_samples as samples
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop_chat.app.attachment_files import AttachmentFiles
from desktop_chat.core import attachment_reading
from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileBroken,
    FileEmpty,
    FileKindUnknown,
    FileTooLarge,
    FileVanished,
    NotAFile,
    ReaderUnavailable,
    ReadingTimedOut,
    TooManyPixels,
)
from desktop_chat.core.attachment_reading import AttachmentReader, ContentSource, FileSource, Progress, ReadOptions
from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.image_files import limits
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.ui.images import image_preparation

PLAIN = ReadOptions()


def png(width: int, height: int) -> bytes:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert made.save(buffer, "PNG")
    return bytes(buffer.data().data())


class Reader:
    """A reader, the blobs that it fills, and what it told."""

    def __init__(self, files: AttachmentReader, blobs: MemoryBlobs) -> None:
        self.files = files
        self.blobs = blobs
        self.told: list[Progress] = []

    async def read(self, content: bytes | Path, name: str = "a.txt", options: ReadOptions = PLAIN) -> Attachment:
        source = FileSource(content) if isinstance(content, Path) else ContentSource(name, content)
        return await self.files.read(source, options, self.told.append)


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    blobs = MemoryBlobs()
    files = AttachmentFiles(blobs)
    yield Reader(files, blobs)
    files.close()
    files.close()


async def test_an_image_is_stored_as_it_is_sent(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "shot.txt"
    file.write_bytes(png(400, 300))
    attachment = await reader.read(file, options=ReadOptions(image_side=200))
    assert (attachment.kind, attachment.name, attachment.media_type) == (AttachmentKind.IMAGE, "shot.txt", "image/png")
    assert (attachment.width, attachment.height) == (200, 150)
    content = await reader.blobs.read(attachment.sha256)
    assert attachment.size == len(content)
    assert QImage.fromData(content).width() == 200


async def test_a_document_is_stored_as_it_was_with_its_text_and_pages(reader: Reader) -> None:
    content = samples.pdf(["one", None, "three"])
    attachment = await reader.read(content, "report.pdf", ReadOptions(pages=2))
    assert (attachment.kind, attachment.media_type) == (AttachmentKind.DOCUMENT, "application/pdf")
    assert (attachment.pages, attachment.pages_left_out, attachment.size) == (3, 1, len(content))
    assert await reader.blobs.read(attachment.sha256) == content
    text = await reader.blobs.read(attachment.text_sha256)
    assert text.decode() == "[page 1]\none\n\n[page 2: image 1]"
    assert (attachment.letters, attachment.text_size) == (len(text), len(text))
    assert len(attachment.page_sha256s) == 1
    page = QImage.fromData(await reader.blobs.read(attachment.page_sha256s[0]))
    assert max(page.width(), page.height()) == 2_048
    assert reader.told[-1].total == 2


async def test_a_document_without_text_has_only_images(reader: Reader) -> None:
    attachment = await reader.read(samples.pdf(["one"]), options=ReadOptions(as_images=True, image_side=300))
    assert (attachment.text_sha256, attachment.letters, len(attachment.page_sha256s)) == ("", 0, 1)


async def test_text_in_chinese_is_counted_in_letters_and_bytes(reader: Reader) -> None:
    attachment = await reader.read("中文".encode("gb18030") * 9)
    assert (attachment.letters, attachment.text_size, attachment.size) == (18, 54, 36)


@pytest.fixture
def oddly_named(tmp_path: Path) -> Path:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    file.write_text("text")
    return file


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
async def test_a_name_that_is_no_unicode_can_be_shown(reader: Reader, oddly_named: Path) -> None:
    assert (await reader.read(oddly_named)).name == "?.txt"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileEmpty),
        (bytes(100), FileKindUnknown),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), FileBroken),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", FileBroken),
        (Path("/nowhere/at/all"), FileVanished),
        (Path(__file__).parent, NotAFile),
    ],
)
async def test_each_reason_is_its_own_error(reader: Reader, content: bytes | Path, kind: type[AttachmentError]) -> None:
    with pytest.raises(kind):
        await reader.read(content)
    assert not reader.blobs._contents


async def test_too_much_is_refused(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PIXELS", 100)
    with pytest.raises(TooManyPixels):
        await reader.read(png(20, 20))
    with pytest.raises(FileTooLarge):
        await reader.read(png(20, 20) + bytes(limits.MAX_BYTES))
    with pytest.raises(FileTooLarge):
        await reader.read(bytes(attachment_reading.MAX_FILE_BYTES + 1))


async def test_an_image_that_takes_too_long_does_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, prepare = threading.Event(), image_preparation.prepare

    def wait_first(content: bytes, side: int) -> image_preparation.PreparedImage:
        if side == 1:
            gate.wait()
        return prepare(content, side)

    monkeypatch.setattr(image_preparation, "prepare", wait_first)
    files = AttachmentFiles(MemoryBlobs(), image_limit_s=0.2)
    reader = Reader(files, MemoryBlobs())
    first, second = await asyncio.gather(
        reader.read(png(9, 9), options=ReadOptions(image_side=1)), reader.read(png(9, 9)), return_exceptions=True
    )
    assert isinstance(first, ReadingTimedOut)
    assert isinstance(second, Attachment)
    gate.set()
    files.close()
    for thread in [each for each in threading.enumerate() if each.name == "images"]:
        await asyncio.to_thread(thread.join)


async def test_cancelling_one_lets_the_others_go_on(reader: Reader) -> None:
    tasks = [asyncio.create_task(reader.read(b"text %d" % number)) for number in range(6)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each.letters for each in found if isinstance(each, Attachment)] == [6, 6, 6]


async def test_nothing_is_read_after_the_end(reader: Reader) -> None:
    waiting = [asyncio.create_task(reader.read(png(9, 9))) for _ in range(4)]
    await asyncio.sleep(0)
    reader.files.close()
    _, *refused = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in refused] == [ReaderUnavailable] * 3
    with pytest.raises(ReaderUnavailable):
        await reader.read(b"text")


def test_neither_qt_nor_a_parser_is_loaded_for_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    program = """
import asyncio, sys
from pathlib import Path
from desktop_chat.app.attachment_files import AttachmentFiles
from desktop_chat.core.attachment_reading import FileSource, ReadOptions
from desktop_chat.services.memory_blobs import MemoryBlobs

async def main():
    files = AttachmentFiles(MemoryBlobs())
    attachment = await files.read(FileSource(Path(sys.argv[1])), ReadOptions(), print)
    files.close()
    return attachment.letters

assert asyncio.run(main()) == 4
print(sorted({"PySide6", "pypdfium2", "docx", "openpyxl", "pptx", "bs4", "lxml", "defusedxml"} & set(sys.modules)))
"""
    command = [sys.executable, "-c", program, str(tmp_path / "a.txt")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
