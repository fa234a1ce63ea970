"""Formulas that models write are typeset, unless they are too expensive or not understood."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop_chat.markdown.formula import DEEPEST, LONGEST, is_supported, typeset_formula
from desktop_chat.markdown.latex import normalised_latex
from desktop_chat.markdown.nodes import Formula
from desktop_chat.markdown.typesetter import LARGEST, typesetter

WRITTEN = (Path(__file__).parents[1] / "data" / "formulas.txt").read_text(encoding="utf-8").splitlines()


def made(latex: str, *, display: bool = True) -> Formula:
    formula = typeset_formula(latex, display=display)
    assert formula is not None, latex
    return formula


@pytest.mark.parametrize("latex", WRITTEN)
def test_formulas_that_models_write_are_typeset(latex: str) -> None:
    for display in (True, False):
        formula = made(latex, display=display)
        assert formula.letters
        assert 0 < formula.width < 60
        assert formula.ascent + formula.descent > 0


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "   ",
        r"\frac{1}{",
        r"\left( x",
        r"\begin{matrix} 1",
        r"x^2^3",
        r"\unknowncommand{x}",
        r"\ce{H2O}",
        r"\includegraphics{/etc/passwd}",
        r"\input{/etc/passwd}",
        r"\href{https://example.com}{x}",
        r"\style{color:red}{x}",
        r"\def\x{\x\x}\x",
        r"\newcommand{\x}{1}\x",
        r"\colorbox{red}{x}",
        r"\verb|x|",
        "\\",
        r"\\",
        "\x00",
        "}",
    ],
)
def test_invalid_or_unsafe_latex_is_not_typeset(latex: str, caplog: pytest.LogCaptureFixture) -> None:
    assert typeset_formula(latex, display=True) is None
    assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


def nested(opening: str, closing: str, times: int) -> str:
    return opening * times + "x" + closing * times


@pytest.mark.parametrize(
    "latex",
    [
        "x" * (LONGEST + 1),
        "+x" * 10_000,
        nested("{", "}", 1_000),
        nested(r"\frac{1}{", "}", 300),
        nested(r"\left(", r"\right)", 100),
        nested("x^{", "}", 500),
        nested(r"\sqrt{", "}", 500),
        nested(r"\begin{matrix}", r"\end{matrix}", 60),
        r"\sqrt" * 600 + "x",
        r"\hat" * 600 + "x",
        r"\frac" * 600 + "12",
        "_" * 3_000,
        r"\overbrace{\hspace{1000000000em}x}",
        r"\hspace{1000000000em}x",
        r"\overbrace{" + r"\hspace{99em}" * 200 + "x}",
        r"\left(" + r"\\ x" * 800 + r"\right)",
    ],
)
def test_a_bomb_is_limited(latex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    typesetter()
    sys.setprofile(count)
    try:
        assert typeset_formula(latex, display=True) is None
    finally:
        sys.setprofile(None)
    assert calls < 3_000_000


@pytest.mark.parametrize("depth", range(2, 9))
def test_nesting_costs_at_most_its_square(depth: int) -> None:
    made(nested(r"\left(\frac{a}{", r"}\right)", depth))
    assert typesetter()._font.steps < 60 * depth * depth


def test_a_formula_at_the_limits_is_typeset() -> None:
    made(nested("{", "}", DEEPEST))
    assert is_supported("x" * LONGEST)
    assert not is_supported("x" * (LONGEST + 1))
    assert made("x" * 300).width < LARGEST


def test_a_fraction_has_its_line_between_its_parts() -> None:
    formula = made(r"\frac{a}{b}")
    (line,) = formula.bars
    above, below = sorted(letter.y for letter in formula.letters)
    assert above < line.y < below
    assert line.width >= 0.4


def test_a_chinese_word_uses_the_texts_font() -> None:
    letters = made(r"\text{面积} = x").letters
    assert [letter.text for letter in letters if letter.glyph < 0] == ["面", "积"]
    assert all(letter.glyph >= 0 for letter in letters[2:])


def test_colours_are_kept() -> None:
    assert {letter.colour for letter in made(r"a + \textcolor{red}{b}").letters} == {"", "red"}


def test_lines_of_equations_are_below_each_other() -> None:
    formula = made(r"\begin{aligned} y &= 1 \\ longer &= 2 \end{aligned}")
    equals = [letter for letter in formula.letters if letter.text == "="]
    assert len(equals) == 2
    assert equals[0].x == pytest.approx(equals[1].x)
    assert equals[0].y < equals[1].y - 1


def test_a_table_has_its_lines() -> None:
    assert len(made(r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}").bars) == 2


def test_a_line_on_top_of_an_array_is_above_its_first_row() -> None:
    formula = made(r"\begin{array}{cc} \hline x & y \\ 1 & 2 \end{array}")
    (line,) = formula.bars
    assert all(letter.y > line.y for letter in formula.letters)
    assert min(letter.y for letter in formula.letters) - line.y < 1.2


def test_an_array_may_have_lines_all_around() -> None:
    formula = made(r"\begin{array}{|c|c|} \hline a & b \\ \hline \hline c & d \\ \hline \end{array}")
    upright = sorted(bar.x for bar in formula.bars if bar.height > bar.width)
    level = sorted(bar.y for bar in formula.bars if bar.width > bar.height)
    assert (len(upright), len(level)) == (3, 3)
    for letter in formula.letters:
        assert upright[0] < letter.x < upright[-1]
        assert level[0] < letter.y < level[-1]
    assert made(r"\begin{array}{|c} & b \\ c & d \end{array}").bars


def test_a_function_has_space_before_its_argument_but_not_before_a_bracket() -> None:
    gaps = []
    for latex in (r"\sin x", r"\sin(x)"):
        *_, last, first = made(latex).letters[:4]
        gaps.append(first.x - last.x)
    assert gaps[0] > gaps[1] + 0.1


@pytest.mark.parametrize(
    ("written", "set_as"),
    [
        (r"\begin{aligned}a\end{aligned}", r"\begin{align*}a\end{align*}"),
        (r"\begin{equation}a\label{x}\end{equation}", "a"),
        (r"a \tag{1}", r"a \qquad\text{(1)}"),
        (r"a \tag*{A}", r"a \qquad\text{A}"),
        (r"\pmod{n}", r"\quad(\operatorname{mod}\;n)"),
        (r"\mathrm{d}x", r"\mathrm {d}x"),
    ],
)
def test_unsupported_latex_is_rewritten(written: str, set_as: str) -> None:
    assert normalised_latex(written) == set_as
