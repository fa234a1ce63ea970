"""Rows are shown in an order that is never written out, and is the same as if it were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.batch_order import BatchOrder


@given(st.lists(st.sampled_from("FRO"), max_size=30))
def test_failures_come_first_then_what_runs_then_the_others(states: list[str]) -> None:
    failed, running = ([row for row, state in enumerate(states) if state == wanted] for wanted in "FR")
    order = BatchOrder(len(states), reversed(failed), running)
    rows = sorted(range(len(states)), key=lambda row: "FRO".index(states[row]))
    assert [order.row_at(place) for place in range(len(order))] == rows
    assert [rows[order.place_of(row)] for row in range(len(states))] == list(range(len(states)))


def test_orders_with_the_same_rows_in_front_are_equal() -> None:
    assert BatchOrder(3, [1], [2]) == BatchOrder(3, [1], [2])
    assert BatchOrder(3, [1], [2]) != BatchOrder(3, [2], [1])
    assert BatchOrder(3) != BatchOrder(4)
