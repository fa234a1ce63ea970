"""Whether the desktop has a tray; some have none, such as GNOME without an extension."""

from __future__ import annotations

from PySide6.QtWidgets import QSystemTrayIcon


def has_tray() -> bool:
    """Return whether an icon in the tray can be seen."""
    return QSystemTrayIcon.isSystemTrayAvailable()
