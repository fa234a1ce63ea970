"""Folders with documents: each is read when its row is asked, and one that cannot be read fails alone."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer
from document_samples import pdf, word
from image_server import PNG

from desktop_chat.core.attachment_errors import FileBroken, FileTooLarge, FileVanished
from desktop_chat.core.attachment_reading import PreparedImage
from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.batch_progress import RowState
from desktop_chat.core.entities import Api, Connection
from desktop_chat.core.prices import Price
from desktop_chat.services.batch import batch_input, folder_documents
from desktop_chat.services.batch.folder_documents import FolderDocuments, digest_of
from desktop_chat.services.batch.open_batch import OpenBatch
from desktop_chat.services.documents.document_text import DocumentText
from desktop_chat.services.provider.openai_provider import OpenAIProvider
from desktop_chat.services.provider.sdk import Sdk

BROKEN = b"\x89PNG\r\n\x1a\n\0\0"
PRICED = Price("USD", 1, None, 1, None, "")  # type: ignore[arg-type]


async def prepared(content: bytes) -> PreparedImage:
    if content == BROKEN:
        raise FileBroken
    return PreparedImage(b"small", "image/jpeg", 56, 28)


@pytest.fixture
def documents() -> Iterator[FolderDocuments]:
    documents = FolderDocuments(prepared)
    yield documents
    documents.close()


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    server = BatchServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A note, a letter, a PDF with a page that is only an image, a PDF with a password, and a broken image."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("A note")
    (folder / "b.docx").write_bytes(word())
    (folder / "c.pdf").write_bytes(pdf(["The first page", None]))
    (folder / "d.pdf").write_bytes(pdf(["Secret"], password="open"))
    (folder / "e.png").write_bytes(BROKEN)
    return folder


def job(folder: Path, template: str = "Sum up {name}: {text}") -> BatchJob:
    return BatchJob(
        source=str(folder), output=str(folder.with_name("out")), template=template, model="m", streaming=False
    )


async def opened(documents: FolderDocuments, folder: Path, **others: Any) -> OpenBatch:
    options = {"default_model": "", "price_of": lambda _: PRICED, "documents": documents, **others}
    return await OpenBatch.opened(job(folder), Api.CHAT_COMPLETIONS, **options)


async def test_each_is_read_when_its_row_is_asked_and_fails_alone(
    documents: FolderDocuments, folder: Path, server: BatchServer
) -> None:
    provider = OpenAIProvider(Connection("c", "c", server.base_url), "", Sdk())

    async def ready() -> OpenAIProvider:
        return provider

    batch = await opened(documents, folder)
    assert batch.ids() == ["a.txt", "b.docx", "c.pdf", "d.pdf", "e.png"]
    assert await batch.make_run(batch.waiting(), ready, wait_s=5).run() is None
    codes = [row.code for row in batch.progress.rows]
    assert codes == ["", "", "", "file_encrypted", "file_broken"]
    asked = {str(body["messages"][-1]["content"]): body["messages"][-1]["content"] for body in server.bodies}
    assert len(asked) == 3
    [letter] = [text for text in asked if text.startswith("Sum up b.docx: ")]
    assert "Sum up a.txt: A note" in asked
    assert len(letter) > 30
    [pages] = [content for content in asked.values() if isinstance(content, list)]
    assert {part["type"] for part in pages} == {"text", "image_url"}
    assert "The first page" in str(pages)
    question, answer = await batch.told(3)
    assert question == ""
    assert "password" in answer
    assert (await batch.told(0))[0] == "Sum up a.txt: A note"
    assert "The first page" in (await batch.told(2))[0]
    batch.close()
    lines = {line["custom_id"]: line for line in map(json.loads, folder.with_name("out").read_text().splitlines())}
    assert (lines["d.pdf"]["attempts"], lines["d.pdf"]["error"]["code"]) == (0, "file_encrypted")

    again = await opened(FolderDocuments(prepared), folder)
    assert again.waiting() == [], "nothing is read again to know what was done"
    (folder / "d.pdf").write_bytes(pdf(["Not secret any more"]))
    again.close()
    again = await opened(documents, folder)
    assert [again.ids()[row] for row in again.waiting()] == ["d.pdf"], "a row that was repaired is asked"
    assert again.progress.rows[4].state is RowState.FAILED
    again.close()
    await provider.aclose()


async def test_tokens_are_unknown_until_the_documents_were_read(documents: FolderDocuments, folder: Path) -> None:
    batch = await opened(documents, folder, keeps_output=False)
    rows = batch.waiting()
    assert batch.unread(rows) == [1, 2, 3, 4]
    assert (await batch.estimate(rows)).input is None
    assert (await batch.estimate(rows)).spending.is_unknown
    for row in batch.unread(rows):
        await batch.learn_tokens(row)
    found = await batch.estimate(rows)
    assert found.input is not None
    assert found.input > folder_documents.MAX_IMAGE_TOKENS
    assert not found.spending.is_unknown
    first = await batch.first(5)
    assert [failure.code if failure else "" for _, failure in first][3:] == ["file_encrypted", "file_broken"]
    batch.close()
    free = Price("", 0, 0, 0, None, "")  # type: ignore[arg-type]
    other = await opened(FolderDocuments(prepared), folder, keeps_output=False, price_of=lambda _: free)
    assert not (await other.estimate(rows)).spending.is_unknown, "what is free is free, however long it is"
    other.close()


async def test_an_image_is_sent_as_it_was_prepared_and_has_no_text(
    documents: FolderDocuments, tmp_path: Path, server: BatchServer
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(PNG)
    (folder / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    provider = OpenAIProvider(Connection("c", "c", server.base_url), "", Sdk())

    async def ready() -> OpenAIProvider:
        return provider

    batch = await opened(documents, folder)
    assert batch.unread(batch.waiting()) == [0], "a drawing is text"
    assert await batch.make_run(batch.waiting(), ready, wait_s=5).run() is None
    assert (await batch.estimate([0])).input == batch.input.rows[0].tokens + 2
    batch.close()
    await provider.aclose()
    asked = [body["messages"][-1]["content"] for body in server.bodies]
    image, drawing = sorted(asked, key=lambda content: isinstance(content, str))
    assert [part["type"] for part in image] == ["image_url", "text"]
    assert image[0]["image_url"]["url"] == "data:image/jpeg;base64," + b64encode(b"small").decode()
    assert image[1]["text"] == "Sum up a.png: "
    assert drawing.startswith("Sum up drawing.svg: <svg")


async def test_a_document_that_changed_ends_the_run(documents: FolderDocuments, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["One"]))
    with pytest.raises(BatchRefused) as refused:
        await documents.read(tmp_path / "a.pdf", digest_of(pdf(["Two"])))
    assert refused.value.problem is BatchProblem.INPUT_CHANGED


async def test_what_is_longer_than_what_is_read_fails(
    documents: FolderDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["One"]))
    digest = digest_of((tmp_path / "a.pdf").read_bytes())
    await documents.read(tmp_path / "a.pdf", digest)
    long = DocumentText("application/pdf", b"One", 3, (), 3, 2, 0)

    async def read(*_: object) -> DocumentText:
        return long

    monkeypatch.setattr(documents._process, "read", read)
    with pytest.raises(FileTooLarge):
        await documents.read(tmp_path / "a.pdf", digest)


async def test_large_and_forbidden_files_are_rows_too(
    documents: FolderDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("A" * 200)
    (folder / "b.txt").write_text("B")
    monkeypatch.setattr(batch_input, "MAX_FILE", 100)
    batch = await opened(documents, folder)
    assert batch.input.rows[0].document == digest_of(b"A" * 200)
    [(_, first), *_others] = await batch.first(1)
    assert first is None, "a long text is read like a document"
    batch.close()

    def refuse(*_: object) -> bytes:
        raise OSError

    monkeypatch.setattr(batch_input, "digest_of_file", refuse)
    batch = await opened(documents, folder)
    assert batch.input.rows[0].document == folder_documents.UNREAD
    batch.close()


async def test_a_file_that_cannot_be_opened_says_why(documents: FolderDocuments, tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        await documents.read(tmp_path / "a.pdf", folder_documents.UNREAD)
    await documents.learn_tokens(tmp_path / "a.pdf", folder_documents.UNREAD)
    assert documents.tokens(folder_documents.UNREAD) == 0
