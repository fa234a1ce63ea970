"""The composer: a card with attached files, the text, the model and options buttons, and Send or Stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from desktop_chat.ui.chat.composer_files import ComposerFiles
from desktop_chat.ui.chat.message_edit import MessageEdit
from desktop_chat.ui.chat.tools_button import ToolsButton
from desktop_chat.ui.chat.usage_button import UsageButton
from desktop_chat.ui.commands import Scope, command_of, key_text, tooltip
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:  # most messages have no attachments
    from desktop_chat.core.attachments import Attachment

DRAFT_DELAY_MS = 250
"""Pause in typing after which the draft is saved."""


class Composer(Retranslated, ComposerFiles):
    """Emits what the user requests; its state is set from outside.

    `submitted` carries the text. It and the attachments stay in place until `clear` is called, so a question is never
    lost.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    content_changed = Signal()
    """The text or the attachments changed."""
    draft_changed = Signal(str)
    """The text; the attachments may have changed, too."""
    attach_requested = Signal()
    model_requested = Signal()
    connection_requested = Signal()
    options_requested = Signal()
    tools_requested = Signal()
    key_requested = Signal()
    edit_cancelled = Signal()
    stop_command = "stop"
    """The command that stops the reply where this composer is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._running = False
        self._waiting = False
        self._model = self._connection = ""
        self._make_parts()
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_DELAY_MS)
        self._lay_out()
        self._connect()
        self.set_editing(False)
        self.retranslate()
        self._fit()

    @property
    def text(self) -> str:
        return self.edit.text

    @property
    def is_used(self) -> bool:
        """Whether anything is written or attached, including text being composed in an input method."""
        return bool(self.text) or self.edit.composing or self.has_attachments

    @property
    def running(self) -> bool:
        """Whether Stop is shown instead of Send."""
        return self._running

    def set_text(self, text: str) -> None:
        """Replace the text; undo restores the previous text."""
        self.edit.replace_text(text)

    def add_quote(self, text: str) -> None:
        """Append `text` as a Markdown quote, with the cursor below it, as one undo step."""
        self.edit.append_paragraph("\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n")) + "\n\n")
        self.edit.setFocus()

    def add_draft(self, draft: str, attachments: Sequence[Attachment] = ()) -> None:
        """Insert the draft of an earlier run before what was typed and attached since; the cursor stays in place."""
        if attachments:
            self.attachments.show_attachments(attachments, before_others=True)
        if not self.text and not self.edit.composing:
            self.set_text(draft)
        elif draft:
            self.edit.prepend(draft)

    def set_waiting(self, waiting: bool) -> None:
        """While the conversation is loading, allow typing but not sending."""
        self._waiting = waiting
        self._allow_sending()
        self._name_buttons()

    def clear(self) -> None:
        """Remove text and attachments after they were taken, without emitting `draft_changed`."""
        self.edit.replace_text("")
        self.show_attached(())
        self._draft_timer.stop()

    def flush_draft(self) -> None:
        """Emit a pending `draft_changed` now."""
        if self._draft_timer.isActive():
            self._draft_timer.stop()
            self.draft_changed.emit(self.text)

    def keep_draft(self) -> None:
        """Emit `draft_changed` now if anything is written or attached: nobody heard of it before."""
        self._draft_timer.stop()
        if self.is_used:
            self.draft_changed.emit(self.text)

    def set_running(self, running: bool) -> None:
        """Show Stop instead of Send, in the same place."""
        if running == self._running:
            return
        self._running_note.hide()
        had_focus = self.send_button.hasFocus() or self.stop_button.hasFocus()
        self._running = running
        self._send_or_stop.setCurrentWidget(self.stop_button if running else self.send_button)
        if had_focus:
            self.edit.setFocus()

    def set_editing(self, editing: bool) -> None:
        """Show that an earlier question is being edited."""
        self._edit_note.setVisible(editing)
        self._edit_cancel.setVisible(editing)

    def set_model(self, model: str, connection: str) -> None:
        """Show the model and connection in use; empty for none."""
        self._model, self._connection = model, connection
        self.connection_button.setVisible(bool(connection))
        self._name_choosers()

    def show_key_mark(self, shown: bool) -> None:
        """Show that the connection's key is kept only until the application ends."""
        self.key_mark.setVisible(shown)

    def set_options_changed(self, changed: bool) -> None:
        """Mark the options button if the conversation's options differ from the defaults."""
        self.options_button.setIcon(icon("sliders", "accent" if changed else "muted"))
        self._name_options()

    def set_send_key(self, send_key: str) -> None:
        self.edit.set_send_key(send_key)

    def set_earlier(self, questions: Callable[[], Sequence[str]]) -> None:
        self.edit.set_earlier(questions)

    def set_max_height(self, height: int) -> None:
        """Limit the height of the text, in pixels."""
        self.edit.set_max_height(height)

    def retranslate(self) -> None:
        self.edit.setAccessibleName(tr("Message"))
        self.edit.setPlaceholderText(tr("Ask anything..."))
        self._running_note.setText(
            tr(
                "A reply is still in progress. Send your message when it ends, or press {shortcut} to stop the reply.",
                shortcut=key_text(self.stop_command),
            )
        )
        self._name_buttons()
        self.key_mark.setAccessibleName(tr("API key"))
        self.key_mark.setToolTip(tr("The key is kept only until you quit because the keyring did not save it."))
        self._edit_note.setText(tr("Editing an earlier message"))
        self._edit_cancel.setText(tr("Cancel"))
        self.attach_button.setAccessibleName(tr("Attach files"))
        self.attach_button.setToolTip(tooltip("attach", tr("Attach files")))
        self._name_choosers()
        self._name_options()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.PART) == "leave" and not self._running and self._leave():
            event.accept()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> bool:
        """Cancel what is pending: sending when all files are read, else editing. Returns whether there was anything."""
        if self.has_attachments and self.attachments.cancel_waiting():
            return True
        if self._edit_cancel.isVisible():
            self.edit_cancelled.emit()
            return True
        return False

    def _submit(self) -> None:
        if self._running:
            self._show_running_note()
        elif self._can_send:
            self.submitted.emit(self.text)

    def _show_running_note(self) -> None:
        """Explain that the text is kept but not sent while a reply is running."""
        if self._running_note.isHidden() and not self._is_empty:
            self._running_note.show()
            announce(self.edit, self._running_note.text())

    def _note_change(self) -> None:
        if self.has_attachments:
            self.attachments.cancel_waiting()
        self._note_attachments()

    def _note_attachments(self) -> None:
        self._allow_sending()
        if self._is_empty:
            self._running_note.hide()
        self._draft_timer.start()
        self.content_changed.emit()

    @property
    def _can_send(self) -> bool:
        return not self._waiting and not self._is_empty

    @property
    def _is_empty(self) -> bool:
        return not self.has_attachments and self._is_blank()

    def _allow_sending(self) -> None:
        if self.send_button.isEnabled() is not self._can_send:
            self.send_button.setEnabled(self._can_send)
            self.send_button.setIcon(icon("send", "on_accent" if self._can_send else "text"))

    def _is_blank(self) -> bool:
        block = self.edit.document().firstBlock()
        while block.isValid():
            if block.text().strip():
                return False
            block = block.next()
        return True

    def _keep_draft(self) -> None:
        self.draft_changed.emit(self.text)

    def _name_buttons(self) -> None:
        send, stop = tr("Send"), tr("Stop")
        self.send_button.setAccessibleName(send)
        self.send_button.setToolTip(tr("You can send once your conversations are loaded") if self._waiting else send)
        self.stop_button.setAccessibleName(stop)
        self.stop_button.setToolTip(tooltip(self.stop_command, stop))

    def _name_choosers(self) -> None:
        most = self._theme.px(230)
        for button, name, chosen, otherwise in (
            (self.model_button, tr("Model"), self._model, tr("Choose a model")),
            (self.connection_button, tr("Connection"), self._connection, tr("Choose a connection")),
        ):
            label = button.fontMetrics().elidedText(chosen or otherwise, Qt.TextElideMode.ElideMiddle, most)
            button.setText(label)
            button.setAccessibleName(name)
            button.setAccessibleDescription(chosen or otherwise)
            button.setToolTip(tr("{name}: {words}", name=name, words=chosen) if chosen else otherwise)

    def _name_options(self) -> None:
        name = tr("Conversation options")
        self.options_button.setAccessibleName(name)
        self.options_button.setToolTip(name)

    def _make_parts(self) -> None:
        """Create what the card holds, in the order of the Tab key. Each has its parent from the start: given one later,
        Qt styles all of it again."""
        self._edit_note = QLabel(self)
        self._edit_note.setProperty("muted", True)
        self._edit_cancel = QPushButton(self)
        self._edit_cancel.setProperty("link", True)
        self._running_note = WrappedLabel(parent=self)
        self._running_note.setProperty("muted", True)
        self._running_note.hide()
        self.edit = MessageEdit(self._theme, self)
        self.surround(self.edit)
        self.attach_button = self._button("paperclip", "muted", self.attach_requested)
        self.model_button = self._chooser(self.model_requested)
        self.connection_button = self._chooser(self.connection_requested)
        self.key_mark = self._button("key", "warning", self.key_requested)
        self.key_mark.hide()
        self.tools_button = ToolsButton(self._theme, self)
        self.tools_button.clicked.connect(self.tools_requested)
        self.options_button = self._button("sliders", "muted", self.options_requested)
        self.usage_button = UsageButton(self._theme, self)
        self._send_or_stop = QStackedWidget(self)
        self.send_button = self._main_button("send")
        self.stop_button = self._main_button("stop")

    def _button(self, icon_name: str, colour: str, requested: SignalInstance) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name, colour))
        button.clicked.connect(requested)
        return button

    def _chooser(self, requested: SignalInstance) -> QToolButton:
        button = self._button("chevron-down", "muted", requested)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setProperty("muted", True)
        return button

    def _main_button(self, icon_name: str) -> QToolButton:
        button = QToolButton(self._send_or_stop)
        button.setIcon(icon(icon_name, "on_accent"))
        button.setProperty("primary", True)
        self._send_or_stop.addWidget(button)
        return button

    def _connect(self) -> None:
        self.edit.submitted.connect(self._submit)
        self.edit.textChanged.connect(self._note_change)
        self.send_button.clicked.connect(self._submit)
        self.stop_button.clicked.connect(self.stop_requested)
        self._edit_cancel.clicked.connect(self.edit_cancelled)
        self._draft_timer.timeout.connect(self._keep_draft)
        self._theme.changed.connect(self._fit)
        self._allow_sending()
        self.set_options_changed(False)

    def _lay_out(self) -> None:
        self._note_row = QHBoxLayout()
        self._note_row.addWidget(self._edit_note)
        self._note_row.addWidget(self._edit_cancel)
        self._note_row.addStretch()
        self._row = QHBoxLayout()
        self._row.addWidget(self.attach_button)
        self._row.addWidget(self.model_button)
        self._row.addWidget(self.connection_button)
        self._row.addWidget(self.key_mark)
        self._row.addWidget(self.tools_button)
        self._row.addWidget(self.options_button)
        self._row.addStretch()
        self._row.addWidget(self.usage_button)
        self._row.addWidget(self._send_or_stop)
        self._column = QVBoxLayout(self)
        self._text.addLayout(self._note_row)
        self._text.addWidget(self._running_note)
        self._text.addWidget(self.edit)
        self._column.addLayout(self._text)
        self._column.addLayout(self._row)

    def _fit(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(10), px(12), px(10), px(8))
        self._column.setSpacing(px(8))
        self._text.setContentsMargins(px(6), 0, px(4), 0)
        self._text.setSpacing(px(6))
        self._row.setSpacing(px(2))
        side = px(34)
        for button in (self.send_button, self.stop_button):
            button.setFixedSize(side, side)
            button.setIconSize(QSize(px(18), px(18)))
        self._send_or_stop.setFixedSize(side, side)
        for button in (self.model_button, self.connection_button):
            button.setIconSize(QSize(px(12), px(12)))
            button.setFixedHeight(px(30))
        for button in (self.attach_button, self.options_button, self.key_mark):
            button.setIconSize(QSize(px(18), px(18)))
            button.setFixedSize(px(30), px(30))
        self._name_choosers()
