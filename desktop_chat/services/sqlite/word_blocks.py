"""Tells for blocks of messages whether a word may be in one of them, with a hundredth of the texts' space.

A word may have no rare piece of three letters, and still be rare: then its pieces of four letters are. For each block,
a Bloom filter has a bit for each piece that is in a word of its messages; different pieces may share a bit. Bits are
only added: what a message that was changed or deleted had may stay, and costs a look into the index. A filter is kept
in parts, so that a look at one bit reads little, and compressed, since most bits are not set.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence

from desktop_chat.services.sqlite.sqlite_rows import fetch_all

BLOCK = 1_024
"""Messages of a block, by their rows."""
PARTS = 16
PART_BITS = 1 << 14
"""With about 22,000 pieces in a block, a twelfth of all bits is set."""
MOST_QUADS = 3
"""Pieces of a query that are looked for: one leaves a twelfth of the blocks in vain, three leave hardly any."""
_PART_BYTES = PART_BITS // 8


def note_words(connection: sqlite3.Connection, quads_of: Mapping[int, Iterable[str]]) -> None:
    """Note the pieces of messages by their rows."""
    bits_of: dict[int, set[int]] = {}
    for seq, quads in quads_of.items():
        bits_of.setdefault(seq // BLOCK, set()).update(map(_bit_of, quads))
    for block, bits in bits_of.items():
        parts: dict[int, list[int]] = {}
        for bit in bits:
            parts.setdefault(block * PARTS + bit // PART_BITS, []).append(bit % PART_BITS)
        for place, added in parts.items():
            _add(connection, place, added)


def blocks_with(connection: sqlite3.Connection, quads: Sequence[str], blocks: Sequence[int]) -> list[int]:
    """Return which of these blocks may have a message with all these pieces."""
    left = list(blocks)
    for quad in _some(quads):
        part, at = divmod(_bit_of(quad), PART_BITS)
        left = [block for block in left if _has(connection, block * PARTS + part, at)]
    return left


def noted_from(connection: sqlite3.Connection) -> int:
    """Return the first row from which on all indexed messages are noted."""
    return int(fetch_all(connection, "SELECT coalesce(max(below), 0) FROM words_not_noted")[0][0])


def forget_words(connection: sqlite3.Connection) -> None:
    """Start anew with an empty index, in which all that comes is noted."""
    connection.execute("DELETE FROM word_parts")
    connection.execute("UPDATE words_not_noted SET below = 0")


def _some(quads: Sequence[str]) -> list[str]:
    """Return a few pieces from all over the query."""
    count = min(MOST_QUADS, len(quads))
    return [quads[place * (len(quads) - 1) // max(1, count - 1)] for place in range(count)]


def _bit_of(quad: str) -> int:
    return zlib.crc32(quad.encode()) % (PARTS * PART_BITS)


def _add(connection: sqlite3.Connection, place: int, added: Iterable[int]) -> None:
    found = fetch_all(connection, _PART, place)
    before = _unpacked(found[0][0]) if found else bytes(_PART_BYTES)
    bits = bytearray(before)
    for at in added:
        bits[at >> 3] |= 1 << (at & 7)
    if bits != before:
        connection.execute(_PUT, (place, zlib.compress(bits, 1)))


def _has(connection: sqlite3.Connection, place: int, at: int) -> bool:
    found = fetch_all(connection, _PART, place)
    return bool(found) and bool(_unpacked(found[0][0])[at >> 3] >> (at & 7) & 1)


def _unpacked(value: object) -> bytes:
    """Return the bits of a part; all of them where another program wrote something else."""
    try:
        bits = zlib.decompressobj().decompress(value, _PART_BYTES) if isinstance(value, bytes) else b""
    except zlib.error:
        bits = b""
    return bits if len(bits) == _PART_BYTES else b"\xff" * _PART_BYTES


_PART = "SELECT bits FROM word_parts WHERE place = ?"
_PUT = "INSERT INTO word_parts (place, bits) VALUES (?, ?) ON CONFLICT (place) DO UPDATE SET bits = excluded.bits"
