"""The parts of a batch's page and their places: the fields or the rows, what is said above, and the buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QSizePolicy, QStackedWidget, QWidget

from desktop_chat.core.batch_progress import BatchProgress, RowState
from desktop_chat.ui.batch.batch_form import BatchForm
from desktop_chat.ui.batch.rows_view import RowsView
from desktop_chat.ui.context import Context
from desktop_chat.ui.text import batch_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.scroll_area import ScrollArea
from desktop_chat.ui.widgets.status_label import StatusLabel
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_WIDTH = 860


class BatchFrame(Retranslated, QWidget):
    """Shows what it is told; what happens is decided by the page."""

    def __init__(self, context: Context, batch_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.form, self.rows = BatchForm(context, batch_id), RowsView(context)
        self._heading, self._preview_heading = QLabel(), QLabel()
        self.state, self.preview = StatusLabel(batch_text.introduction), WrappedLabel()
        self._setup, self._card, self._views = ScrollArea(), QFrame(), QStackedWidget()
        self.again = QCheckBox()
        self.view_button, self.start_button, self.stop_button, self.save_button = (QPushButton() for _ in range(4))
        self._lay_out()

    @property
    def shows_rows(self) -> bool:
        """Whether the rows are in view, and not the fields."""
        return self._views.currentWidget() is self.rows

    def show_rows(self, *, rows: bool) -> None:
        """Bring the rows into view, or the fields."""
        self._views.setCurrentWidget(self.rows if rows else self._setup)

    def show_preview(self, first: Sequence[str]) -> None:
        """Show the first rows as they are sent; nothing if there are none."""
        self.preview.setText("\n".join(first))
        self._card.setVisible(bool(first))

    def show_heading(self) -> None:
        """Name the input."""
        job = self.form.job()
        self._heading.setText(job.name or tr("Batch"))
        self._heading.setToolTip(job.source)

    def show_buttons(self, progress: BatchProgress | None, *, is_running: bool) -> None:
        """Offer what can be done with a batch that is so far; None for one that cannot be asked."""
        has_rows = progress is not None and (is_running or progress.finished > 0)
        self.view_button.setVisible(has_rows)
        self.view_button.setText(tr("Show settings") if self.shows_rows else tr("Show rows"))
        self.stop_button.setVisible(is_running)
        self.start_button.setVisible(not is_running)
        self.start_button.setText(tr("Continue") if has_rows else tr("Start", about="a batch"))
        again = RowState.FAILED if self.again.isChecked() else RowState.WAITING
        has_left = progress is not None and progress.counts[RowState.WAITING] + progress.counts[again] > 0
        self.start_button.setEnabled(has_left and bool(self.form.job().output))
        self.save_button.setVisible(has_rows and not is_running)
        self.again.setVisible(progress is not None and not is_running and progress.counts[RowState.FAILED] > 0)

    def retranslate(self) -> None:
        self._preview_heading.setText(tr("First rows"))
        self.again.setText(tr("Ask failed rows again"))
        self.stop_button.setText(tr("Stop"))
        self.save_button.setText(tr("Save as CSV..."))

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self.setAcceptDrops(True)
        self._heading.setProperty("heading", 2)
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.preview, self._preview_heading):
            label.setProperty("muted", True)
        self._card.setProperty("card", "outline")
        inner = (px(12), px(8), px(12), px(8))
        self._card.setLayout(column_of(self._preview_heading, self.preview, spacing=px(4), margins=inner))
        self._card.hide()
        self.start_button.setProperty("primary", True)
        policy = self.view_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing below it moves
        self.view_button.setSizePolicy(policy)
        fields = QWidget()
        fields.setLayout(column_of(self.form, self._card, None, spacing=px(16), margins=(0, 0, px(8), 0)))
        self._setup.setWidget(fields)
        self._setup.setWidgetResizable(True)
        self._setup.setFrameShape(QFrame.Shape.NoFrame)
        self._setup.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the focus by itself, and has no name
        self._views.addWidget(self._setup)
        self._views.addWidget(self.rows)
        head = row_of(self._heading, self.view_button, grow=(self._heading,), spacing=px(8))
        buttons = row_of(None, self.save_button, self.stop_button, self.start_button, spacing=px(8))
        column = QWidget()
        column.setMaximumWidth(px(_WIDTH))
        parts = (head, self.state, self._views, self.again, buttons)
        column.setLayout(column_of(*parts, grow=(self._views,), spacing=px(12), margins=NO_MARGINS))
        page = fill(row_of(None, margins=(px(24), px(16), px(24), px(16))), column, grow=(column,))
        page.addStretch()
        page.setStretch(1, 1_000)
        self.setLayout(page)
