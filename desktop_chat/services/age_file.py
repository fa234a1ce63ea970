"""Encrypts a stream with a passphrase, and reads it again at any place, in the format age (https://c2sp.org/age).

Any program for that format opens the files. The ciphers and derivations are those of `cryptography`; what is here is
the layout: a header with the file's key under the passphrase, then pieces of 64 KiB, each sealed with its number.
"""

from __future__ import annotations

import base64
import io
import os
import re
import struct
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from desktop_chat.core.importing import ImportDamaged, ImportUnsafe, ImportWrongPassphrase

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

INTRO = b"age-encryption.org/v1\n"
"""What every file of the format begins with."""
_WORK = 17
"""Of a new file, as a power of two: 128 MB of memory and about half a second for each guess of the passphrase."""
_MAX_WORK = 20
_MAX_HEADER = 1_024
_HEADER = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---"
    rb" ([A-Za-z0-9+/]{43})\n"
)
_OTHER_HEADER = re.compile(rb"age-encryption\.org/v1\n-> ")
_NONCE = 16
_PIECE = 64 * 1024
_TAG = 16
_SEALED = _PIECE + _TAG


class AgeWriter(io.RawIOBase):
    """Encrypts what is written to it; `finish` writes the end. The target stays open."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        self._target = target
        self._number = 0
        self._waiting = bytearray()
        file_key, nonce = os.urandom(16), os.urandom(_NONCE)
        target.write(_header(file_key, os.urandom(16), passphrase) + nonce)
        self._cipher = _payload_cipher(file_key, nonce)

    def write(self, data: ReadableBuffer, /) -> int:
        """Take over all of the data."""
        taken = memoryview(data).cast("B")
        self._waiting += taken
        while len(self._waiting) > _PIECE:  # a full piece waits, since it may be the last
            self._seal(bytes(self._waiting[:_PIECE]), is_last=False)
            del self._waiting[:_PIECE]
        return len(taken)

    def finish(self) -> None:
        """Write the last piece; nothing may follow. Without it the file counts as cut off."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce_of(self._number, is_last=is_last), piece, None))
        self._number += 1


class AgeReader(io.RawIOBase):
    """Reads what an encrypted file contains, from any place. Closing it closes the file.

    Reading raises ImportDamaged where a piece is not what was written.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        """Raises ImportWrongPassphrase, ImportDamaged, ImportUnsafe."""
        self._source = source
        head = source.read(_MAX_HEADER)
        file_key, self._start = _opened(head, passphrase)
        self._cipher = _payload_cipher(file_key, head[self._start : self._start + _NONCE])
        self._start += _NONCE
        sealed = source.seek(0, io.SEEK_END) - self._start
        self._pieces = -(-sealed // _SEALED)
        if sealed < _TAG:
            raise ImportDamaged("cut off")
        self._size = sealed - self._pieces * _TAG
        self._place = 0
        self._known: tuple[int, bytes] = (-1, b"")
        self._piece(self._pieces - 1)  # a file that was cut has no last piece

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self._place >= self._size:
            return 0
        number, within = divmod(self._place, _PIECE)
        view = memoryview(buffer).cast("B")
        part = self._piece(number)[within : within + len(view)]
        view[: len(part)] = part
        self._place += len(part)
        return len(part)

    def check(self) -> None:
        """Read all pieces, and raise ImportDamaged unless each is what was written."""
        for number in range(self._pieces):
            self._piece(number)

    def close(self) -> None:
        self._source.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._known[0] != number:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (not before it is needed)

            self._source.seek(self._start + number * _SEALED)
            sealed = self._source.read(_SEALED)
            nonce = _nonce_of(number, is_last=number == self._pieces - 1)
            try:
                self._known = number, self._cipher.decrypt(nonce, sealed, None)
            except InvalidTag as error:
                raise ImportDamaged(f"piece {number + 1} of {self._pieces}") from error
        return self._known[1]


def decrypted(file: Path, passphrase: str) -> BinaryIO:
    """Return what an encrypted file contains, after checking all of it. Raises ImportWrongPassphrase, ImportDamaged,
    ImportUnsafe, OSError."""
    source = file.open("rb")
    try:
        reader = AgeReader(source, passphrase)
        reader.check()
    except BaseException:
        source.close()
        raise
    return io.BufferedReader(reader, _PIECE)


def _header(file_key: bytes, salt: bytes, passphrase: str) -> bytes:
    wrapped = _wrap_cipher(passphrase, salt, _WORK).encrypt(bytes(12), file_key, None)
    head = INTRO + b"-> scrypt %s %d\n%s\n---" % (_in_letters(salt), _WORK, _in_letters(wrapped))
    return head + b" " + _in_letters(_seal_of(file_key, head)) + b"\n"


def _opened(head: bytes, passphrase: str) -> tuple[bytes, int]:
    """Return the file's key, and where what follows the header begins."""
    found = _HEADER.match(head)
    if found is None:
        if _OTHER_HEADER.match(head) and b"\n-> scrypt " not in head:
            raise ImportWrongPassphrase("encrypted to a key, not with a passphrase")
        raise ImportDamaged("header")
    salt, work, wrapped, seal = found.groups()
    if int(work) > _MAX_WORK:
        raise ImportUnsafe(f"scrypt with 2^{int(work)}")
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (not before it is needed)

    try:
        cipher = _wrap_cipher(passphrase, _from_letters(salt), int(work))
        file_key = cipher.decrypt(bytes(12), _from_letters(wrapped), None)
    except InvalidTag as error:
        raise ImportWrongPassphrase from error
    if _seal_of(file_key, head[: found.start(4) - 1]) != _from_letters(seal):
        raise ImportDamaged("header")
    return file_key, found.end()


def _wrap_cipher(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    """Return the cipher that the passphrase opens the file's key with. The same letters count as the same, however the
    keyboard composes them."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415  (not before it is needed)
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

    derivation = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**work, r=8, p=1)
    return ChaCha20Poly1305(derivation.derive(unicodedata.normalize("NFC", passphrase).encode("utf-8", "replace")))


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: PLC0415  (not before it is needed)

    return ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415  (not before it is needed)
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(key)


def _seal_of(file_key: bytes, head: bytes) -> bytes:
    import hmac  # noqa: PLC0415  (not before it is needed)

    return hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")


def _nonce_of(number: int, *, is_last: bool) -> bytes:
    return bytes(3) + struct.pack(">QB", number, is_last)


def _in_letters(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_letters(letters: bytes) -> bytes:
    """Return the bytes of canonical base64 without padding. Raises ImportDamaged."""
    data = base64.b64decode(letters + b"=" * (-len(letters) % 4))
    if _in_letters(data) != letters:
        raise ImportDamaged("header")
    return data
