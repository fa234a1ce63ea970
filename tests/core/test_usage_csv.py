"""Usage as CSV: any entry comes back as it was, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_csv import COLUMNS, usage_header, usage_lines
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
counts = st.none() | st.integers(0, 10**12)
costs = st.none() | st.builds(Cost, st.sampled_from(["", "USD", "CNY"]), st.decimals(0, 10**6, places=8), st.booleans())
entries = st.builds(
    UsageEntry,
    at=st.integers(10**9, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)),
    origin=st.sampled_from(UsageOrigin),
    connection_id=texts,
    connection_name=texts,
    host=texts,
    model=texts,
    usage=st.builds(Usage, counts, counts, counts, counts),
    cost=costs,
    caller=texts,
    first_token_s=st.none() | st.floats(0, 1e6),
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(usage_header() + text, newline="")))


@given(st.lists(entries, max_size=5))
def test_a_spreadsheet_reads_what_was_kept(found: list[UsageEntry]) -> None:
    rows = read(usage_lines(found))
    assert len(rows) == len(found)
    for row, entry in zip(rows, found, strict=True):
        assert tuple(row) == COLUMNS
        assert row["model"].removeprefix("'") == entry.model.removeprefix("'")
        assert row["prompt_tokens"] == ("" if entry.usage.prompt_tokens is None else str(entry.usage.prompt_tokens))
        assert (Decimal(row["cost"]) if row["cost"] else None) == (entry.cost.amount if entry.cost else None)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_model_that_is_called_like_a_formula_runs_nothing() -> None:
    at = datetime(2026, 11, 30, 8, 0, 5, tzinfo=UTC)
    cost = Cost("USD", Decimal("0.0000010"), is_at_least=True)
    entry = UsageEntry(
        at, UsageOrigin.ENDPOINT, "c", "Mine", "https://x", '=HYPERLINK("http://x")', Usage(10, 5), cost, "+caller"
    )
    [row] = read(usage_lines([entry]))
    assert row["time_utc"] == "2026-11-30 08:00:05"
    assert row["model"] == '\'=HYPERLINK("http://x")'
    assert row["caller"] == "'+caller"
    assert (row["cost"], row["currency"], row["cost_is_at_least"]) == ("0.0000010", "USD", "true")
    assert usage_lines([entry]).endswith("\r\n"), "as RFC 4180 ends lines"


def test_an_unknown_price_is_empty_and_not_zero() -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    [row] = read(usage_lines([UsageEntry(at, UsageOrigin.ASK, "", "", "", "m", Usage(), None)]))
    assert (row["cost"], row["currency"], row["prompt_tokens"]) == ("", "", "")
