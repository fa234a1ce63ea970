"""Shows images of a document's pages, small and side by side; one opens large."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem

from desktop_chat.core.errors import ChatError
from desktop_chat.ui.images.image_decoding import decode
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import start_for

if TYPE_CHECKING:
    from desktop_chat.ui.context import Context

_WIDTH, _HEIGHT = 150, 200
"""Pixels at zoom 1 of a page."""


class PageImages(QListWidget):
    """Decodes one page after the other, in the background."""

    opened = Signal(list, str)
    """All pages, each with blob, name and size, and the blob of the one to show large."""

    def __init__(self, context: Context, name: str) -> None:
        super().__init__()
        self._context = context
        self._name = name
        self._sizes: dict[str, QSize] = {}
        self._cancel: Callable[[], None] = lambda: None
        px = context.theme.px
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(px(_WIDTH), px(_HEIGHT)))
        self.setGridSize(QSize(px(_WIDTH + 28), px(_HEIGHT + 44)))
        self.setProperty("wraps", True)
        self.setAccessibleName(tr("Pages"))
        self.itemActivated.connect(self._open)

    def show_pages(self, sha256s: Sequence[str]) -> None:
        """Show other pages."""
        self._cancel()
        self.clear()
        blank = QPixmap(self.iconSize())
        blank.fill(Qt.GlobalColor.transparent)
        for number, sha256 in enumerate(sha256s, 1):
            item = QListWidgetItem(QIcon(blank), tr("Page {number}", number=number))
            item.setData(Qt.ItemDataRole.UserRole, sha256)
            self.addItem(item)
        self._cancel = start_for(self, self._context.tasks, self._decode(), "decode the images of pages")

    async def _decode(self) -> None:
        room = self.iconSize() * self.devicePixelRatioF()
        for row in range(self.count()):
            item = self.item(row)
            sha256: str = item.data(Qt.ItemDataRole.UserRole)
            with suppress(ChatError):  # a page without an image stays blank
                decoded = await asyncio.to_thread(decode, await self._context.blobs.read(sha256), room)
                self._sizes[sha256] = decoded.natural
                item.setIcon(QIcon(self._framed(QPixmap.fromImage(decoded.image))))

    def _framed(self, page: QPixmap) -> QPixmap:
        """Draw the edge of a page, which may be as white as what is around it."""
        painter = QPainter(page)
        painter.setPen(QColor(self._context.theme.palette.field_border))
        painter.drawRect(page.rect().adjusted(0, 0, -1, -1))
        painter.end()
        page.setDevicePixelRatio(self.devicePixelRatioF())
        return page

    def _open(self, item: QListWidgetItem) -> None:
        rows = (self.item(row) for row in range(self.count()))
        blobs = [(each.data(Qt.ItemDataRole.UserRole), f"{self._name} – {each.text()}") for each in rows]
        pages = [(blob, name, self._sizes[blob]) for blob, name in blobs if blob in self._sizes]
        chosen: str = item.data(Qt.ItemDataRole.UserRole)
        if chosen in self._sizes:
            self.opened.emit(pages, chosen)
