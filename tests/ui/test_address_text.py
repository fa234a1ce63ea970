"""The target of an address is shown so that nobody is misled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.ui.text.address_text import (
    AddressWords,
    address_words,
    link_words,
    looks_deceptive,
    other_host_in,
    shown_address,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a/b.png?x=1#part", AddressWords("https://", "example.org", "/a/b.png?x=1")),
        ("HTTP://Example.ORG:8080/", AddressWords("http://", "example.org:8080", "/")),
        ("https://example.org@evil.test/x", AddressWords("https://", "evil.test", "/x")),
        ("https://аррӏе.com/x", AddressWords("https://", "xn--80ak6aa92e.com", "/x")),
        ("https://faß.de/x", AddressWords("https://", "xn--fa-hia.de", "/x")),
        ("https://例え。jp/图", AddressWords("https://", "xn--r8jz45g.jp", "/%E5%9B%BE")),
        ("https://example.org/\u202egnp.x", AddressWords("https://", "example.org", "/%E2%80%AEgnp.x")),
        ("http://[::1]:80/x", AddressWords("http://", "[::1]:80", "/x")),
        ("http://[oops/x", AddressWords("", "http://[oops/x", "")),
        ("http://example.org:port/x", AddressWords("", "http://example.org:port/x", "")),
        (
            "mailto:a@b.org?Subject=Hi%20you&attach=/etc/passwd&bcc=x@y&body=a%0Ab&cc=c@d.org",
            AddressWords("mailto:", "a@b.org", "?subject=Hi%20you&body=a%0Ab&cc=c@d.org"),
        ),
        ("mailto:b\u0430nk@b.org", AddressWords("mailto:", "b%D0%B0nk@b.org", "")),
    ],
)
def test_the_parts_of_an_address(address: str, expected: AddressWords) -> None:
    assert address_words(address) == expected


def test_a_complete_address() -> None:
    assert shown_address("https://user@Example.org/") == "https://example.org"
    assert shown_address("https://example.org/x?y") == "https://example.org/x?y"


def test_a_fragment_is_opened_too() -> None:
    assert str(link_words("https://example.org/a?b#c d")) == "https://example.org/a?b#c%20d"
    assert str(link_words("https://me:secret@example.org/#x")) == "https://example.org/#x"
    assert str(link_words("mailto:a@b.org?attach=x#y")) == "mailto:a@b.org"
    assert str(link_words("http://[oops")) == "http://[oops"


DECEPTIVE = [
    "https://mybank.com@evil.example/login",
    "https://аррӏе.com/",
    "https://xn--80ak6aa92e.com/",
    "https://example.org/\u202egnp.exe",
    "https://example.org/\u200bx",
    "https://example.org\\@evil.example/",
    "https://example.org/ x",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "https://" + ".".join(["mybank.com"] * 8) + ".evil.example/",
    "https://example%2eorg/",
    "http://[oops/",
    "mailto:a@b.org?attach=/etc/passwd",
    "mailto:a@b.org?bcc=evil@example.org",
]


@pytest.mark.parametrize("address", DECEPTIVE)
def test_deceptive_addresses(address: str) -> None:
    assert looks_deceptive(address)
    assert link_words(address).host.isascii()
    assert str(link_words(address)).isprintable()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a/b?c=d&e=f#g",
        "https://www.example.co.uk:8443/",
        "http://127.0.0.1:8080/x",
        "http://192.168.0.1/",
        "http://[::1]:80/",
        "https://zh.wikipedia.org/wiki/图",
        "https://web.archive.org/web/2020/https://example.org/",
        "mailto:a@b.org?subject=Hi&cc=c@d.org",
    ],
)
def test_plain_addresses(address: str) -> None:
    assert not looks_deceptive(address)


@pytest.mark.parametrize(
    ("text", "address", "named"),
    [
        ("https://mybank.com/login", "https://evil.example/", "mybank.com"),
        ("www.mybank.de", "https://evil.example/", "www.mybank.de"),
        ("Log in at MyBank.com.", "https://evil.example/", "mybank.com"),
        ("(mybank.com/login)", "https://mybank.com.evil.example/", "mybank.com"),
        ("请登录mybank.com。", "https://evil.example/", "mybank.com"),
        ("https://my\u200bbank\uff0ecom", "https://evil.example/", "mybank.com"),
        ("https://nobody@mybank.com:443", "https://evil.example/", "mybank.com"),
        ("help@mybank.com", "mailto:mallory@evil.example", "mybank.com"),
        ("help@mybank.com", "mailto:help@mybank.com,mallory@evil.example", "mybank.com"),
        ("https://аррӏе.com", "https://apple.com/", "xn--80ak6aa92e.com"),
        ("https://github.com/a/b", "https://github.io/a/b", "github.com"),
    ],
)
def test_a_text_may_name_another_host(text: str, address: str, named: str) -> None:
    assert other_host_in(text, address) == named


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("example.org", "https://docs.example.org/a"),
        ("https://www.example.org/a", "http://example.org/a"),
        ("docs.example.org", "https://example.org"),
        ("请看example.org的说明", "https://example.org/"),
        ("例え.jp", "https://xn--r8jz45g.jp/x"),
        ("help@example.org", "mailto:help@example.org?subject=x"),
        ("README.md", "https://github.com/a/b"),
        ("Node.js", "https://nodejs.org"),
        ("ASP.NET Core", "https://learn.microsoft.com/"),
        ("asyncio.run", "https://docs.python.org/"),
        ("e.g. this one...", "https://example.org/"),
        ("", "https://example.org/"),
        ("x.com", "http://[oops"),
    ],
)
def test_a_text_that_names_no_other_host(text: str, address: str) -> None:
    assert other_host_in(text, address) == ""


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_host_names_in_a_text_are_shown_in_plain_letters(user: str, host: str, rest: str) -> None:
    for address in (f"https://{user}@{host}/{rest}", f"{user}:{host}{rest}", f"mailto:{user}?{host}={rest}"):
        shown = str(link_words(address))
        assert shown.isascii()
        assert shown.isprintable() or not shown
        looks_deceptive(address)
        other_host_in(rest, address)
