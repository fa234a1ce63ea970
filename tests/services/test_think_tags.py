"""Reasoning inside the text is separated however the text is split; nothing is lost or duplicated."""

from __future__ import annotations

import pytest
from hostile_dialects import TAGGED
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_chat.core.deltas import Delta, ReasoningDelta, RecastDelta, RefusalDelta, TextDelta
from desktop_chat.core.entities import Message, Role, Status
from desktop_chat.core.reply import Reply
from desktop_chat.services.provider.think_tags import ThinkTagParser

WORDS = st.sampled_from([
    "<think>", "</think>", "<Thought>", "</thought>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]", "◁think▷",
    "◁/think▷", "<", "/", "[", "◁", "`", "```\n", "~~~\n", "\n", "\n\n", "\r\n", " ", "    ", "So ", "four.", "</thi",
    "nk>", "<reasoning>", "</reasoning>", "<seed:think>", "</seed:think>",
])  # fmt: skip
TEXTS = st.lists(WORDS, max_size=14).map("".join)


def sort(*pieces: str) -> tuple[str, str]:
    """Return reasoning and text of a reply that arrives in pieces."""
    thoughts = ThinkTagParser()
    reply = Reply(Message("m", "c", None, Role.ASSISTANT, "", Status.RUNNING, 0.0))
    for piece in pieces:
        for delta in thoughts.sort([TextDelta(piece)]):
            reply.take(delta)
    for delta in thoughts.sort([], last=True):
        reply.take(delta)
    message = reply.ended(None, cancelled=False)
    return message.reasoning, message.text


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({min(place, len(text)) for place in places} | {len(text)})
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(TEXTS, st.lists(st.integers(0, 120), max_size=10))
@example("four.</think>\n\nSo", [5, 9, 13, 14, 15])
@example("So\n</think>\n", [2, 11])
def test_any_split_gives_the_same_result(text: str, places: list[int]) -> None:
    assert sort(*cut(text, places)) == sort(text) == sort(*text)


@given(TEXTS)
def test_only_tags_and_white_space_are_dropped(text: str) -> None:
    reasoning, said = sort(text)
    left = reasoning + said
    for tag in ("think", "thought", "thinking", "reasoning", "seed:think"):
        text, left = (one.lower().replace(f"<{tag}>", "").replace(f"</{tag}>", "") for one in (text, left))
    for tag in ("[think]", "[/think]", "◁think▷", "◁/think▷"):
        text, left = text.replace(tag, ""), left.replace(tag, "")
    assert "".join(left.split()) == "".join(text.split())


@given(st.text(st.characters(exclude_characters="<[◁"), min_size=1))
def test_text_without_tags_is_unchanged(text: str) -> None:
    assert sort(*text) == ("", text)


@pytest.mark.parametrize("name", TAGGED)
def test_character_by_character(name: str) -> None:
    pieces, thought, said = TAGGED[name]
    assert sort(*"".join(pieces)) == (thought, said)


def test_certain_text_is_returned_at_once() -> None:
    thoughts = ThinkTagParser()
    steps: list[tuple[str, list[Delta]]] = [
        ("<think>So", [ReasoningDelta("So")]),
        (" on", [ReasoningDelta(" on")]),
        (".</th", [ReasoningDelta(".")]),
        ("ink>\n", []),
        ("\nFour", [TextDelta("Four")]),
        (" is it", [TextDelta(" is it")]),
    ]
    for piece, told in steps:
        assert thoughts.sort([TextDelta(piece)]) == told


def test_a_missing_opening_tag_is_detected_at_the_closing_one() -> None:
    thoughts = ThinkTagParser()
    assert thoughts.sort([TextDelta("So on.\n")]) == [TextDelta("So on.\n")]
    assert thoughts.sort([TextDelta("</think>\n")]) == [RecastDelta()]
    assert thoughts.sort([TextDelta("\nFour")]) == [TextDelta("Four")]


def test_a_refusal_releases_held_text() -> None:
    thoughts = ThinkTagParser()
    assert thoughts.sort([TextDelta("<thi"), RefusalDelta("No.")]) == [TextDelta("<thi"), RefusalDelta("No.")]


@pytest.mark.parametrize(("begin", "least"), [("", 14_000), ("<think>", 0), ("<think>So", 14_000), ("So", 14_000)])
def test_endless_white_space_is_not_collected(begin: str, least: int) -> None:
    thoughts = ThinkTagParser()
    thoughts.sort([TextDelta(begin)])
    told = sum(
        len(delta.text)
        for _ in range(200)
        for delta in thoughts.sort([TextDelta(" " * 100)])
        if isinstance(delta, TextDelta | ReasoningDelta)
    )
    assert told >= least
    assert sum(len(delta.text) for delta in thoughts.sort([], last=True) if isinstance(delta, TextDelta)) < 5_000
