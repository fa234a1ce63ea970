"""The current settings, and who is notified of changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_chat.core.entities import Connection
from desktop_chat.core.field_rules import Rule, rules_of
from desktop_chat.core.settings import ZOOM_STEPS, Preferences, Settings

ONE = Connection("c1", "One", "https://one.example/v1")
TWO = Connection("c2", "Two", "https://two.example/v1")


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(Settings())


@pytest.mark.parametrize(("name", "rule"), rules_of(Settings).items())
def test_each_default_is_allowed_by_its_rule(name: str, rule: Rule) -> None:
    assert rule.default == getattr(Settings(), name)
    assert rule.read(rule.plain(rule.default), name, []) == rule.default


def test_the_steps_of_the_zoom_are_allowed() -> None:
    assert all(rules_of(Settings)["zoom"].allows(step) for step in ZOOM_STEPS)
    assert 1.0 in ZOOM_STEPS


def test_a_change_is_emitted_once_and_no_change_is_not(preferences: Preferences) -> None:
    heard: list[Settings] = []
    stop = preferences.changed.add(heard.append)
    preferences.update(scheme="dark", zoom=1.5)
    preferences.update(scheme="dark")
    assert heard == [Settings(scheme="dark", zoom=1.5)]
    stop()
    stop()
    preferences.update(scheme="light")
    assert len(heard) == 1


def test_an_unknown_field_is_a_bug(preferences: Preferences) -> None:
    with pytest.raises(TypeError):
        preferences.update(colour="red")


def test_connections_are_added_replaced_in_place_and_removed(preferences: Preferences) -> None:
    preferences.put_connection(ONE)
    preferences.put_connection(TWO)
    renamed = replace(ONE, name="Eins")
    preferences.put_connection(renamed)
    assert preferences.settings.connections == (renamed, TWO)
    assert preferences.connection("c1") == renamed
    preferences.remove_connection("c1")
    preferences.remove_connection("unknown")
    assert preferences.settings.connections == (TWO,)
    assert preferences.connection("c1") is None


def test_what_was_used_last_is_remembered_for_each_connection(preferences: Preferences) -> None:
    preferences.note_used("c1", "small")
    preferences.note_used("c2", "c1")
    preferences.note_used("c1", "large")
    assert preferences.settings.last_models == (("c2", "c1"), ("c1", "large"))
    assert (preferences.settings.default_connection_id, preferences.settings.default_model) == ("c1", "large")
    preferences.note_used("c1", "")
    assert preferences.settings.last_models == (("c2", "c1"),)


def test_a_listener_may_remove_itself_while_it_is_called(preferences: Preferences) -> None:
    heard: list[str] = []

    def once(settings: Settings) -> None:
        heard.append(settings.scheme)
        stop()

    stop = preferences.changed.add(once)
    preferences.changed.add(lambda settings: heard.append(f"second {settings.scheme}"))
    preferences.update(scheme="dark")
    preferences.update(scheme="light")
    assert heard == ["dark", "second dark", "second light"]


def test_a_site_is_trusted_once_and_can_be_removed(preferences: Preferences) -> None:
    for host in ("one.example", "two.example", "one.example"):
        preferences.trust_site(host)
    assert preferences.settings.trusted_sites == ("one.example", "two.example")
    preferences.stop_trusting_site("one.example")
    preferences.stop_trusting_site("unknown.example")
    assert preferences.settings.trusted_sites == ("two.example",)
