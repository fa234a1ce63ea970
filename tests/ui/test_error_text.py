"""Every failure has its text and its remedy, and the server's own message is under Details."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core import errors, image_errors
from desktop_chat.core.entities import Failure, Message, Role, Status
from desktop_chat.core.errors import (
    AuthenticationFailed,
    ChatError,
    ContextTooLong,
    ModelNotFound,
    ProviderFault,
    RateLimited,
)
from desktop_chat.ui.text.error_text import ErrorWords, Remedy, finish_state, remedies, sentence, waiting_time

REPLY = Message("m", "c", "q", Role.ASSISTANT, "", Status.FAILED, 0.0, connection_name="OpenAI", model="gpt-5.5")


def all_codes() -> list[str]:
    kinds = [
        kind
        for kind in (*vars(errors).values(), *vars(image_errors).values())
        if isinstance(kind, type) and issubclass(kind, ChatError)
    ]
    return sorted({kind.code for kind in kinds} | {errors.INTERNAL, errors.CRASHED})


@pytest.mark.parametrize("code", all_codes())
def test_every_code_has_its_own_text_and_a_remedy(code: str) -> None:
    said = sentence(Failure(code))
    assert said.endswith(".")
    assert "!" not in said
    assert code == "chat" or said != sentence(Failure("never heard of"))
    assert remedies(Failure(code))


def test_the_text_names_what_it_is_about() -> None:
    assert "gpt-5.5" in sentence(ModelNotFound(), model="gpt-5.5")
    assert "wait 2 second" in sentence(RateLimited(retry_after_s=1.2))
    assert "60 minute" in sentence(RateLimited(retry_after_s=3600))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (99, "99 second"), (100, "2 minute"), (5940, "99 minute"), (7200, "2 hour")],
)
def test_waiting_times_are_readable(seconds: float, words: str) -> None:
    assert waiting_time(seconds).startswith(words)


def test_the_best_remedy_comes_first() -> None:
    assert remedies(AuthenticationFailed())[0] == (Remedy.OPEN_KEY, "Enter API key...")
    assert [action for action, _ in remedies(ContextTooLong())][:2] == [Remedy.SUMMARISE, Remedy.SHORTEN]
    assert remedies(ModelNotFound())[0][0] == Remedy.CHOOSE_MODEL


def test_the_servers_message_is_only_in_the_details() -> None:
    failure = ProviderFault("upstream connect error").failure()
    assert "upstream" not in sentence(failure)
    assert remedies(failure)[-1][0] == Remedy.DETAILS
    assert Remedy.DETAILS not in dict(remedies(ProviderFault()))


def test_a_reply_that_has_text_can_be_continued() -> None:
    words = ErrorWords()
    failure = errors.ConnectionLost().failure()
    broken = replace(REPLY, status=Status.INTERRUPTED, text="Hel", failure=failure)
    assert [action for action, _ in words.actions(broken)] == [Remedy.CONTINUE, Remedy.RETRY]
    cut = replace(REPLY, status=Status.TRUNCATED, text="Hel")
    assert words.sentence(cut) == "Cut off at the length limit"
    assert words.actions(cut) == [(Remedy.CONTINUE, "Continue")]
    stopped = replace(REPLY, status=Status.CANCELLED, text="Hel")
    assert (words.sentence(stopped), words.actions(stopped)) == ("Stopped", [(Remedy.CONTINUE, "Continue")])
    assert words.actions(replace(stopped, text="")) == [(Remedy.RETRY, "Retry")]
    assert ErrorWords(lambda _: False).actions(stopped) == [], "only the end of a conversation can go on"
    assert [action for action, _ in ErrorWords(lambda _: False).actions(broken)] == [Remedy.RETRY]
    whole = replace(REPLY, status=Status.COMPLETE, text="Hello")
    assert (words.sentence(whole), words.actions(whole)) == ("", [])


def test_a_refusal_is_distinguished_from_a_filter() -> None:
    filtered = replace(REPLY, status=Status.FILTERED, finish_reason="content_filter")
    assert finish_state(filtered) != finish_state(replace(filtered, finish_reason="refusal"))
