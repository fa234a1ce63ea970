"""Ids of imported conversations are UUIDs of version 5, the same in every run."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.importing import ImportKind, derived_id, derived_ids, one_line

NAMESPACE = UUID("6b1f3d0e-6c5a-5d0b-9d57-2f8f6e0c7a41")


@given(st.lists(st.text(), max_size=3))
def test_an_id_is_the_uuid_of_its_names(names: list[str]) -> None:
    assert derived_id(ImportKind.CLAUDE, *names) == uuid5(NAMESPACE, "\n".join(["claude", *names])).hex


@given(st.lists(st.text(), max_size=2), st.text())
def test_ids_below_names_are_those_of_all_names(names: list[str], name: str) -> None:
    id_of = derived_ids(ImportKind.CLAUDE, *names)
    assert id_of("another") != id_of(name) or name == "another"
    assert id_of(name) == derived_id(ImportKind.CLAUDE, *names, name)


def test_names_that_are_not_valid_unicode_have_an_id() -> None:
    assert len(derived_id(ImportKind.CLAUDE, "\ud800")) == 32
    assert len(derived_ids(ImportKind.CLAUDE, "a")("\ud800")) == 32


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert one_line(text) == "" or one_line(text).isprintable()
    assert len(one_line(text)) <= 200
