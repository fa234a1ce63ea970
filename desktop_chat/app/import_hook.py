"""Removes PySide6's hook from Python's import statement.

The hook implements `from __feature__ import snake_case`, which this application does not use. To find out who does, it
reads the source of each module imported after PySide6 with `inspect.getsource`, which asks the module for
`__wrapped__`. Pydantic answers that with an import of its own while it is still being imported itself, so now and then
the SDK could not be loaded. Seen in PySide6 6.11.3 and 6.12.0 (`shibokensupport/feature.py`, `_mod_uses_pyside`).
"""

from __future__ import annotations

import builtins
import sys


def restore_import() -> None:
    """Restore Python's own import function; call it after importing PySide6. May be called twice."""
    if getattr(builtins.__import__, "__name__", "") == "__feature_import__":
        builtins.__import__ = builtins.__orig_import__  # type: ignore[attr-defined]  # saved there by PySide6


def load_qt() -> None:
    """Import PySide6 in a program without a window, and restore the import function at once.

    Waits for the SDK if that is being imported on another thread: no module may be imported while the hook is there.
    """
    if "PySide6.QtCore" not in sys.modules:
        from desktop_chat.services.provider.sdk import IMPORTING  # noqa: PLC0415  (a window is painted before that)

        with IMPORTING:
            import PySide6.QtCore  # noqa: F401, PLC0415  (slow, and needed for images only)

            restore_import()
