"""Asks what to export and how, shows the progress, and says what was written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QLabel, QWidget
from shiboken6 import isValid

from desktop_chat.core.exporting import ENDINGS, IN_ONE_FILE, ExportFormat, ExportRequest
from desktop_chat.core.file_names import file_stem
from desktop_chat.ui.context import Context
from desktop_chat.ui.export.conversation_choice import ConversationChoice
from desktop_chat.ui.export.writing_dialog import WritingDialog
from desktop_chat.ui.text.conversation_title import title_of
from desktop_chat.ui.text.export_text import export_done, format_name, format_use
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import ask
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.no_wheel_combo import NoWheelComboBox
from desktop_chat.ui.widgets.qt_tasks import start_for
from desktop_chat.ui.widgets.save_dialog import ask_new_file
from desktop_chat.ui.widgets.status_label import Words
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

_ORDER = (
    ExportFormat.MARKDOWN,
    ExportFormat.HTML,
    ExportFormat.PDF,
    ExportFormat.DOCX,
    ExportFormat.TEXT,
    ExportFormat.JSON,
    ExportFormat.JSONL,
)
_DOCUMENTS = frozenset(_ORDER) - IN_ONE_FILE


@dataclass(frozen=True, slots=True)
class _Scope:
    """Something that can be exported."""

    words: Words
    ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    leaf_id: str = ""
    by_tick: bool = False
    """Whether the user ticks the conversations."""


class ExportDialog(WritingDialog):
    """Begins with a message, a conversation, or everything. Closing it cancels what runs."""

    def __init__(
        self, context: Context, parent: QWidget | None = None, conversation_id: str = "", message_id: str = ""
    ) -> None:
        super().__init__(context, parent)
        self._conversation_id = conversation_id if conversation_id in context.library else ""
        self._scopes = _scopes(self._conversation_id, message_id)
        self.what, self.format = NoWheelComboBox(), NoWheelComboBox()
        self.reasoning, self.branches = QCheckBox(), QCheckBox()
        self._heading, self._what_label, self._format_label = QLabel(), QLabel(), QLabel()
        self._use = WrappedLabel()
        self.choice: ConversationChoice | None = None
        """Made when it is first shown."""
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Export"))
        self._heading.setText(tr("Export"))
        self._what_label.setText(tr("What"))
        self._format_label.setText(tr("Format"))
        self.what.setAccessibleName(tr("What"))
        self.format.setAccessibleName(tr("Format"))
        for number, scope in enumerate(self._scopes):
            self.what.setItemText(number, scope.words())
        for number, kind in enumerate(_ORDER):
            self.format.setItemText(number, format_name(kind))
        self.reasoning.setText(tr("Include reasoning"))
        self.branches.setText(tr("Include all versions of messages"))
        self.export_button.setText(tr("Export..."))
        super().retranslate()

    @property
    def _kind(self) -> ExportFormat:
        return _ORDER[max(0, self.format.currentIndex())]

    @property
    def _scope(self) -> _Scope:
        return self._scopes[max(0, self.what.currentIndex())]

    @property
    def _ids(self) -> tuple[str, ...]:
        """The conversations to export; empty for all."""
        return self.choice.ticks.chosen if self._scope.by_tick and self.choice is not None else self._scope.ids

    def _show_choice(self) -> None:
        if self._scope.by_tick and self.choice is None:
            self.choice = ConversationChoice(self._context.library, self._context.theme)
            self.choice.ticks.ticked_changed.connect(self._show_state)
            self._column.insertWidget(self._column.indexOf(self.what) + 1, self.choice, 1)
        if self.choice is not None:
            self.choice.setVisible(self._scope.by_tick)
        self._show_state()

    def _begin(self) -> None:
        if not self.is_writing:
            start_for(self, self._context.tasks, self._ask_and_export(), "ask where to export to")

    async def _ask_and_export(self) -> None:
        target = await self._ask_target()
        if target is not None:
            write = partial(self._context.exporter.export, self._request_for(target))
            self._start(write, export_done, lambda: tr("Exporting..."), "export")

    async def _ask_target(self) -> Path | None:
        """Return a file, or the folder for many documents."""
        if len(self._ids) != 1 and self._kind not in IN_ONE_FILE:
            return await self._ask_folder()
        found = self._ids[0] if len(self._ids) == 1 else ""
        title = title_of(self._context.library[found]) if found else tr("Conversations")
        name = (file_stem(title) or "conversation") + ENDINGS[self._kind]
        patterns = [f"{format_name(self._kind)} (*{ENDINGS[self._kind]})"]
        if self._kind is ExportFormat.JSON:
            patterns.append(tr("ZIP archive ({pattern})", pattern="*.zip"))
        return await ask_new_file(self, tr("Export"), name, patterns)

    async def _ask_folder(self) -> Path | None:
        dialog = QFileDialog(self, tr("Choose a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        accepted = await ask(dialog) == QDialog.DialogCode.Accepted
        chosen = dialog.selectedFiles() if accepted and isValid(dialog) else []
        return Path(chosen[0]) if chosen else None

    def _request_for(self, target: Path) -> ExportRequest:
        documents = self._kind in _DOCUMENTS
        return ExportRequest(
            self._kind,
            target,
            self._ids,
            leaf_id=self._scope.leaf_id,
            message_ids=self._scope.message_ids,
            reasoning=self.reasoning.isChecked() or not documents,
            all_branches=documents and self.branches.isChecked(),
            replace=True,  # the user has confirmed it
        )

    def _show_state(self) -> None:
        super()._show_state()
        runs = self.is_writing
        self.export_button.setEnabled(not runs and (bool(self._ids) or not self._scope.by_tick))
        for widget in (self.what, self.format, *((self.choice,) if self.choice is not None else ())):
            widget.setEnabled(not runs)
        documents = self._kind in _DOCUMENTS
        self.reasoning.setEnabled(documents and not runs)
        self.branches.setEnabled(documents and not runs and not self._scope.message_ids and not self._scope.leaf_id)
        self._use.setText(format_use(self._kind))

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._heading.setProperty("heading", 2)
        self._use.setProperty("muted", True)
        for scope in self._scopes:
            self.what.addItem(scope.words())
        for kind in _ORDER:
            self.format.addItem(format_name(kind))
        for label, box in ((self._what_label, self.what), (self._format_label, self.format)):
            label.setBuddy(box)
        self.reasoning.setChecked(True)
        self._column = column_of(
            self._heading,
            px(4),
            self._what_label,
            self.what,
            px(4),
            self._format_label,
            self.format,
            self._use,
            px(4),
            self.reasoning,
            self.branches,
            px(4),
            self.progress,
            self.state,
            None,
            row_of(None, self.cancel_button, self.export_button, spacing=px(8)),
            spacing=px(6),
            margins=(px(24), px(20), px(24), px(20)),
        )
        self.setLayout(self._column)
        self.setMinimumWidth(px(460))

    def _connect(self) -> None:
        self.export_button.clicked.connect(self._begin)
        self.format.currentIndexChanged.connect(self._show_state)
        self.what.currentIndexChanged.connect(self._show_choice)


def _scopes(conversation_id: str, message_id: str) -> tuple[_Scope, ...]:
    everything = _Scope(lambda: tr("All conversations"))
    ticked = _Scope(lambda: tr("Chosen conversations"), by_tick=True)
    if not conversation_id:
        return (everything, ticked)
    ids = (conversation_id,)
    scopes = [_Scope(lambda: tr("This conversation"), ids), ticked, everything]
    if message_id:
        up_to_here = _Scope(lambda: tr("The conversation up to this message"), ids, leaf_id=message_id)
        scopes[:0] = [_Scope(lambda: tr("This message"), ids, (message_id,)), up_to_here]
    return tuple(scopes)
