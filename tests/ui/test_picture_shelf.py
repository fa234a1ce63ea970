"""The pictures of a run in memory: bounded, those unseen for longest go first, and embedded ones keep their size."""

from __future__ import annotations

from picture_world import image
from PySide6.QtCore import QSize
from PySide6.QtTest import QSignalSpy

from desktop_chat.core.picture_errors import PictureBroken
from desktop_chat.ui.transcript.pictures.picture_shelf import PictureShelf, PictureState, Stage, picture_key

COST = 10 * 10 * 4


def ready(content: bytes = b"") -> PictureState:
    return PictureState(Stage.READY, QSize(10, 10), image(10, 10), content)


def test_what_was_not_seen_for_longest_goes() -> None:
    shelf = PictureShelf(most_bytes=2 * COST)
    shelf.put("a", ready())
    shelf.put("b", ready())
    shelf.note_seen("a")
    told = QSignalSpy(shelf.changed)
    shelf.put("c", ready())
    assert [shelf.state_of(name).stage for name in "abc"] == [Stage.READY, Stage.UNASKED, Stage.READY]
    assert [told.at(number)[0] for number in range(told.count())] == ["b", "c"]
    assert shelf._bytes == 2 * COST


def test_the_bytes_as_they_came_count_too() -> None:
    shelf = PictureShelf(most_bytes=2 * COST)
    shelf.put("a", ready(bytes(COST)))
    assert shelf._bytes == 2 * COST
    shelf.put("b", ready())
    assert shelf.state_of("a").stage is Stage.UNASKED


def test_one_that_is_larger_than_all_the_room_is_still_shown() -> None:
    shelf = PictureShelf(most_bytes=1)
    shelf.put("a", ready())
    assert shelf.state_of("a").image is not None


def test_an_embedded_one_keeps_its_size_and_comes_back_by_itself() -> None:
    shelf = PictureShelf(most_bytes=COST)
    shelf.put("data:image/png;base64,a", ready())
    shelf.put("b", ready())
    state = shelf.state_of("data:image/png;base64,a")
    assert (state.stage, state.natural, state.image) == (Stage.READY, QSize(10, 10), None)


def test_a_failure_takes_no_room_and_is_replaced() -> None:
    shelf = PictureShelf()
    shelf.put("a", PictureState(Stage.FAILED, error=PictureBroken()))
    assert shelf._bytes == 0
    shelf.put("a", ready())
    shelf.put("a", ready(b"12"))
    assert shelf._bytes == COST + 2
    shelf.forget("a")
    assert shelf._bytes == 0
    assert shelf.state_of("a").stage is Stage.UNASKED
    shelf.forget("a")


def test_a_large_address_is_not_kept() -> None:
    large = "data:image/png;base64," + "A" * 5_000
    assert len(picture_key(large)) < 100
    assert picture_key(large) != picture_key(large + "B")
    shelf = PictureShelf()
    shelf.put(large, ready())
    assert shelf.state_of("data:image/png;base64," + "A" * 5_000).stage is Stage.READY
