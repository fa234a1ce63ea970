"""What an address is, what a key belongs to, and which headers look like a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core.connections import (
    Connections,
    credential_headers,
    host_of,
    is_loopback,
    needs_key,
)
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.settings import Preferences, Settings


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com:443"),
        ("HTTPS://API.OpenAI.com/", "https://api.openai.com:443"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
        ("http://[::1]/v1", "http://[::1]:80"),
        (" https://user:secret@example.org/v1 ", "https://example.org:443"),
        ("ftp://example.org", ""),
        ("example.org/v1", ""),
        ("https://", ""),
        ("https://example.org:notaport/", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_key_belongs_to_scheme_host_and_port(address: str, host: str) -> None:
    assert host_of(address) == host


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("http://localhost:11434/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://model.localhost/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:8080/v1", True),
        ("http://127.example.com/v1", False),
        ("http://localhost.example.com/v1", False),
        ("http://notlocalhost/v1", False),
        ("https://api.openai.com/v1", False),
        ("http://192.168.1.2", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_loopback_is_only_this_computer(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


@pytest.mark.parametrize(
    ("address", "needed"),
    [
        ("https://api.openai.com/v1", True),
        ("http://8.8.8.8/v1", True),
        ("http://[2606:4700::1111]/v1", True),
        ("http://192.168.example.com", True),
        ("http://box.local.example.com", True),
        ("http://172.32.0.1", True),
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.1:8080", False),
        ("http://192.168.1.2:11434", False),
        ("http://10.0.0.7/v1", False),
        ("http://172.16.0.1", False),
        ("http://169.254.3.4", False),
        ("http://100.64.1.2", False),
        ("http://[fd00::5]:8000/v1", False),
        ("http://[fe80::1%25eth0]/v1", False),
        ("http://nas:11434/v1", False),
        ("http://Studio.LOCAL:1234/v1", False),
        ("http://studio.local.:1234/v1", False),
        ("http://gpu.home.arpa/v1", False),
    ],
)
def test_a_server_on_the_local_network_may_need_no_key(address: str, needed: bool) -> None:
    assert needs_key(address) is needed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "anything"),
        ("proxy-authorization", "x"),
        ("api-key", "x"),
        ("X-API-Key", "x"),
        ("x_goog_api_key", "x"),
        ("Ocp-Apim-Subscription-Key", "x"),
        ("X-ApiKey", "x"),
        ("X-Auth-Token", "x"),
        ("X-AccessToken", "x"),
        ("Cookie", "x"),
        ("X-Client-Secret", "x"),
        ("X-Note", "sk-proj-0123456789abcdef"),
        ("X-Note", "key=gsk_0123456789abcdef"),
        ("X-Note", "Bearer abcdef123456"),
        ("X-Note", "basic dXNlcjpwYXNz"),
    ],
)
def test_headers_that_look_like_keys_are_detected(name: str, value: str) -> None:
    assert credential_headers([("X-Fine", "yes"), (name, value)]) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OpenAI-Organization", "org-123"),
        ("OpenAI-Project", "proj_123"),
        ("HTTP-Referer", "https://example.org"),
        ("X-Title", "Desktop Chat"),
        ("X-Author", "me"),
        ("X-Max-Tokens", "100"),
        ("Idempotency-Key", "abc"),
        ("X-Note", "a risk-averse and basic plan"),
        ("X-Keyboard", "de"),
    ],
)
def test_other_headers_are_allowed(name: str, value: str) -> None:
    assert credential_headers([(name, value)]) == []


def test_stored_connections_come_first_and_are_found_by_id_and_name() -> None:
    stored = Connection("c1", "Straße", "https://a.example/v1")
    demo = Connection("demo", "Demo", "http://127.0.0.1:1/v1", kind=ConnectionKind.DEMO)
    preferences = Preferences(Settings())
    connections = Connections(preferences, (demo,))
    preferences.put_connection(stored)
    assert connections.all() == (stored, demo)
    assert connections.get("demo") == demo
    assert connections.get("unknown") is None
    assert connections.named("STRASSE") == stored
    assert connections.named("nobody") is None
    environment = Connection("env", "Environment", "https://b.example/v1", kind=ConnectionKind.ENVIRONMENT)
    connections.add_temporary(environment)
    assert connections.all() == (stored, demo, environment)


def test_a_connection_uses_another_api_from_now_on() -> None:
    stored = Connection("s", "Stored", "https://a.example/v1", default_model="m")
    passing = Connection("t", "Passing", "https://b.example/v1", kind=ConnectionKind.ENVIRONMENT)
    preferences = Preferences(Settings(connections=(stored,)))
    connections = Connections(preferences, (passing,))
    for connection_id in ("s", "t", "unknown"):
        connections.use_api(connection_id, Api.RESPONSES)
    assert preferences.settings.connections == (replace(stored, api=Api.RESPONSES),), "kept with the settings"
    assert connections.get("t") == replace(passing, api=Api.RESPONSES), "for this run only"
    assert len(connections.all()) == 2


def test_a_connection_is_changed_in_place() -> None:
    stored = Connection("c1", "Mine", "https://a.example")
    run = Connection("env", "Environment", "https://b.example", kind=ConnectionKind.ENVIRONMENT)
    preferences = Preferences(Settings(connections=(stored,)))
    connections = Connections(preferences, (run,))
    connections.put(replace(stored, base_url="https://a.example/v1"))
    connections.put(replace(run, base_url="https://b.example/v1"))
    assert [c.base_url for c in connections.all()] == ["https://a.example/v1", "https://b.example/v1"]
    assert [c.base_url for c in preferences.settings.connections] == ["https://a.example/v1"]
    connections.put(Connection("gone", "Gone", "https://c.example"))
    assert len(connections.all()) == 2
