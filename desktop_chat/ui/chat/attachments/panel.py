"""The part of the composer above the text: attached files, what they cost, and the last change to undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.prompt_size import tokens_of
from desktop_chat.ui.chat.attachments.pending import Pending, PendingList, Stage
from desktop_chat.ui.chat.attachments.strip import AttachmentStrip
from desktop_chat.ui.style.theme import Theme, restyle
from desktop_chat.ui.text.attachment_summary import tokens_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.announcements import announce
from desktop_chat.ui.widgets.boxes import NO_MARGINS, fill
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel

Words = Callable[[], str]


class AttachmentPanel(Retranslated, QWidget):
    """Holds the files of one message. They are read by who listens to `files`; nothing is read here."""

    open_requested = Signal(object)
    """A `Pending` that is ready."""
    all_read = Signal()
    """The user has asked to send, and all files are read now."""
    left = Signal()
    """The focus belongs to the text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._send_waits = False
        self._is_reading = False
        self._note: tuple[Words, Words, Callable[[], None]] | None = None
        self.files = PendingList()
        self.strip = AttachmentStrip(theme, self.files)
        self._summary = QLabel()
        self._summary.setProperty("muted", True)
        self._cancel = self._link_button(self.cancel_waiting)
        self._note_text = WrappedLabel()
        self._note_text.setProperty("muted", True)
        self._note_text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._note_action = self._link_button(self._act_on_note)
        self._lay_out()
        self.files.changed.connect(self._follow)
        self.strip.open_requested.connect(self.open_requested)
        self.strip.remove_requested.connect(self.remove)
        self.strip.retry_requested.connect(self.files.read_again)
        self.strip.undo_requested.connect(self._act_on_note)
        self.strip.left.connect(self.left)
        theme.changed.connect(self._fit)
        self._fit()
        self.retranslate()

    @property
    def kept(self) -> tuple[Attachment, ...]:
        """What a draft keeps: all files that were read once."""
        return tuple(item.attachment for item in self.files.items if item.attachment is not None)

    @property
    def contains_key(self) -> bool:
        """Whether the text of a file seems to contain a secret key."""
        return any(item.contains_key for item in self.files.items)

    def add(self, items: Iterable[Pending]) -> None:
        """Append files."""
        self.drop_note()
        self.files.insert(self.files.rowCount(), items)

    def show_attachments(self, attachments: Iterable[Attachment], *, before_others: bool = False) -> None:
        """Show attachments of a draft or of an earlier question, instead of or in front of the files shown."""
        self.drop_note()
        items = [Pending(attachment.name, attachment=attachment) for attachment in attachments]
        self.files.replace_all([*items, *self.files.items] if before_others else items)

    def remove(self, item: Pending) -> None:
        """Remove a file, and offer to put it back."""
        at = self.files.remove(item)
        if at >= 0:
            self.offer(
                lambda: tr("{name} was removed.", name=item.name), lambda: tr("Undo"), lambda: self._put_back(at, item)
            )

    def offer(self, words: Words, action: Words, act: Callable[[], None]) -> None:
        """Say what was done, with one button, until something else is done."""
        self._note = (words, action, act)
        self.retranslate()
        announce(self._note_text, self._note_text.text())

    def drop_note(self) -> None:
        """Offer nothing any more."""
        self._note = None
        self.retranslate()

    def lets_send(self) -> bool:
        """Return whether all files are read. If some are not yet, `all_read` follows, unless the text is changed or a
        file fails; if some failed, the user decides first what becomes of them."""
        self._send_waits = self.files.count_of(Stage.READING) > 0 and not self.files.count_of(Stage.FAILED)
        self._show_summary()
        blocked = self._send_waits or self.files.count_of(Stage.FAILED) > 0
        if blocked:
            announce(self._summary, self._summary.text())
        return not blocked

    def cancel_waiting(self) -> bool:
        """Do not send when all files are read. Returns whether that was intended."""
        waited, self._send_waits = self._send_waits, False
        if waited:
            self._show_summary()
        return waited

    def retranslate(self) -> None:
        words, action = (self._note[0](), self._note[1]()) if self._note is not None else ("", "")
        self._note_text.setText(words)
        self._note_action.setText(action)
        self._note_text.setVisible(bool(words))
        self._note_action.setVisible(bool(words))
        self._cancel.setText(tr("Cancel"))
        self._show_summary()

    def _put_back(self, at: int, item: Pending) -> None:
        self.files.insert(min(at, self.files.rowCount()), [item])
        self.strip.setCurrentIndex(self.files.index(self.files.place_of(item)))

    def _act_on_note(self) -> None:
        note = self._note
        self.drop_note()
        if note is not None:
            note[2]()

    def _follow(self) -> None:
        self._show_summary()
        was_reading, self._is_reading = self._is_reading, self.files.count_of(Stage.READING) > 0
        if was_reading and not self._is_reading and self.files.rowCount():
            announce(self._summary, self._summary.text())
        if not self._send_waits or self._is_reading:
            return
        self._send_waits = False
        if self.files.rowCount() and not self.files.count_of(Stage.FAILED):
            self.all_read.emit()

    def _show_summary(self) -> None:
        reading, failed, count = (
            self.files.count_of(Stage.READING),
            self.files.count_of(Stage.FAILED),
            self.files.rowCount(),
        )
        if failed:
            words = tr("%n file(s) could not be read. Remove them or try again before you send.", n=failed)
        elif self._send_waits:
            words = tr("Your message will be sent as soon as %n file(s) are read.", n=reading)
        elif reading:
            words = tr("Reading %n file(s)...", n=reading)
        else:
            files, tokens = tr("%n file(s)", n=count), tokens_text(sum(map(tokens_of, self.files.ready)))
            words = f"{files} · {tokens}"
        self._summary.setText(words)
        if self._summary.property("warning") is not bool(failed):
            restyle(self._summary, warning=bool(failed))
        self._cancel.setVisible(self._send_waits)
        for widget in (self.strip, self._summary):
            widget.setVisible(count > 0)
        self.setVisible(count > 0 or self._note is not None)

    def _link_button(self, act: Callable[[], object]) -> QPushButton:
        button = QPushButton()
        button.setProperty("link", True)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        self._note_row = fill(QHBoxLayout(), self._note_text, self._note_action, None)
        self._summary_row = fill(QHBoxLayout(), self._summary, self._cancel, None)
        self._column = fill(QVBoxLayout(self), self._note_row, self.strip, self._summary_row, margins=NO_MARGINS)

    def _fit(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(6))
        for row in (self._note_row, self._summary_row):
            row.setSpacing(px(8))
