"""How far a batch is: the state of each row, and what the answers took in tokens, money and time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from desktop_chat.core.batch_lines import StoredRow
from desktop_chat.core.batch_order import BatchOrder
from desktop_chat.core.entities import Status, Usage
from desktop_chat.core.prices import Price, cost_of

_RATE_S = 30.0
"""The rate is that of the last so many seconds."""
PriceOf = Callable[[str], Price | None]


class RowState(IntEnum):
    """The state of a row."""

    WAITING = 0
    RUNNING = 1
    DONE = 2
    CUT = 3
    """There is an answer, but it was cut off at the length limit, or filtered."""
    FAILED = 4


FINISHED = frozenset({RowState.DONE, RowState.CUT, RowState.FAILED})


@dataclass(slots=True)
class RowProgress:
    """A row's state. `at` is where its line begins in the output, or -1."""

    state: RowState = RowState.WAITING
    code: str = ""
    tokens: int = 0
    seconds: float = 0.0
    at: int = -1


@dataclass(slots=True)
class Spending:
    """What answers cost, by currency. `is_unknown`: nobody knows a price of some of them."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    is_at_least: bool = False
    is_unknown: bool = False

    def add(self, usage: Usage | None, price: Price | None) -> None:
        """Add the cost of an answer."""
        if price is None:
            self.is_unknown = True
            return
        cost = cost_of(usage or Usage(), price)
        self.is_at_least |= cost.is_at_least
        if cost.currency:
            self.amounts[cost.currency] = self.amounts.get(cost.currency, Decimal(0)) + cost.amount


class BatchProgress:
    """The progress of the rows with these models. `clock` returns monotonic seconds."""

    def __init__(self, models: Sequence[str], price_of: PriceOf, clock: Callable[[], float]) -> None:
        self.rows = [RowProgress() for _ in models]
        self.counts = dict.fromkeys(RowState, 0) | {RowState.WAITING: len(models)}
        self._failed: dict[int, None] = {}
        self._running: dict[int, None] = {}
        self.spending = Spending()
        self.input_tokens = self.output_tokens = 0
        self.uncounted = 0
        """Answers of which the server did not count all tokens."""
        self._counted = 0
        self._models = models
        self._price_of = price_of
        self._clock = clock
        self._recent: deque[float] = deque()

    @property
    def finished(self) -> int:
        """How many rows have an answer or a failure."""
        return sum(self.counts[state] for state in FINISHED)

    def order(self) -> BatchOrder:
        """Return the order in which the rows are shown now."""
        return BatchOrder(len(self.rows), self._failed, self._running)

    @property
    def output_each(self) -> float | None:
        """Tokens of an average answer; None before the first."""
        return self.output_tokens / self._counted if self._counted else None

    def per_minute(self) -> float:
        """Rows a minute, lately."""
        now = self._clock()
        while self._recent and now - self._recent[0] > _RATE_S:
            self._recent.popleft()
        if len(self._recent) < 2:
            return 0.0
        return 60.0 * (len(self._recent) - 1) / max(0.001, now - self._recent[0])

    def start(self, row: int) -> None:
        """Note that a row is being asked."""
        self._set(row, RowState.RUNNING)

    def put_back(self) -> None:
        """Note that nothing is running any more."""
        for row in list(self._running):
            self._set(row, RowState.WAITING)

    def forget(self, row: int) -> None:
        """Note that a row is to be asked again."""
        self.rows[row].code = ""
        self._set(row, RowState.WAITING)

    def store(self, row: int, stored: StoredRow, *, is_new: bool) -> None:
        """Note what is on disk for a row; `is_new` if it was asked in this run."""
        progress = self.rows[row]
        usage = stored.usage
        progress.code, progress.at, progress.seconds = stored.code, stored.at, stored.seconds or 0.0
        progress.tokens = (usage.completion_tokens or 0) if usage else 0
        cut = stored.status in {Status.TRUNCATED, Status.FILTERED}
        self._set(row, RowState.FAILED if stored.code else RowState.CUT if cut else RowState.DONE)
        if is_new:
            self._recent.append(self._clock())
        if stored.code and usage is None:
            return  # most failures cost nothing
        self.spending.add(usage, self._price_of(self._models[row]))
        usage = usage or Usage()
        self.input_tokens += usage.prompt_tokens or 0
        self.output_tokens += usage.completion_tokens or 0
        self.uncounted += usage.prompt_tokens is None or usage.completion_tokens is None
        self._counted += usage.completion_tokens is not None and not stored.code

    def _set(self, row: int, state: RowState) -> None:
        progress = self.rows[row]
        before, progress.state = progress.state, state
        self.counts[before] -= 1
        self.counts[state] += 1
        for listed, kind in ((self._failed, RowState.FAILED), (self._running, RowState.RUNNING)):
            if before is kind:
                listed.pop(row, None)
            if state is kind:
                listed[row] = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the rows that are still to be asked will take. `input` is None while documents are unread. `output` is known
    from earlier answers, or bounded by what the rows allow (`is_bound`); None if neither is so. `spending` is that of
    the input if `output` is None."""

    rows: int
    input: int | None
    output: int | None
    is_bound: bool
    spending: Spending


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a row before it is asked; `tokens` is None while its document is unread."""

    model: str
    tokens: int | None
    max_tokens: int | None


def estimate(rows: Sequence[Asked], output_each: float | None, price_of: PriceOf) -> Estimate:
    """Estimate what rows take; tokens of the input are right within a factor of about two."""
    spending = Spending()
    asked: int | None = 0
    total: int | None = 0
    is_bound = output_each is None
    for row in rows:
        said = round(output_each) if output_each is not None else row.max_tokens
        asked = None if asked is None or row.tokens is None else asked + row.tokens
        total = None if total is None or said is None else total + said
        price = price_of(row.model)
        if row.tokens is None and price is not None and not price.is_free:
            price = None
        spending.add(Usage(row.tokens, said or 0, cached_tokens=0), price)
    if total is None:
        spending.is_at_least = True
    return Estimate(len(rows), asked, total, is_bound and total is not None, spending)
