"""What a search reads is what is laid out, letter for letter and position for position."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from desktop_chat.markdown.blocks import BlockSplitter
from desktop_chat.markdown.needle import Needle
from desktop_chat.markdown.render import render
from desktop_chat.markdown.sieve import Batch, Sieve
from desktop_chat.ui.theme import Theme
from desktop_chat.ui.transcript.entries import BlockEntry, Setting
from desktop_chat.ui.transcript.finding.shown_text import block_text
from desktop_chat.ui.transcript.look import Look

PIECES = [
    "word", "Other", "中文", "é", "e\u0301", "ß", "🙂", "\u00a0", "’", "x", "1", " ", " ", "\n", "\n", "\n\n",
    "**", "*", "_", "~~", "`", "``", "[", "](", ")", "](u)", '](u "t(t")', "](<a b>)", "][", "]", "]: u",
    "[x]: u\n\n", "![", "&amp;", "&#65;", "&", "\\", "<", ">", "> ", "- ", "1. ", "- [x] ", "# ", "    ",
    "```\n", "|", "| a | b |\n|--|:-:|\n", "<br>", "<http://a.b/%20c>", "https://a.b/c", "www.a.b", "---",
    "$", "$$", ".", "(", "..", "->", "[^1]", "[^1]: ", "\n\n[^1]: ", "![a](https://x.y/z)",
]  # fmt: skip
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.fixture(scope="module")
def look(qapp: QApplication) -> Look:
    return Look.of(Theme(qapp))


def laid_out_texts(source: str, look: Look) -> list[str]:
    """Return what each block shows, as its layout has it."""
    splitter = BlockSplitter(source)
    texts = []
    for block in splitter.blocks:
        entry = BlockEntry(0, block, Setting())
        entry.definitions = splitter.definitions()
        layout = entry.laid_out(look, 600)
        text = "\n".join(box.text for box in layout.boxes)
        assert layout.length == len(text.encode("utf-16-le")) // 2
        texts.append(text)
    return texts


@given(source=markdown)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plain_text_of_a_block_is_that_of_its_layout(source: str, look: Look) -> None:
    splitter = BlockSplitter(source)
    shown = [block_text(render(block, splitter.definitions()), look.formulas) for block in splitter.blocks]
    for plain, laid_out in zip(shown, laid_out_texts(source, look), strict=True):
        assert plain is None or plain == laid_out or "\ufffc" in plain


@given(source=markdown, data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_sieve_lets_everything_through_that_is_seen(source: str, data: st.DataObject, look: Look) -> None:
    for text in laid_out_texts(source, look):
        for line in text.split("\n"):
            if line:
                start = data.draw(st.integers(0, len(line) - 1))
                needle = Needle(line[start : data.draw(st.integers(start + 1, len(line)))])
                if needle.find(line):
                    assert Sieve(needle).passes(source)
                    assert 1 in Batch([(0, "before"), (1, source), (2, "after")]).candidates(Sieve(needle))


def test_the_sieve_holds_back_what_cannot_show_it() -> None:
    texts = [
        (0, "plain words"),
        (1, "wo**rd**s [in a](https://words.example/long) link"),
        (2, "- words\n- and `words`"),
        (3, "nothing"),
        (4, "sword\x1cs"),
    ]
    batch = Batch(texts)
    assert batch.candidates(Sieve(Needle("WORDS"))) == [0, 1, 2, 4]
    assert batch.candidates(Sieve(Needle("in a link"))) == [1]
    assert batch.candidates(Sieve(Needle("lain words"))) == [0]
    assert batch.candidates(Sieve(Needle("long"))) == [1]
    assert batch.candidates(Sieve(Needle("absent"))) == []


def test_the_sieve_compares_marks_too() -> None:
    batch = Batch([(0, "see foo for more"), (1, "call **foo**() now"), (2, "a -> b"), (3, "a - b")])
    assert batch.candidates(Sieve(Needle("foo()"))) == [1]
    assert batch.candidates(Sieve(Needle("->"))) == [2]
    assert batch.candidates(Sieve(Needle("("))) == [1]
