"""The key of a connection in a form: typed hidden, and never shown again once it is stored."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_chat.core.ports import KeyLocation
from desktop_chat.ui.connections.field_validation import key_of
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.connection_text import shown_host
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.icon_line_edit import IconLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class KeyField(Retranslated, QWidget):
    """A password line with a toggle; or, where a key is stored, only the news of that, with Replace and Remove.

    Nothing is stored or removed by the field itself: whoever saves the form asks it what the person wants.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = KeyLocation.NOWHERE
        self._backend = ""
        self._replacing = False
        self._removing = False
        self._stored_for = self._new_host = ""
        self._eye = QAction(self)
        self._eye.setCheckable(True)
        self.line = IconLineEdit(self._eye)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.news = WrappedLabel()
        self.replace_button, self.remove_button = QPushButton(), QPushButton()
        self.carry = QCheckBox()
        self._lay_out()
        self._eye.toggled.connect(self._show_characters)
        self.line.textChanged.connect(self.changed)
        self.line.returnPressed.connect(self.entered)
        self.replace_button.clicked.connect(self._toggle_replacing)
        self.remove_button.clicked.connect(self._toggle_removing)
        self.carry.toggled.connect(self.changed)
        self._show_characters(False)
        self.retranslate()

    @property
    def typed(self) -> str:
        """The key that was typed; empty where none was."""
        return key_of(self.line.text()) if self._is_typing else ""

    @property
    def uses_stored(self) -> bool:
        """True when the stored key stays in use, also for another host where the person said so."""
        return self._is_kept and (not self._is_other_host or self.carry.isChecked())

    @property
    def carries(self) -> bool:
        """True when the stored key is for another host from now on, because the person said so."""
        return self._is_kept and self._is_other_host and self.carry.isChecked()

    @property
    def drops_stored(self) -> bool:
        """True when there is a stored key that must be gone after saving. One that was stored without its host stays
        until the person says something about it."""
        waits = self._is_kept and not self._stored_for
        return self._place is not KeyLocation.NOWHERE and not self.uses_stored and not self.typed and not waits

    @property
    def stored_for(self) -> str:
        """The host that the person was told the stored key is for; empty for one that was stored without."""
        return self._stored_for

    def set_place(self, place: KeyLocation, backend: str = "", stored_for: str = "") -> None:
        """Say where the key is now, and which host it is for."""
        self._place, self._backend, self._stored_for = place, backend, stored_for
        self._replacing = self._removing = False
        self.line.clear()
        self._show_state()

    def set_host(self, host: str) -> None:
        """Say where the connection will go; empty for unknown."""
        if host != self._new_host:
            self._new_host = host
            self.carry.setChecked(False)
        self._show_state()

    def retranslate(self) -> None:
        self.line.setAccessibleName(tr("API key"))
        self._show_characters(self._eye.isChecked())
        self._show_state()

    @property
    def _is_typing(self) -> bool:
        return self._place is KeyLocation.NOWHERE or self._replacing

    @property
    def _is_other_host(self) -> bool:
        return bool(self._new_host) and self._stored_for != self._new_host

    @property
    def _is_kept(self) -> bool:
        return self._place is not KeyLocation.NOWHERE and not self._replacing and not self._removing

    def _show_state(self) -> None:
        stored = self._place is not KeyLocation.NOWHERE
        asks = self._is_kept and self._is_other_host
        had_focus = self.line.hasFocus()
        self.line.setVisible(self._is_typing)
        self.news.setVisible(stored and not self._replacing)
        self.news.setText(self._news())
        self.carry.setVisible(asks)
        self.carry.setText(tr("Send it to {host} from now on", host=shown_host(self._new_host)))
        self.replace_button.setVisible(stored and not self._removing)
        if had_focus and not self._is_typing:
            self.replace_button.setFocus()
        self.replace_button.setText(tr("Keep the stored key") if self._replacing else tr("Replace"))
        self.remove_button.setVisible(stored and not self._replacing)
        self.remove_button.setText(tr("Keep the stored key") if self._removing else tr("Remove"))

    def _news(self) -> str:
        if self._removing:
            return tr("The stored key is removed when you save.")
        if self._is_other_host and not self._stored_for:
            return tr(
                "The key was stored by an earlier version, without its server. It is not sent until you allow it."
            )
        if self._is_other_host:
            return tr(
                "The stored key belongs to {host}. Unless you allow it, it is removed when you save.",
                host=shown_host(self._stored_for),
            )
        if self._place is KeyLocation.SESSION:
            return tr("A key is kept until you quit.")
        return tr("A key is stored in {keyring}.", keyring=self._backend) if self._backend else tr("A key is stored.")

    def _show_characters(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icon("eye-off" if shown else "eye", "muted"))
        self._eye.setText(tr("Hide the key") if shown else tr("Show the key"))
        self._eye.setToolTip(self._eye.text())

    def _toggle_replacing(self) -> None:
        self._replacing = not self._replacing
        self.line.clear()
        self._show_state()
        if self._replacing:
            self.line.setFocus()
        self.changed.emit()

    def _toggle_removing(self) -> None:
        self._removing = not self._removing
        self._show_state()
        self.changed.emit()

    def _lay_out(self) -> None:
        for button in (self.replace_button, self.remove_button):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.replace_button)
        row.addWidget(self.remove_button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.news)
        column.addWidget(self.carry)
        column.addLayout(row)
