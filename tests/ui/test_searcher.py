"""Incremental search finds what reading everything would find, whatever is searched, added or changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from property_tests import examples

from desktop_chat.markdown.find_query import FindQuery
from desktop_chat.ui.transcript.find.searcher import Hit, Searcher

START = Hit(0, -1, 0, 0)


class Conversation:
    """Messages whose blocks are their lines; growing ones must be read to be known."""

    def __init__(self, *messages: str, growing: frozenset[int] = frozenset()) -> None:
        self.messages = list(messages)
        self.growing = growing
        self.read_places: list[int] = []

    def __len__(self) -> int:
        return len(self.messages)

    def sources(self, first: int, end: int) -> tuple[list[tuple[int, str]], list[int]]:
        places = range(first, end)
        texts = [(place, self.messages[place]) for place in places if place not in self.growing]
        return texts, [place for place in places if place in self.growing]

    def read(self, place: int, _may_hit: Callable[[str], bool]) -> Generator[None, None, list[tuple[int, str]]]:
        self.read_places.append(place)
        found = []
        for key, line in enumerate(self.messages[place].split("\n")):
            yield
            found.append((key, line))
        return found


def everything(conversation: Conversation, find_query: FindQuery) -> list[Hit]:
    return [
        Hit(place, key, start, end)
        for place, text in enumerate(conversation.messages)
        for key, line in enumerate(text.split("\n"))
        for start, end in find_query.find_utf16(line)
    ]


def known(searcher: Searcher, conversation: Conversation) -> list[Hit]:
    return [hit for place in range(len(conversation)) for hit in searcher.hits(place)]


def finish(searcher: Searcher) -> None:
    while searcher.work(lambda: False):
        pass


def slices(steps: int) -> Callable[[], bool]:
    """Report that time is up after this many steps."""
    taken = count()
    return lambda: next(taken) >= steps


def sought(searcher: Searcher, near: Hit, *, forward: bool = True) -> Hit | None:
    searcher.seek(near, forward=forward)
    while searcher.seeking:
        searcher.work(lambda: False)
    return searcher.sought


messages = st.lists(st.text("ab\n🙂 ", max_size=12), max_size=9)
needles = st.text("ab🙂", min_size=1, max_size=2).map(FindQuery)


@given(texts=messages, find_query=needles, place=st.integers(0, 9), growing=st.frozensets(st.integers(0, 8)))
def test_all_hits_are_counted(texts: list[str], find_query: FindQuery, place: int, growing: frozenset[int]) -> None:
    conversation = Conversation(*texts, growing=growing)
    searcher = Searcher(conversation)
    searcher.begin(find_query, min(place, max(0, len(texts) - 1)))
    finish(searcher)
    assert searcher.complete
    assert known(searcher, conversation) == everything(conversation, find_query)
    assert searcher.total == len(everything(conversation, find_query))
    assert [searcher.ordinal(hit) for hit in known(searcher, conversation)] == list(range(1, searcher.total + 1))


@given(texts=messages, find_query=needles, data=st.data(), forward=st.booleans())
def test_the_nearest_hit_is_found_with_one_wrap_around(
    texts: list[str], find_query: FindQuery, data: st.DataObject, forward: bool
) -> None:
    conversation = Conversation(*texts)
    searcher = Searcher(conversation)
    near = Hit(
        data.draw(st.integers(0, max(0, len(texts) - 1))),
        data.draw(st.integers(-1, 3)),
        data.draw(st.integers(0, 9)),
        0,
    )
    searcher.begin(find_query, near.place)
    searcher.work(slices(data.draw(st.integers(0, 6))))
    hits = everything(conversation, find_query)
    after = [hit for hit in hits if hit[:3] >= near[:3]]
    before = [hit for hit in hits if hit[:3] < near[:3]]
    wanted = (after + before)[:1] if forward else (after + before)[-1:]
    assert sought(searcher, near, forward=forward) == (wanted[0] if wanted else None)


@given(texts=messages.filter(bool), more=st.lists(st.text("ab\n", max_size=5), max_size=8), find_query=needles)
def test_growing_messages_are_followed(texts: list[str], more: list[str], find_query: FindQuery) -> None:
    last = len(texts) - 1
    conversation = Conversation(*texts, growing=frozenset({last}))
    searcher = Searcher(conversation)
    searcher.begin(find_query, 0)
    for piece in more:
        searcher.work(slices(2))
        conversation.messages[last] += piece
        searcher.note_changed(last)
    finish(searcher)
    assert known(searcher, conversation) == everything(conversation, find_query)
    assert searcher.total == len(everything(conversation, find_query))


@settings(max_examples=examples(30))
@given(texts=messages, others=messages, find_query=needles)
def test_replaced_and_new_messages_are_searched(texts: list[str], others: list[str], find_query: FindQuery) -> None:
    conversation = Conversation(*texts)
    searcher = Searcher(conversation)
    searcher.begin(find_query, 0)
    searcher.work(slices(3))
    conversation.messages = list(others)
    searcher.reset(0)
    finish(searcher)
    conversation.messages.append("a b")
    searcher.note_added()
    finish(searcher)
    assert known(searcher, conversation) == everything(conversation, find_query)
    assert searcher.total == len(everything(conversation, find_query))


def test_only_candidate_messages_are_read() -> None:
    conversation = Conversation(*["hay"] * 500, "a needle", *["hay"] * 500)
    searcher = Searcher(conversation)
    searcher.begin(FindQuery("needle"), 0)
    assert sought(searcher, START) == Hit(500, 0, 2, 8)
    assert conversation.read_places == [500]
    assert not searcher.complete, "what is sought comes before what is counted"
    finish(searcher)
    assert conversation.read_places == [500]


def test_a_new_search_ends_the_previous_one() -> None:
    conversation = Conversation(*["ab"] * 50)
    searcher = Searcher(conversation)
    searcher.begin(FindQuery("a"), 0)
    searcher.work(slices(4))
    searcher.begin(FindQuery("b"), 0)
    finish(searcher)
    assert searcher.total == 50
    assert searcher.hits(7) == [Hit(7, 0, 1, 2)]
    searcher.begin(FindQuery(""), 0)
    assert not searcher.work(lambda: False)
    assert (searcher.total, searcher.complete) == (0, True)


def test_a_hit_knows_its_position_in_its_block() -> None:
    searcher = Searcher(Conversation("a\naaa\na"))
    searcher.begin(FindQuery("a"), 0)
    finish(searcher)
    assert [searcher.number_in_block(hit) for hit in searcher.hits(0)] == [0, 0, 1, 2, 0]
    assert searcher.knows(Hit(0, 1, 2, 3))
    assert not searcher.knows(Hit(0, 1, 3, 4))
    assert not searcher.knows(Hit(4, 0, 0, 1))
