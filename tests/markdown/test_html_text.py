"""The text of copied HTML: like a user would type it, in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.markdown.html_text import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &amp; &lt;b&gt;", "plain & <b>"),
        ("<p>one\n two</p><p>three</p>", "one two\n\nthree"),
        ("<div>one</div><div><div>two</div></div>", "one\ntwo"),
        ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
        ("<h1>Title</h1><p>text</p>", "Title\n\ntext"),
        ("a<ul><li>one</li><li><p>two</p><ol><li>x<li>y</ol></ul>b", "a\n\n- one\n- two\n  1. x\n  2. y\n\nb"),
        ("<pre>def f():\n    return 1\n\nx</pre>", "def f():\n    return 1\n\nx"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><th>3</th></tr></table>", "1\t2\n3"),
        ("10&nbsp;km", "10\u00a0km"),
        ("<title>t</title><style>p{}</style><script>a<b>c</script>x<!-- > -->y", "xy"),
        ("<p title='a > b'>x</p>", "x"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("cut <a href='https://x", "cut <a href='https://x"),
        ("<img src='file:///etc/passwd' alt='picture'>", ""),
    ],
)
def test_it_reads_like_typed_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://a.b/c?d=e&amp;f=1">li<b>nk</b></a>', "[link](https://a.b/c?d=e&f=1)"),
        ("<a class=x href=mailto:me@a.b>me</a>", "[me](mailto:me@a.b)"),
        ("<a href='https://a.b'>https://a.b</a>", "https://a.b"),
        ("<a href='javascript:alert(1)'>press</a>", "press"),
        ("<a href='file:///etc/passwd'>press</a>", "press"),
        ("<a href='https://a.b/(c'>press</a>", "press"),
        ("<a href='https://a.b'>odd ] words</a>", "odd ] words"),
        ("<a href='https://a.b'><div>a block</div></a>", "a block"),
        ("<a href='https://a.b'><img></a>", ""),
    ],
)
def test_links_are_kept_if_markdown_can_hold_them(link: str, text: str) -> None:
    assert text_of_html(link) == text


@given(st.text(st.sampled_from("<>!-/abpreuli \n&\"'=;td"), max_size=200))
def test_arbitrary_html_is_accepted(html: str) -> None:
    text = text_of_html(html)
    assert len(text) <= 3 * len(html) + 3


@given(st.text(st.characters(codec="utf-8", exclude_characters="<&\r\x0c"), max_size=80))
def test_characters_are_not_changed(words: str) -> None:
    assert text_of_html(f"<b>{words}</b>").split(" ") == " ".join(filter(None, _split(words))).split(" ")


def _split(words: str) -> list[str]:
    return words.replace("\n", " ").replace("\t", " ").split(" ")


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<!--", "<a<", '<a ">', '<a href="x>', "<ul><li>x", "<", "<pre>\n", "<script>", "<td colspan=99999999>x"],
)
def test_hostile_html_takes_linear_time(piece: str) -> None:
    def cost(times: int) -> float:
        html, started_at = piece * times, time.perf_counter()
        text_of_html(html)
        return time.perf_counter() - started_at

    cost(1_000)
    assert min(cost(40_000) for _ in range(3)) < 40 * max(min(cost(4_000) for _ in range(3)), 0.001)
