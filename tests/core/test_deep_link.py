"""Links from outside: what they may fill in, and that nothing else ever comes of them."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.deep_link import MAX_LINK_TEXT, parse_link
from desktop_chat.core.open_request import MAX_NAME_LENGTH, OpenRequest, is_link


def test_a_link_fills_in_text_model_and_connection() -> None:
    link = "desktop-chat://new?text=%E4%BD%A0%E5%A5%BD%0AHow+are+you%3F&model=gpt-5.5&connection=My%20server"
    assert parse_link(link) == OpenRequest("你好\nHow are you?", "My server", "gpt-5.5", from_link=True)


@pytest.mark.parametrize(
    "link",
    [
        "desktop-chat://new",
        "desktop-chat:new",
        "DESKTOP-CHAT://NEW/",
        "desktop-chat://new/?",
        "desktop-chat://new#text=x",
    ],
)
def test_a_link_without_parameters_begins_an_empty_conversation(link: str) -> None:
    assert is_link(link)
    assert parse_link(link) == OpenRequest(from_link=True)


@pytest.mark.parametrize(
    "link", ["desktop-chat:", "desktop-chat://", "desktop-chat://settings?zoom=3", "desktop-chat:?text=x"]
)
def test_any_other_link_only_shows_the_window(link: str) -> None:
    assert is_link(link)
    assert parse_link(link) == OpenRequest()


def test_prompts_are_no_links() -> None:
    assert not any(is_link(text) for text in ("", "desktop-chat", "What is desktop-chat://new?", "https://example.org"))


def test_unknown_parameters_are_ignored_and_the_first_of_each_counts() -> None:
    link = "desktop-chat://new?send=1&text=one&text=two&zoom=3&key=sk-x&base_url=http://evil.example&data-dir=/tmp"
    assert parse_link(link) == OpenRequest("one", from_link=True)


def test_control_and_invisible_characters_are_dropped() -> None:
    text = "a\x00b\x1b[31mc\u202ed\u2066e\U000e0041f\u200bg\ufeffh\r\ni\u2028j\tk\x7f"
    assert parse_link(f"desktop-chat://new?text={quote(text)}").prompt == "ab[31mcdefgh\ni\nj\tk"
    family = "\U0001f468\u200d\U0001f469"
    assert parse_link(f"desktop-chat://new?text={quote(family)}").prompt == family


def test_a_long_text_is_cut_and_a_long_name_is_ignored() -> None:
    request = parse_link(f"desktop-chat://new?model={'m' * (MAX_NAME_LENGTH + 1)}&text={'x' * (MAX_LINK_TEXT + 1)}")
    assert (request.model, request.prompt, request.is_cut) == (None, "x" * MAX_LINK_TEXT, True)
    assert not parse_link(f"desktop-chat://new?text={quote('字' * MAX_LINK_TEXT)}").is_cut
    assert parse_link(f"desktop-chat://new?text={'x' * 10_000_000}").is_cut


def test_too_many_parameters_fill_in_nothing() -> None:
    assert parse_link("desktop-chat://new?" + "&".join(f"text={n}" for n in range(1000))) == OpenRequest(from_link=True)


def is_safe(request: OpenRequest) -> bool:
    """Return whether a request holds what one may see and no more of it than allowed."""
    prompt = request.prompt or ""
    hidden = [char for char in prompt if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    names = [name for name in (request.model, request.connection) if name is not None]
    return (
        len(prompt) <= MAX_LINK_TEXT
        and set(hidden) <= set("\n\t\u200c\u200d")
        and all(name and name.isprintable() and len(name) <= MAX_NAME_LENGTH for name in names)
        and request.activation is None
        and (request.from_link or request == OpenRequest())
    )


@given(st.text(alphabet=st.characters(), max_size=300))
def test_whatever_follows_the_scheme_is_harmless(rest: str) -> None:
    assert is_safe(parse_link(f"desktop-chat:{rest}"))


@given(
    st.lists(
        st.tuples(st.sampled_from(["text", "model", "connection", "send", ""]), st.binary(max_size=60)), max_size=8
    )
)
def test_whatever_is_encoded_is_harmless(pairs: list[tuple[str, bytes]]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    assert is_safe(parse_link(f"desktop-chat://new?{query}"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp")), max_size=200))
def test_visible_text_arrives_as_it_was_written(text: str) -> None:
    link = f"desktop-chat://new?{urlencode({'text': text})}"
    assert parse_link(link).prompt == (text.strip() or None)
