"""What the settings in a backup add: what is missing, and never a right."""

from __future__ import annotations

from dataclasses import fields, replace

from desktop_chat.core.backup import HABITS, with_added
from desktop_chat.core.entities import Connection
from desktop_chat.core.prices import FREE, PriceEntry
from desktop_chat.core.settings import Settings
from desktop_chat.core.tool_servers import ToolServer

OURS = Connection("a", "OpenAI", "https://api.openai.com/v1")
THEIRS = Connection("b", "openai", "https://elsewhere.example/v1")


def test_connections_come_by_id_and_a_taken_name_gets_a_number() -> None:
    changed = replace(OURS, base_url="https://evil.example/v1")
    third = replace(THEIRS, id="c", name="OpenAI")
    added = with_added(Settings(connections=(OURS,)), Settings(connections=(changed, THEIRS, third)))
    assert added.connections == 2
    assert added.settings.connections == (OURS, replace(THEIRS, name="openai 2"), replace(third, name="OpenAI 3"))


def test_tool_servers_come_switched_off() -> None:
    here = ToolServer("files", command="mine")
    theirs = Settings(tool_servers=(ToolServer("files", command="other"), ToolServer("web", url="https://x.example")))
    added = with_added(Settings(tool_servers=(here,)), theirs)
    assert added.settings.tool_servers == (here, ToolServer("web", url="https://x.example", enabled=False))
    assert added.tool_servers == 1


def test_a_habit_comes_unless_there_is_one_here() -> None:
    added = with_added(Settings(zoom=1.25), Settings(zoom=1.5, scheme="dark"))
    assert (added.settings.zoom, added.settings.scheme, added.others) == (1.25, "dark", 1)
    assert with_added(added.settings, Settings(zoom=1.5, scheme="dark")).is_empty


def test_prices_come_for_the_models_that_have_none_here() -> None:
    mine, other = (PriceEntry("x.example", model, FREE, 0) for model in ("Mine", "other"))
    theirs = Settings(prices=(replace(mine, model="mine", window=9), replace(mine, host=""), other))
    added = with_added(Settings(prices=(mine,)), theirs)
    assert (added.settings.prices, added.others) == ((mine, replace(mine, host=""), other), 1)
    assert with_added(added.settings, theirs).is_empty


def test_nothing_gets_a_right() -> None:
    hostile = Settings(
        always_allowed=(("/read_file", "x"),),
        safe_tools=("/run",),
        tool_folders=("/",),
        trusted_sites=("evil.example",),
        endpoint=True,
        endpoint_origins=("https://evil.example",),
        endpoint_record=True,
        ca_file="/tmp/evil.pem",
        autostart=True,
        warn_of_keys=False,
        look_for_newer=True,
        keep_requests=True,
        tool_rounds=100,
    )
    assert with_added(Settings(), hostile).settings == Settings()
    assert set(HABITS) <= {each.name for each in fields(Settings)}


def test_the_models_last_used_come_with_their_connections() -> None:
    theirs = Settings(
        connections=(THEIRS,),
        default_connection_id="b",
        default_model="m",
        last_models=(("a", "theirs"), ("b", "m"), ("gone", "x")),
    )
    new = with_added(Settings(), theirs).settings
    assert (new.default_connection_id, new.default_model, new.last_models) == ("b", "m", (("b", "m"),))
    ours = Settings(connections=(OURS,), default_connection_id="a", default_model="mine", last_models=(("a", "mine"),))
    kept = with_added(ours, theirs).settings
    assert (kept.default_connection_id, kept.default_model) == ("a", "mine")
    assert kept.last_models == (("a", "mine"), ("b", "m"))
