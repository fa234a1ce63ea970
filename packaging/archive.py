"""Writes the portable archive, byte for byte the same for the same files."""

from __future__ import annotations

import tarfile
from importlib import import_module
from pathlib import Path

LEVEL = 10
"""Of zstd: the highest that is still quick; 19 takes twenty times as long for a tenth less."""


def write_tar_zst(folder: Path, file: Path, epoch: int) -> None:
    """Pack a folder under its own name: sorted, owned by nobody in particular, as old as the commit.

    Raises ImportError without zstandard, which belongs to the build tools.
    """
    zstandard = import_module("zstandard")

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = epoch
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    with (
        file.open("wb") as target,
        compressor.stream_writer(target, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in [folder, *sorted(folder.rglob("*"))]:
            tar.add(path, str(path.relative_to(folder.parent)), recursive=False, filter=plain)
