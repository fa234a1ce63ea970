"""Formulas are read aloud in words, in both languages; unreadable ones stay as source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from desktop_chat.ui.languages import Languages
from desktop_chat.ui.text.formula_text import formula_words, with_formulas_said

FORMULAS = {
    r"E = mc^2": "E equals m c squared",
    r"\frac{a}{b}": "a over b",
    r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}": (
        "x equals the fraction minus b plus or minus the square root of b squared minus 4 a c, end of root, over 2 a, "
        "end of fraction"
    ),
    r"\sum_{i=1}^{n} i": "the sum from i equals 1 to n of i",
    r"\lim_{x\to 0} f(x)": "the limit for x to 0 of f open parenthesis x close parenthesis",
    r"e^{-x}": "e to the power of minus x, end of power",
    r"a_i^3": "a sub i cubed",
    r"f'": "f prime",
    r"\sqrt[3]{x}": "the root with index 3 of x, end of root",
    r"\vec{v} \cdot \hat{n}": "the vector v times n hat",
    r"\begin{align}a&=b\\c&=d\end{align}": "a equals b; c equals d",
    r"\begin{matrix}1&2\\3&4\end{matrix}": "a table of 2 by 2: row 1: 1, 2; row 2: 3, 4; end of table",
}
CHINESE = {
    r"\frac{a}{b}": "b 分之 a",
    r"E = mc^2": "E 等于 m c 的平方",
    r"\sqrt{x}": "根号 x",
    r"\sum_{i=1}^{n} i": "求和，从 i 等于 1 到 n，i",
}


@pytest.mark.parametrize(("latex", "words"), FORMULAS.items())
def test_formulas_are_read_like_people_do(qapp: QApplication, latex: str, words: str) -> None:
    assert formula_words(latex, display=True) == words


def test_unreadable_formulas_stay_as_source(qapp: QApplication) -> None:
    for latex in (r"\nope{x}", r"\frac{a", "", "x" * 100_000):
        assert formula_words(latex, display=False) == latex


def test_formulas_in_a_sentence_are_read_and_amounts_of_money_are_not(qapp: QApplication) -> None:
    said = with_formulas_said(r"So $x^2$ and \(y\) cost $5 and $6: $$z$$ \[w\]")
    assert said == "So x squared and y cost $5 and $6: z w"


def test_formulas_are_read_in_chinese(qapp: QApplication) -> None:
    before, languages = QLocale(), Languages(qapp)
    languages.set_language("zh_CN")
    try:
        for latex, words in CHINESE.items():
            assert formula_words(latex, display=True).replace(" ，", "，").replace("， ", "，") == words
    finally:
        languages.set_language("en")
        QLocale.setDefault(before)


@given(st.text(alphabet=r"\{}_^&abx12+-=frac sqrtsumbeginend$()|'", max_size=40))
def test_arbitrary_latex_does_not_break_it(qapp: QApplication, latex: str) -> None:
    assert isinstance(formula_words(latex, display=False), str)
