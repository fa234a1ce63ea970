"""Whatever bytes a document consists of: it is read or refused, and the next one is read."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable

import document_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_chat.core.attachment_errors import AttachmentError
from desktop_chat.core.attachment_reading import MAX_CHARACTERS, MAX_PAGE_IMAGES, ReadOptions
from desktop_chat.services.documents.document_kinds import media_type_of, reader_of
from desktop_chat.services.documents.document_process import DocumentProcess
from desktop_chat.services.documents.document_text import Asked, Output

ODS = (
    '<office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell><text:p>a</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet>"
)
MAKERS: dict[str, Callable[[], bytes]] = {
    "pdf": lambda: samples.pdf(["one", None, "three"]),
    "docx": samples.word,
    "xlsx": samples.excel,
    "pptx": samples.powerpoint,
    "ods": lambda: samples.open_document("ods", ODS),
    "html": lambda: b"<!DOCTYPE html><html><ul><li>one<li><a href='https://a.b'>two</a></ul></html>",
}
ROUNDS = 40


@pytest.fixture
async def process() -> AsyncIterator[DocumentProcess]:
    made = DocumentProcess()
    yield made
    made.close()


@pytest.mark.parametrize("kind", sorted(MAKERS))
async def test_damaged_documents_cost_only_themselves(kind: str, process: DocumentProcess) -> None:
    whole, chance = MAKERS[kind](), random.Random(kind)
    asked = Asked.of("a", ReadOptions(image_side=50))
    for number in range(ROUNDS):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if number % 2:
            del content[chance.randrange(len(content)) :]
        try:
            found = await process.read(bytes(content), asked, lambda _progress: None)
        except AttachmentError:
            continue
        assert found.letters <= MAX_CHARACTERS
        assert len(found.page_images) <= MAX_PAGE_IMAGES
    assert (await process.read(whole, Asked.of("a", ReadOptions()), lambda _progress: None)).text


@settings(max_examples=200)
@given(st.binary(max_size=2_000), st.sampled_from(["", ".csv", ".html", ".docx"]))
def test_any_bytes_are_text_or_refused(content: bytes, ending: str) -> None:
    out = Output(500, lambda _done, _total: None, lambda _image: None)
    try:
        out.media_type = media_type_of(content, f"a{ending}")
        reader_of(out.media_type)(content, Asked.of("a", ReadOptions()), out)
    except AttachmentError:
        return
    text = out.text()
    assert 0 < len(text) <= 500 or out.letters_left_out
    assert text.encode().decode() == text
