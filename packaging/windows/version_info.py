"""Writes what Windows shows of the program in a file's properties, as PyInstaller reads it.

Usage: PYTHON packaging/windows/version_info.py FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from release import read_version

TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([
      StringTable("040904B0", [
        StringStruct("CompanyName", "Desktop Chat contributors"),
        StringStruct("FileDescription", "Desktop Chat"),
        StringStruct("FileVersion", "{version}"),
        StringStruct("InternalName", "desktop-chat"),
        StringStruct("LegalCopyright", "MIT licence"),
        StringStruct("OriginalFilename", "desktop-chat.exe"),
        StringStruct("ProductName", "Desktop Chat"),
        StringStruct("ProductVersion", "{version}"),
      ])
    ]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def version_info(version: str) -> str:
    """Return the description of a version such as 1.2.3."""
    numbers = (*map(int, version.split(".")), 0)
    return TEMPLATE.format(numbers=numbers, version=version)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(version_info(read_version()), encoding="utf-8")
