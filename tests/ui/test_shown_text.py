"""Find reads exactly what is laid out, character for character and position for position."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from desktop_chat.markdown.find_prefilter import Batch, FindPrefilter
from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.transcript.entries import BlockEntry, SectionStyle
from desktop_chat.ui.transcript.find.shown_text import block_text
from desktop_chat.ui.transcript.render_style import RenderStyle

PIECES = [
    "word", "Other", "中文", "é", "e\u0301", "ß", "🙂", "\u00a0", "’", "x", "1", " ", " ", "\n", "\n", "\n\n",
    "**", "*", "_", "~~", "`", "``", "[", "](", ")", "](u)", '](u "t(t")', "](<a b>)", "][", "]", "]: u",
    "[x]: u\n\n", "![", "&amp;", "&#65;", "&", "\\", "<", ">", "> ", "- ", "1. ", "- [x] ", "# ", "    ",
    "```\n", "|", "| a | b |\n|--|:-:|\n", "<br>", "<http://a.b/%20c>", "https://a.b/c", "www.a.b", "---",
    "$", "$$", ".", "(", "..", "->", "[^1]", "[^1]: ", "\n\n[^1]: ", "![a](https://x.y/z)",
]  # fmt: skip
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.fixture(scope="module")
def render_style(qapp: QApplication) -> RenderStyle:
    return RenderStyle.of(Theme(qapp))


def laid_out_texts(source: str, render_style: RenderStyle) -> list[str]:
    """Return the text of each block as laid out."""
    splitter = BlockSplitter(source)
    texts = []
    for block in splitter.blocks:
        entry = BlockEntry(0, block, SectionStyle())
        entry.definitions = splitter.definitions()
        layout = entry.laid_out(render_style, 600)
        text = "\n".join(box.text for box in layout.boxes)
        assert layout.length == len(text.encode("utf-16-le")) // 2
        texts.append(text)
    return texts


@given(source=markdown)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plain_text_of_a_block_equals_its_layout(source: str, render_style: RenderStyle) -> None:
    splitter = BlockSplitter(source)
    shown = [block_text(render(block, splitter.definitions()), render_style.formulas) for block in splitter.blocks]
    for plain, laid_out in zip(shown, laid_out_texts(source, render_style), strict=True):
        assert plain is None or plain == laid_out or "\ufffc" in plain


@given(source=markdown, data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_prefilter_passes_everything_visible(source: str, data: st.DataObject, render_style: RenderStyle) -> None:
    for text in laid_out_texts(source, render_style):
        for line in text.split("\n"):
            if line:
                start = data.draw(st.integers(0, len(line) - 1))
                find_query = FindQuery(line[start : data.draw(st.integers(start + 1, len(line)))])
                if find_query.find(line):
                    assert FindPrefilter(find_query).passes(source)
                    assert 1 in Batch([(0, "before"), (1, source), (2, "after")]).candidates(FindPrefilter(find_query))


def test_the_prefilter_filters_out_what_cannot_match() -> None:
    texts = [
        (0, "plain words"),
        (1, "wo**rd**s [in a](https://words.example/long) link"),
        (2, "- words\n- and `words`"),
        (3, "nothing"),
        (4, "sword\x1cs"),
    ]
    batch = Batch(texts)
    assert batch.candidates(FindPrefilter(FindQuery("WORDS"))) == [0, 1, 2, 4]
    assert batch.candidates(FindPrefilter(FindQuery("in a link"))) == [1]
    assert batch.candidates(FindPrefilter(FindQuery("lain words"))) == [0]
    assert batch.candidates(FindPrefilter(FindQuery("long"))) == [1]
    assert batch.candidates(FindPrefilter(FindQuery("absent"))) == []


def test_the_prefilter_compares_punctuation_too() -> None:
    batch = Batch([(0, "see foo for more"), (1, "call **foo**() now"), (2, "a -> b"), (3, "a - b")])
    assert batch.candidates(FindPrefilter(FindQuery("foo()"))) == [1]
    assert batch.candidates(FindPrefilter(FindQuery("->"))) == [2]
    assert batch.candidates(FindPrefilter(FindQuery("("))) == [1]
