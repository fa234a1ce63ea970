"""The appearance follows scheme and zoom, in palette, fonts and style sheet at once."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontInfo, QPalette, QStyleHints
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPushButton, QVBoxLayout, QWidget

from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.style.fonts import chosen
from desktop_chat.ui.style.palette import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH
from desktop_chat.ui.style.style_sheet import style_sheet
from desktop_chat.ui.style.theme import UNBOUNDED, Theme, restyle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp)
    theme.set_scheme("light")
    yield theme
    theme.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    qapp.setFont(QFont())


def test_an_explicit_scheme_changes_the_whole_application(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_scheme("dark")
    assert theme.dark
    assert theme.palette == DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.background
    assert DARK.accent in qapp.styleSheet()
    assert LIGHT.background not in qapp.styleSheet()


def test_nothing_is_emitted_if_nothing_changes(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_scheme("light")
        theme.set_zoom(1.0)


def test_system_follows_the_desktop_at_runtime(
    theme: Theme, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = [Qt.ColorScheme.Unknown]
    monkeypatch.setattr(QStyleHints, "colorScheme", lambda _hints: desktop[0])
    theme.set_scheme("system")
    assert not theme.dark
    desktop[0] = Qt.ColorScheme.Dark
    with qtbot.waitSignal(theme.changed):
        qapp.styleHints().colorSchemeChanged.emit(desktop[0])
    assert theme.dark
    theme.set_scheme("light")
    with qtbot.assertNotEmitted(theme.changed):
        qapp.styleHints().colorSchemeChanged.emit(desktop[0])
    assert not theme.dark


def test_an_unknown_scheme_is_rejected(theme: Theme) -> None:
    with pytest.raises(ValueError, match="sepia"):
        theme.set_scheme("sepia")
    assert theme.scheme == "light"


def test_zoom_scales_text_and_lengths(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_zoom(2.0)
    assert theme.px(8) == 16
    assert pixels(theme.text_font()) == 30
    assert pixels(theme.heading_font(1)) == 44
    assert pixels(theme.heading_font(2)) == 36
    assert pixels(theme.heading_font(6)) == 32
    assert pixels(theme.code_font()) == 27
    assert pixels(theme.meta_font()) == 25


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.5), (9, 3.0), (1.25, 1.25)])
def test_zoom_has_limits(theme: Theme, asked: float, given: float) -> None:
    theme.set_zoom(asked)
    assert theme.zoom == given


def test_a_hairline_stays_visible_and_zero_stays_zero(theme: Theme) -> None:
    theme.set_zoom(0.5)
    assert theme.px(1) == 1
    assert theme.px(0) == 0


def test_code_is_monospaced_and_chinese_has_a_family(theme: Theme) -> None:
    assert QFontInfo(theme.code_font()).fixedPitch()
    assert len(theme.text_font().families()) > 1


def test_the_desktops_font_comes_first() -> None:
    installed = {"Inter", "Noto Sans CJK SC", "DejaVu Sans", "Comic Neue"}
    preferred = ("Inter", "Noto Sans CJK SC", "Missing Sans")
    assert chosen("Comic Neue", preferred, installed) == ("Comic Neue", "Inter", "Noto Sans CJK SC")
    assert chosen("DejaVu Sans", preferred, installed) == ("Inter", "Noto Sans CJK SC")
    assert chosen("Sans Serif", ("Missing Sans",), installed) == ("Sans Serif",)


def test_a_chosen_family_comes_first_with_chinese_as_a_fallback(theme: Theme, qtbot: QtBot) -> None:
    before, code_before = theme.text_font().families(), theme.code_font().families()
    with qtbot.waitSignal(theme.changed):
        theme.set_fonts("DejaVu Serif", "Nimbus Mono PS")
    assert theme.text_font().families() == ["DejaVu Serif", *before]
    assert theme.heading_font(1).families() == ["DejaVu Serif", *before]
    assert theme.code_font().families() == ["Nimbus Mono PS", *code_before]
    assert theme.ui_font().families() == before
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_fonts("DejaVu Serif", "Nimbus Mono PS")
    theme.set_fonts("", "")
    assert theme.text_font().families() == before


def test_a_missing_family_changes_nothing(theme: Theme, qtbot: QtBot) -> None:
    before = theme.text_font()
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_fonts("No Such Family", "Nor This One")
    assert theme.text_font() == before


def test_the_text_column_grows_with_the_zoom_or_is_unlimited(theme: Theme, qtbot: QtBot) -> None:
    assert theme.column == 760
    with qtbot.waitSignal(theme.changed):
        theme.set_column(640)
    theme.set_zoom(1.5)
    assert theme.column == 960
    theme.set_column(0)
    assert theme.column == UNBOUNDED


def test_wide_content_wraps_according_to_the_settings(theme: Theme, qtbot: QtBot) -> None:
    assert (theme.wraps_code, theme.wraps_tables) == (False, True)
    with qtbot.waitSignal(theme.changed):
        theme.set_wrapping(code=True, tables=False)
    assert (theme.wraps_code, theme.wraps_tables) == (True, False)
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_wrapping(code=True, tables=False)


def test_motion_follows_the_user_else_the_desktop(theme: Theme) -> None:
    assert not theme.moves
    theme.set_motion("system")
    assert theme.moves
    theme.set_desktop_moves(False)
    assert not theme.moves
    theme.set_motion("on")
    assert theme.moves
    theme.set_motion("off")
    assert not theme.moves
    with pytest.raises(ValueError, match="often"):
        theme.set_motion("often")


def test_a_property_set_later_restyles_the_button(theme: Theme, qtbot: QtBot) -> None:
    button = QPushButton("Save")
    qtbot.addWidget(button)
    with qtbot.waitExposed(button):
        button.show()
    assert middle_left(button) != LIGHT.accent
    restyle(button, primary=True)
    assert middle_left(button) == LIGHT.accent


@pytest.mark.parametrize("zoom", [0.5, 1.0, 1.1, 3.0])
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_is_complete(palette: object, zoom: float) -> None:
    sheet = style_sheet(palette, zoom, "glyphs")  # type: ignore[arg-type]  # parametrize is untyped
    assert "@" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert not re.search(r"\d\.\d+px", sheet)
    assert "1px solid" in sheet


def test_every_image_of_the_style_sheet_exists() -> None:
    for folder in ("light", "dark"):
        sheet = style_sheet(LIGHT, 1.0, resource_path(f"themes/{folder}").as_posix())
        images = re.findall(r'url\("(.+?)"\)', sheet)
        assert images
        assert all(Path(image).is_file() for image in images)


@pytest.mark.parametrize(("folder", "palette"), [("light", LIGHT), ("dark", DARK)], ids=["light", "dark"])
def test_the_images_of_the_style_sheet_are_up_to_date(folder: str, palette: object) -> None:
    fresh = script("glyphs").tinted(palette)
    stored = {path.name: path.read_text() for path in resource_path(f"themes/{folder}").iterdir()}
    assert stored == fresh


def test_common_widgets_cause_no_qt_warnings(theme: Theme, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for kind in (QComboBox, QLabel, QPushButton):
        kind(parent)
    with qtbot.waitExposed(parent):
        parent.show()
    theme.set_scheme("dark")
    theme.set_zoom(1.5)
    assert not parent.grab().isNull()


def test_list_rows_have_their_height_from_the_start(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    rows = QListWidget()
    rows.addItems(["one", "two"])
    QVBoxLayout(window).addWidget(rows)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: distance_of_lines(rows) >= 36)


def distance_of_lines(rows: QListWidget) -> int:
    """Measured from the first to the last painted row of text; asking the list would lay it out again."""
    image = rows.viewport().grab().toImage()
    written = [y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 90 for x in range(60))]
    return written[-1] - written[0] if written else 0


def pixels(font: QFont) -> int:
    return round(QFontInfo(font).pixelSize())


def middle_left(button: QPushButton) -> str:
    image = button.grab().toImage()
    return image.pixelColor(round(image.width() * 0.1), image.height() // 2).name().upper()


def script(name: str) -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_desktops_high_contrast_changes_colours_and_borders_at_runtime(theme: Theme, qtbot: QtBot) -> None:
    for scheme, usual, high in (("light", LIGHT, LIGHT_HIGH), ("dark", DARK, DARK_HIGH)):
        theme.set_scheme(scheme)
        assert theme.palette is usual
        with qtbot.waitSignal(theme.changed):
            theme.set_desktop_contrast(True)
        assert theme.palette is high
        theme.set_desktop_contrast(False)
        assert theme.palette is usual


def test_the_desktops_colours_are_followed_while_the_setting_says_so(theme: Theme) -> None:
    theme.set_scheme("system")
    before = theme.dark
    for dark in (True, False):
        theme.set_desktop_dark(dark)
        assert theme.dark is dark
    theme.set_desktop_dark(True)
    theme.set_scheme("light")
    assert not theme.dark
    theme.set_desktop_dark(False)
    theme.set_desktop_dark(True)
    assert not theme.dark
    theme.set_scheme("system")
    assert theme.dark
    theme.set_desktop_dark(None)
    assert theme.dark is before
