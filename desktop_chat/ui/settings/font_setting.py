"""A font setting: the system's font or any installed family, found by part of its name."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent, QFont, QFontDatabase
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit

from desktop_chat.ui.settings.setting_rows import Choice
from desktop_chat.ui.style.fonts import is_installed
from desktop_chat.ui.text.translation import tr

_System = QFontDatabase.WritingSystem


class FontChoice(Choice):
    """Shows each family in its own font. `chosen` emits its name, or an empty string for the system's."""

    def __init__(self, *, for_code: bool = False) -> None:
        super().__init__()
        self._family = ""
        self._families = families(for_code=for_code)
        self._edit = QLineEdit()
        self.setEditable(True)
        self.setLineEdit(self._edit)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(12)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._edit.editingFinished.connect(self._show_choice)

    @property
    def is_missing(self) -> bool:
        """Whether the chosen family is not installed."""
        return bool(self._family) and not is_installed(self._family)

    def set_family(self, family: str) -> None:
        """Select a family, installed or not."""
        self._family = family
        words = tr("{name} (not installed)", name=family)
        absent = [] if not family or family in self._families else [(family, words if self.is_missing else family)]
        self.set_choices([("", tr("Match system")), *absent, *((name, name) for name in self._families)], family)
        with QSignalBlocker(self):
            for row in range(1, self.count()):
                if is_installed(self.itemData(row)):
                    self.setItemData(row, _font_of(self.itemData(row)), Qt.ItemDataRole.FontRole)
        self._edit.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the name, so that typing replaces it."""
        super().focusInEvent(event)
        self._edit.selectAll()

    def _show_choice(self) -> None:
        """Restore the chosen name if the typed one is not a family."""
        if self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString) < 0:
            self.setEditText(self.itemText(self.currentIndex()))


def families(*, for_code: bool) -> list[str]:
    """Return the names of the families for text, or code, sorted; symbol fonts are excluded."""
    names = {}
    for family in QFontDatabase.families():
        name = family.partition(" [")[0]  # if two foundries share a name, the system chooses
        is_named = is_installed(name) and not QFontDatabase.isPrivateFamily(family)  # otherwise it is an alias
        if is_named and _has_letters(family) and (not for_code or _is_monospaced(family)):
            names[name.casefold()] = name
    return [names[key] for key in sorted(names)]


def _has_letters(family: str) -> bool:
    systems = set(QFontDatabase.writingSystems(family))
    return bool(systems - {_System.Any, _System.Symbol, _System.Latin}) or systems == {_System.Latin}


def _is_monospaced(family: str) -> bool:
    """Return whether a font is monospaced; Qt does not report it for fonts with double-width Chinese characters."""
    return QFontDatabase.isFixedPitch(family) or "mono" in family.casefold().split()


def _font_of(family: str) -> QFont:
    font = QFont()
    font.setFamilies([family])
    return font
