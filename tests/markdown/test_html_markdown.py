"""Copied HTML as Markdown: structure and links stay, nothing else does, and no HTML takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_chat.markdown import html_markdown
from desktop_chat.markdown.html_markdown import markdown_of_html
from desktop_chat.markdown.html_text import text_of_html


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>Head <b>line</b></h2><p>snake_case * 中文<br>next", "## Head **line**\n\nsnake_case * 中文\nnext"),
        ("<ul><li>one<ul><li>two</ul><li>three</ul>", "- one\n  - two\n- three"),
        ("<ol start=3><li>x<li>y</ol>", "3. x\n4. y"),
        ('<a href="https://a.b/c?d=1">link</a>', "[link](https://a.b/c?d=1)"),
        ('<a href="https://a.b">https://a.b</a>', "<https://a.b>"),
        ('<a href="javascript:x()">words</a>', "words"),
        ('<a href="file:///etc/passwd">words</a>', "words"),
        ('<a href="https://a.b">[x](javascript:y)</a>', "[x](javascript:y)"),
        ('<img src="https://a.b/c.png" alt="a [cat]">', "[a cat](https://a.b/c.png)"),
        ('<img src="https://a.b/c.png">', "[image](https://a.b/c.png)"),
        ('<img src="data:image/png;base64,AAAA" alt="a cat">', "a cat"),
        ("<script>x()</script><style>p{}</style><title>t</title>words", "words"),
        ('<pre><code class="language-python">a = 1\n\n\nb</code></pre>', "```python\na = 1\n\n\nb\n```"),
        ("<pre>a</pre>", "```\na\n```"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td></tr></table>", "| a | b\\|c |\n| --- | --- |\n| 1 |"),
        ("", ""),
    ],
)
def test_structure_and_safe_links_stay(html: str, markdown: str) -> None:
    assert markdown_of_html(html) == markdown


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200 + "words",
        "<ol>" + "<li>x</li>" * 1_001 + "</ol>",
        "<b>x</b>" * 25_000,
        "<p>x</p>" + " " * html_markdown.MAX_LENGTH,
    ],
)
def test_unusual_html_becomes_plain_text(html: str) -> None:
    found = markdown_of_html(html)
    assert found == text_of_html(html)
    assert found


@pytest.mark.parametrize(
    "html",
    ["<!--" * 50_000, "<" * 50_000, "<a " + "x='" * 50_000, "<b>" * 20_000, "&amp" * 50_000, "<ul><li>" * 9_000,
     "<table><tr>" + "<td>x</td>" * 9_000, "<br>" * 20_000, "<pre>" + "\n" * 100_000, "</p>" * 20_000],
)  # fmt: skip
def test_no_html_takes_long(html: str) -> None:
    assert len(markdown_of_html(html)) <= 2 * len(html)


@settings(max_examples=100)
@given(st.text(alphabet="<>/=\"'&;#! abtdhrefliulpre[]()|`\n", max_size=300))
def test_any_text_can_be_read(html: str) -> None:
    found = markdown_of_html(html)
    assert "javascript:" not in found.lower() or "javascript:" in html.lower()
    assert "<script" not in found
