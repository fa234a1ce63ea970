"""Right-to-left and bidirectional text: everything is on its own side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.blocks.block_layout import BlockLayout
from desktop_chat.ui.transcript.blocks.direction import begin_at_right, is_right_to_left
from desktop_chat.ui.transcript.blocks.text_box import TextBox
from desktop_chat.ui.transcript.entries import BlockEntry, SectionStyle
from desktop_chat.ui.transcript.render_style import RenderStyle

HEBREW, ARABIC = "שלום עולם", "قائمة بالعربية"
WIDTH = 600


@pytest.fixture
def render_style(qapp: QApplication) -> Iterator[RenderStyle]:
    theme = Theme(qapp)
    theme.set_scheme("light")
    yield RenderStyle.of(theme)
    theme.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    qapp.setFont(QFont())


def laid_out(render_style: RenderStyle, source: str) -> BlockLayout:
    splitter = BlockSplitter()
    splitter.feed(source)
    return BlockEntry(0, splitter.blocks[0], SectionStyle()).laid_out(render_style, WIDTH)


def stretch(box: TextBox, words: str) -> list[tuple[int, int]]:
    """Return the left and right edges of words on screen."""
    at = box.text.index(words)
    return [(round(rect.left()), round(rect.right())) for rect in box.rects(at, at + len(words))]


def test_the_first_strong_character_decides() -> None:
    assert is_right_to_left(f"123 - {HEBREW} and English")
    assert is_right_to_left(ARABIC)
    assert not is_right_to_left(f"English and {HEBREW}")
    assert not is_right_to_left("中文")
    assert not is_right_to_left("123")


@pytest.mark.parametrize("source", [f"1. {HEBREW}", f"- > {ARABIC}", f"- - {ARABIC}", f"> {HEBREW}"])
def test_containers_of_such_text_start_at_the_right(source: str) -> None:
    splitter = BlockSplitter()
    splitter.feed(source)
    (node,) = render(splitter.blocks[0], {})
    assert begin_at_right((node,)) or begin_at_right(node.items[0].children)  # type: ignore[union-attr]


def test_numbers_bullets_checks_and_bars_are_at_the_right(render_style: RenderStyle) -> None:
    numbered = laid_out(render_style, f"1. {HEBREW}")
    assert numbered.labels[0].x > WIDTH - 30
    assert stretch(numbered.boxes[0], HEBREW)[0][1] <= numbered.labels[0].x
    for source in (f"- {ARABIC}", f"- [x] {ARABIC}", f"> {ARABIC}"):
        layout = laid_out(render_style, source)
        assert layout.shapes[-1].rect.left() > WIDTH - 30, source
        assert layout.shapes[-1].rect.right() <= WIDTH
        assert stretch(layout.boxes[0], ARABIC)[0][1] <= layout.shapes[-1].rect.left()


def test_they_stay_at_the_left_for_other_text(render_style: RenderStyle) -> None:
    assert laid_out(render_style, "1. one").labels[0].x < 30
    for source in ("- 一", "- [ ] two", f"> three {HEBREW}"):
        assert laid_out(render_style, source).shapes[-1].rect.right() < 30, source


def test_code_at_the_end_of_a_right_to_left_line_has_its_whole_background(render_style: RenderStyle) -> None:
    box = laid_out(render_style, f"{ARABIC} `code`").boxes[0]
    ((left, right),) = stretch(box, "code")
    assert right - left > 20
    assert right <= stretch(box, ARABIC)[0][0] + 4


def test_a_selection_across_both_directions_is_marked_at_its_characters(render_style: RenderStyle) -> None:
    box = laid_out(render_style, f"abc {HEBREW} def").boxes[0]
    from_c = box.text.index("c ")
    parts = [(round(rect.left()), round(rect.right())) for rect in box.rects(from_c, from_c + 4)]
    assert len(parts) == 2
    assert parts[0][1] < parts[1][0], "the first Hebrew letters are at the far end of the Hebrew words"
    whole = box.rects(0, len(box.text))
    assert len(whole) == 1
    assert abs(whole[0].width() - box.natural_width) <= 1.5


def test_an_emoji_sequence_is_one_character(render_style: RenderStyle) -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    box = laid_out(render_style, f"x {family} y").boxes[0]
    units = len(family.encode("utf-16-le")) // 2
    (rect,) = box.rects(2, 2 + units)
    assert rect.width() < 3 * render_style.text.pitch
    assert box.position_at(rect.center().x() + 1, rect.center().y()) in {2, 2 + units}


def test_line_spacing_does_not_depend_on_the_characters(render_style: RenderStyle) -> None:
    for words in ("plain words ", f"{HEBREW} ", f"{ARABIC} ", "中文 words ", "emoji 🙂👍🏽 "):
        box = laid_out(render_style, words * 40).boxes[0]
        assert {below - above for above, below in zip(box.tops, box.tops[1:], strict=False)} == {
            render_style.text.pitch
        }, words
