"""What is read of each kind of document, what is left out, and how each bad one is refused."""

from __future__ import annotations

from collections.abc import Callable

import document_samples as samples
import pytest

from desktop_chat.core.attachment_errors import (
    AttachmentError,
    FileBroken,
    FileEmpty,
    FileEncrypted,
    FileKindUnknown,
    FileTooLarge,
)
from desktop_chat.core.image_files import format_of
from desktop_chat.services.documents.document_kinds import media_type_of, reader_of
from desktop_chat.services.documents.document_text import Asked, Output
from desktop_chat.services.documents.markdown_table import table_lines
from desktop_chat.services.documents.office_zip import MAX_ENTRIES

ODT = '<office:text><text:h text:outline-level="2">Head</text:h>{body}</office:text>'


class Read:
    """A document that was read in this process, and what was told meanwhile."""

    def __init__(
        self,
        content: bytes,
        name: str = "",
        *,
        pages: int = 100,
        letters: int = 10_000,
        images: int = 5,
        as_images: bool = False,
    ) -> None:
        self.told: list[tuple[int, int]] = []
        self.images: list[bytes] = []
        self.out = Output(letters, lambda done, total: self.told.append((done, total)), self.images.append)
        self.out.media_type = media_type_of(content, name)
        asked = Asked(name, pages, as_images, 200, letters, images)
        reader_of(self.out.media_type)(content, asked, self.out)
        self.text = self.out.text()

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.out.pages, self.out.pages_left_out, self.out.letters_left_out


# --- text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_text_is_read_in_any_common_encoding(encoding: str) -> None:
    text = "第一行，中文。\nsecond line"
    assert Read(text.encode(encoding), "a.log").text == text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.md", "text/markdown"),
        ("a.CSV", "text/csv"),
        ("a.py", "text/plain"),
        ("", "text/plain"),
        ("a.pdf", "text/plain"),
    ],
)
def test_the_name_only_tells_kinds_of_text_apart(name: str, media_type: str) -> None:
    assert Read(b"a,b\n1,2", name).out.media_type == media_type


def test_long_text_is_cut_and_the_rest_counted() -> None:
    read = Read(b"x" * 900 + "中文".encode(), letters=901)
    assert (len(read.text), read.text[-1], read.counts) == (901, "中", (0, 0, 1))


def test_a_web_page_becomes_markdown_without_scripts() -> None:
    page = (
        b"<!-- x -->\n<!DOCTYPE html><html><script>evil()</script><h1>Title</h1><a href='https://a.b/c'>link</a></html>"
    )
    read = Read(page, "a.txt")
    assert (read.text, read.out.media_type) == ("# Title\n\n[link](https://a.b/c)", "text/html")


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 4, b"\x7fELF\0\0", b"abc\x01\x02\x03", b"\x1f\x8b\x08\x01\x02\x03\x04" * 9,
     samples.zipped({"a": "b"}), samples.zipped({"[Content_Types].xml": "", "other/a.xml": ""}),
     bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99)],
)  # fmt: skip
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(FileKindUnknown):
        Read(content, "letter.docx")


@pytest.mark.parametrize("content", [b"", b" \n\n", b"<html><script>x</script></html>", samples.pdf(["", ""])])
def test_files_without_content_are_empty(content: bytes) -> None:
    with pytest.raises(FileEmpty):
        Read(content)


# --- PDF ----------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page() -> None:
    read = Read(samples.pdf(["Hello (you)\nsecond line", "", "three"]))
    assert read.text == "[page 1]\nHello (you)\nsecond line\n\n[page 3]\nthree"
    assert (read.told, read.images, read.counts) == ([(1, 3), (2, 3), (3, 3)], [], (3, 0, 0))


def test_only_the_first_pages_are_read_if_asked() -> None:
    read = Read(samples.pdf(["one", "two", "three"]), pages=2)
    assert ("two" in read.text, "three" in read.text, read.counts, read.told[-1]) == (True, False, (3, 1, 0), (2, 2))


def test_pages_behind_the_limit_of_letters_are_left_out() -> None:
    read = Read(samples.pdf(["a" * 50, "b" * 50, "c" * 50]), letters=90)
    assert (len(read.text), read.counts) == (90, (3, 1, 32))


def test_pages_without_text_are_sent_as_images_and_named() -> None:
    read = Read(samples.pdf([None, "two", None]))
    assert read.text == "[page 1: image 1]\n\n[page 2]\ntwo\n\n[page 3: image 2]"
    assert [format_of(image) for image in read.images] == ["jpeg", "jpeg"]
    assert read.counts == (3, 0, 0)


def test_a_scan_has_no_text_at_all_and_at_most_so_many_images() -> None:
    read = Read(samples.pdf([None] * 8), images=5)
    assert (read.text, len(read.images), read.counts) == ("", 5, (8, 3, 0))


def test_images_without_room_are_named_in_the_text() -> None:
    read = Read(samples.pdf([None, None, "end"]), images=1)
    assert read.text == "[page 1: image 1]\n\n[page 2: an image that is left out]\n\n[page 3]\nend"
    assert read.counts == (3, 1, 0)


def test_a_damaged_page_is_left_out_and_named() -> None:
    content = samples.pdf(["one", "two", "three"]).replace(b"/Type/Page/Parent", b"/Type/Nope/Parent", 1)
    read = Read(content)
    assert read.text == "[page 1: damaged]\n\n[page 2]\ntwo\n\n[page 3]\nthree"
    assert read.counts == (3, 1, 0)
    with pytest.raises(FileBroken):
        Read(samples.pdf(["one"]).replace(b"/Type/Page/Parent", b"/Type/Nope/Parent"))


def test_all_pages_are_images_if_asked() -> None:
    read = Read(samples.pdf(["one", "", None]), images=2, as_images=True)
    assert (read.text, len(read.images), read.counts) == ("", 2, (3, 1, 0))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.pdf(["x"], password="secret"), FileEncrypted),
        (samples.pdf(["x"])[:200], FileBroken),
        (b"%PDF-1.7\n" + bytes(100), FileBroken),
    ],
)
def test_a_bad_pdf_is_refused(content: bytes, kind: type[AttachmentError]) -> None:
    with pytest.raises(kind):
        Read(content)


# --- office documents ---------------------------------------------------------------------------------------------


def test_a_word_file_becomes_markdown_in_order() -> None:
    assert Read(samples.word()).text == (
        "# Report\n\nFirst paragraph, 中文.\n\n# Part one\n\n- apples\n- pears\n1. first\n2. second\n\n"
        "| name | a\\|b |\n| --- | --- |\n| x | y z |\n\nAfter the table."
    )


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(f'<w:r>{run}</w:r>' for run in runs)}</w:p>"


def test_signs_footnotes_boxes_and_changes_of_a_word_file() -> None:
    box = (
        "<mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>again</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    body = paragraph(
        "<w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:br/><w:t>d</w:t>",
        '<w:footnoteReference w:id="2"/>',
        "<w:delText>deleted</w:delText>",
        box,
    )
    notes = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>'
    notes += '<w:footnote w:id="2"><w:p><w:r><w:t>The note.</w:t></w:r></w:p></w:footnote>'
    text = Read(samples.word_of(body, notes)).text
    assert text.replace("  ", " ") == "a\tb-c\nd[^2] box\n\n[^2]: The note."


def test_content_controls_merged_cells_and_deeper_lists_of_a_word_file() -> None:
    def item(text: str, level: int, number: int = 8) -> str:
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return paragraph(f"<w:t>{text}</w:t>", properties=numbering)

    cells = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>wide</w:t></w:r></w:p></w:tc>'
    cells += "<w:tc><w:p><w:r><w:t>one</w:t></w:r></w:p></w:tc>"
    body = f"<w:sdt><w:sdtContent>{paragraph('<w:t>inside</w:t>')}</w:sdtContent></w:sdt>"
    body += item("one", 0) + item("below", 1) + item("two", 0) + paragraph("<w:t>after</w:t>")
    body += item("unknown", 0, 999) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    lines = Read(samples.word_of(body)).text.split("\n")
    assert lines[:2] == ["inside", ""]
    assert [line.lstrip(" -.0123456789") for line in lines[2:6]] == ["one", "below", "two", ""]
    assert lines[3].startswith("  ")
    assert lines[6:] == ["after", "", "- unknown", "", "| wide |  | one |", "| --- | --- | --- |"]


def test_a_word_file_without_text_is_empty() -> None:
    with pytest.raises(FileEmpty):
        Read(samples.word_of(paragraph(" ")))


def test_each_sheet_becomes_a_table_of_values() -> None:
    read = Read(samples.excel(), "a.xlsx")
    assert read.text == (
        "## Prices\n\n| what | price | when |\n| --- | --- | --- |\n| tea | 2.5 | 2026-05-01 |\n| no | TRUE |  |\n\n"
        "## 数据\n\n| 1 | 2 |\n| --- | --- |"
    )
    assert (read.counts, read.told) == ((2, 0, 0), [(1, 2), (2, 2)])


def test_rows_behind_the_limit_are_counted_and_sheets_left_out() -> None:
    read = Read(samples.excel(), letters=40)
    assert (len(read.text), read.counts[:2]) == (40, (2, 1))
    assert 0 < read.counts[2] < 100


def test_slides_have_titles_texts_tables_and_notes() -> None:
    read = Read(samples.powerpoint())
    assert read.text == (
        "## Slide 1: Plan\n\n- first\n- second\n\nNotes: say hello\n\n"
        "## Slide 2\n\n| cell 0 | cell 1 |\n| --- | --- |\n| cell 2 | cell 3 |"
    )
    assert Read(samples.powerpoint(), pages=1).counts == (2, 1, 0)
    assert Read(samples.powerpoint(), letters=20).counts == (2, 1, 34)


def test_groups_on_a_slide_are_read_but_not_without_end() -> None:
    assert Read(samples.grouped(3)).text == "## Slide 1\n\nin a group"
    with pytest.raises(FileBroken):
        Read(samples.grouped(40))


def test_open_documents_are_read() -> None:
    body = (
        '<text:p>a<text:s text:c="3"/>b<text:tab/>c<office:annotation><text:p>no</text:p></office:annotation></text:p>'
        "<text:section><text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>two</text:p>"
        "</text:list-item></text:list></text:list-item></text:list></text:section>"
    )
    read = Read(samples.open_document("odt", ODT.format(body=body)))
    assert read.text == "## Head\n\na   b\tc\n\n- one\n  - two"


def test_repeated_cells_and_rows_stay_few() -> None:
    sheet = (
        '<office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell><text:p>a</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="999999"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="2">'
        "<text:p>1</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
    )
    read = Read(samples.open_document("ods", sheet), letters=50)
    assert read.text.startswith("## S\n\n| a |  |\n| --- | --- |\n| 1 | 1 |\n")
    assert 0 < read.counts[2] < 2_000


def test_a_presentation_has_notes() -> None:
    slides = (
        "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>Hi</text:p></draw:text-box></draw:frame>"
        "<presentation:notes><text:p>note</text:p></presentation:notes></draw:page><draw:page/></office:presentation>"
    )
    read = Read(samples.open_document("odp", slides), pages=1)
    assert (read.text, read.counts) == ("## Slide 1\n\nHi\n\nNotes: note", (2, 1, 0))


def encrypted_zip() -> bytes:
    content = bytearray(samples.zipped({"[Content_Types].xml": "x", "word/document.xml": "x"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def encrypted_open_document() -> bytes:
    return samples.open_document("odt", "", **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"})


def nested(depth: int) -> bytes:
    return samples.open_document("odt", "<office:text>" + "<text:p>" * depth + "</text:p>" * depth + "</office:text>")


def with_entities() -> bytes:
    content = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    return samples.zipped({"mimetype": samples.MIMETYPES["odt"], "content.xml": content})


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (samples.bomb, FileTooLarge),
        (lambda: samples.zipped({f"word/{n}": "" for n in range(MAX_ENTRIES + 1)}), FileTooLarge),
        (lambda: samples.zipped({"word/a.xml": bytes(65 * 1024 * 1024)}), FileTooLarge),
        (encrypted_zip, FileEncrypted),
        (encrypted_open_document, FileEncrypted),
        (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99) + "EncryptedPackage".encode("utf-16-le"), FileEncrypted),
        (lambda: nested(1_000), FileBroken),
        (lambda: samples.word()[:-300], FileBroken),
        (lambda: samples.zipped({"mimetype": samples.MIMETYPES["odt"]}), FileBroken),
        (lambda: samples.open_document("odt", ""), FileBroken),
        (lambda: samples.open_document("odt", "<office:text/>"), FileEmpty),
    ],
)
def test_a_bad_office_file_is_refused(make: Callable[[], bytes], kind: type[AttachmentError]) -> None:
    with pytest.raises(kind):
        Read(make())


def test_entities_are_not_expanded() -> None:
    with pytest.raises(ValueError, match="Entities"):
        Read(with_entities())


def test_a_table_is_as_wide_as_its_first_rows_and_on_one_line_each() -> None:
    rows = [["", ""], ["a"], ["1", "b\nc", "", ""], ["x", "y", "z"]]
    assert list(table_lines(rows)) == ["| a |  |  |", "| --- | --- | --- |", "| 1 | b c |  |", "| x | y | z |"]
    assert list(table_lines([["", ""]])) == []
