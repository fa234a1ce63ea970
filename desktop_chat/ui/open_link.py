"""Opens an address in the browser, but only after the person saw it and agreed."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop_chat.ui.asking import confirm
from desktop_chat.ui.i18n import tr

_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


async def ask_to_open(page: QWidget, url: str) -> None:
    """Ask, and open the address if the person agrees. Other schemes than those of the web and mail are passed over."""
    if QUrl(url).scheme() in _SAFE_SCHEMES and await confirm(page, tr("Open this link?"), url, tr("Open")):
        QDesktopServices.openUrl(QUrl(url))
