"""Attachments in the transcript: thumbnails and chips above a question, images of replies, all read from blobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from chat_world import World, until, world
from image_world import arts, encoded, image, point_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from test_images import BLUE
from test_transcript_view import message

from desktop_chat.core.attachments import ADDRESS, Attachment, AttachmentKind
from desktop_chat.core.entities import Message, Role
from desktop_chat.ui.chat.image_actions import ImageActions
from desktop_chat.ui.images.image_cache import Stage
from desktop_chat.ui.images.image_viewer import ImageViewer
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as made:
        yield made


async def attached(here: World, width: int, height: int, name: str = "photo.png") -> Attachment:
    content = encoded(image(width, height))
    sha256 = await here.blobs.put(content)
    return Attachment(AttachmentKind.IMAGE, name, "image/png", len(content), sha256, width, height)


def document(name: str = "report.pdf") -> Attachment:
    return Attachment(AttachmentKind.DOCUMENT, name, "application/pdf", 2_048, "d" * 64, pages=3)


def shown(here: World, *messages: Message, height: int = 500) -> TranscriptView:
    view = TranscriptView(here.theme, ErrorWords())
    view.images.use_cache(here.context.images)
    ImageActions(view.images, here.images, here.tasks, here.theme, view, blobs=lambda: here.blobs)
    here.show(view)
    view.resize(700, height)
    view.set_model(TranscriptModel(messages, parent=view))
    QApplication.processEvents()
    return view


def question(*attachments: Attachment) -> Message:
    return replace(message(0, "What is this?", Role.USER), attachments=attachments)


def is_decoded(view: TranscriptView, one: Attachment) -> bool:
    return view.images.image_cache.state_of(ADDRESS + one.sha256).image is not None


def colours(view: TranscriptView) -> set[str]:
    """Return the colours that are painted."""
    shown = view.viewport().grab().toImage()
    return {shown.pixelColor(x, y).name() for x in range(0, shown.width(), 7) for y in range(0, shown.height(), 7)}


def places(view: TranscriptView) -> list[tuple[int, int, int]]:
    return [(one.y, one.entry.key, one.entry.height) for one in view.page.placed]


async def test_nothing_moves_when_the_images_of_a_question_arrive(here: World) -> None:
    photo = await attached(here, 900, 600)
    view = shown(here, question(photo, document()))
    before = places(view)
    await until(lambda: is_decoded(view, photo))
    QApplication.processEvents()
    assert places(view) == before
    assert BLUE in colours(view)


async def test_a_thumbnail_is_decoded_small_and_opens_large(here: World) -> None:
    photo, other = await attached(here, 1_600, 1_200), await attached(here, 800, 1_200, "tall.png")
    view = shown(here, question(photo, other))
    await until(lambda: is_decoded(view, photo) and is_decoded(view, other))
    kept = view.images.image_cache.state_of(ADDRESS + photo.sha256)
    assert kept.image.width() < 300
    assert kept.content == b""
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view))
    viewer = view.findChild(ImageViewer)
    assert viewer is not None
    assert [one.alternative for one in viewer._images] == ["photo.png", "tall.png"]
    await until(lambda: viewer.canvas.scale > 0 and viewer.canvas._full is not None)
    viewer.reject()


async def test_an_attached_image_is_copied_in_full_size(here: World) -> None:
    photo = await attached(here, 1_600, 1_200)
    view = shown(here, question(photo))
    view.images.copy_requested.emit(ADDRESS + photo.sha256)
    await until(lambda: QGuiApplication.clipboard().image().width() == 1_600)


async def test_a_missing_file_says_so(here: World) -> None:
    gone = replace(await attached(here, 90, 60), sha256="e" * 64)
    view = shown(here, question(gone))
    address = ADDRESS + gone.sha256
    await until(lambda: view.images.image_cache.state_of(address).stage is Stage.FAILED)
    QApplication.processEvents()
    labels = [c.label for one in view.page.placed for c in one.entry.controls() if c.name == "image"]
    assert labels
    assert labels[0].startswith("Image: photo.png: ")


async def test_only_images_in_view_are_read(here: World) -> None:
    many = [await attached(here, 300 + number, 200) for number in range(60)]
    view = shown(here, question(*many), height=300)
    await until(lambda: any(is_decoded(view, one) for one in many))
    await until(lambda: not here.tasks._tasks)
    assert sum(is_decoded(view, one) for one in many) < 30


async def test_a_document_is_a_chip_that_can_be_opened(here: World) -> None:
    view = shown(here, question(document("Bericht \u202e.pdf")))
    layouts = [one.entry.layout for one in view.page.placed if one.entry.layout is not None]
    labels = [label.text for layout in layouts for label in layout.labels]
    assert "Bericht \\u202e.pdf" in labels
    assert any(label.startswith("PDF · 2") and label.endswith("3 pages") for label in labels)
    opened = QSignalSpy(view.document_opened)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, "open_document"))
    assert opened.at(0) == ["m0", "d" * 64]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    while view.hit_tester.focused.name != "open_document":
        QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.count() == 2


@pytest.mark.parametrize("is_known", [True, False])
async def test_an_image_of_a_reply_is_shown_without_asking(here: World, is_known: bool) -> None:
    drawn = await attached(here, 400, 300)
    text = f"Here it is:\n\n![image]({ADDRESS}{drawn.sha256})\n\nDone."
    reply = replace(message(1, text), attachments=(drawn,) if is_known else ())
    view = shown(here, message(0, "Draw.", Role.USER), reply)
    before = places(view)
    await until(lambda: is_decoded(view, drawn))
    QApplication.processEvents()
    assert BLUE in colours(view)
    assert not is_known or places(view) == before
    assert [art.sign for _, art in arts(view)] == [""]


async def test_only_the_name_of_a_blob_is_an_address(here: World) -> None:
    view = shown(here, message(1, f"![a]({ADDRESS}../../etc/passwd)"))
    assert not any(art.address for _, art in arts(view))
