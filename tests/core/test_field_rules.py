"""What a field may hold stands beside its default; what a file says otherwise falls back alone and is named."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import Any

import pytest

from desktop_chat.core.field_rules import (
    any_number,
    between,
    one_of,
    plain_fields,
    read_fields,
    rules_of,
    short_text,
    text_list,
    text_table,
)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    way: str = one_of("a", "b")
    width: int = one_of(2, 1, 0)
    share: float = between(0.5, 0.0, 1.0)
    count: int = between(2, 1, 3)
    offset: float = any_number(0.0)
    size: int = 0
    flag: bool = True
    text: str = ""
    family: str = short_text()
    sites: tuple[str, ...] = text_list()
    models: tuple[tuple[str, str], ...] = text_table()
    parts: tuple[int, ...] = ()


FULL: dict[str, Any] = {
    "name": "n",
    "way": "b",
    "width": 0,
    "share": 1.0,
    "count": 3,
    "offset": -2.5,
    "size": 7,
    "flag": False,
    "text": "two\nlines",
    "family": "Noto",
    "sites": ["x"],
    "models": {"k": "v"},
}


def test_what_is_written_reads_back() -> None:
    wrong: list[str] = []
    sample = Sample(**read_fields(Sample, FULL, wrong))
    assert wrong == []
    assert plain_fields(sample) == FULL
    assert (sample.sites, sample.models, sample.parts) == (("x",), (("k", "v"),), ())


def test_what_a_table_lacks_is_not_among_the_fields() -> None:
    assert read_fields(Sample, {"way": "b", "unknown": 1, "parts": [1]}, []) == {"way": "b"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1),
        ("name", None),
        ("way", "c"),
        ("way", 1),
        ("width", 3),
        ("width", False),
        ("width", "2"),
        ("share", 1.1),
        ("share", -0.1),
        ("share", nan),
        ("share", True),
        ("share", "0.5"),
        ("count", 0),
        ("count", 4),
        ("count", 2.0),
        ("offset", inf),
        ("offset", -inf),
        ("size", -1),
        ("size", 2**53 + 1),
        ("size", True),
        ("flag", 1),
        ("flag", "yes"),
        ("text", []),
        ("family", "x" * 201),
        ("family", "two\nlines"),
        ("sites", "x"),
        ("models", [["k", "v"]]),
    ],
)
def test_a_wrong_value_is_named_and_has_its_default(name: str, value: object) -> None:
    wrong: list[str] = []
    assert read_fields(Sample, {name: value}, wrong, "tabs[1].") == {name: rules_of(Sample)[name].default}
    assert wrong == [f"tabs[1].{name}"]


def test_a_whole_number_is_a_number_and_stays_one() -> None:
    share = read_fields(Sample, {"share": 1}, [])["share"]
    assert (share, type(share)) == (1.0, float)


def test_the_ends_of_a_range_belong_to_it() -> None:
    for count in (1, 3):
        assert read_fields(Sample, {"count": count}, []) == {"count": count}
    assert read_fields(Sample, {"family": "x" * 200}, []) == {"family": "x" * 200}
    assert read_fields(Sample, {"size": 2**53}, []) == {"size": 2**53}


def test_of_a_collection_only_the_wrong_parts_are_passed_over() -> None:
    wrong: list[str] = []
    table = {"sites": ["x", 1, "y", "x"], "models": {"k": "v", "l": 2}}
    assert read_fields(Sample, table, wrong) == {"sites": ("x", "y"), "models": (("k", "v"),)}
    assert wrong == ["sites[2]", "models.l"]
