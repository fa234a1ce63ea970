"""The fields that say what a batch asks, and where its answers go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpinBox, QWidget

from desktop_chat.core.batch_job import MOST_AT_ONCE, BatchJob
from desktop_chat.core.new_conversation import default_options
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.connection_text import connection_name
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask_file, ask_folder
from desktop_chat.ui.widgets.boxes import NO_MARGINS, row_of
from desktop_chat.ui.widgets.ime_inputs import ImeLineEdit, ImeTextEdit
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.save_dialog import ask_new_file


class BatchForm(Retranslated, QWidget):
    """Emits `changed` whenever a field is."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._suggested = ""
        self.source, self.output, self.system, self.model = (ImeLineEdit() for _ in range(4))
        self.template = ImeTextEdit()
        self.connection = NoWheelComboBox()
        self.at_once = QSpinBox()
        self._labels = [QLabel() for _ in range(7)]
        self._file, self._folder, self._save = (QPushButton() for _ in range(3))
        self._fill()
        self._lay_out()
        self._connect()
        self.retranslate()

    def job(self) -> BatchJob:
        """Return what the fields say."""
        return BatchJob(
            source=self.source.text().strip(),
            output=self.output.text().strip(),
            template=self.template.toPlainText(),
            system=self.system.text(),
            connection_id=self.connection.currentData() or "",
            model=self.model.text().strip(),
            at_once=self.at_once.value(),
        )

    def set_source(self, path: Path) -> None:
        """Take an input, and suggest an output beside it."""
        self.source.setText(str(path))

    def retranslate(self) -> None:
        names = (
            tr("File or folder"),
            tr("Prompt"),
            tr("System prompt"),
            tr("Connection"),
            tr("Model"),
            tr("At the same time"),
            tr("Answers"),
        )
        for label, field, name in zip(self._labels, self._fields(), names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        self.source.setPlaceholderText(tr("JSONL or CSV file, or a folder of text files"))
        self.template.setPlaceholderText(tr("With {column} for each column of a table, or {text} and {name} for files"))
        self.model.setPlaceholderText(tr("As in the file"))
        self._file.setText(tr("File..."))
        self._folder.setText(tr("Folder..."))
        self._save.setText(tr("Choose..."))

    def _fields(self) -> tuple[QWidget, ...]:
        return (self.source, self.template, self.system, self.connection, self.model, self.at_once, self.output)

    def _fill(self) -> None:
        context = self._context
        chosen = default_options(context.connections, context.preferences.settings, context.models.get)
        for connection in context.connections.all():
            self.connection.addItem(connection_name(connection), connection.id)
        self.connection.setCurrentIndex(max(0, self.connection.findData(chosen.connection_id)))
        self.model.setText(chosen.model)
        self.at_once.setRange(1, MOST_AT_ONCE)
        self.at_once.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.at_once.setValue(BatchJob().at_once)
        self.template.setTabChangesFocus(True)
        self.template.setFixedHeight(self._context.theme.px(96))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        for edit in (self.source, self.output, self.system, self.model):
            edit.textChanged.connect(self.changed)
        self.source.textChanged.connect(self._suggest)
        self.template.textChanged.connect(self.changed)
        self.connection.currentIndexChanged.connect(self.changed)
        self.at_once.valueChanged.connect(self.changed)
        tasks = self._context.tasks
        self._file.clicked.connect(lambda: start_for(self, tasks, self._choose_file(), "choose a file"))
        self._folder.clicked.connect(lambda: start_for(self, tasks, self._choose_folder(), "choose a folder"))
        self._save.clicked.connect(lambda: start_for(self, tasks, self._choose_output(), "choose an output"))

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
        if (file := await ask_new_file(self, tr("Where to write the answers"), name, patterns)) is not None:
            self.output.setText(str(file))

    def _lay_out(self) -> None:
        px = self._context.theme.px
        rows: tuple[QWidget | QHBoxLayout, ...] = (
            row_of(self.source, self._file, self._folder, grow=(self.source,), spacing=px(8)),
            self.template,
            self.system,
            row_of(self.connection, self._labels[4], self.model, grow=(self.model,), spacing=px(8)),
            row_of(self.at_once, None),
            row_of(self.output, self._save, grow=(self.output,), spacing=px(8)),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(*NO_MARGINS)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(8))
        labels = [label for number, label in enumerate(self._labels) if number != 4]
        for at, (label, row) in enumerate(zip(labels, rows, strict=True)):
            grid.addWidget(label, at, 0)
            if isinstance(row, QWidget):
                grid.addWidget(row, at, 1)
            else:
                grid.addLayout(row, at, 1)
        grid.setColumnStretch(1, 1)
        for label, field in zip(self._labels, self._fields(), strict=True):
            label.setBuddy(field)
