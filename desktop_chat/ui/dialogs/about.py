"""The About dialog: version, installation, license, and the libraries used."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QWidget

from desktop_chat import __version__
from desktop_chat.core.installation import Installation, InstalledFrom
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.boxes import column_of, row_of
from desktop_chat.ui.widgets.icon_view import IconView
from desktop_chat.ui.widgets.retranslation import Retranslated

LIBRARIES = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("qasync", "BSD-2-Clause"),
    ("openai", "Apache-2.0"),
    ("httpx2", "BSD-3-Clause"),
    ("keyring", "MIT"),
    ("jeepney", "MIT"),
    ("markdown-it-py", "MIT"),
    ("Pygments", "BSD-2-Clause"),
    ("ziamath", "MIT"),
    ("ziafont", "MIT"),
    ("latex2mathml", "MIT"),
    ("platformdirs", "MIT"),
    ("tomli-w", "MIT"),
)
"""The distributions that the application depends on, with their licences; not all exist on every system."""


class AboutDialog(Retranslated, QDialog):
    """Its details can be copied for a bug report."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = context.theme
        self._installation = context.find_installation()
        self._icon, self._name = IconView(), QLabel("Desktop Chat")
        self._version, self._from, self._licence, self._libraries = QLabel(), QLabel(), QLabel(), QLabel()
        self._licences = QLabel()
        self.copy_button, self._close = QPushButton(), QPushButton()
        self._lay_out()
        self.copy_button.clicked.connect(self._copy)
        self._close.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("About Desktop Chat"))
        self._version.setText(tr("Version {version}", version=__version__))
        self._from.setText(installation_words(self._installation))
        self._licences.setText(
            tr("The licenses of everything inside, including Qt, are in {folder}.", folder=self._installation.licences)
        )
        self._licence.setText(tr("Free software under the MIT license, with no warranty."))
        self._libraries.setText(tr("Built with:"))
        self.copy_button.setText(tr("Copy system information"))
        self._close.setText(tr("Close"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(system_information(self._installation)))

    def _lay_out(self) -> None:
        px = self._theme.px
        self._icon.show_icon(icon("app"), px(56))
        self._name.setProperty("heading", 1)
        self._version.setProperty("muted", True)
        self._version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._libraries.setProperty("muted", True)
        for label in (self._from, self._licences):
            label.setProperty("muted", True)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._licences.setVisible(bool(self._installation.licences))
        titles = column_of(self._name, self._version, self._from, spacing=px(2))
        top = row_of(self._icon, titles, grow=(titles,), spacing=px(16))
        buttons = row_of(None, self.copy_button, self._close)
        items = (top, self._licence, self._libraries, self._table(), self._licences, px(8), buttons)
        self.setLayout(column_of(*items, spacing=px(14), margins=(px(28), px(24), px(28), px(20))))
        self._close.setDefault(True)
        self._close.setFocus()

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._theme.px(24))
        grid.setVerticalSpacing(self._theme.px(4))
        grid.setColumnStretch(0, 1)
        present = [(name, installed(name), licence) for name, licence in LIBRARIES if installed(name)]
        for row, texts in enumerate(present):
            for column, text in enumerate(texts):
                label = QLabel(text)
                label.setProperty("muted", column > 0)
                grid.addWidget(label, row, column)
        return grid


def installed(distribution: str) -> str:
    """Return the installed version; empty if the distribution is missing from this package."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def installation_words(installation: Installation) -> str:
    """Return where a copy of the application came from, in words."""
    kinds = {
        InstalledFrom.DEB: tr("Installed from the Debian package (.deb)"),
        InstalledFrom.RPM: tr("Installed from the RPM package (.rpm)"),
        InstalledFrom.PORTABLE: tr("Unpacked from the portable archive"),
        InstalledFrom.FLATPAK: tr("Installed as a Flatpak"),
        InstalledFrom.WINDOWS: tr("Installed by the Windows installer"),
        InstalledFrom.MACOS: tr("The macOS application"),
        InstalledFrom.WHEEL: tr("Installed as a Python package"),
        InstalledFrom.SOURCE: tr("Runs from its source tree"),
    }
    if not installation.commit:
        return kinds[installation.kind]
    return tr(
        "{kind}, built from commit {commit} ({date})",
        kind=kinds[installation.kind],
        commit=installation.commit[:10],
        date=installation.date,
    )


def system_information(installation: Installation) -> list[str]:
    """Return the lines of a bug report, in English: versions, system, desktop and screens, but no user name or path."""
    built = " ".join(part for part in (installation.kind, installation.commit[:10], installation.date) if part)
    lines = [f"Desktop Chat {__version__} ({built})", f"Python {platform.python_version()}", platform.platform()]
    if sys.platform == "linux":
        lines += [_distribution(), f"Desktop {os.environ.get('XDG_CURRENT_DESKTOP') or 'unknown'}"]
    lines.append(f"Qt platform {QGuiApplication.platformName()}")
    lines += [
        f"Screen {screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    return lines + [f"{name} {installed(name)}" for name, _licence in LIBRARIES if installed(name)]


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "Linux"
