"""Decodes one image file in its own process, and reports memory and time."""

from __future__ import annotations

import json
import os
import resource
import sys
import time

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtGui import QGuiApplication

from desktop_chat.core.image_errors import ImageError
from desktop_chat.ui.images.image_decoding import decode


def most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    application = QGuiApplication([])
    before, started = most_memory(), time.process_time()
    try:
        size = decode(sys.stdin.buffer.read()).image.size()
        told = f"{size.width()}x{size.height()}"
    except ImageError as error:
        told = error.code
    print(json.dumps({"told": told, "mb": most_memory() - before, "s": time.process_time() - started}))
    del application


if __name__ == "__main__":
    main()
