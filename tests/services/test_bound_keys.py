"""A key is stored with its server, within the limits of every keyring, and returned for that server only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.hosts import host_of
from desktop_chat.core.key_errors import KeyForOtherHost, KeyInvalid, KeyWithoutHost
from desktop_chat.services.secrets.bound_keys import WINDOWS_LIMIT, bound, key_for, parts

HOST = "https://api.example.org:443"
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
addresses = st.sampled_from(
    ["https://api.example.org", "http://127.0.0.1:8080/v1", "http://[::1]:1", "https://例え.jp", "https://a.b:65535/c"]
)


@given(printable, addresses)
def test_a_stored_key_round_trips(key: str, address: str) -> None:
    host = host_of(address)
    assert host_of(host) == host, "it is an address again, so that it can be compared and shown"
    assert parts(bound(key, host)) == (host, key)
    assert key_for(bound(key, host), host) == key
    with pytest.raises(KeyForOtherHost):
        key_for(bound(key, host), "https://evil.example:443")


@given(printable)
def test_a_bare_key_has_no_host(key: str) -> None:
    assert parts(key) == ("", key)
    with pytest.raises(KeyWithoutHost):
        key_for(key, HOST)


def test_other_text_is_not_taken_for_a_host() -> None:
    assert parts("Bearer sk-1") == ("", "Bearer sk-1"), "what another program stored"


def test_a_key_needs_a_host() -> None:
    for host in ("", "https://a b:443"):
        with pytest.raises(KeyInvalid):
            bound("key", host)


def test_windows_accepts_no_longer_keys() -> None:
    fits = "k" * (WINDOWS_LIMIT - len(HOST) - 1)
    assert bound(fits, HOST, "win32") == f"{HOST} {fits}"
    assert bound(fits + "k", HOST, "linux")
    with pytest.raises(KeyInvalid):
        bound(fits + "k", HOST, "win32")
