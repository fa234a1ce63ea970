"""PySide6's import hook does not touch modules that are imported after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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

WITHOUT_A_WINDOW = """
import sys
import threading
from desktop_chat.app.import_hook import load_qt
from desktop_chat.services.provider.sdk import IMPORTING
with IMPORTING:  # as while the SDK is being imported
    loading = threading.Thread(target=load_qt)
    loading.start()
    loading.join(0.2)
    assert "PySide6" not in sys.modules
loading.join()
assert "PySide6.QtCore" in sys.modules
import curious
assert curious.asked in ([], ["__path__"]), curious.asked
"""


@pytest.mark.parametrize("program", [PROGRAM, WITHOUT_A_WINDOW], ids=["window", "without a window"])
def test_no_module_is_asked_for_wrapped(program: str, tmp_path: Path) -> None:
    (tmp_path / "curious.py").write_text(MODULE)
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(tmp_path)])
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": path})
