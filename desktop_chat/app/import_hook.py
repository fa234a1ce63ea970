"""Takes PySide6's hook out of Python's import statement.

The hook serves `from __feature__ import snake_case`, which we do not use. To know who does, it reads the source of
each module that is imported after PySide6 with `inspect.getsource`, which asks the module for `__wrapped__`. Pydantic
answers such a question with an import of its own, in the middle of being imported: now and then the SDK could not be
loaded. Seen in PySide6 6.11.3 and 6.12.0 (`shibokensupport/feature.py`, `_mod_uses_pyside`).
"""

from __future__ import annotations

import builtins


def restore_import() -> None:
    """Give the import statement back to Python; call it once PySide6 is imported. May be called twice."""
    if getattr(builtins.__import__, "__name__", "") == "__feature_import__":
        builtins.__import__ = builtins.__orig_import__  # type: ignore[attr-defined]  # PySide6 keeps it there
