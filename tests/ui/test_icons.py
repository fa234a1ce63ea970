"""Icons are crisp, coloured when painted, and of one family."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QIcon, QImage, QPaintDevice, QPainter, QPalette

from desktop_chat.ui.resources import resource_path
from desktop_chat.ui.style.icons import PALETTE_PROPERTY, TintedIcon, app_icon, icon, pixmap
from desktop_chat.ui.style.palette import DARK, LIGHT
from desktop_chat.ui.widgets.icon_view import IconView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

OUTLINES = sorted(path.stem for path in resource_path("icons").glob("*.svg") if path.stem != "app")
NEEDED = {
    "new-tab", "close", "send", "stop", "settings", "search", "copy", "check", "edit", "regenerate", "more",
    "pin", "trash", "undo", "chevron-up", "chevron-down", "chevron-left", "chevron-right", "arrow-down",
    "warning", "error", "info", "key", "server", "globe", "sidebar", "wrap", "save", "link", "user",
    "sparkle", "sliders", "demo", "moon", "sun", "translate", "keyboard", "clock", "brain", "paperclip",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_palette(qapp: QApplication) -> Iterator[None]:
    before = qapp.property(PALETTE_PROPERTY)
    yield
    qapp.setProperty(PALETTE_PROPERTY, before)
    qapp.setPalette(QPalette())


def test_the_family_is_complete() -> None:
    assert set(OUTLINES) >= NEEDED


@pytest.mark.parametrize("name", OUTLINES)
def test_each_outline_fits_the_family_and_is_visible(name: str) -> None:
    source = resource_path(f"icons/{name}.svg").read_text()
    assert 'viewBox="0 0 20 20"' in source
    assert 'stroke="currentColor" stroke-width="1.5" stroke-linecap="round"' in source
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", source)
    image = pixmap(name, 20, 2.0, "#FF0000").toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 250
    }
    assert colours == {"#ff0000"}
    edge = [image.pixelColor(QPoint(*at)).alpha() for n in range(40) for at in ((0, n), (n, 0), (39, n), (n, 39))]
    assert max(edge) == 0


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_it_is_drawn_for_the_pixels_of_the_screen(ratio: float, qapp: QApplication) -> None:
    drawn = icon("send").pixmap(QSize(20, 20), ratio)
    assert drawn.size() == QSize(round(20 * ratio), round(20 * ratio))
    assert drawn.devicePixelRatio() == ratio


def test_next_to_text_it_is_a_little_lower(qapp: QApplication) -> None:
    plain, lower = (
        icon("minus", "#000000", beside_text=extras).pixmap(QSize(50, 50)).toImage() for extras in (False, True)
    )
    rows = [next(y for y in range(50) if image.pixelColor(25, y).alpha() > 128) for image in (plain, lower)]
    assert rows[1] - rows[0] == 4


def test_a_named_colour_follows_the_theme(qapp: QApplication) -> None:
    muted = icon("stop", "muted")
    qapp.setProperty(PALETTE_PROPERTY, LIGHT)
    assert centre(muted.pixmap(20, 20)) == LIGHT.muted
    qapp.setProperty(PALETTE_PROPERTY, DARK)
    assert centre(muted.pixmap(20, 20)) == DARK.muted
    assert centre(icon("stop", "#123456").pixmap(20, 20)) == "#123456"


def test_disabled_icons_are_faint(qapp: QApplication) -> None:
    image = icon("stop").pixmap(QSize(20, 20), 1.0, QIcon.Mode.Disabled).toImage()
    assert image.pixelColor(10, 10).alpha() == pytest.approx(102, abs=1)


def test_it_paints_where_it_is_told(qapp: QApplication) -> None:
    image = QImage(60, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icon("stop", "#00FF00").paint(painter, 40, 0, 20, 20)
    painter.end()
    assert image.pixelColor(50, 10).name() == "#00ff00"
    assert image.pixelColor(10, 10).alpha() == 0


def test_copies_live_as_long_as_they_are_used(qapp: QApplication) -> None:
    for _ in range(50):
        copy = QIcon(icon("stop", "#0000FF"))
        copy.addPixmap(copy.pixmap(8, 8))
        gc.collect(0)
        assert centre(copy.pixmap(20, 20)) == "#0000FF"


def test_only_the_latest_pixmaps_are_cached(qapp: QApplication) -> None:
    growing = icon("stop", "#0000FF")
    for size in range(8, 40):
        assert growing.pixmap(size, size).width() == size


def test_an_unknown_name_fails_at_once() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_the_application_icon_exists_in_every_size(qapp: QApplication) -> None:
    mark = app_icon()
    assert {size.width() for size in mark.availableSizes()} >= {16, 32, 48, 256, 512}
    small = mark.pixmap(16, 16).toImage()
    assert len({small.pixelColor(x, y).rgba() for x in range(16) for y in range(16)}) > 3


def centre(drawn: QPixmap) -> str:
    image = drawn.toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).name().upper()


class Moved(IconView):
    """An icon that moves between screens."""

    ratio = 1

    def metric(self, asked: QPaintDevice.PaintDeviceMetric) -> int:
        scaled = asked is QPaintDevice.PaintDeviceMetric.PdmDevicePixelRatioScaled
        is_ratio = scaled or asked is QPaintDevice.PaintDeviceMetric.PdmDevicePixelRatio
        return self.ratio * (0x10000 if scaled else 1) if is_ratio else super().metric(asked)


def test_an_icon_is_redrawn_for_its_new_screen(qapp: QApplication, qtbot: QtBot) -> None:
    engine = TintedIcon('<svg xmlns="http://www.w3.org/2000/svg"/>', "#000000")
    view = Moved()
    qtbot.addWidget(view)
    view.show_icon(QIcon(engine), 40)
    for view.ratio in (1, 2):
        view.grab()
    assert [(size, ratio) for size, ratio, *_ in engine._drawn] == [((40, 40), 1.0), ((80, 80), 2.0)]
