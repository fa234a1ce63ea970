"""The height index equals plain sums, whatever happens to the list."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.ui.transcript.height_index import HeightIndex

HEIGHT = st.integers(0, 500)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("append"), HEIGHT, HEIGHT),
        st.tuples(st.just("set"), HEIGHT, HEIGHT),
        st.tuples(st.just("truncate"), HEIGHT, HEIGHT),
    )
)


@given(st.lists(HEIGHT, max_size=300), CHANGES)
def test_sums_are_plain_sums(heights: list[int], changes: list[tuple[str, int, int]]) -> None:
    sums = HeightIndex(heights)
    plain = list(heights)
    for change, first, second in changes:
        if change == "append":
            sums.append(first)
            plain.append(first)
        elif change == "set" and plain:
            sums.set(first % len(plain), second)
            plain[first % len(plain)] = second
        elif change == "truncate":
            sums.truncate(first % (len(plain) + 1))
            del plain[first % (len(plain) + 1) :]
        assert [sums.above(place) for place in range(len(plain) + 1)] == [0, *accumulate(plain)]
        assert sums.total() == sum(plain)
        assert len(sums) == len(plain)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=300), st.integers(-10, 9_000))
def test_a_pixel_is_found_in_its_row(heights: list[int], y: int) -> None:
    sums = HeightIndex(heights)
    place = sums.find(y)
    assert sums[place] == heights[place]
    if 0 <= y < sum(heights):
        assert sums.above(place) <= y < sums.above(place + 1)
    else:
        assert place == (0 if y < 0 else len(heights) - 1)
