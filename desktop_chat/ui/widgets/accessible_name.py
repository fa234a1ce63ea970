"""Names of controls for screen readers, in texts that are set again whenever something near them changes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def name_for_readers(widget: QWidget, words: str) -> None:
    """Set a widget's name, if it is another one: Qt tells screen readers each time, and they look everything up."""
    if words != widget.accessibleName():
        widget.setAccessibleName(words)
