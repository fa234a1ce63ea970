"""The images in memory: limited, least recently seen are dropped first, and embedded ones keep their size."""

from __future__ import annotations

from image_world import image
from PySide6.QtCore import QSize
from PySide6.QtTest import QSignalSpy

from desktop_chat.core.image_errors import ImageBroken
from desktop_chat.ui.images.image_cache import ImageCache, ImageState, Stage, image_key

COST = 10 * 10 * 4


def ready(content: bytes = b"") -> ImageState:
    return ImageState(Stage.READY, QSize(10, 10), image(10, 10), content)


def test_the_least_recently_seen_is_dropped() -> None:
    image_cache = ImageCache(most_bytes=2 * COST)
    image_cache.put("a", ready())
    image_cache.put("b", ready())
    image_cache.note_seen("a")
    told = QSignalSpy(image_cache.changed)
    image_cache.put("c", ready())
    assert [image_cache.state_of(name).stage for name in "abc"] == [Stage.READY, Stage.UNASKED, Stage.READY]
    assert [told.at(number)[0] for number in range(told.count())] == ["b", "c"]
    assert image_cache._bytes == 2 * COST


def test_the_encoded_bytes_count_too() -> None:
    image_cache = ImageCache(most_bytes=2 * COST)
    image_cache.put("a", ready(bytes(COST)))
    assert image_cache._bytes == 2 * COST
    image_cache.put("b", ready())
    assert image_cache.state_of("a").stage is Stage.UNASKED


def test_one_larger_than_the_limit_is_still_shown() -> None:
    image_cache = ImageCache(most_bytes=1)
    image_cache.put("a", ready())
    assert image_cache.state_of("a").image is not None


def test_an_embedded_one_keeps_its_size_and_is_decoded_again() -> None:
    image_cache = ImageCache(most_bytes=COST)
    image_cache.put("data:image/png;base64,a", ready())
    image_cache.put("b", ready())
    state = image_cache.state_of("data:image/png;base64,a")
    assert (state.stage, state.natural, state.image) == (Stage.READY, QSize(10, 10), None)


def test_a_failure_takes_no_memory_and_is_replaced() -> None:
    image_cache = ImageCache()
    image_cache.put("a", ImageState(Stage.FAILED, error=ImageBroken()))
    assert image_cache._bytes == 0
    image_cache.put("a", ready())
    image_cache.put("a", ready(b"12"))
    assert image_cache._bytes == COST + 2
    image_cache.forget("a")
    assert image_cache._bytes == 0
    assert image_cache.state_of("a").stage is Stage.UNASKED
    image_cache.forget("a")


def test_a_large_address_is_not_kept() -> None:
    large = "data:image/png;base64," + "A" * 5_000
    assert len(image_key(large)) < 100
    assert image_key(large) != image_key(large + "B")
    image_cache = ImageCache()
    image_cache.put(large, ready())
    assert image_cache.state_of("data:image/png;base64," + "A" * 5_000).stage is Stage.READY
