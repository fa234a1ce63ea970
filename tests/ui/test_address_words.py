"""Where an address leads is shown so that nobody is misled."""

from __future__ import annotations

import pytest

from desktop_chat.ui.address_words import AddressWords, address_words, shown_address


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
    ],
)
def test_the_parts_of_an_address(address: str, expected: AddressWords) -> None:
    assert address_words(address) == expected


def test_an_address_as_a_whole() -> None:
    assert shown_address("https://user@Example.org/") == "https://example.org"
    assert shown_address("https://example.org/x?y") == "https://example.org/x?y"
