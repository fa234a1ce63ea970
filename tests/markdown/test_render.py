"""Blocks are rendered to nodes: the styles, and which links may be opened."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop_chat.markdown.block import Block, Kind
from desktop_chat.markdown.highlight import highlighted_lines, lexer_for
from desktop_chat.markdown.nodes import LINE_BREAK, Code, Item, ItemList, Node, Quote, Rule, Span, Style, Table, Text
from desktop_chat.markdown.render import appended, language_of, render
from desktop_chat.markdown.sanitize import bare_links, safe_link
from desktop_chat.markdown.splitter import BlockSplitter


def nodes_of(text: str) -> list[Node]:
    splitter = BlockSplitter(text)
    return [node for block in splitter.blocks for node in render(block, splitter.definitions())]


def spans_of(text: str) -> tuple[Span, ...]:
    (node,) = nodes_of(text)
    assert isinstance(node, Text)
    return node.spans


def test_emphasis_combines() -> None:
    assert spans_of("a **b _c_** ~~d~~ `e`") == (
        Span("a "),
        Span("b ", Style.BOLD),
        Span("c", Style.BOLD | Style.ITALIC),
        Span(" "),
        Span("d", Style.STRIKE),
        Span(" "),
        Span("e", Style.CODE),
    )


def test_emphasis_works_next_to_chinese_without_spaces() -> None:
    assert spans_of("**重点：**后面") == (Span("重点：", Style.BOLD), Span("后面"))
    assert spans_of("他说**“好”**吗") == (Span("他说"), Span("“好”", Style.BOLD), Span("吗"))
    assert spans_of("a * b 是 * c") == (Span("a * b 是 * c"),)


def test_line_breaks_are_kept() -> None:
    assert spans_of("one\ntwo  \nthree") == (Span(LINE_BREAK.join(["one", "two", "three"])),)


def test_html_is_text() -> None:
    assert spans_of("<script>alert(1)</script> <b>x</b>") == (Span("<script>alert(1)</script> <b>x</b>"),)


@pytest.mark.parametrize(
    "text",
    ["[a](javascript:alert)", "[a](file:///etc/passwd)", "[a](data:text/html,x)", "[a](ftp://x.y)", "[a](/local)"],
)
def test_unsafe_links_are_only_text(text: str) -> None:
    assert not any(span.href for span in spans_of(text))


def test_bare_and_markdown_links() -> None:
    assert spans_of("see https://a.b/c_(d). [t](http://e) <mailto:x@y.z>") == (
        Span("see "),
        Span("https://a.b/c_(d)", href="https://a.b/c_(d)"),
        Span(". "),
        Span("t", href="http://e"),
        Span(" "),
        Span("mailto:x@y.z", href="mailto:x@y.z"),
    )


def test_addresses_end_at_chinese_text() -> None:
    assert bare_links("请看https://a.b/c。谢谢") == [(2, 15, "https://a.b/c")]
    assert bare_links("xhttps://a.b") == []


def test_control_characters_prevent_links() -> None:
    assert safe_link("https://a.b/\x07") == ""
    assert safe_link("http://[bad") == ""
    assert safe_link("MAILTO:x@y.z") == "MAILTO:x@y.z"


def test_images_are_placeholders() -> None:
    assert spans_of("see ![a cat](https://x.y/c.png)") == (
        Span("see "),
        Span("a cat", Style.IMAGE, "https://x.y/c.png"),
    )


def test_definitions_apply_to_the_whole_text() -> None:
    first, *_ = nodes_of("[text][a]\n\n[a]: https://x.y\n")
    assert first == Text((Span("text", href="https://x.y"),))


def test_nested_and_numbered_lists() -> None:
    nodes = nodes_of("3. a\n   - [x] b\n3. c\n")
    inner = ItemList((Item("•", (Text((Span("b"),)),), checked=True),))
    assert nodes == [
        ItemList((Item("3.", (Text((Span("a"),)), inner)),)),
        ItemList((Item("4.", (Text((Span("c"),)),)),)),
    ]


def test_quotes_headings_rules() -> None:
    assert nodes_of("> a\n\n## b\n\n---\n") == [Quote((Text((Span("a"),)),)), Text((Span("b"),), 2), Rule()]


def test_tables_and_their_later_parts() -> None:
    first, second = nodes_of("|a|b|\n|:-|-:|\n" + "".join(f"|{n}|x<br>y|\n" for n in range(17)))
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    assert first.alignments == second.alignments == ("left", "right")
    assert first.header == ((Span("a"),), (Span("b"),))
    assert second.header == ()
    assert second.rows == (((Span("16"),), (Span(f"x{LINE_BREAK}y"),)),)


def test_cells_have_line_breaks_except_in_code() -> None:
    (table,) = nodes_of("|a|\n|-|\n|x<BR/>y `<br>` z|\n")
    assert isinstance(table, Table)
    assert table.rows == (((Span(f"x{LINE_BREAK}y "), Span("<br>", Style.CODE), Span(" z")),),)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("~~two~~ ~one~", (Span("two", Style.STRIKE), Span(" "), Span("one", Style.STRIKE))),
        ("so ~~~three~~~ a~", (Span("so ~~~three~~~ a~"),)),
        ("5~6, 7~8 and 约~5米~", (Span("5~6, 7~8 and 约~5米~"),)),
        ("重点~~删除~~后面", (Span("重点"), Span("删除", Style.STRIKE), Span("后面"))),
    ],
)
def test_strikethrough(text: str, spans: tuple[Span, ...]) -> None:
    assert spans_of(text) == spans


def test_an_entity_ends_a_bare_address() -> None:
    assert bare_links("www.a.b/c?d&hl; e") == [(0, 11, "https://www.a.b/c?d")]
    assert bare_links("www.a.b/c?d=e&hl=en e") == [(0, 19, "https://www.a.b/c?d=e&hl=en")]


def test_tables_with_escaped_pipes() -> None:
    (table,) = nodes_of("|a\\|b|\n|:-:|\n|`\\|` **\\|**|\n|x|y|\n\nno row")[:1]
    assert isinstance(table, Table)
    assert table.header == ((Span("a|b"),),)
    assert table.rows == (((Span("|", Style.CODE), Span(" "), Span("|", Style.BOLD)),), ((Span("x|y"),),))


def test_entities_breaks_and_escapes() -> None:
    assert spans_of("&copy; &#35; &nope; \\*a\\*\nb\\\nc") == (Span(LINE_BREAK.join(["© # &nope; *a*", "b", "c"])),)


def test_html_comments_and_blocks_are_text() -> None:
    assert nodes_of("<!-- a -->\n\n<div>\nb\n</div>") == [
        Text((Span("<!-- a -->"),)),
        Text((Span(LINE_BREAK.join(["<div>", "b", "</div>"])),)),
    ]


def test_code_blocks_of_all_kinds() -> None:
    assert nodes_of("  ```Py x\n   a\n b\n```\n") == [Code(" a\nb", "Py")]
    assert nodes_of("```\nopen") == [Code("open")]
    assert nodes_of("    indented\n\n    code") == [Code("indented\n\ncode")]
    later = nodes_of("~~~c\n" + "x\n" * 81 + "~~~")[1]
    assert later == Code("x", "c")
    assert language_of("```{.python}") == "python"


def test_excessive_nesting_is_shown_as_source() -> None:
    (node,) = nodes_of("> " * 500 + "deep")
    assert isinstance(node, Text)
    assert node.spans[0].text.endswith("deep")


@pytest.mark.parametrize(
    ("old", "more"),
    [("Some words", " and more"), ("Some ", "words"), ("你好", "，世界"), ("a **b** c", "d e"), ("x", " y ")],
)
def test_plain_words_are_appended_without_parsing(old: str, more: str) -> None:
    before, after = Block(Kind.PARAGRAPH, old), Block(Kind.PARAGRAPH, old + more)
    assert appended(before, render(before), after) == render(after)


@pytest.mark.parametrize(
    ("old", "more"),
    [("a **b**", "c"), ("a *b", "*"), ("http:/", "/x"), ("https://x", "y"), ("a\n", "b"), ("`a", "`"), ("*a*", "b")],
)
def test_possible_markdown_is_parsed(old: str, more: str) -> None:
    before, after = Block(Kind.PARAGRAPH, old), Block(Kind.PARAGRAPH, old + more)
    assert appended(before, render(before), after) is None


def test_code_is_highlighted_line_by_line() -> None:
    lexer = lexer_for("python")
    assert lexer is not None
    assert list(highlighted_lines('def f():\n    """a\n    b"""\n', lexer)) == [
        ((0, 3, "keyword"), (4, 1, "function")),
        ((4, 4, "string"),),
        ((0, 8, "string"),),
        (),
    ]


def test_unknown_languages_are_not_guessed() -> None:
    assert lexer_for("no such language") is None
    assert lexer_for("text") is None


def test_the_libraries_are_loaded_only_when_needed() -> None:
    code = (
        "import sys, desktop_chat.markdown.render, desktop_chat.markdown.highlight, desktop_chat.markdown.splitter;"
        "sys.exit('markdown_it' in sys.modules or 'pygments' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
