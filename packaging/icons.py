"""Draws the application's mark in the sizes and containers that desktops ask for, from its one SVG.

Usage: PYTHON packaging/icons.py FOLDER. Needs PySide6; runs without a display.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parent.parent / "resources/icons/app.svg"
PNG_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}


def main(folder: Path) -> None:
    """Write desktop-chat.ico, desktop-chat.icns and SIZE.png for each size."""
    application = QGuiApplication(["icons", "-platform", "offscreen"])
    renderer = QSvgRenderer(str(SOURCE))
    pictures = {size: picture(renderer, size) for size in sorted({*PNG_SIZES, *ICO_SIZES, *ICNS_KINDS})}
    folder.mkdir(parents=True, exist_ok=True)
    for size in PNG_SIZES:
        (folder / f"{size}.png").write_bytes(pictures[size])
    (folder / "desktop-chat.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    (folder / "desktop-chat.icns").write_bytes(icns(pictures))
    application.quit()


def picture(renderer: QSvgRenderer, size: int) -> bytes:
    """Return the mark as PNG."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide6's stubs know file names alone
    return bytes(data.data())


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """Return a Windows icon: a header, an entry of 16 bytes for each picture, the pictures. A size of 256 is written
    as 0."""
    header, entries, offset = struct.pack("<HHH", 0, 1, len(pictures)), b"", 6 + 16 * len(pictures)
    for size, png in pictures.items():
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), offset)
        offset += len(png)
    return header + entries + b"".join(pictures.values())


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """Return a macOS icon: "icns", the length of all, and for each picture its kind, its length and itself."""
    chunks = b"".join(
        kind + struct.pack(">I", len(pictures[size]) + 8) + pictures[size] for size, kind in ICNS_KINDS.items()
    )
    return b"icns" + struct.pack(">I", len(chunks) + 8) + chunks


if __name__ == "__main__":
    main(Path(sys.argv[1]))
