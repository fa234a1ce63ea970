"""Own prices in the settings file: kept over a restart, and nothing lost that cannot be read."""

from __future__ import annotations

import tomllib
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.core.settings import Settings
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_file import SettingsFile

OWN = PriceEntry("", "own", Price("USD", Decimal("2.50"), None, Decimal(10), None, ""), 128_000)
FILE = """
[[prices]]
model = "own"
input = "2.50"
output = 10
currency = "USD"
context_window = 128000

[[prices]]
model = "wrong"
input = "much"
output = 10
currency = "USD"
note = "mine"
"""


async def test_they_are_written_and_read(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    async with aclosing(SettingsFile(paths)) as file:
        await file.save_settings(Settings(prices=(OWN,)))
    found, problem = SettingsFile(paths).load_settings()
    assert (found.prices, problem) == ((OWN,), None)


async def test_a_wrong_entry_is_reported_and_stays_in_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = Paths(tmp_path)
    paths.settings_file.write_text(FILE)
    async with aclosing(SettingsFile(paths)) as file:
        settings, problem = file.load_settings()
        assert settings.prices == (OWN,)
        assert problem is not None
        assert problem.members == ("prices[2].input",)
        await file.save_settings(replace(settings, zoom=1.5))
        assert tomllib.loads(paths.settings_file.read_text())["prices"][1]["note"] == "mine"
        await file.save_settings(replace(settings, prices=()))
        (kept,) = tomllib.loads(paths.settings_file.read_text())["prices"]
        assert kept["model"] == "wrong"
    assert "prices[2].input" in caplog.text
    caplog.clear()


def test_what_is_no_list_of_tables_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = Paths(tmp_path)
    paths.settings_file.write_text("prices = 7")
    _, problem = SettingsFile(paths).load_settings()
    assert problem is not None
    assert problem.members == ("prices",)
    paths.settings_file.write_text("prices = [7]")
    _, problem = SettingsFile(paths).load_settings()
    assert problem is not None
    assert problem.members == ("prices[1]",)
    caplog.clear()
