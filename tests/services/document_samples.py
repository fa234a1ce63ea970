"""Documents for tests, built when they are needed: PDF files by hand, office files with their libraries or as a ZIP."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

MIMETYPES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
_PASSWORD_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def pdf(pages: Iterable[str | None], *, password: str = "") -> bytes:
    """A PDF with a page for each text; None is a page that only shows an image, "" one that is blank."""
    objects: list[bytes] = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", _image()]
    kids = []
    for text in pages:
        lines = (text or "").split("\n")
        shown = b"".join(b"(%s) Tj 0 -14 Td\n" % _escaped(line) for line in lines)
        content = b"q 400 0 0 300 50 400 cm /I Do Q" if text is None else b"BT /F 12 Tf 50 780 Td\n" + shown + b"ET"
        objects.append(
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content if text != "" else b" " * len(content))
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    encrypt = b""
    if password:
        objects.append(_encryption(password))
        encrypt = b"/Encrypt %d 0 R" % len(objects)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    ids = b"<" + b"00" * 16 + b">"
    out += b"trailer<</Size %d/Root 1 0 R/ID[%s%s]%s>>\n" % (len(objects) + 1, ids, ids, encrypt)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A ZIP file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def open_document(kind: str, body: str, **more: str) -> bytes:
    """An OpenDocument file ("odt", "ods", "odp") with this content of its office:body."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in {
            "office": "office", "text": "text", "table": "table", "draw": "drawing", "presentation": "presentation",
        }.items()
    )  # fmt: skip
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    return zipped({"mimetype": MIMETYPES[kind], "content.xml": content, **more})


def word() -> bytes:
    """A Word file with headings, lists, a table between paragraphs, and 中文."""
    from docx import Document  # noqa: PLC0415  (slow)

    document = Document()
    document.add_heading("Report", 0)
    document.add_paragraph("First paragraph, 中文.")
    document.add_heading("Part one", 1)
    for text in ("apples", "pears"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("first", "second"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ("name", "a|b", "x", "y\nz"), strict=True):
        cell.text = text
    document.add_paragraph("After the table.")
    return _saved(document)


def word_of(body: str, footnotes: str = "") -> bytes:
    """A Word file with this content of its w:body, and these footnotes."""
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    files["word/document.xml"] = f"<w:document {names}><w:body>{body}</w:body></w:document>"
    if footnotes:
        files["word/footnotes.xml"] = f"<w:footnotes {names}>{footnotes}</w:footnotes>"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
        links = bytes(files["word/_rels/document.xml.rels"])  # type: ignore[arg-type]
        link = f'<Relationship Id="notes" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode()
        files["word/_rels/document.xml.rels"] = links.replace(b"</Relationships>", link)
    return zipped(files)


def excel() -> bytes:
    """An Excel file with two sheets, numbers, dates and a formula."""
    from datetime import datetime  # noqa: PLC0415

    from openpyxl import Workbook  # noqa: PLC0415  (slow)

    book = Workbook()
    sheet = book.active
    sheet.title = "Prices"
    sheet.append(["what", "price", "when"])
    sheet.append(["tea", 2.5, datetime(2026, 5, 1)])  # noqa: DTZ001  (as in Excel)
    sheet.append(["no", True, None])
    sheet["D2"] = "=1+1"
    book.create_sheet("数据").append([1, 2.0])
    return _saved(book)


def powerpoint() -> bytes:
    """A PowerPoint file with two slides, a table and notes."""
    from pptx import Presentation  # noqa: PLC0415  (slow)
    from pptx.util import Inches  # noqa: PLC0415

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Plan"
    slide.placeholders[1].text = "first\nsecond"
    slide.notes_slide.notes_text_frame.text = "say hello"
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for number in range(4):
        table.cell(number // 2, number % 2).text = f"cell {number}"
    return _saved(deck)


def grouped(depth: int) -> bytes:
    """A PowerPoint file with a text inside so many groups."""
    from pptx import Presentation  # noqa: PLC0415  (slow)

    deck = Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    for _ in range(depth):
        shapes = shapes.add_group_shape().shapes
    shapes.add_textbox(0, 0, 9, 9).text_frame.text = "in a group"
    return _saved(deck)


def bomb() -> bytes:
    """A Word file of a few KB whose document has 4 GB, as declared and as unpacked."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(bytes(1024 * 1024)) + packed.flush()
    name, size = b"word/document.xml", 0xFFFF_FFF0
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(data), size, len(name), 0)
    local = b"PK\3\4" + head + name + data
    central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def _saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def _escaped(text: str) -> bytes:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("latin-1")


def _image() -> bytes:
    data = zlib.compress(bytes(range(256)) * 3)
    return (
        b"<</Type/XObject/Subtype/Image/Width 16/Height 16/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(data), data)
    )


def _encryption(password: str) -> bytes:
    """The dictionary of the standard security handler, revision 2 (PDF 32000-1, 7.6.3): it asks for a password."""
    padded = (password.encode("latin-1") + _PASSWORD_PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + bytes(16)).digest()[:5]
    user = _rc4(key, _PASSWORD_PADDING)
    return b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode())


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
