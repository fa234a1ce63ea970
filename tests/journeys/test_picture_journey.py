"""A reply with a picture: nobody is asked for it until the person does, once and anonymously; then it is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
from desk import Desk
from hostile_peer import MODES, Peer
from picture_server import PictureServer
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.entities import Connection
from desktop_chat.services import picture_fetcher
from desktop_chat.services.picture_fetcher import PictureFetcher
from desktop_chat.services.public_addresses import public_addresses
from desktop_chat.ui.chat.picture_viewer import PictureViewer

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
async def pictures() -> AsyncIterator[PictureServer]:
    server = PictureServer(photo())
    await server.start()
    yield server
    await server.aclose()


def picture_at(desk: Desk) -> QPoint:
    """The middle of the picture, or of the button in its place."""
    view = desk.tab.transcript
    for one in view.page.placed:
        for control in one.entry.controls():
            if control.name == "picture":
                return (control.rects[0].center() + QPointF(view.page.column_x, one.y)).toPoint()
    return QPoint()


def words_in_view(desk: Desk) -> list[str]:
    layouts = [one.entry.layout for one in desk.tab.transcript.page.placed if one.entry.layout is not None]
    return [label.text for layout in layouts for label in layout.labels]


async def test_a_picture_is_loaded_once_when_asked_for_and_opened_large(
    desk: Desk, connection: Connection, pictures: PictureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://{HOST}:{pictures.port}/picture"

    async def with_picture(peer: Peer) -> None:
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

    monkeypatch.setitem(MODES, "with-picture", with_picture)
    monkeypatch.setattr(picture_fetcher, "PictureFetcher", partial(PictureFetcher, resolve=resolve))
    await desk.with_model(connection, "with-picture")
    desk.ask("Show me a wall.")
    await desk.answered()
    await desk.until(lambda: not picture_at(desk).isNull(), "no card")
    assert address in words_in_view(desk)
    assert pictures.asked == [], "nothing is asked for by itself"
    desk.picture("picture-card")

    click(desk)
    refused = "This address is on your own computer or network, so it was not opened."
    await desk.until(lambda: refused in words_in_view(desk), "it was not refused")
    assert pictures.asked == []

    public.append("127.0.0.1")
    click(desk)
    shelf = desk.tab.transcript.pictures.shelf
    await desk.until(lambda: shelf.state_of(address).image is not None, "it did not come")
    (asked,) = pictures.asked
    assert asked.method == "GET"
    assert not {"authorization", "cookie", "referer"} & asked.headers.keys()
    assert [picture.alternative for picture in desk.tab.transcript.pictures.shown()] == ["A blue wall"]
    desk.picture("picture-shown")

    click(desk)
    await desk.until(viewers, "it did not open")
    (viewer,) = viewers()
    assert viewer.windowTitle() == "A blue wall"
    await desk.until(viewer.isActiveWindow, "it has no focus")
    desk.picture("picture-large")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    await desk.until(lambda: not viewers(), "it did not close")
    assert len(pictures.asked) == 1


def click(desk: Desk) -> None:
    desk.click_at(desk.tab.transcript.viewport(), picture_at(desk))


def viewers() -> list[PictureViewer]:
    return [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, PictureViewer) and widget.isVisible()
    ]
