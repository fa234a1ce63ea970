"""The fields that say what a batch asks, how, and where its answers go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop_chat.core.batch_job import MAX_AT_ONCE, MAX_PER_MINUTE, MAX_RETRIES, BatchJob
from desktop_chat.core.new_conversation import default_options
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_file, ask_folder
from desktop_chat.ui.widgets.boxes import NO_MARGINS, Item, column_of, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit, ImeTextEdit
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for, until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file

Words = Callable[[], str]


class BatchForm(Retranslated, QWidget):
    """Emits `changed` whenever a field is. What is seldom needed is below *More options*, closed at first."""

    changed = Signal()

    def __init__(self, context: Context, batch_id: str) -> None:
        super().__init__()
        self._context = context
        self._suggested = ""
        self._job = _default_job(context, batch_id)
        self._labels: list[tuple[QLabel, QWidget, Words]] = []
        self.source, self.output, self.system, self.model, self.schema = (ImeLineEdit() for _ in range(5))
        self.template = ImeTextEdit()
        self.connection = NoWheelComboBox()
        self.at_once, self.per_minute, self.retries = QSpinBox(), QSpinBox(), QSpinBox()
        self.streaming = QCheckBox()
        self.more_button, self._more = QPushButton(), QWidget()
        self._file, self._folder, self._save, self._schema_file = (QPushButton() for _ in range(4))
        self.model_button = QPushButton()
        self._set_up()
        self._lay_out()
        self._list_connections()
        self.show_job(self._job)
        self._show_more(shown=False)
        self._connect()
        self.retranslate()

    def job(self) -> BatchJob:
        """Return what the fields say."""
        return replace(
            self._job,
            source=self.source.text().strip(),
            output=self.output.text().strip(),
            template=self.template.toPlainText(),
            system=self.system.text(),
            connection_id=self.connection.currentData() or "",
            model=self.model.text().strip(),
            schema=self.schema.text().strip(),
            streaming=self.streaming.isChecked(),
            at_once=self.at_once.value(),
            per_minute=float(self.per_minute.value()),
            retries=self.retries.value(),
        )

    def show_job(self, job: BatchJob) -> None:
        """Fill the fields."""
        self._job = job
        for edit, text in (
            (self.source, job.source),
            (self.output, job.output),
            (self.system, job.system),
            (self.model, job.model),
            (self.schema, job.schema),
        ):
            edit.setText(text)
        self.template.setPlainText(job.template)
        self.connection.setCurrentIndex(max(0, self.connection.findData(job.connection_id)))
        self.at_once.setValue(job.at_once)
        self.per_minute.setValue(round(job.per_minute))
        self.retries.setValue(job.retries)
        self.streaming.setChecked(job.streaming)

    def set_source(self, path: Path) -> None:
        """Take an input, and suggest an output beside it."""
        self.source.setText(str(path))

    def remember(self) -> None:
        """Let new batches begin with the same connection, model and limits."""
        job = self.job()
        self._context.preferences.update(
            batch_connection_id=job.connection_id,
            batch_model=job.model,
            batch_at_once=job.at_once,
            batch_per_minute=job.per_minute,
            batch_retries=job.retries,
            batch_streaming=job.streaming,
        )

    def retranslate(self) -> None:
        for label, field, words in self._labels:
            label.setText(words())
            field.setAccessibleName(words())
        self.source.setPlaceholderText(tr("JSONL or CSV file, or a folder of files"))
        self.template.setPlaceholderText(tr("With {column} for each column of a table, or {text} and {name} for files"))
        self.model.setPlaceholderText(tr("As in the file"))
        self.schema.setPlaceholderText(tr("None: answers are text"))
        self.per_minute.setSpecialValueText(tr("No limit"))
        self.streaming.setText(tr("Stream replies"))
        self.more_button.setText(tr("More options"))
        self._file.setText(tr("File..."))
        self._folder.setText(tr("Folder..."))
        self._save.setText(tr("Choose..."))
        self._schema_file.setText(tr("Choose..."))
        self.model_button.setText(tr("Choose..."))
        self.model_button.setAccessibleName(tr("Choose a model"))
        self._schema_file.setAccessibleName(tr("Choose a JSON schema"))
        self._save.setAccessibleName(tr("Choose where to write the answers"))

    def _set_up(self) -> None:
        self.at_once.setRange(1, MAX_AT_ONCE)
        self.per_minute.setRange(0, int(MAX_PER_MINUTE))
        self.retries.setRange(0, MAX_RETRIES)
        for number in (self.at_once, self.per_minute, self.retries):
            number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            number.setKeyboardTracking(False)
            number.lineEdit().setTextMargins(self._context.theme.px(8), 0, 0, 0)
        for field in (self.source, self.output, self.schema, self.model, self.connection):
            field.setMinimumWidth(self._context.theme.px(96))
        self.template.setTabChangesFocus(True)
        self.more_button.setProperty("link", True)
        self.more_button.setCheckable(True)

    def _list_connections(self) -> None:
        """List the connections as they are now, and keep the chosen one."""
        with QSignalBlocker(self.connection):
            chosen = self.connection.currentData()
            self.connection.clear()
            for connection in self._context.connections.all():
                self.connection.addItem(connection_name(connection), connection.id)
            self.connection.setCurrentIndex(max(0, self.connection.findData(chosen)))

    def _connect(self) -> None:
        for edit in (self.source, self.output, self.system, self.model, self.schema):
            edit.textChanged.connect(self.changed)
        self.source.textChanged.connect(self._suggest)
        self.template.textChanged.connect(self.changed)
        self.connection.currentIndexChanged.connect(self.changed)
        for number in (self.at_once, self.per_minute, self.retries):
            number.valueChanged.connect(self.changed)
        self.streaming.toggled.connect(self.changed)
        self.more_button.toggled.connect(lambda shown: self._show_more(shown=shown))
        tasks = self._context.tasks
        self._file.clicked.connect(lambda: start_for(self, tasks, self._choose_file(), "choose a file"))
        self._folder.clicked.connect(lambda: start_for(self, tasks, self._choose_folder(), "choose a folder"))
        self._save.clicked.connect(lambda: start_for(self, tasks, self._choose_output(), "choose an output"))
        self._schema_file.clicked.connect(lambda: start_for(self, tasks, self._choose_schema(), "choose a schema"))
        self.model_button.clicked.connect(self._choose_model)
        until_gone(self, self._context.preferences.changed.add(lambda _: self._list_connections()))

    def _show_more(self, *, shown: bool) -> None:
        self._more.setVisible(shown)
        self.more_button.setIcon(icon("chevron-down" if shown else "chevron-right", "accent"))

    def _suggest(self, text: str) -> None:
        """Suggest an output beside the input, unless the user chose one."""
        if self.output.text() != self._suggested or not text.strip():
            return
        path = Path(text.strip())
        self._suggested = str(path.with_name(f"{path.stem}-answers.jsonl")) if path.name else ""
        self.output.setText(self._suggested)

    async def _choose_file(self) -> None:
        patterns = [
            tr("Tables and requests ({pattern})", pattern="*.csv *.tsv *.jsonl *.ndjson"),
            tr("All files ({pattern})", pattern="*"),
        ]
        if (file := await ask_file(self, tr("Choose a file"), patterns)) is not None:
            self.set_source(file)

    async def _choose_folder(self) -> None:
        if (folder := await ask_folder(self, tr("Choose a folder"))) is not None:
            self.set_source(folder)

    async def _choose_output(self) -> None:
        patterns = [tr("Answers ({pattern})", pattern="*.jsonl")]
        name = Path(self.output.text()).name or "answers.jsonl"
        title = tr("Where to write the answers")
        if (file := await ask_new_file(self, title, name, patterns, appends=True)) is not None:
            self.output.setText(str(file))

    async def _choose_schema(self) -> None:
        patterns = [tr("JSON schemas ({pattern})", pattern="*.json"), tr("All files ({pattern})", pattern="*")]
        if (file := await ask_file(self, tr("Choose a JSON schema"), patterns)) is not None:
            self.schema.setText(str(file))

    def _choose_model(self) -> None:
        job = self.job()
        self._picker.open_for(self.model_button, job.connection_id, job.model)

    def _take_model(self, connection_id: str, model: str) -> None:
        self.connection.setCurrentIndex(max(0, self.connection.findData(connection_id)))
        self.model.setText(model)

    @cached_property
    def _picker(self) -> ModelPicker:
        picker = ModelPicker(self._context, self)
        picker.chosen.connect(self._take_model)
        return picker

    def _lay_out(self) -> None:
        px = self._context.theme.px
        source = row_of(self.source, self._file, self._folder, grow=(self.source,), spacing=px(8))
        output = row_of(self.output, self._save, grow=(self.output,), spacing=px(8))
        model = row_of(self.model, self.model_button, grow=(self.model,), spacing=px(8))
        schema = row_of(self.schema, self._schema_file, grow=(self.schema,), spacing=px(8))
        template = QWidget()  # holds the fixed height, which the style sheet would reset on the edit itself
        template.setLayout(column_of(self.template, margins=NO_MARGINS))
        template.setFixedHeight(px(96))
        whose = (
            self._field(lambda: tr("Connection"), self.connection),
            self._field(lambda: tr("Model"), self.model, model),
        )
        limits = (
            self._field(lambda: tr("At the same time"), self.at_once),
            self._field(lambda: tr("Requests a minute"), self.per_minute),
        )
        retries = (self._field(lambda: tr("Retries a row"), self.retries), column_of(None, self.streaming, px(3)))
        self._more.setLayout(
            column_of(
                row_of(*limits, grow=limits, spacing=px(12)),
                row_of(*retries, grow=retries, spacing=px(12)),
                self._field(lambda: tr("JSON schema that answers must fit"), self.schema, schema),
                spacing=px(12),
                margins=NO_MARGINS,
            )
        )
        rows = (
            self._field(lambda: tr("File or folder"), self.source, source),
            self._field(lambda: tr("Prompt"), self.template, template),
            self._field(lambda: tr("System prompt"), self.system),
            row_of(*whose, grow=whose, spacing=px(12)),
            self._field(lambda: tr("Answers"), self.output, output),
        )
        column = column_of(*rows, spacing=px(12), margins=NO_MARGINS)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._more)
        self.setLayout(column)

    def _field(self, words: Words, field: QWidget, row: Item = None) -> QVBoxLayout:
        """Return a field, or the row that it is in, below its label."""
        label = QLabel()
        label.setProperty("muted", True)
        label.setBuddy(field)
        self._labels.append((label, field, words))
        return column_of(label, row if row is not None else field, spacing=self._context.theme.px(4))


def _default_job(context: Context, batch_id: str) -> BatchJob:
    """Return an empty batch with the connection, model and limits of the last one."""
    settings = context.preferences.settings
    connection_id, model = settings.batch_connection_id, settings.batch_model
    if context.connections.get(connection_id) is None:
        chosen = default_options(context.connections, settings, context.models.get)
        connection_id, model = chosen.connection_id, chosen.model
    return BatchJob(
        batch_id,
        connection_id=connection_id,
        model=model,
        streaming=settings.batch_streaming,
        at_once=settings.batch_at_once,
        per_minute=settings.batch_per_minute,
        retries=settings.batch_retries,
    )
