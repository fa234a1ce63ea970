"""Shows an attached document: its facts, its text or the images of its pages, and before a PDF is sent a choice between
the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from desktop_chat.core.attachment_reading import MAX_PAGE_IMAGES, ReadOptions
from desktop_chat.core.attachments import Attachment
from desktop_chat.core.errors import ChatError
from desktop_chat.ui.chat.attachments.page_images import PageImages
from desktop_chat.ui.chat.attachments.pending import Pending, PendingList, Stage
from desktop_chat.ui.text.attachment_summary import long_summary, reading_text
from desktop_chat.ui.text.attachment_text import attachment_problem, left_out_of
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.source_view import MAX_SHOWN, break_long_lines
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from desktop_chat.ui.context import Context

_WIDTH, _HEIGHT = 680, 520
_PDF = "application/pdf"
_PAUSE_MS = 500
"""How long the number of pages must stay the same before the document is read again."""
_TEXT, _PAGES = range(2)


class DocumentPreview(Retranslated, QDialog):
    """Changes here have the document read again, in the list of files; the preview follows that list."""

    page_opened = Signal(list, str)
    """All pages, each with blob, name and size, and the blob of the one to show large."""

    def __init__(self, context: Context, files: PendingList, item: Pending, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._files = files
        self._item = item
        self._shown: Attachment | None = None
        self._is_cut = False
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._heading, self._facts, self._left_out = QLabel(), WrappedLabel(), WrappedLabel()
        self._heading.setProperty("heading", 3)
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setProperty("muted", True)
        self._left_out.setProperty("warning", True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.pages = PageImages(context, item.name)
        self.pages.opened.connect(self.page_opened)
        self._body = QStackedWidget()
        self._body.addWidget(self.text)
        self._body.addWidget(self.pages)
        self._way_label, self._count_label = QLabel(), QLabel()
        self.way = NoWheelComboBox()
        self.count = QSpinBox()
        self.count.setKeyboardTracking(False)
        self.count.lineEdit().setTextMargins(context.theme.px(8), 0, 0, 0)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._read_again)
        self._close = QPushButton()
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)
        self._lay_out()
        self.way.activated.connect(self._read_again)
        self.count.valueChanged.connect(self._wait_for_more)
        files.changed.connect(self._follow)
        self.retranslate()
        self._follow()

    def retranslate(self) -> None:
        item, attachment = self._item, self._item.attachment
        self.setWindowTitle(item.name)
        room = self._context.theme.px(_WIDTH - 80)
        self._heading.setText(self._heading.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideMiddle, room))
        self._way_label.setText(tr("Send as"))
        self._count_label.setText(tr("Pages from the first on"))
        self.way.setAccessibleName(tr("Send as"))
        self.count.setAccessibleName(tr("Pages from the first on"))
        self.text.setAccessibleName(tr("Text of the document"))
        self._close.setText(tr("Close"))
        with QSignalBlocker(self.way):
            at = max(0, self.way.currentIndex())
            self.way.clear()
            self.way.addItems([tr("Text"), tr("Images of its pages")])
            self.way.setCurrentIndex(at)
        self._facts.setText(self._facts_words(attachment))
        left_out = left_out_of(attachment) if attachment is not None else ""
        if self._is_cut:
            shown = tr("The preview shows the beginning of the text.")
            left_out = tr("{notice} {note}", notice=left_out, note=shown) if left_out else shown
        self._left_out.setText(left_out)
        self._left_out.setVisible(bool(left_out))

    def _facts_words(self, attachment: Attachment | None) -> str:
        item = self._item
        if item.error is not None:
            return attachment_problem(item.error)
        if item.stage is Stage.READING or attachment is None:
            return reading_text(item.progress)
        return long_summary(attachment)

    def _follow(self) -> None:
        """Show what has been read."""
        attachment = self._item.attachment
        if self._item.stage is Stage.READY and attachment is not None and attachment != self._shown:
            self._shown = attachment
            self._show_choice(attachment)
            self._is_cut = False
            as_images = bool(attachment.page_sha256s)
            self._body.setCurrentIndex(_PAGES if as_images and not attachment.text_sha256 else _TEXT)
            if as_images:
                self.pages.show_pages(attachment.page_sha256s)
            if attachment.text_sha256:
                work = self._show_text(attachment.text_sha256)
                start_for(self, self._context.tasks, work, "read the text of a document")
        self.retranslate()

    def _show_choice(self, attachment: Attachment) -> None:
        is_pdf = attachment.media_type == _PDF and attachment.pages > 0
        self._choice.setVisible(is_pdf and self._files.place_of(self._item) >= 0)
        as_images = not attachment.text_sha256
        with QSignalBlocker(self.way), QSignalBlocker(self.count):
            self.way.setCurrentIndex(_PAGES if as_images else _TEXT)
            self.count.setRange(1, min(attachment.pages, MAX_PAGE_IMAGES) if as_images else max(1, attachment.pages))
            self.count.setValue(attachment.pages - attachment.pages_left_out)

    async def _show_text(self, sha256: str) -> None:
        try:
            content = await self._context.blobs.read(sha256)
        except ChatError as error:
            self._facts.setText(attachment_problem(error))
            return
        text = content[: 4 * MAX_SHOWN].decode("utf-8", "replace")
        self._is_cut = len(text) > MAX_SHOWN or len(content) > 4 * MAX_SHOWN
        self.text.setPlainText(break_long_lines(text[:MAX_SHOWN]))
        self.retranslate()

    def _wait_for_more(self) -> None:
        """Read again when the number stays the same for a moment."""
        self._pause.start()

    def _read_again(self) -> None:
        """Have the document read as it is chosen now."""
        self._pause.stop()
        attachment = self._item.attachment
        if attachment is None or self._files.place_of(self._item) < 0:
            return
        as_images = self.way.currentIndex() == _PAGES
        pages = min(self.count.value(), MAX_PAGE_IMAGES) if as_images else self.count.value()
        all_of_them = pages >= attachment.pages
        side = self._context.preferences.settings.image_size
        options = ReadOptions(image_side=side, pages=0 if all_of_them else pages, as_images=as_images)
        self._files.read_again(self._item, options)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._choice = QWidget()
        row = row_of(
            self._way_label, self.way, px(16), self._count_label, self.count, None, spacing=px(8), margins=(0, 0, 0, 0)
        )
        self._choice.setLayout(row)
        ending = row_of(None, self._close)
        rows = (self._heading, self._facts, self._left_out, self._choice, self._body, ending)
        margins = (px(24), px(20), px(24), px(20))
        self.setLayout(column_of(*rows, grow=(self._body,), spacing=px(10), margins=margins))
        self.resize(px(_WIDTH), px(_HEIGHT))
