"""Takes out of ICU's data what nothing here asks for: 22 of the 32 MB that Qt's own library of it has on Linux.

What stays is what Qt and the transcript use: rules and dictionaries for words, orders of letters, properties of
characters. What goes are names of units, currencies, languages and time zones in 700 languages, and old encodings.
The format is in https://unicode-org.github.io/icu/userguide/icu_data/: a header, a table of names and places, data.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from pathlib import Path

_UNUSED_FOLDERS = frozenset({"curr", "lang", "rbnf", "region", "translit", "unit", "zone"})
_LOCALE = re.compile(r"(?!en|zh)[a-z]{2,3}(_\w+)?\.res")
"""A language's own file of formats; ICU takes root's where there is none."""
_SYMBOL = re.compile(r"^([0-9a-f]+) .*\s([0-9a-f]{8,})\s+\S*\s*(icudt\d+_dat)$", re.MULTILINE)
_ALIGNMENT = 16
_ASSEMBLY = """\
    .section .rodata, "a"
    .globl {symbol}
    .type {symbol}, @object
    .balign 16
{symbol}:
    .incbin "data"
    .size {symbol}, . - {symbol}
    .section .note.GNU-stack, "", @progbits
"""


class UnknownData(Exception):
    """The library is not built as ICU's are; the message names it."""


def shrink_icu_data(bundle: Path) -> None:
    """Replace the library in a program, if it is there. Raises UnknownData, CalledProcessError."""
    for library in [path for path in bundle.rglob("libicudata.so.*") if not path.is_symlink()]:
        symbol, data = _data_in(library)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "data").write_bytes(without_unused(data))
            Path(folder, "data.s").write_text(_ASSEMBLY.format(symbol=symbol), encoding="ascii")
            options = ["-shared", "-soname", library.name, "--build-id=none", "--hash-style=gnu", "-z", "noexecstack"]
            for command in (["as", "-o", "data.o", "data.s"], ["ld", *options, "-s", "-o", "library", "data.o"]):
                subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
            mode = library.stat().st_mode
            library.unlink()  # a file of its own, whatever else was linked to the old one
            library.write_bytes(Path(folder, "library").read_bytes())
            library.chmod(mode)


def is_used(name: str) -> bool:
    """Say whether a file of ICU's data stays, by its name, such as "icudt73l/unit/de.res"."""
    parts = name.split("/")[1:]
    in_unused_folder = len(parts) > 1 and parts[0] in _UNUSED_FOLDERS
    is_locale = len(parts) == 1 and _LOCALE.fullmatch(parts[0]) is not None
    return not (in_unused_folder or is_locale or name.endswith(".cnv"))


def without_unused(data: bytes) -> bytes:
    """Return ICU's data with those files alone that are used."""
    (header,) = struct.unpack_from("<H", data)
    files = {name: content for name, content in _files_in(data[header:]).items() if is_used(name)}
    table, names, contents = b"", b"", b""
    first_name = 4 + 8 * len(files)
    first_content = _aligned(first_name + sum(len(name) + 1 for name in files))
    for name, content in files.items():
        table += struct.pack("<II", first_name + len(names), first_content + len(contents))
        names += name.encode("ascii") + b"\0"
        contents += content.ljust(_aligned(len(content)), b"\0")
    return data[:header] + (struct.pack("<I", len(files)) + table + names).ljust(first_content, b"\0") + contents


def _files_in(table: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from("<I", table)
    places = [struct.unpack_from("<II", table, 4 + 8 * number) for number in range(count)]
    ends = [begin for _, begin in places[1:]] + [len(table)]
    names = [table[name : table.index(b"\0", name)].decode("ascii") for name, _ in places]
    return {name: table[begin:end] for name, (_, begin), end in zip(names, places, ends, strict=True)}


def _data_in(library: Path) -> tuple[str, bytes]:
    printed = subprocess.run(["objdump", "-T", library], check=True, capture_output=True, text=True).stdout
    found = _SYMBOL.search(printed)
    if found is None:
        raise UnknownData(f"{library.name} has no data of ICU")
    begin, size = int(found[1], 16), int(found[2], 16)  # the data is in the first segment: address and place are equal
    data = library.read_bytes()[begin : begin + size]
    if data[2:4] != b"\xda\x27" or data[12:16] != b"CmnD" or data[8] != 0:
        raise UnknownData(f"{library.name} has data of ICU in another format")
    return found[3], data


def _aligned(length: int) -> int:
    return -(-length // _ALIGNMENT) * _ALIGNMENT
