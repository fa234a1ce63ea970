"""Budgets on the terminal and for callers: a warning on standard error, or nothing is sent until a flag confirms it."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import tomli_w

from desktop_chat.app.budget_check import CallerBudgets, may_spend
from desktop_chat.core.budgets import Estimate, OverBudget
from desktop_chat.core.entities import Connection, Usage
from desktop_chat.core.prices import Cost
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.usage_ledger import UsageEntry, UsageOrigin
from desktop_chat.services.paths import Paths
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.text.price_list import shipped_prices

PAID = ("--base-url", "https://unreachable.invalid/v1", "--model", "m", "--retries", "0")
"""A model of unknown price, at a server that is never reached."""
REACHED = "Today's budget of 5.00 USD is reached: 6.00 USD spent."


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """Where 6 USD were spent today."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    async with aclosing(UsageStore(Paths(folder).usage_file)) as ledger:
        cost = Cost("USD", Decimal(6))
        ledger.record(UsageEntry(datetime.now(UTC), UsageOrigin.WINDOW, "c", "Mine", "", "m", Usage(1, 1), cost))
    return folder


def preferences(over: str = "ask", **budgets: str) -> Preferences:
    pairs = tuple((f"USD {period}", amount) for period, amount in budgets.items())
    return Preferences(Settings(budgets=pairs, over_budget=over))


async def run(data_dir: Path, over: str, *words: str) -> tuple[int, str]:
    """Return the exit code, and what standard error said."""
    settings = data_dir / "settings.toml"
    settings.write_text(tomli_w.dumps({"budgets": {"USD day": "5"}, "over_budget": over}), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LC_", "LANG"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir), *words, *PAID),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**kept, "LANG": "C.UTF-8"},
    )
    _, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, err.decode()


async def test_ask_refuses_until_a_flag_confirms_it(data_dir: Path) -> None:
    (refused, words), (sent, also) = await asyncio.gather(
        run(data_dir, "ask", "ask", "hi"),
        run(data_dir, "ask", "ask", "hi", "--over-budget"),
    )
    assert refused == 2
    assert f"{REACHED} Nothing has been sent. Use --over-budget" in words
    assert sent == 1, "it was sent, to nowhere"
    assert REACHED in also
    assert "Nothing has been sent" not in also


async def test_a_batch_is_estimated_with_its_budget_and_refused(data_dir: Path, tmp_path: Path) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("text\none\n")
    words = ("batch", str(source), str(output), "--template", "{text}")
    estimated, said = await run(data_dir, "ask", *words, "--dry-run")
    assert estimated == 0
    assert REACHED in said
    assert "Nothing has been sent" not in said
    refused, said = await run(data_dir, "ask", *words)
    assert refused == 2
    assert "--over-budget" in said


async def test_a_warning_holds_nothing_back(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = Paths(data_dir)
    unknown = Estimate(is_unknown=True)
    assert await may_spend(paths, preferences("warn", day="5"), lambda _: unknown, is_confirmed=False)
    assert REACHED in capsys.readouterr().err
    assert not await may_spend(paths, preferences("ask", day="5"), lambda _: unknown, is_confirmed=False)
    assert await may_spend(paths, preferences("ask", day="9"), lambda _: unknown, is_confirmed=False)
    assert await may_spend(paths, preferences("ask", day="5"), lambda _: Estimate(), is_confirmed=False), "it is free"
    assert await may_spend(paths, preferences("ask"), lambda _: unknown, is_confirmed=False), "no budget"
    capsys.readouterr()
    dear = Estimate({"USD": Decimal(4)})
    assert await may_spend(paths, preferences(day="9"), lambda _: dear, is_confirmed=True, is_least=False)
    assert "This would cost about 4.00 USD and exceed today's budget of 9.00 USD" in capsys.readouterr().err


async def test_callers_are_refused_only_if_the_user_wants_to_be_asked(data_dir: Path) -> None:
    paid, local = (
        Connection("p", "Paid", "https://api.openai.com/v1"),
        Connection("l", "Local", "http://127.0.0.1:1/v1"),
    )
    async with aclosing(UsageStore(Paths(data_dir).usage_file)) as ledger:
        chosen = preferences("ask", day="5")
        ten = partial(int, 10)
        callers = CallerBudgets(ledger, chosen, shipped_prices().price_of)
        over = await callers.check(paid, "gpt-5.5", ten)
        assert (over.is_refused, [state.budget.key for state in over.states]) == (True, ["USD day"])
        assert await callers.check(local, "m", ten) == OverBudget()
        chosen.update(over_budget="warn")
        assert await callers.check(paid, "gpt-5.5", ten) == replace(over, is_refused=False)
        chosen.update(over_budget="ask", budgets=(("USD day", "7"),))
        assert await callers.check(paid, "gpt-5.5", ten) == OverBudget(), "what the window changes counts at once"
        chosen.update(budgets=())
        assert await callers.check(paid, "gpt-5.5", ten) == OverBudget()
