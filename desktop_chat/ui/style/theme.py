"""The appearance of the window and the object that decides it: colour scheme, zoom, fonts, lengths and motion.

Widgets ask their theme for colours, fonts and lengths, and listen to `changed`. Most need neither: the application's
style sheet styles standard widgets by dynamic properties (set them before the widget is shown, or later with
`restyle`):

=============  ==========================  ==================================================================
property       on                          effect
=============  ==========================  ==================================================================
`primary`      QPushButton, QToolButton    the main action of a place: filled with the accent colour
`danger`       QPushButton, QLabel         a destructive action (filled if also `primary`), an error
`flat`         QPushButton, edits, lists   no border and no background
`link`         QPushButton                 looks like a link in text
`chevron`      QToolButton with a menu     a small arrow at the right edge
`muted`        QLabel, QToolButton         secondary text at 12.5 px
`warning`      QLabel                      the warning colour; `success` the success colour
`heading`      QLabel                      `1`, `2` or `3`: 22, 18 or 16 px, semibold
`card`         QFrame                      `True`, `"outline"` or `"danger"`: a rounded surface
`sidebar`      QWidget, QListView          the sidebar's background
`line`         QFrame                      a horizontal hairline
`invalid`      QLineEdit                   the text is invalid
`ring`         buttons, lists              the focus is visible; set by `FocusRings`
`ticks`        QTableView                  rows with a tick
=============  ==========================  ==================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.style.focus_rings import FocusRings
from desktop_chat.ui.style.fonts import Fonts
from desktop_chat.ui.style.icons import PALETTE_PROPERTY
from desktop_chat.ui.style.palette import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Palette, contrast, mixed
from desktop_chat.ui.style.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

__all__ = ["DARK", "LIGHT", "Palette", "Scheme", "Theme", "contrast", "mixed", "restyle"]

Scheme = Literal["system", "light", "dark"]
Motion = Literal["system", "on", "off"]
COLUMN = 760
"""The default maximum width of the text column, in pixels at zoom 1."""
UNBOUNDED = 1_000_000
"""More pixels than any window is wide."""
MIN_ZOOM, MAX_ZOOM = 0.5, 3.0

_HEADINGS = {1: 22.0, 2: 18.0}
_QT_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}


class Theme(QObject):
    """Styles an application; `changed` follows each visible change, after it was applied."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self._system_fonts = Fonts.of_this_system(app)
        self._fonts = self._system_fonts
        self._column = COLUMN
        self._wrapping = (False, True)
        self._shows_timings = False
        self._motion: Motion = "off"
        self._desktop_moves = True
        self._desktop_contrast = False
        self._desktop_dark: bool | None = None
        self._scheme: Scheme = "system"
        self._zoom = 1.0
        self._palette = LIGHT
        self._applied: tuple[Palette, float] | None = None
        self._style_hints = app.styleHints()  # kept: PySide6 would consider the next object deleted without it
        self._access_hints = self._style_hints.accessibility()
        FocusRings.watch(app)
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._access_hints.contrastPreferenceChanged.connect(self._apply)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    @property
    def palette(self) -> Palette:
        return self._palette

    @property
    def dark(self) -> bool:
        return self._palette.dark

    @property
    def zoom(self) -> float:
        return self._zoom

    def set_scheme(self, scheme: str) -> None:
        """Set the colour scheme; `"system"` follows the desktop. Raises ValueError for an unknown scheme."""
        if scheme not in get_args(Scheme):
            raise ValueError(f"unknown colour scheme {scheme!r}")
        self._scheme = cast(Scheme, scheme)
        self._tell_qt()
        self._apply()

    def set_zoom(self, zoom: float) -> None:
        """Set the zoom of text and spacing, limited to 0.5 to 3.0."""
        self._zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
        self._apply()

    def set_fonts(self, text: str, code: str) -> None:
        """Set the families of text and code; empty or missing ones fall back to the system's."""
        fonts = self._system_fonts.with_choice(text, code)
        if fonts != self._fonts:
            self._fonts = fonts
            self.changed.emit()

    def set_column(self, width: int) -> None:
        """Set the maximum width of the text column in pixels at zoom 1; 0 for unlimited."""
        if width != self._column:
            self._column = width
            self.changed.emit()

    @property
    def column(self) -> int:
        """The maximum width of the text column in logical pixels at this zoom."""
        return self.px(self._column) or UNBOUNDED

    def set_wrapping(self, *, code: bool, tables: bool) -> None:
        """Set whether content wider than the column wraps or scrolls sideways."""
        if self._wrapping != (code, tables):
            self._wrapping = (code, tables)
            self.changed.emit()

    @property
    def wraps_code(self) -> bool:
        return self._wrapping[0]

    @property
    def wraps_tables(self) -> bool:
        return self._wrapping[1]

    @property
    def shows_timings(self) -> bool:
        """Whether reply statistics are always visible, not only on hover or focus."""
        return self._shows_timings

    def set_timings(self, *, shown: bool) -> None:
        """Set whether reply statistics are always visible."""
        if self._shows_timings != shown:
            self._shows_timings = shown
            self.changed.emit()

    @property
    def moves(self) -> bool:
        """Whether movements are animated."""
        if self._motion == "system":
            hint = QStyle.StyleHint.SH_Widget_Animation_Duration
            return self._desktop_moves and self._app.style().styleHint(hint) > 0
        return self._motion == "on"

    def column_in(self, room: int) -> tuple[int, int]:
        """Return the left edge and width of the text column within `room` pixels."""
        margin = self.px(24)
        width = max(self.px(120), min(self.column, room - 2 * margin))
        return max(margin, (room - width) // 2), width

    def set_motion(self, motion: str) -> None:
        """Set whether movements are animated; `"system"` follows the desktop. Initially nothing is animated.

        Raises ValueError for an unknown value.
        """
        if motion not in get_args(Motion):
            raise ValueError(f"unknown motion {motion!r}")
        self._motion = cast(Motion, motion)

    def set_desktop_moves(self, moves: bool) -> None:
        """Set whether the desktop allows animations, if Qt does not know."""
        self._desktop_moves = moves

    def set_desktop_contrast(self, high: bool) -> None:
        """Set whether the desktop requests high contrast, if Qt does not know."""
        self._desktop_contrast = high
        self._apply()

    def set_desktop_dark(self, dark: bool | None) -> None:
        """Set whether the desktop requests dark or light colours, if Qt does not know; None if it does not say."""
        if dark is not self._desktop_dark:
            self._desktop_dark = dark
            self._tell_qt()
            self._follow_system()

    def px(self, length: float) -> int:
        """Return a design length in logical pixels at this zoom; at least 1 for positive lengths."""
        return max(1, round(length * self._zoom)) if length > 0 else 0

    def ui_font(self) -> QFont:
        """Return the font of buttons, menus and lists: 14 px."""
        return self._system_fonts.proportional(14 * self._zoom)

    def text_font(self) -> QFont:
        """Return the font of message text: 15 px, for 1.55 line height."""
        return self._fonts.proportional(15 * self._zoom)

    def heading_font(self, level: int) -> QFont:
        """Return a semibold heading font: 22 px for level 1, 18 px for level 2, 16 px for others."""
        return self._fonts.proportional(_HEADINGS.get(level, 16.0) * self._zoom, semibold=True)

    def meta_font(self, *, semibold: bool = False) -> QFont:
        """Return the font of names, times and numbers: 12.5 px."""
        return self._system_fonts.proportional(12.5 * self._zoom, semibold=semibold)

    def code_font(self) -> QFont:
        """Return the font of code: 13.5 px, for 1.5 line height."""
        return self._fonts.monospaced(13.5 * self._zoom)

    def _tell_qt(self) -> None:
        """Have title bars and native dialogs follow, where they can."""
        scheme = self._scheme
        if scheme == "system" and self._desktop_dark is not None:
            scheme = "dark" if self._desktop_dark else "light"
        self._app.styleHints().setColorScheme(_QT_SCHEMES[scheme])

    def _follow_system(self) -> None:
        if self._scheme == "system":
            self._apply()

    def _apply(self) -> None:
        light, dark = (LIGHT_HIGH, DARK_HIGH) if self._wants_contrast() else (LIGHT, DARK)
        self._palette = dark if self._wants_dark() else light
        if self._applied == (self._palette, self._zoom):
            return
        self._applied = (self._palette, self._zoom)
        self._app.setProperty(PALETTE_PROPERTY, self._palette)
        self._app.setPalette(qt_palette(self._palette))
        self._app.setFont(self.ui_font())
        glyphs = resource_path("themes/dark" if self.dark else "themes/light").as_posix()
        self._app.setStyleSheet(style_sheet(self._palette, self._zoom, glyphs))
        self.changed.emit()

    def _wants_contrast(self) -> bool:
        preference = self._access_hints.contrastPreference()
        return self._desktop_contrast or preference == Qt.ContrastPreference.HighContrast

    def _wants_dark(self) -> bool:
        if self._scheme == "system" and self._desktop_dark is not None:
            return self._desktop_dark
        if self._scheme == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme == "dark"


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties of a widget that is already visible, and style it again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def qt_palette(palette: Palette) -> QPalette:
    """Return the colours for everything painted without the style sheet: custom painting, links, placeholders."""
    role = QPalette.ColorRole
    colours = {
        role.Window: palette.background,
        role.WindowText: palette.text,
        role.Base: palette.background,
        role.AlternateBase: palette.sidebar,
        role.Text: palette.text,
        role.PlaceholderText: palette.muted,
        role.Button: palette.background,
        role.ButtonText: palette.text,
        role.BrightText: palette.danger,
        role.ToolTipBase: palette.card,
        role.ToolTipText: palette.text,
        role.Highlight: palette.selection,
        role.HighlightedText: palette.text,
        role.Accent: palette.accent,
        role.Link: palette.link,
        role.LinkVisited: palette.link,
        role.Light: palette.background,
        role.Midlight: palette.hover,
        role.Mid: palette.border,
        role.Dark: palette.border,
        role.Shadow: palette.border,
    }
    result = QPalette()
    for key, colour in colours.items():
        result.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(palette.disabled))
    return result
