"""Usage as CSV: any entry comes back as it was, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.entities import Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.services.exports.usage_csv import COLUMNS, usage_header, usage_lines
from desktop_chat.services.sqlite import usage_rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
counts = st.none() | st.integers(0, 10**12)
costs = st.none() | st.builds(Cost, st.sampled_from(["", "USD", "CNY"]), st.decimals(0, 10**6, places=8), st.booleans())
entries = st.builds(
    UsageEntry,
    at=st.integers(-(10**15), 4 * 10**15).map(lambda microsecond: EPOCH + timedelta(microseconds=microsecond)),
    origin=st.sampled_from(UsageOrigin),
    connection_id=texts,
    connection_name=texts,
    host=texts,
    model=texts,
    usage=st.builds(Usage, counts, counts, counts, counts),
    cost=costs,
    caller=texts,
    conversation_id=texts,
    message_id=texts,
    first_token_s=st.none() | st.floats(0, 1e6),
    generation_s=st.none() | st.floats(0, 1e6),
    requests=st.integers(1, 10**6),
)


def lines(entries: Sequence[UsageEntry]) -> str:
    """Keep entries, and return their lines in the order of time."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ledger:
        usage_rows.create(ledger)
        usage_rows.add(ledger, entries)
        return usage_lines(usage_rows.rows(ledger, None, None, None, 100))


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(usage_header() + text, newline="")))


def shown(count: int | None) -> str:
    return "" if count is None else str(count)


def duration(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"


@given(st.lists(entries, max_size=5))
def test_a_spreadsheet_reads_what_was_kept(found: list[UsageEntry]) -> None:
    rows = read(lines(found))
    assert len(rows) == len(found)
    for row, entry in zip(rows, sorted(found, key=lambda one: one.at), strict=True):
        assert tuple(row) == COLUMNS
        assert row["time_utc"] == entry.at.strftime("%Y-%m-%d %H:%M:%S")
        texts = (entry.origin, entry.caller, entry.connection_name, entry.host, entry.model)
        cells = (row["origin"], row["caller"], row["connection"], row["host"], row["model"])
        assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]
        assert row["conversation_id"].removeprefix("'") == entry.conversation_id.removeprefix("'")
        assert row["message_id"].removeprefix("'") == entry.message_id.removeprefix("'")
        counts = (entry.requests, entry.usage.prompt_tokens, entry.usage.cached_tokens)
        assert [row["requests"], row["prompt_tokens"], row["cached_tokens"]] == list(map(shown, counts))
        assert row["completion_tokens"] == shown(entry.usage.completion_tokens)
        assert row["reasoning_tokens"] == shown(entry.usage.reasoning_tokens)
        assert (Decimal(row["cost"]) if row["cost"] else None) == (entry.cost.amount if entry.cost else None)
        assert row["currency"] == (entry.cost.currency if entry.cost else "")
        assert row["cost_is_at_least"] == (str(entry.cost.is_at_least).lower() if entry.cost else "")
        assert (row["first_token_s"], row["generation_s"]) == (
            duration(entry.first_token_s),
            duration(entry.generation_s),
        )
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_model_that_is_called_like_a_formula_runs_nothing() -> None:
    at = datetime(2026, 11, 30, 8, 0, 5, tzinfo=UTC)
    cost = Cost("USD", Decimal("0.0000001"), is_at_least=True)
    entry = UsageEntry(
        at, UsageOrigin.ENDPOINT, "c", "Mine", "https://x", '=HYPERLINK("http://x")', Usage(10, 5), cost, "+caller"
    )
    [row] = read(lines([entry]))
    assert row["time_utc"] == "2026-11-30 08:00:05"
    assert row["model"] == '\'=HYPERLINK("http://x")'
    assert row["caller"] == "'+caller"
    assert (row["cost"], row["currency"], row["cost_is_at_least"]) == ("0.0000001", "USD", "true")
    assert lines([entry]).endswith("\r\n"), "as RFC 4180 ends lines"


def test_an_unknown_price_is_empty_and_not_zero() -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    [row] = read(lines([UsageEntry(at, UsageOrigin.ASK, "", "", "", "m", Usage(), None)]))
    assert (row["cost"], row["currency"], row["prompt_tokens"]) == ("", "", "")
