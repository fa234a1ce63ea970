"""The application's style sheet, as a pure function of palette and zoom."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desktop_chat.ui.style.palette import Palette


def style_sheet(palette: Palette, zoom: float, glyphs: str) -> str:
    """Return the QSS for the whole application; `glyphs` is the folder of the small images, with `/` as separator.

    In the template, colours are written as `@token` and lengths as `8px` at zoom 1.
    """
    circle = (round(16 * zoom) + 2) // 2
    tokens = _tokens(palette) | {"glyphs": glyphs, "circle": f"{circle}px"}
    scaled = re.sub(r"(radius: )?\b(\d+(?:\.\d+)?)px", lambda found: _scaled(found, zoom), _TEMPLATE)
    return re.sub(r"@(\w+)", _lookup(tokens), scaled)


def _tokens(palette: Palette) -> dict[str, str]:
    names = ("background", "sidebar", "card", "border", "text", "muted", "code_background", "accent", "on_accent",
             "danger", "warning", "success", "selection", "hover", "pressed", "accent_hover", "accent_soft",
             "field_border", "disabled")  # fmt: skip
    return {name: str(getattr(palette, name)) for name in names}


def _lookup(tokens: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda match: tokens[match[1]]


def _scaled(found: re.Match[str], zoom: float) -> str:
    """Scale a length; a hairline stays one pixel thin.

    Radii are rounded down: Qt draws square corners if two radii exceed the side.
    """
    length = float(found[2])
    if found[1]:
        return f"{found[1]}{math.floor(length * zoom)}px"
    return f"{round(length) if length <= 1 else max(1, round(length * zoom))}px"


_TEMPLATE = """
QWidget { color: @text; }
QMainWindow, QDialog, QMessageBox, QStackedWidget[page="true"] { background: @background; }
QToolTip { background: @card; color: @text; border: 1px solid @field_border; padding: 3px 5px; }

QLabel { background: transparent; border: none; }
QLabel[muted="true"], QCheckBox[muted="true"] { color: @muted; }
QLabel[muted="true"] { font-size: 12.5px; }
QLabel[danger="true"] { color: @danger; }
QLabel[warning="true"] { color: @warning; }
QLabel[success="true"] { color: @success; }
QLabel[heading="1"] { font-size: 22px; font-weight: 600; }
QLabel[heading="2"] { font-size: 18px; font-weight: 600; }
QLabel[heading="3"] { font-size: 16px; font-weight: 600; }
QLabel:disabled { color: @disabled; }

QFrame[card="true"] { background: @card; border: 1px solid @border; border-radius: 12px; }
QFrame[card="outline"] { background: @background; border: 1px solid @border; border-radius: 12px; }
QFrame[card="danger"] { background: @background; border: 1px solid @danger; border-radius: 12px; }
QWidget[sidebar="true"] { background: @sidebar; }
QFrame[line="true"] { background: @border; border: none; max-height: 1px; min-height: 1px; }

QPushButton {
    background: @background; border: 1px solid @field_border; border-radius: 8px;
    padding: 6px 14px; min-height: 20px; icon-size: 16px;
}
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @pressed; }
QPushButton[starter="true"] { text-align: left; padding: 9px 14px; border-radius: 10px; border-color: @border; }
QPushButton[ring="true"]:focus { border: 2px solid @accent; padding: 5px 13px; }
QPushButton:disabled { color: @disabled; border-color: @border; background: @background; }
QPushButton[primary="true"] { background: @accent; color: @on_accent; border: 1px solid @accent; font-weight: 600; }
QPushButton[primary="true"]:hover, QPushButton[primary="true"]:pressed {
    background: @accent_hover; border-color: @accent_hover;
}
QPushButton[primary="true"][ring="true"]:focus { border: 2px solid @text; padding: 5px 13px; }
QPushButton[primary="true"]:disabled { background: @pressed; border-color: @pressed; color: @disabled; }
QPushButton[danger="true"] { color: @danger; border: 1px solid @danger; }
QPushButton[danger="true"][ring="true"]:focus { border: 2px solid @danger; padding: 5px 13px; }
QPushButton[danger="true"]:disabled { color: @disabled; border-color: @border; }
QPushButton[primary="true"][danger="true"] { background: @danger; color: @background; border: 1px solid @danger; }
QPushButton[primary="true"][danger="true"][ring="true"]:focus { border: 2px solid @text; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; }
QPushButton[flat="true"]:hover { background: @hover; }
QPushButton[flat="true"][ring="true"]:focus { border: 2px solid @accent; }
QPushButton[link="true"] {
    background: transparent; color: @accent; border: 1px solid transparent; padding: 2px 4px 2px 0; text-align: left;
    border-radius: 6px;
}
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"][ring="true"]:focus { border: 2px solid @accent; padding: 1px 3px 1px 0; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 8px; padding: 4px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked, QToolButton:open { background: @pressed; }
QToolButton[ring="true"]:focus { border: 2px solid @accent; }
QToolButton:disabled { color: @disabled; }
QToolButton[primary="true"] { background: @accent; color: @on_accent; }
QToolButton[primary="true"]:hover { background: @accent_hover; }
QToolButton[primary="true"][ring="true"]:focus { border: 2px solid @text; }
QToolButton[primary="true"]:disabled { background: @pressed; color: @disabled; }
QToolButton[muted="true"] { color: @muted; font-size: 12.5px; }
QToolButton[popupMode="2"] { padding-right: 6px; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[chevron="true"] { padding-right: 20px; }
QToolButton[chevron="true"]::menu-indicator {
    image: url("@glyphs/chevron-down.svg"); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 5px;
}

QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @background; border: 1px solid @field_border; border-radius: 8px;
    padding: 6px 10px; min-height: 20px;
    selection-background-color: @selection; selection-color: @text;
    placeholder-text-color: @muted;
}
QTextEdit, QPlainTextEdit { padding: 6px 8px; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus,
QComboBox:on { border: 2px solid @accent; padding: 5px 9px; }
QTextEdit:focus, QPlainTextEdit:focus { padding: 5px 7px; }
QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled,
QComboBox:disabled { color: @disabled; background: @sidebar; border-color: @border; }
QLineEdit:read-only { background: @sidebar; }
QLineEdit[invalid="true"] { border-color: @danger; }
QLineEdit[flat="true"], QTextEdit[flat="true"], QPlainTextEdit[flat="true"] {
    background: transparent; border: none; padding: 0;
}
QSpinBox, QDoubleSpinBox { padding: 6px 24px 6px 10px; }
QSpinBox:focus, QDoubleSpinBox:focus { padding: 5px 23px 5px 9px; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 22px; height: 15px;
    border: none; background: transparent; margin: 2px 2px 0 0; border-top-right-radius: 6px;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 22px; height: 15px;
    border: none; background: transparent; margin: 0 2px 2px 0; border-bottom-right-radius: 6px;
}
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::down-button:hover { background: @hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {
    image: url("@glyphs/chevron-up.svg"); width: 10px; height: 10px;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: url("@glyphs/chevron-down.svg"); width: 10px; height: 10px;
}
QComboBox { padding: 6px 28px 6px 10px; }
QComboBox:focus, QComboBox:on { padding: 5px 27px 5px 9px; }
QComboBox::drop-down {
    subcontrol-origin: padding; subcontrol-position: center right; width: 26px; border: none; background: transparent;
}
QComboBox::down-arrow { image: url("@glyphs/chevron-down.svg"); width: 12px; height: 12px; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus {
    background: @background; border: 1px solid @field_border; border-radius: 0; padding: 4px; outline: none;
}
QComboBox[rounded="true"] QAbstractItemView, QComboBox[rounded="true"] QAbstractItemView:focus { border-radius: 8px; }
QComboBox QAbstractItemView::item { padding: 5px 8px; border: none; border-radius: 6px; min-height: 20px; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected,
QComboBox QAbstractItemView::item:selected:focus { background: @accent_soft; color: @text; border: none; }
QComboBox QLineEdit, QComboBox QLineEdit:focus {
    background: transparent; border: none; padding: 0; min-height: 0; border-radius: 0;
}

QCheckBox, QRadioButton { background: transparent; spacing: 8px; padding: 4px 0; border: none; }
QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid @muted; background: @background; border-radius: 5px;
}
QRadioButton::indicator { border-radius: @circle; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked {
    background: @accent; border-color: @accent; image: url("@glyphs/check.svg");
}
QRadioButton::indicator:checked { background: @accent; border-color: @accent; image: url("@glyphs/dot.svg"); }
QCheckBox::indicator:indeterminate {
    background: @accent; border-color: @accent; image: url("@glyphs/minus.svg");
}
QCheckBox[ring="true"]:focus::indicator, QRadioButton[ring="true"]:focus::indicator {
    width: 14px; height: 14px; border: 2px solid @text;
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @border; background: @pressed; }

QGroupBox { border: none; margin-top: 26px; padding: 0; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 0; }

QMenu { background: @background; border: 1px solid @field_border; padding: 5px; icon-size: 16px; }
QMenu[elevated="true"] { border-radius: 8px; margin: 14px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 6px; background: transparent; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @border; margin: 5px 6px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: url("@glyphs/tick.svg"); }
QMenu::right-arrow { image: url("@glyphs/chevron-right.svg"); width: 12px; height: 12px; }
QMenuBar { background: @background; border: none; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 6px; }
QMenuBar::item:selected { background: @hover; }
QStatusBar { background: @background; border: none; color: @muted; }
QStatusBar::item { border: none; }

QTabWidget::pane { border: none; background: @background; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: @muted; border: 2px solid transparent; border-radius: 8px;
    padding: 5px 10px; margin: 4px 2px; min-height: 20px;
}
QTabBar::tab:hover { background: @hover; color: @text; }
QTabBar::tab:selected { background: @card; color: @text; }
QTabBar::tab:selected:focus { border: 2px solid @accent; }
QTabBar::close-button {
    image: url("@glyphs/close.svg"); subcontrol-position: right; width: 14px; height: 14px; padding: 2px;
    margin-right: 5px; border-radius: 5px;
}
QTabBar::close-button:hover { background: @pressed; }
QTabBar::scroller { width: 28px; }
QTabBar::tear { width: 0; border: none; image: none; }
QTabBar QToolButton { background: @background; border-radius: 6px; margin: 4px 1px; padding: 2px; }
QTabBar QToolButton::left-arrow { image: url("@glyphs/chevron-left.svg"); width: 12px; height: 12px; }
QTabBar QToolButton::right-arrow { image: url("@glyphs/chevron-right.svg"); width: 12px; height: 12px; }

QAbstractItemView {
    background: @background; border: 1px solid @border; border-radius: 8px; outline: none;
    selection-background-color: @accent_soft; selection-color: @text; alternate-background-color: @sidebar;
}
/* A list measures its rows without padding before it is styled; setting this lays it out again. */
QListView { qproperty-isWrapping: false; }
QListView::item, QTreeView::item { padding: 6px 8px; border-radius: 6px; border: 2px solid transparent; color: @text; }
QListView::item:hover, QTreeView::item:hover { background: @hover; }
QListView::item:selected, QTreeView::item:selected { background: @accent_soft; color: @text; }
QListView[ring="true"]::item:selected:focus { border: 2px solid @accent; }
QListView[sidebar="true"], QTreeView[sidebar="true"] { background: @sidebar; border: none; }
QListView[flat="true"] { background: transparent; border: none; }
QListView[flat="true"]::item { padding: 3px 8px; }
QHeaderView { background: @background; border: none; }
QHeaderView::section {
    background: @background; color: @muted; border: none; border-bottom: 1px solid @border; padding: 6px 8px;
}
QTableView { gridline-color: @border; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; border: none; }
QScrollBar::handle { background: @field_border; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: @border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent; }

QProgressBar { background: @pressed; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSlider:horizontal { min-height: 22px; }
QSlider::groove:horizontal { background: @pressed; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal {
    background: @background; border: 2px solid @accent; width: 12px; height: 12px; margin: -6px 0; border-radius: 7px;
}
QSlider::handle:horizontal:focus { background: @accent; }
"""
