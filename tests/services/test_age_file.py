"""Encrypted files: what was written comes back from any place, and nothing comes of a changed or cut one."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.importing import ImportDamaged, ImportRefused, ImportUnsafe, ImportWrongPassphrase
from desktop_chat.services import age_file
from desktop_chat.services.age_file import AgeReader, AgeWriter, decrypted

PIECE = 64 * 1024
WORDS = "correct horse"
OPENED_BY_RAGE = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB2N25neEo2SndFZCtTSEQ2eXUreTVBIDQKY2ZiM3F0bkE1WmRrUEF5UlJv"
    "VThhV0J6QVkrVWhCQ2hzdzB4Z3JrVlR1ZwotLS0gMkR3ckVGcU9UQ3VVcjVrbEwrczZ0bC9RQzZlRTFaTGg3RnZaU2VzMThRYwp4"
    "WCYmb5wUJ1N7/v7ZX9qaANIQSehBZTY5Mo7/g+WJAfIyEmAYpqxdVt4hLoPwXIUeixrO"
)
"""A file with the passphrase "Grüße, horse", which pyrage 1.4.0 opened."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys in no time."""
    monkeypatch.setattr(age_file, "_WORK", 4)


def sealed(content: bytes, passphrase: str = WORDS) -> bytes:
    target = io.BytesIO()
    writer = AgeWriter(target, passphrase)
    assert writer.write(content) == len(content)
    writer.finish()
    return target.getvalue()


def opened(data: bytes, passphrase: str = WORDS) -> io.BufferedReader:
    return io.BufferedReader(AgeReader(io.BytesIO(data), passphrase))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_written_comes_back(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    data = sealed(content)
    assert opened(data).read() == content
    assert content[:16] not in data or size < 2


def test_other_programs_for_the_format_read_the_same() -> None:
    assert opened(OPENED_BY_RAGE, "Gr\u00fc\u00dfe, horse").read() == b"Opened by rage, too\n"


def test_letters_count_the_same_however_they_were_composed() -> None:
    assert opened(sealed(b"x", "u\u0308ber"), "\u00fcber").read() == b"x"


def test_it_can_be_read_from_any_place() -> None:
    content = bytes(number % 253 for number in range(2 * PIECE + 10))
    stream = opened(sealed(content))
    for place in (PIECE + 5, 3, 2 * PIECE + 9, 0):
        assert stream.seek(place) == place
        assert stream.read(20) == content[place : place + 20]
    assert stream.seek(-4, io.SEEK_END) == len(content) - 4
    assert stream.seek(2, io.SEEK_CUR) == stream.tell() == len(content) - 2
    assert stream.read() == content[-2:]
    assert stream.read() == b""
    with pytest.raises(ValueError, match="before the beginning"):
        AgeReader(io.BytesIO(sealed(b"")), WORDS).seek(-1)


def test_each_file_has_a_key_of_its_own() -> None:
    assert sealed(b"x" * 100)[-100:] != sealed(b"x" * 100)[-100:]


def test_a_wrong_passphrase_is_known_as_one() -> None:
    with pytest.raises(ImportWrongPassphrase):
        opened(sealed(b"x"), "wrong")
    for_a_key = b"age-encryption.org/v1\n-> X25519 abc\n"
    with pytest.raises(ImportWrongPassphrase):
        opened(for_a_key)


@given(st.data())
def test_no_changed_bit_and_no_cut_goes_unnoticed(draw: st.DataObject) -> None:
    data = bytearray(_LONG)
    if draw.draw(st.booleans()):
        place = draw.draw(st.integers(len(age_file.INTRO), len(data) - 1))
        data[place] ^= 1 << draw.draw(st.integers(0, 6))
        if data[place : place + 1].isdigit():
            return  # a higher number of rounds takes long
    else:
        del data[draw.draw(st.integers(0, len(data) - 1)) :]
    with pytest.raises(ImportRefused):
        AgeReader(io.BytesIO(bytes(data)), WORDS).check()


def test_pieces_cannot_be_swapped_or_dropped() -> None:
    data = sealed(bytes(3 * PIECE + 1))
    start, size = len(data) - 3 * (PIECE + 16) - 17, PIECE + 16
    first, second = data[start : start + size], data[start + size : start + 2 * size]
    for changed in (
        data[:start] + second + first + data[start + 2 * size :],
        data[:start] + data[start + size :],
        data[: start + size],
    ):
        with pytest.raises(ImportDamaged):
            AgeReader(io.BytesIO(changed), WORDS).check()


def test_a_file_that_asks_for_gigabytes_is_refused() -> None:
    head = sealed(b"x").replace(b" 4\n", b" 24\n", 1)
    with pytest.raises(ImportUnsafe):
        opened(head)


def test_a_header_of_another_shape_is_damage() -> None:
    data = sealed(b"x")
    salt = data.split(b" ")[2]
    uncanonical = salt[:-1] + bytes([salt[-1] + 1])
    for changed in (data.replace(b"scrypt", b"scrapt", 1), data.replace(salt, uncanonical, 1), age_file.INTRO):
        with pytest.raises(ImportRefused):
            opened(changed)


def test_a_file_is_checked_before_anything_of_it_is_used(tmp_path: Path) -> None:
    file = tmp_path / "x.age"
    file.write_bytes(sealed(b"x" * 2 * PIECE))
    with decrypted(file, WORDS) as stream:
        assert len(stream.read()) == 2 * PIECE
    data = bytearray(file.read_bytes())
    data[-PIECE - 100] ^= 1
    file.write_bytes(data)
    with pytest.raises(ImportDamaged):
        decrypted(file, WORDS)


def _long() -> bytes:
    usual, age_file._WORK = age_file._WORK, 4
    try:
        return sealed(bytes(range(200)))
    finally:
        age_file._WORK = usual


_LONG = _long()
