"""Images in the transcript: none loads automatically, each shows its source, and the text being read stays."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from chat_world import World, until, world
from image_world import arts, colour_at, embedded, encoded, image, point_of
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton, QWidget
from scrolling import scroll_to_message
from test_transcript_view import block_with, message

from desktop_chat.core.entities import Message, Role
from desktop_chat.core.image_errors import AddressForbidden, ImageMissing
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.ui.chat.image_actions import ImageActions
from desktop_chat.ui.images.image_cache import ImageCache, ImageState, Stage
from desktop_chat.ui.images.image_viewer import ImageViewer
from desktop_chat.ui.text.error_text import ErrorWords
from desktop_chat.ui.transcript.selection.copying import layout_text
from desktop_chat.ui.transcript.transcript_model import TranscriptModel
from desktop_chat.ui.transcript.view import TranscriptView
from desktop_chat.ui.widgets.async_dialog import Question

CAT = "https://pictures.example.org/cats/grey-cat.png"
BLUE = "#3060c0"


@pytest.fixture
async def here(qapp: QApplication) -> AsyncIterator[World]:
    async with world(qapp) as made:
        yield made


def transcript(here: World, *texts: str) -> TranscriptView:
    """A transcript with replies, with images as in a tab."""
    view = TranscriptView(here.theme, ErrorWords())
    messages: list[Message] = [message(0, "Show me.", Role.USER)]
    messages += [message(number, text) for number, text in enumerate(texts, 1)]
    model = TranscriptModel(messages, parent=view)
    work_in(here, view, view)
    here.show(view)
    view.resize(700, 500)
    view.set_model(model)
    QApplication.processEvents()
    return view


def work_in(here: World, view: TranscriptView, owner: QWidget) -> None:
    view.images.use_cache(here.context.images)
    ImageActions(view.images, here.images, here.tasks, here.theme, owner, blobs=MemoryBlobs)


def click(view: TranscriptView, point: QPoint) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def shown(view: TranscriptView) -> bool:
    return any(not art.sign for _, art in arts(view))


def labels(view: TranscriptView) -> list[str]:
    layouts = [one.entry.layout for one in view.page.placed if one.entry.layout is not None]
    return [label.text for layout in layouts for label in layout.labels]


async def test_an_image_is_a_card_until_it_is_requested(here: World) -> None:
    view = transcript(here, f"Look:\n\n![A grey cat]({CAT})\n\nNice?")
    assert [art.sign for _, art in arts(view)] == ["image"]
    assert block_with(view, "A grey cat")
    assert CAT in labels(view)
    assert here.images.asked == []
    here.images.put(CAT, encoded(image(200, 100)))
    click(view, point_of(view))
    await until(lambda: shown(view))
    assert here.images.asked == [CAT]
    ((_, art),) = arts(view)
    assert (art.rect.width(), art.rect.height()) == (200, 100), "never larger than it was made"
    middle = point_of(view)
    assert colour_at(view, middle + QPoint(30, -30)) == BLUE


async def test_the_keyboard_loads_and_opens_it(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, encoded(image(200, 100)))
    view.setFocus()
    for _ in range(12):
        QTest.keyClick(view, Qt.Key.Key_Tab)
        if view.hit_tester.focused is not None and view.hit_tester.focused.name == "image":
            break
    QTest.keyClick(view, Qt.Key.Key_Return)
    await until(lambda: shown(view))
    QTest.keyClick(view, Qt.Key.Key_Return)
    viewer = viewer_of(view)
    assert viewer.windowTitle() == "A grey cat"
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    await until(lambda: not viewer.isVisible())


async def test_loading_is_shown_and_closing_cancels_it(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    before = view.page.placed[-1].y
    click(view, point_of(view))
    await until(lambda: here.images.asked == [CAT])
    assert "Loading..." in labels(view)
    assert view.page.placed[-1].y == before, "the card keeps its height"
    view.deleteLater()
    here.shown.remove(view)
    await until(lambda: here.context.images.state_of(CAT).stage is Stage.UNASKED)


@pytest.mark.parametrize("problem", [AddressForbidden(), ImageMissing()])
async def test_a_failure_is_shown_and_can_be_retried(here: World, problem: AddressForbidden) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, problem)
    click(view, point_of(view))
    await until(lambda: any(art.sign == "warning" for _, art in arts(view)))
    here.images.put(CAT, encoded(image(20, 10)))
    click(view, point_of(view))
    await until(lambda: shown(view))
    assert here.images.asked == [CAT, CAT]


async def test_other_content_is_reported(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    click(view, point_of(view))
    await until(lambda: "The file at this address is not a supported image." in labels(view))


async def test_an_inline_image_stays_a_word_and_appears_below_on_request(here: World) -> None:
    view = transcript(here, f"See ![this]({CAT}) here.")
    placed = block_with(view, "Image: this")
    assert placed.entry.layout is not None
    rect = placed.entry.layout.link_controls({})[0][0].rects[0].center().toPoint()
    click(view, rect + QPoint(view.page.column_x, placed.y))
    menu = view.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["Load image", "Copy image address"]
    assert here.images.asked == []
    here.images.put(CAT, encoded(image(50, 40)))
    menu.actions()[0].trigger()
    menu.close()
    await until(lambda: shown(view))
    assert block_with(view, "Image: this")


async def test_an_embedded_image_is_shown_at_once(here: World) -> None:
    view = transcript(here, f"![Dot]({embedded(encoded(image(60, 30)))})")
    await until(lambda: shown(view))
    assert here.images.asked == []


async def test_a_large_embedded_image_waits_for_a_click(here: World) -> None:
    address = embedded(encoded(image(900, 700)))
    view = transcript(here, f"![Dot]({address})")
    await asyncio.sleep(0)
    QApplication.processEvents()
    assert here.context.images.state_of(address).stage is Stage.UNASKED
    assert any("Embedded in this message" in words for words in labels(view))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view))
    await until(lambda: shown(view))
    assert here.images.asked == []
    image_cache = here.context.images
    image_cache.put(address, replace(image_cache.state_of(address), image=None))
    await until(lambda: image_cache.state_of(address).image is not None)


async def test_a_large_broken_embedded_image_says_so_after_the_click(here: World) -> None:
    whole = encoded(image(900, 700))
    view = transcript(here, f"![Dot]({embedded(whole[:400] + bytes(8_000))})")
    assert labels(view)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view))
    await until(lambda: "The image is damaged or incomplete." in labels(view))


async def test_an_embedded_image_costs_nothing_until_visible(here: World) -> None:
    view = transcript(here, f"![Dot]({embedded(encoded(image(60, 30)))})", *["Words.\n\n" * 60] * 3)
    await asyncio.sleep(0)
    QApplication.processEvents()
    assert not here.tasks._tasks
    scroll_to_message(view, 1)
    await until(lambda: shown(view))


async def test_broken_embedded_images_are_reported(here: World) -> None:
    whole = encoded(image(60, 30))
    view = transcript(here, f"![Dot]({embedded(whole[: len(whole) // 2])})")
    await until(lambda: "The image is damaged or incomplete." in labels(view))


async def test_large_images_fit_the_column_and_the_view(here: World) -> None:
    here.context.images  # noqa: B018 -- creates them
    tall, wide = CAT + "?tall", CAT + "?wide"
    view = transcript(here, f"![Tall]({tall})", f"![Wide]({wide})")
    here.images.put(tall, encoded(image(600, 3_000)))
    here.images.put(wide, encoded(image(3_000, 600)))
    for address in (tall, wide):
        view.images.load_requested.emit(address)
    await until(lambda: all(here.context.images.state_of(a).stage is Stage.READY for a in (tall, wide)))
    view.resize(700, 1_400)
    QApplication.processEvents()
    (_, first), (_, second) = arts(view)
    assert first.rect.height() == 480
    assert second.rect.width() == view.document.width
    for art in (first, second):
        state = here.context.images.state_of(art.address)
        assert state.image is not None
        assert abs(state.image.width() - art.rect.width()) <= 1, "decoded as large as it is shown"


async def test_an_image_above_does_not_move_the_text_being_read(here: World) -> None:
    """Its card is half above the top edge when it loads."""
    view = transcript(here, f"Before.\n\n![A grey cat]({CAT})\n\nThe line that is read.", *["Words.\n\n" * 60] * 2)
    scroll_to_message(view, 1)
    card, _ = arts(view)[0]
    view.page.scroll_by(card.y + 40)
    before = block_with(view, "The line that is read.").y
    here.images.put(CAT, encoded(image(300, 200)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert block_with(view, "The line that is read.").y == before


async def test_an_image_below_moves_nothing_above_it(here: World) -> None:
    view = transcript(here, f"The line that is read.\n\n![A grey cat]({CAT})", *["Words.\n\n" * 60] * 2)
    scroll_to_message(view, 1)
    before = block_with(view, "The line that is read.").y
    here.images.put(CAT, encoded(image(300, 200)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert block_with(view, "The line that is read.").y == before


async def test_at_the_end_the_end_stays_visible(here: World) -> None:
    view = transcript(here, *["Words.\n\n" * 40] * 2, f"![A grey cat]({CAT})\n\nLast.")
    before = block_with(view, "Last.").y
    here.images.put(CAT, encoded(image(300, 200)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert view.at_end
    assert block_with(view, "Last.").y == before


async def test_the_source_is_copied_or_as_text_the_alternative(here: World) -> None:
    source = f"Look:\n\n![A grey cat]({CAT})\n\nNice?"
    view = transcript(here, source)
    here.images.put(CAT, encoded(image(60, 30)))
    for _ in range(2):
        view.clipboard.put_message("m1")
        assert QGuiApplication.clipboard().text() == source
        assert view.copier.message_text(1) == "Look:\n\nA grey cat\n\nNice?"
        view.images.load_requested.emit(CAT)
        await until(lambda: shown(view))


async def test_another_tab_needs_no_second_request(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, encoded(image(60, 30)))
    click(view, point_of(view))
    await until(lambda: shown(view))
    other = transcript(here, f"Again: \n\n![A cat]({CAT})")
    assert shown(other)
    assert here.images.asked == [CAT]


async def test_other_addresses_cannot_be_loaded(here: World) -> None:
    view = transcript(here, "![A file](file:///etc/passwd)\n\n![Other](ftp://example.org/x.png)")
    assert not [control for one in view.page.placed for control in one.entry.controls() if control.name == "image"]


async def test_the_menu_of_an_image(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    assert words_of_menu(view) == ["Load image", "Copy image address"]
    here.images.put(CAT, encoded(image(90, 60)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert words_of_menu(view) == ["Enlarge", "Copy image", "Save image as...", "Copy image address"]
    view.images.copy_requested.emit(CAT)
    await until(lambda: QGuiApplication.clipboard().image().width() == 90)


def words_of_menu(view: TranscriptView) -> list[str]:
    menu = QMenu()
    view.images.fill_menu(menu, CAT)
    return [action.text() for action in menu.actions()]


async def test_the_viewer(here: World) -> None:
    second = CAT + "?2"
    view = transcript(here, f"![First]({CAT})\n\n![Second]({second})")
    for address, width in ((CAT, 2_000), (second, 300)):
        here.images.put(address, encoded(image(width, 200)))
        view.images.load_requested.emit(address)
    await until(lambda: len([art for _, art in arts(view) if not art.sign]) == 2)
    click(view, point_of(view))
    viewer = viewer_of(view)
    canvas = viewer.canvas
    assert viewer.windowTitle() == "First"
    assert canvas.fits
    assert canvas.scale < 1
    await until(lambda: canvas._full is not None)
    QTest.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.scale == 1
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.scale > 1
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.fits
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert viewer.windowTitle() == "Second"
    assert canvas.scale == 1, "a small one is not blown up"
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert viewer.windowTitle() == "Second"
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert viewer.windowTitle() == "First"
    await until(lambda: canvas._full is not None)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    await until(lambda: not viewer.isVisible())


def viewer_of(view: TranscriptView) -> ImageViewer:
    found = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ImageViewer) and w.isVisible())
    assert found.parentWidget() is view
    return found


def test_cards_contain_their_text(here: World) -> None:
    """The card's text is laid out as boxes of the block, so that it can be selected and found."""
    view = transcript(here, f"![A grey cat]({CAT})")
    ((one, _),) = arts(view)
    assert one.entry.layout is not None
    assert layout_text(one.entry.layout) == "A grey cat"


async def test_saving_writes_the_original_bytes(here: World, tmp_path: Path) -> None:
    view = transcript(here, f"![A grey cat: 50%?]({CAT})")
    content = encoded(image(60, 30))
    here.images.put(CAT, content)
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    dialog = await save_dialog(view)
    assert Path(dialog.selectedFiles()[0]).name == "A grey cat 50.png"
    await name_it(dialog, tmp_path / "cat.png")
    dialog.accept()
    await until((tmp_path / "cat.png").exists)
    assert (tmp_path / "cat.png").read_bytes() == content


async def test_a_failed_save_is_reported(here: World, tmp_path: Path) -> None:
    address = embedded(encoded(image(60, 30)))
    view = transcript(here, f"![]({address})")
    await until(lambda: shown(view))
    dialog = await save_dialog(view, address)
    assert Path(dialog.selectedFiles()[0]).name == "Image.png"
    await name_it(dialog, tmp_path / "no" / "such" / "folder.png")
    dialog.done(QFileDialog.DialogCode.Accepted)
    await until(lambda: view.findChild(Question) is not None)
    question = view.findChild(Question)
    assert "Could not write folder.png" in question.accessibleDescription()
    assert [button.text() for button in question.findChildren(QPushButton) if button.isVisible()] == ["Close"]
    question.reject()
    await until(lambda: view.findChild(Question) is None)


async def name_it(dialog: QFileDialog, path: Path) -> None:
    def is_named() -> bool:
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
        return dialog.selectedFiles() == [str(path)]

    await until(is_named)


async def save_dialog(view: TranscriptView, address: str = CAT) -> QFileDialog:
    view.images.save_requested.emit(address)
    await until(lambda: view.findChild(QFileDialog) is not None)
    return view.findChild(QFileDialog)


async def test_zooming_in_decodes_it_sharply_again(here: World) -> None:
    view = transcript(here, f"![Wide]({CAT})")
    here.images.put(CAT, encoded(image(3_000, 600)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    view.resize(1_600, 700)
    here.theme.set_zoom(2.0)
    QApplication.processEvents()
    (_, art) = arts(view)[0]
    assert art.rect.width() > 1_000
    await until(lambda: abs(here.context.images.state_of(CAT).image.width() - art.rect.width()) <= 1)
    assert here.images.asked == [CAT], "from the bytes that are there"


async def test_a_dropped_image_becomes_a_card_again(here: World) -> None:
    image_cache = ImageCache(most_bytes=200_000)
    view = transcript(here, f"![One]({CAT})\n\n![Two]({CAT}?2)")
    view.images.use_cache(image_cache)
    for address in (CAT, CAT + "?2"):
        here.images.put(address, encoded(image(200, 200)))
        view.images.load_requested.emit(address)
        await until(lambda: image_cache.state_of(address).stage is Stage.READY)  # noqa: B023
    QApplication.processEvents()
    assert [art.sign for _, art in arts(view)] == ["image", ""]


async def test_a_selected_image_is_tinted(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, encoded(image(200, 100)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    spot = point_of(view) + QPoint(30, -30)
    assert colour_at(view, spot) == BLUE
    view.page.select_all()
    assert colour_at(view, spot) != BLUE


async def test_a_hidden_transcript_shows_new_images_when_shown(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, encoded(image(200, 100)))
    click(view, point_of(view))
    view.hide()
    await until(lambda: here.context.images.state_of(CAT).stage is Stage.READY)
    view.show()
    QApplication.processEvents()
    assert shown(view)


async def test_screen_readers_hear_the_result(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    said: list[str] = []
    monkeypatch.setattr(
        "desktop_chat.ui.transcript.images.transcript_images.announce", lambda _view, words: said.append(words)
    )
    here.images.put(CAT, ImageMissing())
    view.images.load_requested.emit(CAT)
    await until(lambda: here.context.images.state_of(CAT).stage is Stage.FAILED)
    here.images.put(CAT, encoded(image(20, 10)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert said == [
        "Image: A grey cat: Loading...",
        "Image: A grey cat: No image was found at this address.",
        "Image: A grey cat: Loading...",
        "Image: A grey cat: loaded",
    ]


async def test_an_image_in_a_table_appears_below_it(here: World) -> None:
    view = transcript(here, f"| a | b |\n|---|---|\n| 1 | ![in it]({CAT}) |\n| 2 | [x]({CAT}/page) |")
    here.images.put(CAT, encoded(image(50, 40)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    assert len(arts(view)) == 1


async def test_the_text_of_a_small_image_is_marked_within_it(here: World) -> None:
    view = transcript(here, f"![{'Many words ' * 6}]({CAT})")
    here.images.put(CAT, encoded(image(40, 30)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    view.page.select_all()
    assert colour_at(view, point_of(view) + QPoint(60, 0)) == "#ffffff"


async def test_copying_in_the_viewer_is_confirmed_and_keys_work_from_its_buttons(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    here.images.put(CAT, encoded(image(1_500, 800)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    click(view, point_of(view))
    viewer = viewer_of(view)
    button = viewer._copy_button
    before = button.icon().pixmap(20, 20).toImage()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: button.icon().pixmap(20, 20).toImage() != before)
    assert QGuiApplication.clipboard().image().width() == 1_500
    viewer._copied.stop()
    viewer._copied.timeout.emit()
    assert button.icon().pixmap(20, 20).toImage() == before
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Plus)
    assert not viewer.canvas.fits
    QTest.mouseClick(viewer._fit, Qt.MouseButton.LeftButton)
    assert viewer.canvas.fits
    viewer.reject()
    await until(lambda: not viewer.isVisible())


@pytest.mark.parametrize("seed", range(6))
async def test_images_appear_and_disappear_without_moving_the_text_being_read(here: World, seed: int) -> None:
    """Those that start above the top edge grow upwards, the others downwards."""
    chance = random.Random(seed)
    addresses = [f"{CAT}?{number}" for number in range(24)]
    texts = [
        f"Before {n}.\n\n- item\n\n  ![One]({one})\n\n  more {n}\n\n![Two]({two})\n\nAfter {n}."
        for n, (one, two) in enumerate(zip(addresses[::2], addresses[1::2], strict=True))
    ]
    view = transcript(here, *texts)
    image_cache = here.context.images
    for _ in range(25):
        scroll_to_message(view, chance.randrange(1, 12))
        view.page.scroll_by(chance.randrange(-250, 450))
        if view.at_end:
            continue
        address = chance.choice(addresses)
        edge = next((one.y + art.rect.top() for one, art in arts(view) if art.address == address), None)
        before = lines(view)
        size = QSize(chance.randrange(20, 900), chance.randrange(10, 900))
        if image_cache.state_of(address).stage is Stage.READY:
            image_cache.forget(address)
        else:
            image_cache.put(address, ImageState(Stage.READY, size, image(20, 10)))
        after = lines(view)
        moved = {
            words: (y, after[words])
            for words, y in before.items()
            if words in after and after[words] != y and (edge is None or edge < 0 or y < edge)
        }
        assert moved == {} or view.at_end


def lines(view: TranscriptView) -> dict[str, float]:
    """Return the position of each visible line of text."""
    return {
        box.text: one.y + box.y
        for one in view.page.placed
        if one.entry.layout is not None
        for box in one.entry.layout.boxes
        if box.text not in {"One", "Two", "item"} and one.y + box.y >= 0
    }


async def test_screen_readers_learn_what_would_be_loaded_from_where(here: World) -> None:
    view = transcript(here, f"![A grey cat]({CAT})")
    spoken = [control.spoken for one in view.page.placed for control in one.entry.controls() if control.name == "image"]
    assert spoken == ["Load image: Image: A grey cat from pictures.example.org"]


async def test_very_dense_screens_get_only_as_many_pixels_as_the_limit_allows(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = transcript(here, f"![Wide]({CAT})")
    here.theme.set_zoom(3.0)
    view.resize(2_400, 700)
    QApplication.processEvents()
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 3.0)
    room = view.images.room()
    assert 3_900_000 < room.width() * room.height() <= 4_000_000
    here.images.put(CAT, encoded(image(6_000, 1_000)))
    view.images.load_requested.emit(CAT)
    await until(lambda: shown(view))
    asked = QSignalSpy(view.images.decode_requested)
    view.viewport().repaint()
    await asyncio.sleep(0)
    QApplication.processEvents()
    assert asked.count() == 0, "as sharp as it gets"


async def test_a_dropped_embedded_image_is_restored_when_visible(here: World) -> None:
    address = embedded(encoded(image(60, 30)))
    view = transcript(here, f"![Dot]({address})")
    await until(lambda: shown(view))
    image_cache = here.context.images
    state = image_cache.state_of(address)
    image_cache.put(address, replace(state, image=None))
    assert arts(view)[0][1].rect.width() == 60, "its room is kept"
    await until(lambda: image_cache.state_of(address).image is not None)
