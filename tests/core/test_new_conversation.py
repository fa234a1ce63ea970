"""A new conversation uses the last used connection and model, else defaults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import ChatOptions, Connection, ConnectionKind
from desktop_chat.core.new_conversation import default_model, default_options
from desktop_chat.core.settings import Preferences, Settings

PLAIN = Connection("a", "A", "https://a.example/v1")
USUAL = Connection("b", "B", "https://b.example/v1", default_model="usual")
DEMO = Connection("demo", "Demo", "http://127.0.0.1:9/v1", default_model="demo", kind=ConnectionKind.DEMO)


@pytest.mark.parametrize(
    ("connection", "own", "last", "listed", "expected"),
    [
        (USUAL, "own", "last", ["only"], "own"),
        (USUAL, "", "last", ["only"], "last"),
        (USUAL, "", "", ["only"], "usual"),
        (PLAIN, "", "", ["only"], "only"),
        (PLAIN, "", "", ["one", "two"], ""),
        (PLAIN, "", "", None, ""),
    ],
)
def test_the_first_available_model_is_used(
    connection: Connection, own: str, last: str, listed: list[str] | None, expected: str
) -> None:
    settings = Settings(last_models=((connection.id, last),) if last else ())
    assert default_model(connection, settings, lambda _: listed, own=own) == expected


def test_the_model_used_last_of_all_is_that_of_its_connection_alone() -> None:
    """A file of an earlier version knows one model, and no model of each connection."""
    settings = Settings(default_connection_id="a", default_model="last of all")
    assert default_model(PLAIN, settings, lambda _: ["only"]) == "last of all"
    assert default_model(USUAL, settings, lambda _: ["only"]) == "usual"
    known = replace(settings, last_models=(("a", "last here"),))
    assert default_model(PLAIN, known, lambda _: ["only"]) == "last here"


def test_each_connection_is_asked_for_its_own_list() -> None:
    assert default_model(PLAIN, Settings(), lambda connection: [connection.id]) == "a"


def test_each_connection_has_its_own_last_model() -> None:
    preferences = Preferences(Settings(connections=(PLAIN, USUAL)))
    preferences.note_used("a", "first")
    preferences.note_used("b", "second")
    preferences.note_used("a", "third")
    assert default_model(PLAIN, preferences.settings, lambda _: None) == "third"
    assert default_model(USUAL, preferences.settings, lambda _: None) == "second"
    preferences.remove_connection("a")
    assert dict(preferences.settings.last_models) == {"b": "second"}


def test_a_connection_without_a_last_model_has_its_default() -> None:
    """Regression: a connection that was chosen without a model left the next tab without one."""
    preferences = Preferences(Settings(connections=(USUAL,)))
    preferences.note_used("b", "")
    options = default_options(Connections(preferences), preferences.settings, lambda _: None)
    assert options == ChatOptions("b", "usual")


def test_the_last_used_connection_comes_first_and_the_demo_is_never_chosen() -> None:
    preferences = Preferences(Settings(connections=(PLAIN, USUAL)))
    connections = Connections(preferences, (DEMO,))
    assert default_options(connections, preferences.settings, lambda _: None).connection_id == "a"
    preferences.note_used("b", "second")
    assert default_options(connections, preferences.settings, lambda _: None) == ChatOptions("b", "second")
    alone = Connections(Preferences(Settings()), (DEMO,))
    assert default_options(alone, Settings(), lambda _: None) == ChatOptions()
