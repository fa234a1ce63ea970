"""What a conversation used and cost, in a popup: tokens in, cached, out, of reasoning, and money."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import fill
from desktop_chat.ui.widgets.popup import Popup
from desktop_chat.ui.widgets.retranslation import Retranslated

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class UsagePopup(Retranslated, Popup):
    """A table of labels and values, which can be selected and copied."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._title = QLabel()
        self._title.setProperty("heading", 3)
        self._note = QLabel()
        self._note.setProperty("muted", True)
        self._note.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self.values: list[QLabel] = []
        self.summarise = QPushButton()
        """Makes room in the context; shown where there is anything to summarise."""
        self.all_button = QPushButton()
        self.all_button.setAutoDefault(False)
        self._column = fill(QVBoxLayout(self), self._title, self._grid, self._note, self.summarise, self.all_button)
        theme.changed.connect(self._fit)
        self.retranslate()
        self._fit()

    def open_for(self, anchor: QWidget, rows: Sequence[tuple[str, str]]) -> None:
        """Open beside a widget with these labels and values."""
        self.show_rows(rows)
        self.open_at(anchor)
        self.values[0].setFocus()

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show labels and values."""
        while (item := self._grid.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.deleteLater()
        self.values.clear()
        for at, (name, value) in enumerate(rows):
            label, field = QLabel(name), QLabel(value)
            label.setProperty("muted", True)
            field.setTextInteractionFlags(_SELECTABLE)
            field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field.setAccessibleName(tr("{name}: {words}", name=name, words=value))
            self._grid.addWidget(label, at, 0)
            self._grid.addWidget(field, at, 1)
            self.values.append(field)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Usage of this conversation"))
        self._title.setText(tr("Usage of this conversation"))
        self.summarise.setText(tr("Summarise earlier messages"))
        self.all_button.setText(tr("All usage..."))
        self._note.setText(tr("With messages that were deleted or replaced, at the prices of their days."))

    def _fit(self) -> None:
        px = self.theme.px
        self._column.setContentsMargins(px(16), px(14), px(16), px(14))
        self._column.setSpacing(px(8))
        self._grid.setHorizontalSpacing(px(24))
        self._grid.setVerticalSpacing(px(4))
        self._note.setMinimumWidth(px(240))
