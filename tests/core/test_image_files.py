"""What remains of an untrusted image file: its first image, within limits."""

from __future__ import annotations

import hashlib
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.image_errors import ImageBroken, ImageError, ImageTooLarge, NotAImage
from desktop_chat.core.image_files import pixels_of, sanitised, size_of
from desktop_chat.core.image_files.limits import MAX_BYTES

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NOTE = b"a note that nobody asked for"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int = 4, height: int = 4, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(*extra: bytes, head: bytes = header(), data: bytes = zlib.compress(bytes(4 * 13)), end: bytes = b"") -> bytes:
    return SIGNATURE + head + b"".join(extra) + chunk(b"IDAT", data) + end + chunk(b"IEND", b"")


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


FRAME = segment(0xC2, struct.pack(">BHHB", 8, 40, 60, 1) + b"\1\x11\0")
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
TURNED = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHH", 8, 1, 0x112, 3, 1, 6, 0)


def jpeg(*extra: bytes, scans: int = 1) -> bytes:
    return b"\xff\xd8" + b"".join(extra) + FRAME + SCAN * scans + b"\xff\xd9"


IMAGE = b"\x2c" + struct.pack("<HHHHB", 0, 0, 3, 2, 0) + b"\2\3abc\0"
CONTROL = b"\x21\xf9\4\0\0\0\0\0"


def gif(*blocks: bytes, width: int = 3) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, 2, 0x80, 0, 0) + bytes(6) + b"".join(blocks) + b"\x3b"


def riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


EXTENDED = riff(b"VP8X", b"\x3e\0\0\0" + (59).to_bytes(3, "little") + (39).to_bytes(3, "little"))
MOVING = riff(
    b"ANMF", bytes(6) + (59).to_bytes(3, "little") + (39).to_bytes(3, "little") + bytes(4) + riff(b"VP8 ", b"x")
)
SAMPLES = {
    "png": png(chunk(b"tEXt", NOTE), chunk(b"iCCP", NOTE), end=chunk(b"zTXt", NOTE)) + NOTE,
    "jpeg": jpeg(segment(0xE1, NOTE), segment(0xE2, NOTE), segment(0xFE, NOTE)) + NOTE,
    "gif": gif(b"\x21\xfe\x1c" + NOTE + b"\0", CONTROL, IMAGE, b"\x21\xfe\x1c" + NOTE + b"\0", IMAGE) + NOTE,
    "webp": webp(EXTENDED, riff(b"ICCP", NOTE), riff(b"VP8 ", b"abc"), riff(b"EXIF", NOTE), riff(b"XMP ", NOTE)),
    "moving webp": webp(EXTENDED, riff(b"ANIM", bytes(6)), MOVING, riff(b"EXIF", NOTE), MOVING),
}


@pytest.mark.parametrize("content", SAMPLES.values(), ids=SAMPLES)
def test_metadata_is_dropped_and_sanitising_is_idempotent(content: bytes) -> None:
    assert NOTE in content
    clean = sanitised(content)
    assert NOTE not in clean
    assert sanitised(clean) == clean


def test_what_remains() -> None:
    assert sanitised(SAMPLES["png"]) == png()
    assert sanitised(SAMPLES["jpeg"]) == jpeg()
    assert sanitised(SAMPLES["gif"]) == gif(CONTROL, IMAGE)
    shown = riff(b"VP8X", b"\x12" + EXTENDED[9:])
    assert sanitised(SAMPLES["webp"]) == webp(shown, riff(b"VP8 ", b"abc"))
    assert sanitised(SAMPLES["moving webp"]) == webp(shown, riff(b"ANIM", bytes(6)), MOVING)


@given(st.sampled_from(sorted(SAMPLES)), st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6)), max_size=5))
def test_arbitrary_content_terminates_and_adds_nothing(name: str, edits: list[tuple[int, bytes]]) -> None:
    content = bytearray(SAMPLES[name])
    for place, letters in edits:
        content[place : place + len(letters)] = letters
    try:
        clean = sanitised(bytes(content))
    except ImageError:
        return
    assert len(clean) <= len(content) + 64
    assert sanitised(clean) == clean


@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 400))
def test_arbitrary_truncation(name: str, length: int) -> None:
    with suppress(ImageError):
        assert len(sanitised(SAMPLES[name][:length])) <= length + 64


@given(st.sampled_from([SIGNATURE, b"\xff\xd8\xff", b"GIF89a", b"RIFF\xff\0\0\0WEBP"]), st.binary(max_size=300))
def test_arbitrary_bytes_after_a_valid_signature(beginning: bytes, rest: bytes) -> None:
    with suppress(ImageError):
        assert len(sanitised(beginning + rest)) <= len(beginning + rest) + 64


def test_the_orientation_is_the_only_metadata_kept() -> None:
    clean = sanitised(jpeg(segment(0xE1, TURNED + NOTE)))
    assert NOTE not in clean
    assert b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0) in clean
    assert sanitised(clean) == clean


@pytest.mark.parametrize(
    "notes",
    [b"", b"II", b"XX*\0\0\0\0\x08", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff", TURNED[6:-3] + b"\x63\0\0"],
)
def test_invalid_orientations_are_ignored(notes: bytes) -> None:
    assert sanitised(jpeg(segment(0xE1, b"Exif\0\0" + notes))) == jpeg()


def test_the_colour_encoding_is_kept() -> None:
    adobe, jfif = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"), segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    assert sanitised(jpeg(adobe)) == jpeg(adobe)
    assert sanitised(jpeg(segment(0xE0, b"JFIF\0\1\1\1\0\x48\0\x48\x10\x10" + NOTE * 20))) == jpeg(jfif)


ODD = {
    "no header": SIGNATURE + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    "no end": png()[:-12],
    "a chunk that is longer than the file": SIGNATURE + header() + b"\x7f\xff\xff\xffIDAT" + bytes(40),
    "an unknown chunk that one must know": png(chunk(b"ABCD", b"")),
    "two palettes": png(chunk(b"PLTE", b"abc"), chunk(b"PLTE", b"abc")),
    "a palette too long": png(chunk(b"PLTE", bytes(771))),
    "an odd depth": png(head=header(depth=3)),
    "no pixels": png(head=header(width=0)),
    "data that are not zlib's": png(data=b"abcdefgh"),
    "more data than the image needs": png(data=zlib.compress(bytes(4 * 13 + 1))),
    "no scan": b"\xff\xd8" + FRAME + b"\xff\xd9",
    "two frames": jpeg(FRAME),
    "a scan before its frame": b"\xff\xd8" + SCAN + FRAME + b"\xff\xd9",
    "lossless": jpeg(segment(0xC3, b"")),
    "a segment too short": b"\xff\xd8\xff\xdb\0\1" + jpeg()[2:],
    "no image": gif(CONTROL),
    "an image that goes on": gif(IMAGE[:-2])[:-1],
    "an unknown block": gif(b"\x99", IMAGE),
    "a chunk longer than the RIFF": webp(b"VP8 " + struct.pack("<I", 90) + b"abcd"),
    "no image in it": webp(EXTENDED),
    "a short VP8X": webp(riff(b"VP8X", b"\0")),
    "a short ANMF": webp(EXTENDED, riff(b"ANMF", b"\0")),
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_broken_files_are_rejected(content: bytes) -> None:
    with pytest.raises(ImageBroken):
        sanitised(content)


LARGE = {
    "pixels": png(head=header(10_000, 6_000)),
    "chunks": png(*[chunk(b"tEXt", b"")] * 20_000),
    "segments": jpeg(*[segment(0xFE, b"")] * 20_000),
    "scans": jpeg(scans=101),
    "pixels of a JPEG": b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 9_000, 9_000, 1)) + SCAN,
    "pixels of a GIF": gif(IMAGE[:5] + b"\xff\xff\xff\xff" + IMAGE[9:]),
    "blocks of a GIF": gif(*[b"\x21\xfe\0"] * 20_001, IMAGE),
    "pixels of a WebP": webp(riff(b"VP8X", b"\0\0\0\0" + b"\xff" * 6), riff(b"VP8 ", b"")),
    "pixels of a moving WebP": webp(EXTENDED, riff(b"ANMF", bytes(6) + b"\xff" * 6 + bytes(4))),
    "chunks of a WebP": webp(EXTENDED, *[riff(b"XMP ", b"")] * 20_000),
    "chunks of an image of a WebP": webp(EXTENDED, riff(b"ANMF", bytes(16) + riff(b"XMP ", b"") * 20_001)),
    "bytes": png() + bytes(MAX_BYTES),
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_files_that_are_too_large_are_rejected(content: bytes) -> None:
    with pytest.raises(ImageTooLarge):
        sanitised(content)


def test_the_cost_of_a_large_progressive_image_is_limited() -> None:
    large = segment(0xC2, struct.pack(">BHHB", 8, 7_000, 7_000, 1) + b"\1\x11\0")
    assert sanitised(b"\xff\xd8" + large + SCAN * 12)
    with pytest.raises(ImageTooLarge):
        sanitised(b"\xff\xd8" + large + SCAN * 13)


@pytest.mark.parametrize(("interlace", "size"), [(0, 9 * (1 + 7 * 3)), (1, 0)])
def test_the_data_size_is_the_sum_of_all_passes(interlace: int, size: int) -> None:
    """A colour image of 7 x 9 pixels; if interlaced, rows and pixels of each of the seven passes."""
    passes = [(1, 2), (1, 2), (2, 1), (2, 3), (4, 2), (3, 5), (7, 4)]
    size = size or sum(rows * (1 + 3 * columns) for columns, rows in passes)
    head = header(7, 9, interlace=interlace)
    assert sanitised(png(head=head, data=zlib.compress(bytes(size))))
    with pytest.raises(ImageBroken):
        sanitised(png(head=head, data=zlib.compress(bytes(size + 1))))


def test_depths_below_a_byte() -> None:
    assert sanitised(png(head=header(9, 2, depth=1, colour=0), data=zlib.compress(bytes(2 * 3))))
    with pytest.raises(ImageBroken):
        sanitised(png(head=header(9, 2, depth=1, colour=0), data=zlib.compress(bytes(2 * 3 + 1))))


def test_the_number_of_pixels_is_read_from_the_header() -> None:
    lossless = (59 | 39 << 14).to_bytes(4, "little")
    assert pixels_of(png(head=header(30_000, 20_000))[:24]) == 600_000_000
    assert pixels_of(jpeg(segment(0xE1, NOTE))) == 60 * 40
    assert pixels_of(b"\xff\xd8\xff\xd9") == 0
    assert (size_of(jpeg()), size_of(jpeg(segment(0xE1, TURNED)))) == ((60, 40), (40, 60))
    assert pixels_of(gif()) == 3 * 2
    assert pixels_of(webp(EXTENDED)) == 60 * 40
    assert pixels_of(webp(riff(b"VP8L", b"\x2f" + lossless + bytes(8)))) == 60 * 40
    assert pixels_of(webp(riff(b"VP8 ", bytes(6) + struct.pack("<HH", 60, 40)))) == 60 * 40


@pytest.mark.parametrize("content", [SIGNATURE, b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff\xdb\0\0"])
def test_a_truncated_header_gives_no_number(content: bytes) -> None:
    with pytest.raises(ImageBroken):
        pixels_of(content)


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"BM", b"II*\0", b"RIFF\0\0\0\0WAVE"])
def test_other_formats(content: bytes) -> None:
    for read in (sanitised, pixels_of):
        with pytest.raises(NotAImage):
            read(content)


# --- at the bounds ----------------------------------------------------------------------------------------------------


def paletted(*extra: bytes) -> bytes:
    """A PNG whose pixels are numbers of colours."""
    return png(*extra, head=header(colour=3), data=zlib.compress(bytes(4 * 5)))


def test_the_palette_and_what_of_it_is_clear_are_kept() -> None:
    full = paletted(chunk(b"PLTE", bytes(768)), chunk(b"tRNS", b"\0"))
    assert sanitised(full) == full


@pytest.mark.parametrize(
    "content",
    [
        paletted(chunk(b"PLTE", b"")),
        paletted(chunk(b"PLTE", b"abc"), chunk(b"tRNS", b"\0"), chunk(b"tRNS", b"\0")),
        png(end=chunk(b"PLTE", b"abc")),
        png(chunk(b"AbCD", b"")),
        png(head=chunk(b"IHDR", struct.pack(">IIBBBB", 4, 4, 8, 2, 0, 0))),
        png(head=chunk(b"PLTE", header()[8:21])),
        png(head=chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 1, 0, 0))),
        png(head=chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 1, 0))),
        png(head=header(interlace=2), data=zlib.compress(b"")),
        png(head=header(depth=3), data=zlib.compress(b"")),
        b"",
    ],
    ids=[
        "empty",
        "twice",
        "late",
        "unknown",
        "short",
        "first",
        "compressed",
        "filtered",
        "interlaced",
        "depth",
        "none",
    ],
)
def test_a_png_that_is_broken_in_one_place(content: bytes) -> None:
    with pytest.raises(ImageBroken):
        sanitised(content or SIGNATURE)


def test_data_in_several_chunks_are_one() -> None:
    data = zlib.compress(bytes(4 * 13))
    split = SIGNATURE + header() + chunk(b"IDAT", data[:4]) + chunk(b"IDAT", data[4:]) + chunk(b"IEND", b"")
    assert sanitised(split) == png()


def test_large_data_are_inflated_in_pieces_and_counted_as_one() -> None:
    """Two million bytes that hardly deflate, so that both what goes in and what comes out are in pieces."""
    rows = [b"\0" + hashlib.shake_128(bytes((number,))).digest(3 * 10_000) for number in range(60)]
    head, noise = header(10_000, 60), zlib.compress(b"".join(rows))
    assert sanitised(png(head=head, data=noise)) == png(head=head, data=noise)
    blank = header(10_000, 100)
    assert sanitised(png(head=blank, data=zlib.compress(bytes(100 * 30_001))))
    for more in (1, 2_000_000):
        with pytest.raises(ImageBroken):
            sanitised(png(head=blank, data=zlib.compress(bytes(100 * 30_001 + more))))
    with pytest.raises(ImageBroken):
        sanitised(png(head=head, data=zlib.compress(b"".join(rows) + b"\0")))


def test_an_image_so_narrow_that_a_pass_is_empty() -> None:
    head = header(1, 1, interlace=1)
    assert sanitised(png(head=head, data=zlib.compress(bytes(4))))
    with pytest.raises(ImageBroken):
        sanitised(png(head=head, data=zlib.compress(bytes(5))))


JUST_FITS = {
    "chunks": png(*[chunk(b"tEXt", b"")] * 19_997),
    "scans": jpeg(scans=100),
    "work": b"\xff\xd8" + segment(0xC2, struct.pack(">BHHB", 8, 10_000, 5_000, 1)) + SCAN * 12,
    "height of a JPEG": b"\xff\xd8" + segment(0xC2, struct.pack(">BHHB", 8, 40_000, 3, 1)) + SCAN,
    "pixels of a WebP": webp(
        riff(b"VP8X", bytes(4) + (9_999).to_bytes(3, "little") + (4_999).to_bytes(3, "little")), riff(b"VP8 ", b"x")
    ),
    "chunks of a WebP": webp(EXTENDED, *[riff(b"XMP ", b"")] * 19_998, riff(b"VP8 ", b"")),
    "chunks of an image of a WebP": webp(
        EXTENDED, riff(b"ANMF", bytes(16) + riff(b"XMP ", b"") * 19_999 + riff(b"VP8 ", b""))
    ),
    "pixels of a moving WebP": webp(
        EXTENDED,
        riff(b"ANMF", bytes(6) + (9_999).to_bytes(3, "little") + (4_999).to_bytes(3, "little") + b"\xff\xff\xff\xff"),
    ),
}


@pytest.mark.parametrize("content", JUST_FITS.values(), ids=JUST_FITS)
def test_what_is_as_large_as_it_may_be(content: bytes) -> None:
    clean = sanitised(content)
    assert sanitised(clean) == clean


@pytest.mark.parametrize(
    "content",
    [
        png(head=header(1 << 31, 1)),
        webp(
            riff(b"VP8X", bytes(4) + (9_999).to_bytes(3, "little") + (5_000).to_bytes(3, "little")), riff(b"VP8 ", b"")
        ),
        webp(
            EXTENDED,
            riff(b"ANMF", bytes(6) + (9_999).to_bytes(3, "little") + (5_000).to_bytes(3, "little") + bytes(4)),
        ),
    ],
    ids=["half of all numbers", "a row", "a row of an image"],
)
def test_what_is_a_little_larger(content: bytes) -> None:
    with pytest.raises(ImageTooLarge):
        sanitised(content)


def test_numbers_of_pixels_have_no_sign() -> None:
    assert pixels_of(png(head=header(1 << 31, 1))) == 1 << 31
    assert pixels_of(gif(width=40_000)[:13]) == 80_000
    with pytest.raises(ImageBroken):
        pixels_of(SIGNATURE + chunk(b"IDAT", bytes(13)))


@pytest.mark.parametrize("length", [*range(262_141, 262_149), *range(524_283, 524_291)])
def test_the_end_of_a_long_scan_is_found_wherever_it_is(length: int) -> None:
    long = b"\xff\xd8" + FRAME + SCAN + b"\x12" * length
    assert sanitised(long + b"\xff\xd9" + NOTE) == long + b"\xff\xd9"


def notes_of(*entries: tuple[int, int, int], count: int | None = None) -> bytes:
    """Notes of a camera, with tag, kind and value of each entry."""
    head = struct.pack(">IH", 8, len(entries) if count is None else count)
    return b"MM\0*" + head + b"".join(struct.pack(">HHIHH", tag, kind, 1, value, 0) for tag, kind, value in entries)


@pytest.mark.parametrize(
    ("notes", "turned"),
    [
        (notes_of((0x112, 3, 6)), 6),
        (notes_of((0x10F, 2, 7), (0x112, 3, 8)), 8),
        (notes_of((0x112, 3, 9)), 1),
        (notes_of((0x112, 4, 6)), 1),
        (notes_of((0x112, 3, 6), count=0), 1),
        (notes_of((0x112, 3, 6))[:-1], 1),
        (b"II*\0" + struct.pack("<I", 9) + b"\1\0", 1),
    ],
    ids=["one", "the second", "no such turn", "another kind", "none is counted", "cut off", "begins at the end"],
)
def test_how_the_camera_was_turned(notes: bytes, turned: int) -> None:
    clean = sanitised(jpeg(segment(0xE1, b"Exif\0\0" + notes)))
    note = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, turned, 0, 0)
    assert clean == (jpeg(segment(0xE1, note)) if turned > 1 else jpeg())


def test_an_image_of_a_gif_with_colours_of_its_own() -> None:
    own = b"\x2c" + struct.pack("<HHHHB", 0, 0, 3, 2, 0x81) + bytes(range(1, 13)) + b"\2\3abc\0"
    assert sanitised(gif(own)) == gif(own)
    none = b"\x2c" + struct.pack("<HHHHB", 0, 0, 3, 2, 0x01) + b"\2\3abc\0"
    assert sanitised(gif(none)) == gif(none)
    with pytest.raises(ImageBroken):
        sanitised(gif(IMAGE[:8])[:-1])


def test_a_webp_that_is_nothing_but_an_image() -> None:
    simple = webp(riff(b"VP8 ", b"abcdefghijklmnopq"))
    assert sanitised(simple) == simple
    assert sanitised(webp(EXTENDED, riff(b"XMP ", b"odd"), EXTENDED, riff(b"VP8 ", b"abc"))) == sanitised(
        SAMPLES["webp"]
    )
    longer = riff(b"VP8X", EXTENDED[8:] + b"\xff\xff")
    assert sanitised(webp(longer, riff(b"VP8 ", b"abc"))) == sanitised(SAMPLES["webp"])


def test_an_image_of_a_moving_webp_is_kept_with_what_of_it_is_clear() -> None:
    head = bytes(6) + (59).to_bytes(3, "little") + (39).to_bytes(3, "little") + bytes(4)
    clear, image = riff(b"ALPH", b"odd"), riff(b"VP8 ", b"even")
    dirty = riff(b"ANMF", head + riff(b"XMP ", b"note!") + clear + image + riff(b"EXIF", b"note"))
    flags = riff(b"VP8X", b"\x12" + EXTENDED[9:])
    assert sanitised(webp(EXTENDED, dirty)) == webp(flags, riff(b"ANMF", head + clear + image))


@pytest.mark.parametrize("missing", [1, 7, 15])
def test_a_chunk_of_a_webp_that_is_cut_off(missing: int) -> None:
    cut = b"VP8 " + struct.pack("<I", 16) + bytes(16 - missing)
    for content in (webp(cut), webp(EXTENDED, riff(b"ANMF", bytes(16) + cut))):
        with pytest.raises(ImageBroken):
            sanitised(content)
