"""The key field of a connection form: typed hidden, and never shown again once it is stored."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget

from desktop_chat.core.connection_saving import KeyEdit, KeyWish
from desktop_chat.core.ports import KeyLocation
from desktop_chat.ui.connections.field_validation import key_of
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.connection_text import shown_host
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import NO_MARGINS, column_of, row_of
from desktop_chat.ui.widgets.icon_line_edit import IconLineEdit
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.wrapped_label import WrappedLabel


class KeyField(Retranslated, QWidget):
    """A password field with a show/hide toggle; or, if a key is stored, only a note about it, with Replace and Remove.

    The field itself stores and removes nothing: the form reads `edit` when it is saved.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._edit = KeyEdit()
        self._backend = ""
        self._visibility = QAction(self)
        self._visibility.setCheckable(True)
        self.line = IconLineEdit(self._visibility)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.news = WrappedLabel()
        self.replace_button, self.remove_button = QPushButton(), QPushButton()
        self.carry = QCheckBox()
        self._lay_out()
        self._visibility.toggled.connect(self._show_characters)
        self.line.textChanged.connect(self.changed)
        self.line.returnPressed.connect(self.entered)
        self.replace_button.clicked.connect(partial(self._toggle, KeyWish.REPLACE))
        self.remove_button.clicked.connect(partial(self._toggle, KeyWish.REMOVE))
        self.carry.toggled.connect(self.changed)
        self._show_characters(False)
        self.retranslate()

    @property
    def edit(self) -> KeyEdit:
        """What saving will do with the key."""
        return replace(self._edit, allowed=self.carry.isChecked(), typed=key_of(self.line.text()))

    def show_key(self, found: KeyEdit, backend: str = "") -> None:
        """Show what is stored, and in which keyring. A key typed before this was known replaces it."""
        wish = KeyWish.REPLACE if self.line.text() else KeyWish.KEEP
        self._edit, self._backend = replace(found.with_host(self._edit.host), wish=wish), backend
        self.carry.setChecked(False)
        self._show_state()

    def set_host(self, host: str) -> None:
        """Set the connection's new host; empty if unknown."""
        self._edit = replace(self._edit, allowed=self.carry.isChecked()).with_host(host)
        self.carry.setChecked(self._edit.allowed)
        self._show_state()

    def retranslate(self) -> None:
        self.line.setAccessibleName(tr("API key"))
        self._show_characters(self._visibility.isChecked())
        self._show_state()

    def _show_state(self) -> None:
        key = self._edit
        had_focus = self.line.hasFocus()
        self.line.setVisible(key.takes_new)
        self.news.setVisible(not key.takes_new)
        self.news.setText(self._stored_text())
        self.carry.setVisible(key.needs_permission)
        self.carry.setText(tr("Send it to {host} from now on", host=shown_host(key.host)))
        self.replace_button.setVisible(key.is_stored and key.wish is not KeyWish.REMOVE)
        if had_focus and not key.takes_new:
            self.replace_button.setFocus()
        self.replace_button.setText(tr("Keep saved key") if key.wish is KeyWish.REPLACE else tr("Replace"))
        self.remove_button.setVisible(key.is_stored and key.wish is not KeyWish.REPLACE)
        self.remove_button.setText(tr("Keep saved key") if key.wish is KeyWish.REMOVE else tr("Remove"))

    def _stored_text(self) -> str:
        key = self._edit
        if key.wish is KeyWish.REMOVE:
            return tr("The saved key will be removed when you save.")
        if key.is_for_other_host and not key.stored_for:
            return tr(
                "The key was saved by an earlier version, which did not record its server. It is not sent "
                "until you allow it."
            )
        if key.is_for_other_host:
            return tr(
                "The saved key belongs to {host}. Unless you allow it here, it will be removed when you save.",
                host=shown_host(key.stored_for),
            )
        if key.place is KeyLocation.SESSION:
            return tr("The key is kept until you quit.")
        return tr("A key is saved in {keyring}.", keyring=self._backend) if self._backend else tr("A key is saved.")

    def _show_characters(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._visibility.setIcon(icon("eye-off" if shown else "eye", "muted"))
        self._visibility.setText(tr("Hide key") if shown else tr("Show key"))
        self._visibility.setToolTip(self._visibility.text())

    def _toggle(self, wish: KeyWish) -> None:
        """Choose what happens to the stored key; choosing the same again keeps it."""
        self._edit = replace(self._edit, wish=KeyWish.KEEP if self._edit.wish is wish else wish)
        self.line.clear()
        self._show_state()
        if self._edit.wish is KeyWish.REPLACE:
            self.line.setFocus()
        self.changed.emit()

    def _lay_out(self) -> None:
        for button in (self.replace_button, self.remove_button):
            button.setAutoDefault(False)
        row = row_of(self.line, self.replace_button, self.remove_button, None, grow=(self.line,), spacing=8)
        self.setLayout(column_of(self.news, self.carry, row, spacing=6, margins=NO_MARGINS))
