"""The image viewer's canvas: the point under the pointer stays, and the right resolution is used."""

from __future__ import annotations

import pytest
from image_world import image
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_chat.ui.images.image_canvas import ImageCanvas

CENTRE = QPoint(200, 150)


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    made = ImageCanvas(QColor("#101010"), QColor("#FFFFFF"))
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def wheel(canvas: ImageCanvas, turned: int, at: QPointF) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def point_under(canvas: ImageCanvas, at: QPointF) -> QPointF:
    """Return the image's point at a point of the canvas."""
    return (at - canvas._target().topLeft()) / canvas.scale


def test_a_large_image_is_fitted_and_follows_the_window(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    assert canvas.rect().contains(canvas._target().toAlignedRect())
    before = canvas.scale
    canvas.resize(600, 500)
    assert canvas.scale > before
    assert canvas.fits


def test_a_small_image_is_not_enlarged(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(50, 40), image(50, 40))
    assert canvas.scale == 1
    assert canvas._target().center() == QPointF(200, 150)


def test_the_wheel_zooms_around_the_pointer(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    canvas.zoom_to(1.0)
    at = QPointF(300, 100)
    before = point_under(canvas, at)
    wheel(canvas, 120, at)
    assert canvas.scale > 1
    assert (point_under(canvas, at) - before).manhattanLength() < 0.01
    wheel(canvas, -120, at)
    assert abs(canvas.scale - 1) < 1e-9


def test_zooming_has_limits(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    for _ in range(60):
        canvas.zoom_by_step(1)
    assert canvas.scale == 16
    for _ in range(80):
        canvas.zoom_by_step(-1)
    assert 0 < canvas.scale < 0.3
    assert canvas._target().center() == QPointF(200, 150)


def test_dragging_moves_it_and_stops_at_its_edge(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    canvas.show_full_size()
    left = canvas._target().left()
    assert canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, CENTRE)
    assert canvas.cursor().shape() is Qt.CursorShape.ClosedHandCursor
    QTest.mouseMove(canvas, CENTRE + QPoint(-30, 0))
    assert canvas._target().left() == left - 30
    QTest.mouseMove(canvas, CENTRE + QPoint(5_000, 5_000))
    assert canvas._target().topLeft() == QPointF(0, 0)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, CENTRE)
    QTest.mouseMove(canvas, CENTRE)
    assert canvas._target().topLeft() == QPointF(0, 0)


def test_a_double_click_toggles_fit_and_full_size(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, CENTRE)
    assert canvas.scale == 1
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, CENTRE)
    assert canvas.fits


def test_the_smaller_copy_is_painted_if_it_is_sharp_enough(canvas: ImageCanvas) -> None:
    canvas.show_image(QSizeF(1_000, 1_000), image(100, 100))
    full, overview = image(1_000, 1_000, "#C03030"), image(500, 500, "#30C030")
    assert canvas._image().width() == 100
    canvas.set_full(full, overview)
    assert canvas._image() is overview
    canvas.zoom_to(1.0)
    assert canvas._image() is full
    shown = canvas.grab().toImage()
    assert shown.pixelColor(100, 20).name() == "#c03030"


def test_the_background_around_it_and_the_paper_below_it(canvas: ImageCanvas) -> None:
    from PySide6.QtGui import QImage  # noqa: PLC0415

    clear = QImage(100, 100, QImage.Format.Format_ARGB32_Premultiplied)
    clear.fill(0)
    canvas.show_image(QSizeF(100, 100), clear)
    shown = canvas.grab().toImage()
    ratio = shown.devicePixelRatio()
    assert shown.pixelColor(round(10 * ratio), round(10 * ratio)).name() == "#101010"
    assert shown.pixelColor(round(200 * ratio), round(150 * ratio)).name() == "#ffffff"
