"""Connections by id and name, changed in place."""

from __future__ import annotations

from dataclasses import replace

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.settings import Preferences, Settings


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
