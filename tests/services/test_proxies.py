"""Which proxy settings matter for an address, and which of them are invalid."""

from __future__ import annotations

import pytest

from desktop_chat.services.proxies import has_proxy, variable_at_fault


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_an_address_has_a_proxy_if_its_scheme_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_proxy("https://api.example/v1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:8080")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert has_proxy("https://api.example/v1")
    assert not has_proxy("http://api.example/v1")
    assert not has_proxy("https://inside.example/v1")
    assert not has_proxy("https://[::1")


@pytest.mark.parametrize("name", ["all_proxy", "HTTPS_PROXY"])
def test_the_variable_of_an_invalid_proxy_is_named_as_it_is_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:8080")
    assert variable_at_fault() == ""
    monkeypatch.setenv(name, "ftp://127.0.0.1:21")
    assert variable_at_fault() == name
