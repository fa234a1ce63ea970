"""The fields of the connection form and their layout, without their logic."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_chat.core.entities import Api
from desktop_chat.core.presets import Preset, preset_at
from desktop_chat.ui.connections.key_field import KeyField
from desktop_chat.ui.connections.keyring_bar import KeyringBar
from desktop_chat.ui.connections.preset_list import all_presets
from desktop_chat.ui.connections.preset_picker import PresetChoice, PresetPicker
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, fill, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit, ImeTextEdit
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.notice_bar import NoticeBar
from desktop_chat.ui.widgets.open_link import ask_to_open
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class ConnectionFormFields(Retranslated, QWidget):
    """Provider, name, address, key, model, protocol and headers, and the results below."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._preset: Preset | None = None
        self._labels: list[tuple[QLabel, Callable[[], str]]] = []
        self._fields: list[QVBoxLayout] = []
        self._make_fields()
        self._lay_out()
        self.headers_button.toggled.connect(self._show_headers)
        self.provider.opened.connect(self._open_picker)
        self.key_page_button.clicked.connect(self._open_key_page)
        context.theme.changed.connect(self._fit)

    @cached_property
    def picker(self) -> PresetPicker:
        """The list of providers."""
        picker = PresetPicker(self._context.theme, all_presets(), self)
        picker.chosen.connect(self.use_preset)
        return picker

    def use_preset(self, preset: Preset) -> None:
        """Fill in a provider's values, and focus the next field to complete."""
        self.address.setText(preset.base_url)
        self.api.setCurrentIndex(self.api.findData(preset.api.value))
        if preset.blank:
            self.address.setFocus()
            self.address.setSelection(preset.base_url.index(preset.blank), len(preset.blank))
        elif self.key.line.isVisibleTo(self) and preset.needs_key:
            self.key.line.setFocus()
        else:
            self.test_button.setFocus()

    def show_provider(self, base_url: str) -> None:
        """Show the provider of an address, a link to its keys, and whether it needs one."""
        self._preset = preset = preset_at(all_presets(), base_url)
        self.provider.show_preset(preset)
        self.key_page_button.setVisible(preset is not None and bool(preset.key_page))
        self.key_page_button.setToolTip(preset.key_page if preset is not None else "")
        self.key.line.setPlaceholderText(
            tr("Usually not needed") if preset is not None and not preset.needs_key else ""
        )

    def retranslate(self) -> None:
        for label, words in self._labels:
            label.setText(words())
        for widget, name in (
            (self.provider, tr("Provider")),
            (self.name, tr("Name")),
            (self.address, tr("Address")),
            (self.model, tr("Default model")),
            (self.api, tr("Protocol")),
            (self.headers, tr("Extra headers")),
        ):
            widget.setAccessibleName(name)
        self.key_page_button.setText(tr("Get a key"))
        self.headers_button.setText(tr("Extra headers"))
        self.headers.setPlaceholderText(tr("One per line, as Name: value"))
        self.save_button.setText(tr("Save"))
        self.cancel_button.setText(tr("Cancel"))

    def reveal(self, widget: QWidget) -> None:
        """Scroll a newly shown widget into view once it is laid out."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            QTimer.singleShot(0, widget, partial(area.ensureWidgetVisible, widget))

    def _open_picker(self) -> None:
        self.picker.open_for(self.provider, self._preset)

    def _open_key_page(self) -> None:
        if self._preset is not None and self._preset.key_page:
            work = ask_to_open(self, self._context.preferences, self._preset.key_page)
            start_for(self, self._context.tasks, work, "open the page of keys")

    def _make_fields(self) -> None:
        self.provider = PresetChoice()
        self.name = ImeLineEdit()
        self.address = ImeLineEdit()
        self.key = KeyField()
        self.key_page_button = QPushButton()
        self.model = NoWheelComboBox()
        self.model.setLineEdit(ImeLineEdit())
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for combo in (self.provider, self.model):  # the same width regardless of their content
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(12)
        self.api = NoWheelComboBox()
        for api, name in ((Api.CHAT_COMPLETIONS, "Chat Completions"), (Api.RESPONSES, "Responses")):
            self.api.addItem(name, api.value)
        self.headers_button = QPushButton()
        self.headers_button.setCheckable(True)
        self.headers = ImeTextEdit()
        self._warning, self._result = WrappedLabel(), WrappedLabel()
        self._warning.setProperty("warning", True)
        self._result.hide()
        self._waiting = KeyringBar(self._context, self)
        self._choice = NoticeBar(self._context.theme, kind="warning", parent=self)
        self._choice.hide()
        self.test_button, self.save_button, self.cancel_button = QPushButton(), QPushButton(), QPushButton()
        self.save_button.setProperty("primary", True)
        links = (self.headers_button, self.key_page_button)
        for button in (self.test_button, self.save_button, self.cancel_button, *links):
            button.setAutoDefault(False)
        for link in links:
            link.setProperty("link", True)
        policy = self.key_page_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing below it moves
        self.key_page_button.setSizePolicy(policy)

    def _show_headers(self, shown: bool) -> None:
        self._headers_holder.setVisible(shown)
        self.headers_button.setIcon(icon("chevron-down" if shown else "chevron-right", "accent"))

    def _lay_out(self) -> None:
        self._names = QHBoxLayout()
        self._names.addLayout(self._field(lambda: tr("Provider"), self.provider), 3)
        self._names.addLayout(self._field(lambda: tr("Name"), self.name), 2)
        address = self._field(lambda: tr("Address"), self.address)
        key = self._field(lambda: tr("API key"), self.key, self.key_page_button)
        self._models = QHBoxLayout()
        self._models.addLayout(self._field(lambda: tr("Default model"), self.model), 3)
        self._models.addLayout(self._field(lambda: tr("Protocol"), self.api), 2)
        self._headers_holder = QWidget()  # holds the fixed height, which the style sheet would reset on the edit itself
        self._headers_holder.setLayout(column_of(self.headers, margins=NO_MARGINS))
        self._buttons = row_of(self.test_button, None, self.cancel_button, self.save_button)
        # Below the buttons, with space reserved for two lines, so that no button moves when a result appears.
        self._outcome = QWidget()
        outcome = (self._warning, self._result, self._waiting, self._choice)
        self._outcome.setLayout(column_of(*outcome, None, margins=NO_MARGINS))
        self._column = column_of(self._names, address, key, self._models, margins=NO_MARGINS)
        self._column.addWidget(self.headers_button, 0, Qt.AlignmentFlag.AlignLeft)
        fill(self._column, self._headers_holder, self._buttons, self._outcome)
        self.setLayout(self._column)

    def _field(self, words: Callable[[], str], widget: QWidget, link: QWidget | None = None) -> QVBoxLayout:
        label = QLabel()
        label.setProperty("muted", True)
        label.setBuddy(widget)
        self._labels.append((label, words))
        head = QHBoxLayout()
        head.addWidget(label, 0, Qt.AlignmentFlag.AlignVCenter)
        if link is not None:
            head.addStretch()
            head.addWidget(link, 0, Qt.AlignmentFlag.AlignVCenter)
        field = column_of(head, widget, None)
        self._fields.append(field)
        return field

    def _fit(self) -> None:
        px = self._context.theme.px
        self._column.setSpacing(px(12))
        self._names.setSpacing(px(12))
        self._models.setSpacing(px(12))
        self._buttons.setSpacing(px(8))
        self.key_page_button.setFixedHeight(px(20))
        for field in self._fields:
            field.setSpacing(px(4))
        self._headers_holder.setFixedHeight(px(76))
        self._outcome.setMinimumHeight(px(56))
