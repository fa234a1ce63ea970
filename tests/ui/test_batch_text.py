"""What is said about batches: every problem has its sentence, and money is never made up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_lines import StoredRow
from desktop_chat.core.batch_progress import Asked, BatchProgress, Spending, estimate
from desktop_chat.core.batch_request import BatchRequest
from desktop_chat.core.entities import Failure, Role, Status, Usage
from desktop_chat.core.prices import FREE, Price
from desktop_chat.core.prompt import PromptMessage
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.text import batch_text


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> Iterator[None]:
    languages = Languages(qapp)
    languages.set_language("en")
    yield
    languages.deleteLater()


PAID = Price("USD", Decimal(1), None, Decimal(10), None, "page", None)


@pytest.mark.parametrize("problem", BatchProblem)
def test_every_problem_has_a_sentence(problem: BatchProblem) -> None:
    error = BatchRefused(problem, "FILE", lines=[2, 3], names=["one", "two"], detail="DETAIL")
    assert len(batch_text.problem(error)) > 20
    assert "{{" not in batch_text.problem(error) or problem is BatchProblem.BAD_TEMPLATE


def test_long_lists_are_cut_and_say_so() -> None:
    error = BatchRefused(BatchProblem.NO_JSON, "in.jsonl", lines=range(1, 31))
    assert batch_text.problem(error).endswith("1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more")


def test_braces_in_a_template_are_shown_as_they_are_written() -> None:
    error = BatchRefused(BatchProblem.BAD_TEMPLATE, detail="{a")
    assert "write {{ or }}." in batch_text.problem(error)
    error = BatchRefused(BatchProblem.UNKNOWN_FIELDS, names=["text", "lang"], detail="tex")
    assert batch_text.problem(error).endswith("It can use: {text}, {lang}")


def test_the_end_of_a_run_says_why_with_a_remedy() -> None:
    said = batch_text.ended(Failure("authentication_failed", "no\nsuch key"))
    assert "Check OPENAI_API_KEY" in said
    assert said.endswith("The server said: no such key")
    assert batch_text.ended(Failure("quota_exceeded")).startswith("The batch stopped: ")
    assert "Waiting 5 seconds." in batch_text.slowed(Failure("rate_limited"), 4.5)
    assert "Waiting" not in batch_text.slowed(Failure("rate_limited"), 0.0)


def progress_of(price: Price | None) -> BatchProgress:
    progress = BatchProgress(["m"] * 4, lambda _: price, lambda: 0.0)
    usage = Usage(1_000_000, 1_000)
    progress.store(0, StoredRow("a", "d", Status.COMPLETE, "", usage), is_new=True)
    progress.store(1, StoredRow("b", "d", Status.TRUNCATED, "", usage), is_new=True)
    progress.store(2, StoredRow("c", "d", Status.FAILED, "provider_fault"), is_new=True)
    return progress


def test_a_summary_counts_rows_tokens_and_money() -> None:
    said = (
        "2 rows answered, 1 row cut off or filtered, 1 row failed, 1 row not asked yet, 2,000,000 tokens in, 2,000 out"
    )
    assert batch_text.summary(progress_of(FREE)) == said
    assert batch_text.summary(progress_of(PAID)) == f"{said}, 2.02 USD"
    assert batch_text.summary(progress_of(None)) == f"{said}, cost unknown"


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ([None], "tokens unknown"),
        ([Usage()], "tokens unknown"),
        ([Usage(5), None], "at least 5 tokens in, 0 out"),
        ([Usage(5, 2), None], "at least 5 tokens in, 2 out"),
        ([Usage(5, 2), Usage(0, 0)], "5 tokens in, 2 out"),
        ([], "0 tokens in, 0 out"),
    ],
)
def test_tokens_that_the_server_did_not_count_are_said_to_be_unknown(counted: list[Usage | None], said: str) -> None:
    progress = BatchProgress(["m"] * 3, lambda _: FREE, lambda: 0.0)
    progress.store(2, StoredRow("c", "d", Status.FAILED, "provider_fault"), is_new=True)
    for row, usage in enumerate(counted):
        progress.store(row, StoredRow("a", "d", Status.COMPLETE, "", usage), is_new=True)
    assert batch_text.tokens(progress) == said


@pytest.mark.parametrize(
    ("spending", "said"),
    [
        (Spending({"USD": Decimal("0.00123"), "CNY": Decimal(2)}), "2.00 CNY + 0.0012 USD"),
        (Spending({"USD": Decimal(1)}, is_at_least=True), "at least 1.00 USD"),
        (Spending({"USD": Decimal(1)}, is_unknown=True), "at least 1.00 USD"),
        (Spending({"USD": Decimal(0)}, is_at_least=True), "cost unknown"),
        (Spending({"USD": Decimal(0), "CNY": Decimal(2)}, is_at_least=True), "at least 2.00 CNY"),
        (Spending(), ""),
    ],
)
def test_money_is_exact_or_says_that_it_is_not(spending: Spending, said: str) -> None:
    assert batch_text.cost(spending) == said


def estimated(max_tokens: int | None, output_each: float | None, price: Price | None = PAID) -> list[str]:
    found = estimate([Asked("m", 1_000_000, max_tokens)], output_each, lambda _: price)
    return batch_text.estimate_lines(BatchProgress(["m"], lambda _: price, lambda: 0.0), found)[-2:]


def test_an_estimate_says_how_sure_it_is() -> None:
    assert estimated(None, None) == ["Output: unknown", "Cost: 1.00 USD for the input, and more for the output"]
    assert estimated(100_000, None) == ["Output: at most 100,000 tokens", "Cost: at most 2.00 USD"]
    assert estimated(None, 1_000)[1] == "Cost: about 1.01 USD"
    assert estimated(None, None, None)[1] == "Cost: unknown"
    assert estimated(None, None, FREE)[1] == "Cost: nothing"


def test_a_preview_is_one_line() -> None:
    request = BatchRequest("a", (PromptMessage(Role.SYSTEM, "Be\nbrief."), PromptMessage(Role.USER, "x " * 900)))
    said = batch_text.preview(request)
    assert said.startswith("a: Be brief. | x x")
    assert said.endswith("...")
    assert "\n" not in said
