"""The popup for a conversation's options: system prompt, sampling parameters and streaming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_chat.core.entities import ChatOptions
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import fill
from desktop_chat.ui.widgets.ime_inputs import ImeTextEdit
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.popup import Popup
from desktop_chat.ui.widgets.retranslation import Retranslated

EFFORTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("none", lambda: tr("Off")),
    ("minimal", lambda: tr("Minimal")),
    ("low", lambda: tr("Low")),
    ("medium", lambda: tr("Medium")),
    ("high", lambda: tr("High")),
    ("xhigh", lambda: tr("Extra high")),
)
"""Values of the API, and their labels."""

_UNSET_TEMPERATURE = -0.1
_WRITING_PAUSE_MS = 300


def is_own_choice(options: ChatOptions) -> bool:
    """Return whether any option differs from the server's defaults."""
    return replace(options, connection_id="", model="", sent_from_id="", tools=()) != ChatOptions()


class OptionsPopup(Retranslated, Popup):
    """Shows a conversation's options and emits each change; `changed` carries the whole value."""

    changed = Signal(object)
    """ChatOptions"""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._options = ChatOptions()
        self._showing = False
        self.system_prompt = ImeTextEdit()
        self.temperature = QDoubleSpinBox(minimum=_UNSET_TEMPERATURE, maximum=2.0, singleStep=0.1, decimals=1)
        self.max_tokens = QSpinBox(minimum=0, maximum=10_000_000, singleStep=256)
        self.max_tokens.setGroupSeparatorShown(True)
        self.effort = NoWheelComboBox()
        self.streaming, self.leaves_out = QCheckBox(), QCheckBox()
        self._sent_from_id, self._left_out = "", 0
        self._labels: list[tuple[QLabel, Callable[[], str]]] = []
        self._resets: list[QToolButton] = []
        self._pause = QTimer(self, singleShot=True, interval=_WRITING_PAUSE_MS)
        self._fill_efforts()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._fit()

    def open_for(self, anchor: QWidget, options: ChatOptions, left_out: int = 0) -> None:
        """Open beside `anchor` with these values. `left_out` is the number of messages that are no longer sent."""
        self.show_options(options, left_out)
        self.open_at(anchor)
        self.system_prompt.setFocus()

    def wanted_size(self) -> QSize:
        return QSize(self.theme.px(400), super().wanted_size().height())

    def show_options(self, options: ChatOptions, left_out: int = 0) -> None:
        """Show values without emitting `changed`."""
        self._showing = True
        self._options = options
        self._sent_from_id, self._left_out = options.sent_from_id, left_out
        self.leaves_out.setChecked(bool(left_out))
        self.leaves_out.setVisible(bool(left_out))
        self._name_left_out()
        if self.system_prompt.text != options.system_prompt:
            self.system_prompt.setPlainText(options.system_prompt)
        self.temperature.setValue(_UNSET_TEMPERATURE if options.temperature is None else options.temperature)
        self.max_tokens.setValue(options.max_tokens or 0)
        self._show_effort(options.reasoning_effort)
        self.streaming.setChecked(options.streaming)
        self._showing = False
        self._show_resets()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Conversation options"))
        for label, words in self._labels:
            label.setText(words())
        for widget, name in (
            (self.system_prompt, tr("System prompt")),
            (self.temperature, tr("Temperature")),
            (self.max_tokens, tr("Max tokens")),
            (self.effort, tr("Reasoning effort")),
        ):
            widget.setAccessibleName(name)
        self.system_prompt.setPlaceholderText(
            tr("How the model should behave in this conversation, and what it should know")
        )
        self.temperature.setSpecialValueText(tr("Default"))
        self.max_tokens.setSpecialValueText(tr("Default"))
        self.streaming.setText(tr("Stream replies"))
        self._name_left_out()
        self._fill_efforts()
        for button in self._resets:
            button.setToolTip(tr("Reset to default"))
            button.setAccessibleName(tr("Reset to default"))

    def _name_left_out(self) -> None:
        self.leaves_out.setText(tr("Leave out %n earlier message(s)", n=self._left_out))

    def hideEvent(self, event: QHideEvent) -> None:
        if self._pause.isActive():
            self._apply()
        super().hideEvent(event)

    def _apply(self) -> None:
        """Read all fields into one value."""
        self._pause.stop()
        if self._showing:
            return
        temperature = round(self.temperature.value(), 2)
        options = replace(
            self._options,
            system_prompt=self.system_prompt.text,
            temperature=None if temperature < 0 else temperature,
            max_tokens=self.max_tokens.value() or None,
            reasoning_effort=self.effort.currentData() or None,
            streaming=self.streaming.isChecked(),
            sent_from_id=self._sent_from_id if self.leaves_out.isChecked() else "",
        )
        self._show_resets()
        if options != self._options:
            self._options = options
            self.changed.emit(options)

    def _apply_soon(self) -> None:
        if not self._showing:
            self._pause.start()

    def _show_resets(self) -> None:
        own = (self.temperature.value() >= 0, self.max_tokens.value() > 0, bool(self.effort.currentData()))
        for button, is_own in zip(self._resets, own, strict=True):
            button.setEnabled(is_own)

    def _show_effort(self, effort: str | None) -> None:
        index = self.effort.findData(effort or "")
        if index < 0:
            self.effort.addItem(str(effort), effort)
            index = self.effort.count() - 1
        self.effort.setCurrentIndex(index)

    def _fill_efforts(self) -> None:
        chosen = self.effort.currentData()
        self._showing = True
        self.effort.clear()
        self.effort.addItem(tr("Default"), "")
        for value, words in EFFORTS:
            self.effort.addItem(words(), value)
        self._show_effort(chosen)
        self._showing = False

    def _connect(self) -> None:
        self.system_prompt.textChanged.connect(self._apply_soon)
        self.temperature.valueChanged.connect(self._apply)
        self.max_tokens.valueChanged.connect(self._apply)
        self.effort.currentIndexChanged.connect(self._apply)
        self.streaming.toggled.connect(self._apply)
        self.leaves_out.toggled.connect(self._apply)
        self._pause.timeout.connect(self._apply)
        self._resets[0].clicked.connect(lambda: self.temperature.setValue(_UNSET_TEMPERATURE))
        self._resets[1].clicked.connect(lambda: self.max_tokens.setValue(0))
        self._resets[2].clicked.connect(lambda: self.effort.setCurrentIndex(0))
        self.theme.changed.connect(self._fit)

    def _lay_out(self) -> None:
        prompt_label = self._label(self.system_prompt, lambda: tr("System prompt"))
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        for row, (widget, words) in enumerate(
            (
                (self.temperature, lambda: tr("Temperature")),
                (self.max_tokens, lambda: tr("Max tokens")),
                (self.effort, lambda: tr("Reasoning effort")),
            )
        ):
            reset = QToolButton()
            reset.setIcon(icon("undo", "muted"))
            self._resets.append(reset)
            self._grid.addWidget(self._label(widget, words), row, 0)
            self._grid.addWidget(widget, row, 1)
            self._grid.addWidget(reset, row, 2)
        rows = (prompt_label, self.system_prompt, self._grid, self.streaming, self.leaves_out)
        self._column = fill(QVBoxLayout(self), *rows)

    def _label(self, buddy: QWidget, words: Callable[[], str]) -> QLabel:
        label = QLabel()
        label.setBuddy(buddy)
        label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self._labels.append((label, words))
        return label

    def _fit(self) -> None:
        px = self.theme.px
        self._column.setContentsMargins(px(16), px(14), px(12), px(14))
        self._column.setSpacing(px(8))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(8))
        self.system_prompt.setMinimumHeight(px(44))
        self.system_prompt.setMaximumHeight(px(110))
        for number in (self.temperature, self.max_tokens):
            number.lineEdit().setTextMargins(px(8), 0, 0, 0)
        for reset in self._resets:
            reset.setIconSize(QSize(px(16), px(16)))
