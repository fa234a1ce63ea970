"""Removes PySide6's hook from Python's import statement.

The hook implements `from __feature__ import snake_case`, which this application does not use. To find out who does, it
reads the source of each module imported after PySide6 with `inspect.getsource`, which asks the module for
`__wrapped__`. Pydantic answers that with an import of its own while it is still being imported itself, so now and then
the SDK could not be loaded. Seen in PySide6 6.11.3 and 6.12.0 (`shibokensupport/feature.py`, `_mod_uses_pyside`).
"""

from __future__ import annotations

import builtins


def restore_import() -> None:
    """Restore Python's own import function; call it after importing PySide6. May be called twice."""
    if getattr(builtins.__import__, "__name__", "") == "__feature_import__":
        builtins.__import__ = builtins.__orig_import__  # type: ignore[attr-defined]  # saved there by PySide6
