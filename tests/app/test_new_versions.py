"""A newer version is looked for once a run, only where the person chose that, and is told of above the tabs."""

from __future__ import annotations

import asyncio

import pytest

from desktop_chat import __version__
from desktop_chat.app.new_version_watch import NewVersionWatch
from desktop_chat.core.errors import NameNotFound
from desktop_chat.core.reports import NewerVersion
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import Tasks
from desktop_chat.services.newest_version import NewestVersion


class World:
    """Preferences, and a server that knows the newest version or is not there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, newest: str = "", *, render_style: bool = False) -> None:
        self.asked = 0
        self.told: list[NewerVersion] = []
        self.tasks = Tasks()
        self.preferences = Preferences(Settings(look_for_newer=render_style))

        async def ask(_: NewestVersion) -> str:
            self.asked += 1
            if not newest:
                raise NameNotFound
            return newest

        monkeypatch.setattr(NewestVersion, "ask", ask)
        self.watch = NewVersionWatch(self.preferences, self.tasks, _never, self.told.append)


async def _never() -> None:
    raise AssertionError("nothing goes over the network")


async def test_nobody_is_asked_until_the_person_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, "99.0.0")
    world.preferences.update(zoom=1.25)
    await world.tasks.aclose()
    assert world.asked == 0


async def test_a_newer_version_is_told_of_once_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, "99.0.0", render_style=True)
    for choice in (False, True):
        world.preferences.update(look_for_newer=choice)
    await settled(world)
    assert (world.asked, world.told) == (1, [NewerVersion("99.0.0")])


@pytest.mark.parametrize("newest", [__version__, "0.0.1", "nonsense", ""])
async def test_nothing_is_told_of_what_is_not_newer_or_not_known(monkeypatch: pytest.MonkeyPatch, newest: str) -> None:
    world = World(monkeypatch, newest)
    world.preferences.update(look_for_newer=True)
    await settled(world)
    assert (world.asked, world.told) == (1, [])


async def settled(world: World) -> None:
    for _ in range(5):
        await asyncio.sleep(0)
    await world.tasks.aclose()
