"""The attached files of a composer: created with the first one, because most messages have none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_chat.ui.chat.composer_card import ComposerCard
from desktop_chat.ui.style.theme import Theme

if TYPE_CHECKING:
    from desktop_chat.core.attachments import Attachment
    from desktop_chat.ui.chat.attachments.panel import AttachmentPanel
    from desktop_chat.ui.chat.attachments.pending import Pending


class ComposerFiles(ComposerCard):
    """A card with files above its text, in the column `_text`."""

    attachments_made = Signal(object)
    """The `AttachmentPanel` was created, for the first attachment."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._text = QVBoxLayout()

    @cached_property
    def attachments(self) -> AttachmentPanel:
        """The attached files."""
        from desktop_chat.ui.chat.attachments.panel import AttachmentPanel  # noqa: PLC0415  (seldom needed)

        panel = AttachmentPanel(self._theme)
        self._text.insertWidget(0, panel)
        self.setTabOrder(self._focused, panel.strip)
        panel.files.changed.connect(self._note_attachments)
        panel.all_read.connect(self._submit)
        panel.left.connect(self._focused.setFocus)
        self.attachments_made.emit(panel)
        return panel

    @property
    def has_attachments(self) -> bool:
        """Whether any file is attached: being read, read, or failed."""
        return "attachments" in self.__dict__ and self.attachments.files.rowCount() > 0

    @property
    def files_are_read(self) -> bool:
        """Whether all files are read; if they are still being read, the message is submitted again afterwards."""
        return not self.has_attachments or self.attachments.lets_send()

    @property
    def attached(self) -> tuple[Attachment, ...]:
        """The attachments that a draft keeps; all of them, once all files are read."""
        return self.attachments.kept if self.has_attachments else ()

    def take_files(self) -> Sequence[Pending]:
        """Remove all attached files and return them; those being read are read again when they are put back."""
        return self.attachments.files.replace_all(()) if self.has_attachments else ()

    def put_files(self, files: Sequence[Pending]) -> None:
        """Replace the attached files by those that were taken."""
        if files or self.has_attachments:
            self.attachments.files.replace_all(files)

    def show_attached(self, attachments: Sequence[Attachment]) -> None:
        """Replace the attachments by those of a draft or an earlier question."""
        if attachments or self.has_attachments:
            self.attachments.show_attachments(attachments)

    def _submit(self) -> None:
        """Send the message."""
        raise NotImplementedError

    def _note_attachments(self) -> None:
        """Handle a change of the attached files."""
        raise NotImplementedError
