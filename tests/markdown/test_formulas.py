"""Formulas are found where models write them, stay text until they are complete, and money stays money."""

from __future__ import annotations

import pytest

from desktop_chat.markdown.block import Kind
from desktop_chat.markdown.nodes import Code, Footnote, ItemList, Math, Node, Quote, Span, Style, Table, Text
from desktop_chat.markdown.render import render
from desktop_chat.markdown.splitter import BlockSplitter


def nodes_of(text: str) -> list[Node]:
    splitter = BlockSplitter(text)
    return [node for block in splitter.blocks for node in render(block, splitter.definitions())]


def spans_of(text: str) -> tuple[Span, ...]:
    (node,) = nodes_of(text)
    assert isinstance(node, Text)
    return node.spans


def formulas_in(text: str) -> list[str]:
    return [span.text for span in spans_of(text) if span.style & Style.MATH]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("so $x_1$ is", "x_1"),
        ("the $n$th", "n"),
        ("设$x$为", "x"),
        (r"so \(a_1 + b\) is", "a_1 + b"),
        (r"so \( f(x) \) is", "f(x)"),
        (r"so \[ x \] is", "x"),
        ("so\n\\[x\\] is", "x"),
        ("so $$\nx\n$$\nis", "x"),
        ("# so $$x$$ is", "x"),
        ("so $$x$$ is", "x"),
        (r"$\{1, 2\}$ is", r"\{1, 2\}"),
        (r"$a \$ b$ is", r"a \$ b"),
        ("over $a +\nb$ lines", "a + b"),
        (r"triangle \(ABC\)", "ABC"),
        ("$a*b$ and *c*", "a*b"),
        (r"\[a\\[2pt] b\] is", r"a\\[2pt] b"),
        ("$2 x$ is", "2 x"),
        (r"$2 \sin x$ is", r"2 \sin x"),
    ],
)
def test_inline_formulas(text: str, latex: str) -> None:
    assert formulas_in(text) == [latex]


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6",
        "$5, $6",
        "US$5 or A$6",
        "20$ to 30$",
        "from $5-$10",
        "$20 per month or 30$",
        "价格在$5和$6之间",
        "从$5涨到10$。",
        "$200 (CA$)",
        "$5M in all or 6M$",
        "$HOME/$USER and $LEFT$RIGHT",
        "$ x $",
        "$x $",
        "an open $x",
        r"\$x\$",
        r"a \\(x\\)",
        "`$x$`",
        r"`\(x\)`",
        r"\(open",
        r"see \[1\], \[2, 3\] and \[4-6\]",
        r"\[sic\], \[citation needed\]",
        r"\[text\](https://x.y)",
        "$$ $$ a",
        "a $$$",
    ],
)
def test_lookalikes_stay_text(text: str) -> None:
    assert formulas_in(text) == []


def test_formulas_take_the_surrounding_style() -> None:
    assert spans_of("**a $x$** [$y$](https://z.z)") == (
        Span("a ", Style.BOLD),
        Span("x", Style.BOLD | Style.MATH),
        Span(" "),
        Span("y", Style.MATH, "https://z.z"),
    )
    assert formulas_in("$a$$b$ $c$") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("$$x$$", "x"),
        ("$$\nx\n$$", "x"),
        ("$$ x\n  + y $$", "x\n+ y"),
        ("$$\nx\n$$.", "x."),
        ("$$x$$，", "x,"),
        ("\\[\nx\n\\]", "x"),
        ("  \\[ x \\]  ", "x"),
        ("\\[\na\n=\n- b\n# c\n\\]", "a\n=\n- b\n# c"),
        ("$$\na & b \\\\\n\\$\n$$", "a & b \\\\\n\\$"),
        (
            "\\begin{align*}\na &= b \\\\\n[2pt] c\n\\end{align*}",
            "\\begin{align*}\na &= b \\\\\n[2pt] c\n\\end{align*}",
        ),
        ("$$\n\\begin{aligned}\nx\n\\end{aligned}\n$$", "\\begin{aligned}\nx\n\\end{aligned}"),
        ("```math\nx^2\n```", "x^2"),
        ("\\[\r\nx\r\n\\]\r\n", "x"),
    ],
)
def test_display_formulas(text: str, latex: str) -> None:
    assert nodes_of(text) == [Math(latex)]


def test_a_formula_needs_no_blank_lines_around_it() -> None:
    splitter = BlockSplitter("We get\n\\[\nx\n\\]\nand\n$$y$$\n- a\n")
    assert [block.kind for block in splitter.blocks] == [
        Kind.PARAGRAPH,
        Kind.MATH,
        Kind.PARAGRAPH,
        Kind.MATH,
        Kind.ITEM,
    ]


@pytest.mark.parametrize(
    "text", ["$$x$$ and more", "\\[x\\] where", "    $$x$$", "```\n$$x$$\n```", "$$\n\n$$", "$$\n$$"]
)
def test_not_a_display_formula(text: str) -> None:
    assert not any(isinstance(node, Math) for node in nodes_of(text))


def test_an_open_formula_is_shown_as_source_and_ends_with_its_paragraph() -> None:
    first, second, third = nodes_of("\\[\nx = 1\n\n# Next\n\ntext $y$")
    assert isinstance(first, Text)
    assert first.spans == (Span("\\[\u2028x = 1"),)
    assert second == Text((Span("Next"),), 1)
    assert third == Text((Span("text "), Span("y", Style.MATH)))
    code = nodes_of("\\[ x\n```py\na\n\nb\n```\n")[1]
    assert code == Code("a\n\nb", "py")


def test_an_open_formula_is_not_parsed_as_markdown() -> None:
    assert nodes_of("$$\na_1 * b * c_1 \\{") == [Text((Span("$$\u2028a_1 * b * c_1 \\{"),))]
    assert nodes_of("\\[\nx\n\\] where *y*") == [
        Text((Span("x", Style.MATH), Span(" where "), Span("y", Style.ITALIC))),
    ]


def test_formulas_in_lists_quotes_notes_and_cells() -> None:
    items, quote = nodes_of("- a\n  $$\n  x\n  $$\n\n> \\[\n> y\n> \\]\n")
    assert isinstance(items, ItemList)
    assert items.items[0].children == (Text((Span("a"),)), Math("x"))
    assert quote == Quote((Math("y"),))
    (fenced,) = nodes_of("> ```math\n> z\n> ```\n")
    assert fenced == Quote((Math("z"),))
    (open_fence,) = nodes_of("> ```math\n> z\n")
    assert open_fence == Quote((Code("z", "math"),))
    (note,) = nodes_of("[^1]: $$x$$\n")
    assert note == Footnote("1", "1", (Math("x"),))
    (table,) = nodes_of("|a|\n|-|\n|\\(x\\)|\n")
    assert isinstance(table, Table)
    assert table.rows == (((Span("x", Style.MATH),),),)


def test_an_open_math_fence_is_code() -> None:
    assert nodes_of("```math\nx") == [Code("x", "math")]
    assert all(isinstance(node, Code) for node in nodes_of("```math\n" + "x\n" * 90 + "```"))


def test_a_streamed_formula_changes_nothing_above_it() -> None:
    splitter = BlockSplitter("Above.\n\n")
    seen = []
    for letter in "\\[\na = b\n\\]\n\nBelow.":
        first = splitter.feed(letter)
        seen.append((first, splitter.blocks[1].kind if len(splitter.blocks) > 1 else None))
    assert all(first >= 1 for first, _ in seen)
    assert [block.source for block in splitter.blocks] == ["Above.", "\\[\na = b\n\\]", "Below."]
