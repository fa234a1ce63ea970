"""Shows a conversation's images enlarged, one at a time, on a dark background in both schemes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QLabel, QToolButton, QWidget

from desktop_chat.ui.commands import key_sequences, tooltip, words_of
from desktop_chat.ui.images.image_cache import ImageCache, ShownImage
from desktop_chat.ui.images.image_canvas import ImageCanvas
from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.palette import DARK, LIGHT
from desktop_chat.ui.style.style_sheet import style_sheet
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.tooltips import plain_tooltip

if TYPE_CHECKING:
    from desktop_chat.ui.style.theme import Theme

_COPIED_MS = 1_500


class ImageViewer(Retranslated, QDialog):
    """Open it with `show_images`; Escape closes it."""

    full_requested = Signal(str)
    """The address of an image that is needed in full resolution."""
    copy_requested = Signal(str)
    save_requested = Signal(str)

    def __init__(self, theme: Theme, image_cache: ImageCache, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._image_cache, self._window = theme, image_cache, parent.window()
        self._images: Sequence[ShownImage] = ()
        self._at = 0
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        glyphs = resource_path("themes/dark").as_posix()
        self.setStyleSheet(style_sheet(DARK, theme.zoom, glyphs) + f"\nQDialog {{ background: {DARK.sidebar}; }}")
        self.canvas = ImageCanvas(QColor(DARK.sidebar), QColor(LIGHT.background))
        self._title, self._place, self._percent = QLabel(), QLabel(), QLabel()
        self._make_buttons()
        self._copied = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._copied.timeout.connect(lambda: self._copy_button.setIcon(icon("copy", DARK.text)))
        self._lay_out()
        self.canvas.scale_changed.connect(self._show_scale)
        self.canvas.turned.connect(self.turn)
        for command_id, act in (("image_copy", self._copy), ("image_save", self._save)):
            shortcut = QShortcut(self)
            shortcut.setKeys(key_sequences(command_id))
            shortcut.activated.connect(act)
        self.retranslate()

    def show_images(self, images: Sequence[ShownImage], address: str) -> None:
        """Open the viewer at one of the images."""
        self._images = images
        self._at = next((at for at, image in enumerate(images) if image.address == address), 0)
        self.setGeometry(self._window.geometry())
        self.open()
        self.canvas.setFocus()
        self._show()

    def set_full(self, address: str, full: QImage, overview: QImage) -> None:
        """Show an image in full resolution, if it is still the current one."""
        if self._images[self._at].address == address:
            self.canvas.set_full(full, overview)

    def say_copied(self) -> None:
        """Briefly show that the image was copied."""
        self._copy_button.setIcon(icon("check", DARK.text))
        self._copied.start()

    def turn(self, step: int) -> None:
        """Go to the next or previous image."""
        at = max(0, min(len(self._images) - 1, self._at + step))
        if at != self._at:
            self._at = at
            self._show()

    def retranslate(self) -> None:
        for button, command_id in (
            (self._before, "image_previous"),
            (self._next, "image_next"),
            (self._out, "image_zoom_out"),
            (self._fit, "image_fit"),
            (self._in, "image_zoom_in"),
            (self._copy_button, "image_copy"),
            (self._save_button, "image_save"),
        ):
            button.setToolTip(tooltip(command_id))
            button.setAccessibleName(words_of(command_id))
        self._close.setToolTip(tooltip("leave", tr("Close")))
        self._close.setAccessibleName(tr("Close"))
        self._show_title()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the image's keys with any button focused."""
        if not self.canvas.press(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_title()

    def _show(self) -> None:
        image = self._images[self._at]
        state = self._image_cache.state_of(image.address)
        natural = state.natural or QSize(1, 1)
        self.canvas.show_image(QSizeF(natural), state.image)
        self._before.setEnabled(self._at > 0)
        self._next.setEnabled(self._at + 1 < len(self._images))
        for widget in (self._before, self._place, self._next):
            widget.setVisible(len(self._images) > 1)
        self._place.setText(f"{self._at + 1} / {len(self._images)}")
        self._show_title()
        if state.image is None or state.image.size() != natural:
            self.full_requested.emit(image.address)

    def _show_title(self) -> None:
        if not self._images:
            return
        name = self._images[self._at].alternative or tr("Image")
        self.setWindowTitle(name)
        self.canvas.setAccessibleName(tr("Image: {name}", name=name))
        room = max(self._title.width(), self._theme.px(80))
        self._title.setText(self._title.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room))
        self._title.setToolTip(plain_tooltip(name))

    def _show_scale(self) -> None:
        self._percent.setText(tr("{number}%", number=round(self.canvas.scale * 100)))

    def _copy(self) -> None:
        self.copy_requested.emit(self._images[self._at].address)

    def _save(self) -> None:
        self.save_requested.emit(self._images[self._at].address)

    def _fit_or_full(self) -> None:
        if self.canvas.fits:
            self.canvas.show_full_size()
        else:
            self.canvas.fit()

    def _make_buttons(self) -> None:
        self._before = self._button("chevron-left", lambda: self.turn(-1))
        self._next = self._button("chevron-right", lambda: self.turn(1))
        self._out = self._button("minus", lambda: self.canvas.zoom_by_step(-1))
        self._fit = self._button("fit", self._fit_or_full)
        self._in = self._button("new-tab", lambda: self.canvas.zoom_by_step(1))
        self._copy_button = self._button("copy", self._copy)
        self._save_button = self._button("save", self._save)
        self._close = self._button("close", self.reject)

    def _button(self, name: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name, DARK.text))
        button.setIconSize(QSize(self._theme.px(20), self._theme.px(20)))
        button.setAutoRaise(True)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        px = self._theme.px
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setMinimumWidth(1)
        self._percent.setProperty("muted", True)
        self._place.setProperty("muted", True)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("1600 %") + px(4))
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        turning = (self._before, self._place, self._next)
        zooming = (self._out, self._percent, self._in, self._fit)
        ending = (self._copy_button, self._save_button, self._close)
        items = (self._title, *turning, px(16), *zooming, px(16), *ending)
        bar = row_of(*items, grow=(self._title,), spacing=px(4), margins=(px(20), px(10), px(12), px(10)))
        self.setLayout(column_of(bar, self.canvas, grow=(self.canvas,), spacing=0, margins=NO_MARGINS))
