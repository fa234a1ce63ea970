"""A prompt is a conversation that every chat template accepts: roles alternate, and no text is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.entities import ChatOptions, Message, Role, Status
from desktop_chat.core.prompt import Prompt
from desktop_chat.core.prompt_building import GO_ON, build_prompt

TURNS = st.lists(st.tuples(st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=5)), max_size=12)


def prompt_of(*turns: tuple[Role, str], system: str = "", going_on: bool = False) -> Prompt:
    path = [Message(str(n), "c", None, role, text, Status.COMPLETE, 0.0) for n, (role, text) in enumerate(turns)]
    options = ChatOptions(model="m", system_prompt=system)
    return build_prompt(path, options, idle_limit_s=60.0, patience_s=600.0, going_on=going_on)


def said(prompt: Prompt) -> list[tuple[str, str]]:
    return [(message.role.value, message.text) for message in prompt.messages]


def test_questions_around_a_failed_reply_are_merged() -> None:
    prompt = prompt_of((Role.USER, "first"), (Role.ASSISTANT, ""), (Role.USER, "second"))
    assert said(prompt) == [("user", "first\n\nsecond")]


def test_a_cut_off_reply_is_continued_by_a_message() -> None:
    prompt = prompt_of((Role.USER, "count"), (Role.ASSISTANT, "one, "), system="Be brief.", going_on=True)
    assert said(prompt) == [("system", "Be brief."), ("user", "count"), ("assistant", "one, "), ("user", GO_ON)]


@given(TURNS, st.text(max_size=5), st.booleans())
def test_roles_alternate_and_no_text_is_lost(turns: list[tuple[Role, str]], system: str, going_on: bool) -> None:
    prompt = prompt_of(*turns, system=system, going_on=going_on)
    roles = [message.role for message in prompt.messages]
    assert all(role is not after for role, after in pairwise(roles))
    assert Role.SYSTEM not in roles[1:]
    for role in (Role.USER, Role.ASSISTANT):
        texts = [text for said_by, text in turns if said_by is role and text.strip()]
        texts += [GO_ON] if going_on and role is Role.USER else []
        assert "\n\n".join(m.text for m in prompt.messages if m.role is role) == "\n\n".join(texts)


def test_a_models_own_images_are_not_sent_back() -> None:
    data = "data:image/png;base64," + "Zm9v" * 100_000
    prompt = prompt_of(
        (Role.USER, "draw"), (Role.ASSISTANT, f'Here.\n\n![]({data})\n\n![a cat](<{data}> "x")'), (Role.USER, "again")
    )
    assert said(prompt)[1] == ("assistant", "Here.\n\n[image]\n\n[a cat]")


@pytest.mark.parametrize("text", [
    "![a](https://example.org/x.png)", "![](data:image/png;base64,", "`;base64,`", "![](data:text/html;base64,AAAA)",
    "![](data:image/png;base64," + "A" * 2_000_000, "![" * 50_000 + ";base64,",
])  # fmt: skip
def test_other_text_is_sent_unchanged(text: str) -> None:
    assert said(prompt_of((Role.ASSISTANT, text))) == [("assistant", text)]


def test_the_users_text_is_sent_unchanged() -> None:
    text = "What is ![](data:image/png;base64,Zm9v)?"
    assert said(prompt_of((Role.USER, text))) == [("user", text)]
