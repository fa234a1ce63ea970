"""A reply with an image: it is fetched once and anonymously when the user asks for it, then viewed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
from desk import Desk
from hostile_peer import MODES, Peer
from image_server import ImageServer
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection
from desktop_chat.services import image_fetcher
from desktop_chat.services.image_fetcher import ImageFetcher
from desktop_chat.services.public_requests import public_addresses
from desktop_chat.ui.images.image_viewer import ImageViewer

HOST = "pictures.test"


def photo() -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice  # noqa: PLC0415

    made = QImage(1_600, 900, QImage.Format.Format_RGB32)
    made.fill(0x3060C0)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made.save(buffer, "png")
    return bytes(buffer.data().data())


@pytest.fixture
async def images() -> AsyncIterator[ImageServer]:
    server = ImageServer(photo())
    await server.start()
    yield server
    await server.aclose()


def image_at(desk: Desk) -> QPoint:
    """Return the middle of the image, or of the button in its place."""
    view = desk.tab.transcript
    for one in view.page.placed:
        for control in one.entry.controls():
            if control.name == "image":
                return (control.rects[0].center() + QPointF(view.page.column_x, one.y)).toPoint()
    return QPoint()


def words_in_view(desk: Desk) -> list[str]:
    layouts = [one.entry.layout for one in desk.tab.transcript.page.placed if one.entry.layout is not None]
    return [label.text for layout in layouts for label in layout.labels]


async def test_an_image_is_loaded_once_on_request_and_opened_large(
    desk: Desk, connection: Connection, images: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://{HOST}:{images.port}/picture"

    async def with_image(peer: Peer) -> None:
        await peer.head()
        for piece in (
            "Here it is:\n\n",
            "![A blue",
            f" wall]({address[:20]}",
            f"{address[20:]})",
            "\n\nDo you like it?",
        ):
            await peer.delta(content=piece)
        await peer.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        await peer.send("data: [DONE]\n\n")

    public: list[str] = []

    async def resolve(_host: str, port: int) -> list[str]:
        return public or await public_addresses("localhost", port)

    monkeypatch.setitem(MODES, "with-picture", with_image)
    monkeypatch.setattr(image_fetcher, "ImageFetcher", partial(ImageFetcher, resolve=resolve))
    await desk.with_model(connection, "with-picture")
    desk.ask("Show me a wall.")
    await desk.answered()
    await desk.until(lambda: not image_at(desk).isNull(), "no card")
    assert address in words_in_view(desk)
    assert images.asked == [], "nothing is asked for by itself"
    desk.screenshot("picture-card")

    click(desk)
    refused = "This address is on your own computer or local network, so it was not opened."
    await desk.until(lambda: refused in words_in_view(desk), "it was not refused")
    assert images.asked == []

    public.append("127.0.0.1")
    click(desk)
    image_cache = desk.tab.transcript.images.image_cache
    await desk.until(lambda: image_cache.state_of(address).image is not None, "it did not come")
    (asked,) = images.asked
    assert asked.method == "GET"
    assert not {"authorization", "cookie", "referer"} & asked.headers.keys()
    assert [image_.alternative for image_ in desk.tab.transcript.images.shown()] == ["A blue wall"]
    desk.screenshot("picture-shown")

    click(desk)
    await desk.until(viewers, "it did not open")
    (viewer,) = viewers()
    assert viewer.windowTitle() == "A blue wall"
    await desk.until(viewer.isActiveWindow, "it has no focus")
    desk.screenshot("picture-large")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    await desk.until(lambda: not viewers(), "it did not close")
    assert len(images.asked) == 1


def click(desk: Desk) -> None:
    desk.click_at(desk.tab.transcript.viewport(), image_at(desk))


def viewers() -> list[ImageViewer]:
    return [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ImageViewer) and widget.isVisible()
    ]
