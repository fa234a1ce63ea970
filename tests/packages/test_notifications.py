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


def ask(person: Person, window: str, question: str) -> None:
    """Type a question and send it."""
    before = len(person.messages())
    call("xdotool", "windowactivate", "--sync", window)
    person.type(question)
    person.key("Return")
    person.until(lambda: len(person.messages()) > before, question)


def notified_of_a_reply(person: Person, window: str) -> None:
    """Minimise the window, and wait for the notification of the reply that is running."""
    call("xdotool", "windowminimize", "--sync", window)
    person.until(lambda: displayed(person) == 1, "the notification")


def test_a_reply_that_ends_unseen_is_told_and_open_leads_to_its_beginning(
    installed: None, dunst: subprocess.Popen[bytes], person: Person
) -> None:
    person.start("desktop-chat", "--demo")
    window = person.window()
    person.until_seen("Message")
    call("xdotool", "windowsize", "--sync", window, "760", "440")
    ask(person, window, "Which colours do you know?")
    person.until(lambda: person.messages()[-1][:2] == ("assistant", "complete"), "the first reply")
    ask(person, window, "Now a table.")
    call("xdotool", "mousemove", "--window", window, "500", "160", "click", "--repeat", "40", "--delay", "20", "4")
    person.until(lambda: person.reads("Which colours do you know?"), "the first question in view")
    notified_of_a_reply(person, window)
    assert person.messages()[-1][:2] == ("assistant", "complete")
    person.screenshot("notification")

    call("dunstctl", "action")
    person.until(lambda: call("xdotool", "getactivewindow").strip() == window, "the window in front")
    person.until(lambda: displayed(person) == 0, "the end of the notification")
    person.until(lambda: person.reads("Canned reply") and not person.reads("Which colours do you know?"), "the reply")
    person.screenshot("opened-from-a-notification")


def test_a_notification_goes_when_the_reply_is_looked_at(
    installed: None, dunst: subprocess.Popen[bytes], person: Person
) -> None:
    person.start("desktop-chat", "--demo")
    window = person.window()
    person.until_seen("Message")
    ask(person, window, "Which colours do you know?")
    notified_of_a_reply(person, window)
    call("xdotool", "windowactivate", "--sync", window)
    person.until(lambda: displayed(person) == 0, "the end of the notification")
