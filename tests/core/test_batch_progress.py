"""What a batch says about itself while it runs, and before."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_chat.core.batch_lines import StoredRow
from desktop_chat.core.batch_progress import Asked, BatchProgress, RowState, Spending, estimate
from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.prices import FREE, Price

PRICE = Price("USD", Decimal(1), Decimal("0.5"), Decimal(10), Decimal("0.5"), "page")
MILLION = 1_000_000


def price_of(model: str) -> Price | None:
    return {"paid": PRICE, "own": FREE}.get(model)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


USAGE = Usage(MILLION, 100_000)


def stored(status: Status = Status.COMPLETE, code: str = "", usage: Usage | None = USAGE) -> StoredRow:
    return StoredRow("a", "d", status, code, usage, 0.5, 7)


def test_rows_are_counted_by_their_state() -> None:
    progress = BatchProgress(["paid"] * 5, price_of, Clock())
    progress.store(0, stored(), is_new=False)
    progress.store(1, stored(Status.TRUNCATED), is_new=True)
    progress.store(2, stored(Status.FAILED, "provider_fault", None), is_new=True)
    progress.start(3)
    assert progress.counts == {
        RowState.WAITING: 1,
        RowState.RUNNING: 1,
        RowState.DONE: 1,
        RowState.CUT: 1,
        RowState.FAILED: 1,
    }
    assert progress.finished == 3
    assert (progress.rows[2].code, progress.rows[0].at, progress.rows[0].tokens) == ("provider_fault", 7, 100_000)
    progress.put_back()
    progress.forget(2)
    assert progress.counts[RowState.WAITING] == 3
    assert progress.rows[2].code == ""
    assert (progress.input_tokens, progress.output_tokens, progress.output_each) == (2 * MILLION, 200_000, 100_000)
    assert progress.spending.amounts == {"USD": Decimal(4)}


def test_a_failure_that_cost_something_is_paid_for() -> None:
    progress = BatchProgress(["paid"], price_of, Clock())
    progress.store(0, stored(Status.FAILED, "answer_invalid"), is_new=True)
    assert progress.spending.amounts == {"USD": Decimal(2)}
    assert progress.output_each is None


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    progress = BatchProgress(["own"] * 100, price_of, clock)
    assert progress.per_minute() == 0
    for row in range(60):
        clock.now = row
        progress.store(row, stored(), is_new=True)
    assert progress.per_minute() == pytest.approx(60, rel=0.05)
    clock.now = 1_000
    assert progress.per_minute() == 0


def test_an_unknown_price_is_said_and_not_zero() -> None:
    spending = Spending()
    spending.add(Usage(MILLION, 0), None)
    assert spending == Spending({}, is_unknown=True)
    spending.add(Usage(MILLION, None), PRICE)
    assert spending == Spending({"USD": Decimal(1)}, is_at_least=True, is_unknown=True)


def test_an_estimate_uses_earlier_answers_else_limits_else_says_nothing() -> None:
    rows = [Asked("paid", MILLION, 100_000), Asked("paid", MILLION, 200_000)]
    bound = estimate(rows, None, price_of)
    assert (bound.rows, bound.input, bound.output, bound.is_bound) == (2, 2 * MILLION, 300_000, True)
    assert bound.spending.amounts == {"USD": Decimal(5)}
    known = estimate(rows, 50_000.0, price_of)
    assert (known.output, known.is_bound, known.spending.amounts) == (100_000, False, {"USD": Decimal(3)})
    unknown = estimate([*rows, Asked("paid", MILLION, None)], None, price_of)
    assert (unknown.output, unknown.is_bound, unknown.spending.is_at_least) == (None, False, True)
    assert estimate([Asked("new", 1, 1)], None, price_of).spending.is_unknown
    assert estimate([Asked("own", 1, 1)], None, price_of).spending == Spending()
