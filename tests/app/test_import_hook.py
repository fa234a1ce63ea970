"""PySide6's import hook does not touch modules that are imported after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MODULE = """
asked = []

def __getattr__(name):
    asked.append(name)
    raise AttributeError(name)
"""
PROGRAM = """
import PySide6.QtCore
from desktop_chat.app.import_hook import restore_import
restore_import()
restore_import()
from PySide6.QtCore import QObject, Qt, Signal
class Thing(QObject):
    changed = Signal(str)
thing = Thing()
thing.changed.emit(Qt.AlignmentFlag.AlignCenter.name)
import curious
assert curious.asked in ([], ["__path__"]), curious.asked
"""


def test_no_module_is_asked_for_wrapped(tmp_path: Path) -> None:
    (tmp_path / "curious.py").write_text(MODULE)
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(tmp_path)])
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, env={**os.environ, "PYTHONPATH": path})
