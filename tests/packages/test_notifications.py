"""A real notification service, dunst: it tells of a reply that ends unseen, and a click there leads to the reply."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from package_system import call
from person import Person


@pytest.fixture
def dunst(person: Person) -> Iterator[subprocess.Popen[bytes]]:
    """The service, on this session's bus and screen."""
    service = person.start("dunst")
    person.until(lambda: person.run("dunstctl", "is-paused").returncode == 0, "dunst")
    yield service
    service.terminate()
    service.wait(30)


def displayed(person: Person) -> int:
    """Return how many notifications are on the screen."""
    return int(person.run("dunstctl", "count", "displayed").stdout)


def notified_of_a_reply(person: Person) -> str:
    """Ask, minimise the window, and wait for the notification; return the window."""
    person.start("desktop-chat", "--demo", "Which colours do you know?")
    window = person.window()
    person.until_seen("Which colours do you know?")
    call("xdotool", "windowactivate", "--sync", window)
    person.key("Return")
    person.until(person.messages, "the question")
    call("xdotool", "windowminimize", "--sync", window)
    person.until(lambda: displayed(person) == 1, "the notification")
    return window


def test_a_reply_that_ends_unseen_is_told_and_open_leads_to_it(
    installed: None, dunst: subprocess.Popen[bytes], person: Person
) -> None:
    window = notified_of_a_reply(person)
    assert person.messages()[-1][:2] == ("assistant", "complete")
    person.screenshot("notification")

    call("dunstctl", "action")
    person.until(lambda: call("xdotool", "getactivewindow").strip() == window, "the window in front")
    person.until(lambda: displayed(person) == 0, "the end of the notification")
    person.until_seen("Which colours do you know?")


def test_a_notification_goes_when_the_reply_is_looked_at(
    installed: None, dunst: subprocess.Popen[bytes], person: Person
) -> None:
    window = notified_of_a_reply(person)
    call("xdotool", "windowactivate", "--sync", window)
    person.until(lambda: displayed(person) == 0, "the end of the notification")
