"""Settings and workspace on a real disk: intact, broken and partially understood."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.field_rules import Rule, rules_of
from desktop_chat.core.ports import SettingsStore
from desktop_chat.core.prices import Price, PriceEntry
from desktop_chat.core.secret_patterns import credential_headers
from desktop_chat.core.settings import Settings, SettingsProblem
from desktop_chat.core.tool_servers import ToolServer
from desktop_chat.core.workspace import OpenTab, ScrollPlace, UsageChoice, Workspace
from desktop_chat.services.paths import Paths
from desktop_chat.services.settings_file import SettingsFile
from desktop_chat.services.settings_values import settings_from, settings_to, workspace_from

pytestmark = pytest.mark.usefixtures("caplog")  # ignored members are logged, too

OPENAI = Connection("c1", "OpenAI", "https://api.openai.com/v1", (("OpenAI-Project", "p1"), ("X-Two", "2")), "gpt")
CHOSEN = Settings(
    scheme="dark",
    language="zh_CN",
    zoom=1.5,
    send_key="ctrl_enter",
    reading_width=0,
    text_font="Noto Serif",
    code_font="文泉驿等宽正黑",
    smooth_scrolling="off",
    wrap_code=True,
    wrap_tables=False,
    show_timings=True,
    announce_sentences=False,
    idle_limit_s=30.0,
    patience_s=90.0,
    retries=5,
    snapshots="weekly",
    warn_of_keys=False,
    quick_key="ctrl_alt_q",
    tray="close",
    look_for_newer=True,
    trusted_sites=("docs.python.org", "example.com:8443"),
    ca_file="/somewhere/ca.pem",
    default_connection_id="c1",
    default_model="gpt",
    last_models=(("c1", "gpt"), ("env", "o3")),
    connections=(OPENAI,),
)
OPEN = Workspace(
    tabs=(OpenTab("a", ScrollPlace("m", 2, 10.5)), OpenTab("b", folded=("m1", "m2"))),
    active=1,
    closed=(OpenTab("c", place=2),),
    geometry="AAAA",
    width=900,
    height=700,
    sidebar_width=300,
    sidebar_shown=False,
    quick_geometry="BBBB",
    quick_height=480,
    usage=UsageChoice("week", "EUR", "caller"),
)


@pytest.fixture
async def file(paths: Paths) -> AsyncIterator[SettingsFile]:
    file = SettingsFile(paths)
    yield file
    await file.aclose()


def text_of(path: Path) -> str:
    return path.read_text()


def put(path: Path, text: str) -> None:
    path.write_text(text)


async def test_it_implements_the_port(file: SettingsFile) -> None:
    fulfilled: SettingsStore = file
    await fulfilled.save_settings(Settings())


async def test_without_a_file_the_defaults_apply(file: SettingsFile) -> None:
    assert file.load_settings() == (Settings(), None)
    assert file.load_workspace() == (Workspace(), None)


async def test_saved_settings_are_loaded(file: SettingsFile, paths: Paths) -> None:
    await file.save_settings(CHOSEN)
    await file.save_workspace(OPEN)
    assert SettingsFile(paths).load_settings() == (CHOSEN, None)
    assert SettingsFile(paths).load_workspace() == (OPEN, None)
    assert {path.stat().st_mode & 0o777 for path in (paths.settings_file, paths.workspace_file)} == {0o600}


async def test_the_last_of_many_saves_wins_and_leaves_no_files(file: SettingsFile, paths: Paths) -> None:
    await asyncio.gather(*(file.save_workspace(replace(OPEN, sidebar_width=width)) for width in range(200, 230)))
    assert file.load_workspace()[0].sidebar_width == 229
    assert list(paths.data_dir.glob("*.part")) == []


async def test_a_broken_file_is_moved_aside_and_reported(file: SettingsFile, paths: Paths) -> None:
    put(paths.settings_file, 'scheme = "dark\nthis is no TOML')
    put(paths.workspace_file, "[1, 2]")
    settings, problem = file.load_settings()
    assert settings == Settings()
    assert problem is not None
    assert problem.file == "settings.toml"
    assert "no TOML" in text_of(paths.data_dir / problem.set_aside)
    workspace, problem = file.load_workspace()
    assert workspace == Workspace()
    assert problem is not None
    assert text_of(paths.data_dir / problem.set_aside) == "[1, 2]"
    assert SettingsFile(paths).load_settings() == (Settings(), None)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 4096, b"a = " + b"[" * 5000])
async def test_a_file_of_arbitrary_bytes_gives_a_usable_window(
    file: SettingsFile, paths: Paths, content: bytes
) -> None:
    paths.settings_file.write_bytes(content)
    paths.workspace_file.write_bytes(content)
    assert file.load_settings()[0] == Settings()
    assert file.load_workspace()[0] == Workspace()


async def test_an_unreadable_file_is_reported(file: SettingsFile, paths: Paths) -> None:
    paths.settings_file.mkdir()
    settings, problem = file.load_settings()
    assert settings == Settings()
    assert problem is not None
    assert problem.detail == "Is a directory"
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        await file.save_settings(CHOSEN)


async def test_a_byte_order_mark_is_accepted(file: SettingsFile, paths: Paths) -> None:
    paths.settings_file.write_bytes(b'\xef\xbb\xbfscheme = "dark"\n')
    assert file.load_settings() == (Settings(scheme="dark"), None)


async def test_invalid_members_fall_back_individually(file: SettingsFile, paths: Paths) -> None:
    put(
        paths.settings_file,
        """
        scheme = "purple"
        language = 3
        zoom = "big"
        retries = true
        idle_limit_s = nan
        send_key = "ctrl_enter"
        default_model = "gpt"
        """,
    )
    settings, problem = file.load_settings()
    assert settings == Settings(send_key="ctrl_enter", default_model="gpt")
    assert problem == SettingsProblem(
        "settings.toml", members=("scheme", "language", "zoom", "idle_limit_s", "retries")
    )


@pytest.mark.parametrize(
    "line",
    [
        "reading_width = 700",
        "reading_width = true",
        "reading_width = -1",
        'reading_width = "wide"',
        "text_font = 12",
        'code_font = "two\\nlines"',
        f'text_font = "{"x" * 201}"',
        'smooth_scrolling = "always"',
        "smooth_scrolling = true",
        'wrap_code = "yes"',
        "wrap_tables = 1",
        "announce_sentences = 0.5",
    ],
)
async def test_an_invalid_reading_setting_falls_back_alone_and_is_named(
    file: SettingsFile, paths: Paths, line: str
) -> None:
    put(paths.settings_file, f'scheme = "dark"\n{line}\n')
    problem = SettingsProblem("settings.toml", members=(line.partition(" ")[0],))
    assert file.load_settings() == (Settings(scheme="dark"), problem)


async def test_a_file_without_reading_settings_is_valid(file: SettingsFile, paths: Paths) -> None:
    put(paths.settings_file, 'scheme = "dark"\nlanguage = "en"\nzoom = 1.25\nretries = 3\nconnections = []\n')
    assert file.load_settings() == (Settings(scheme="dark", language="en", zoom=1.25, retries=3), None)


async def test_an_unreadable_connection_is_named_and_kept_in_the_file(file: SettingsFile, paths: Paths) -> None:
    unreadable = {"name": "No address", "id": "c2"}
    good = {
        "id": "c1",
        "name": "Good",
        "base_url": "http://localhost:1/v1",
        "headers": [{"name": "A", "value": "b"}, 1],
    }
    put(paths.settings_file, tomli_w.dumps({"connections": [unreadable, good, good]}))
    settings, problem = file.load_settings()
    assert settings.connections == (Connection("c1", "Good", "http://localhost:1/v1", (("A", "b"),)),)
    assert problem is not None
    assert problem.members == (
        "connections[1]",
        "connections[2].headers[2]",
        "connections[3].headers[2]",
        "connections[3]",
    )
    await file.save_settings(settings)
    written = tomllib.loads(text_of(paths.settings_file))["connections"]
    assert [entry["name"] for entry in written] == ["Good", "No address", "Good"]


async def test_members_of_a_newer_version_are_kept_in_the_file(file: SettingsFile, paths: Paths) -> None:
    put(paths.settings_file, 'scheme = "dark"\nshiny = ["new"]\n[future]\nday = 2030-01-01\n')
    settings, problem = file.load_settings()
    assert problem is None
    await file.save_settings(replace(settings, scheme="light"))
    table = tomllib.loads(text_of(paths.settings_file))
    assert table["scheme"] == "light"
    assert table["shiny"] == ["new"]
    assert str(table["future"]["day"]) == "2030-01-01"


async def test_only_stored_connections_are_written(file: SettingsFile) -> None:
    temporary = tuple(replace(OPENAI, id=kind, kind=kind) for kind in (ConnectionKind.DEMO, ConnectionKind.ENVIRONMENT))
    await file.save_settings(Settings(connections=(*temporary, OPENAI)))
    assert file.load_settings()[0].connections == (OPENAI,)


async def test_a_key_is_never_written_to_the_file(file: SettingsFile, paths: Paths) -> None:
    key = "sk-verysecret0123456789"
    headers = (("Authorization", f"Bearer {key}"), ("X-Note", key), ("api-key", "plain"), ("X-Fine", "yes"))
    told: list[SettingsProblem] = []
    file.problems.add(told.append)
    await file.save_settings(
        Settings(connections=(Connection("c1", "Mine", f"https://user:{key}@host.example/v1", headers),))
    )
    assert key not in text_of(paths.settings_file)
    assert file.load_settings()[0].connections == (
        Connection("c1", "Mine", "https://host.example/v1", (("X-Fine", "yes"),)),
    )
    (problem,) = told
    place = "connections.Mine."
    assert problem.members == (
        f"{place}headers.Authorization",
        f"{place}headers.X-Note",
        f"{place}headers.api-key",
        f"{place}base_url",
    )


@pytest.mark.parametrize(
    ("written", "base_url", "model"),
    [
        (" https://h.example/v1/chat/completions ", "https://h.example/v1", ""),
        ("localhost:1/v1", "http://localhost:1/v1", ""),
        ("https://h.example/v1?key=AIzaSecret&api-version=1", "https://h.example/v1?api-version=1", ""),
        (
            "https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1",
            "https://me.openai.azure.com/openai/deployments/gpt?api-version=1",
            "gpt",
        ),
    ],
)
async def test_a_manually_written_address_is_normalised(
    file: SettingsFile, paths: Paths, written: str, base_url: str, model: str
) -> None:
    put(paths.settings_file, tomli_w.dumps({"connections": [{"id": "c1", "name": "Mine", "base_url": written}]}))
    settings, _ = file.load_settings()
    assert settings.connections == (Connection("c1", "Mine", base_url, default_model=model),)
    await file.save_settings(settings)
    assert "AIza" not in text_of(paths.settings_file)


async def test_a_key_in_the_file_is_ignored(file: SettingsFile, paths: Paths) -> None:
    table = {"id": "c1", "base_url": "http://h/v1", "headers": [{"name": "X-Api-Key", "value": "secret"}]}
    put(paths.settings_file, tomli_w.dumps({"connections": [table]}))
    settings, problem = file.load_settings()
    assert settings.connections == (Connection("c1", "http://h/v1", "http://h/v1"),)
    assert problem is not None


async def test_the_file_does_not_choose_the_site_that_a_key_is_for(file: SettingsFile, paths: Paths) -> None:
    headers = [{"name": name, "value": "evil.example"} for name in ("Host", "hOST ", "Transfer-Encoding", "X-Mine")]
    table = {"connections": [{"id": "a", "name": "A", "base_url": "https://a.example/v1", "headers": headers}]}
    paths.settings_file.write_text(tomli_w.dumps(table))
    settings, problem = file.load_settings()
    assert settings.connections[0].headers == (("X-Mine", "evil.example"),)
    assert problem is not None
    assert "connections.A.headers.Host" in problem.members


async def test_a_keys_host_is_not_in_the_file(file: SettingsFile, paths: Paths) -> None:
    table = {"id": "c1", "base_url": "http://h/v1", "key_host": "https://api.example.org:443"}
    put(paths.settings_file, tomli_w.dumps({"connections": [table]}))
    settings, problem = file.load_settings()
    assert problem is None
    await file.save_settings(settings)
    assert "key_host" not in text_of(paths.settings_file)


@pytest.mark.parametrize(
    "left", ["[]", "7", "{", '{"suspects": 7}', '{"suspects": [1, "\\ud800", "a"]}', "[" * 100_000]
)
async def test_an_invalid_shown_tab_record_is_not_moved(file: SettingsFile, paths: Paths, left: str) -> None:
    paths.shown_tab_file.write_text(left)
    record = file.load_shown()
    assert (record.conversation_id, record.opening) == ("", False)
    assert paths.shown_tab_file.read_text() == left
    await file.save_shown(record)
    assert file.load_shown() == record


async def test_closing_waits_for_the_last_save_and_may_be_repeated(paths: Paths) -> None:
    file = SettingsFile(paths)
    saving = asyncio.create_task(file.save_settings(CHOSEN))
    await asyncio.sleep(0)
    await file.aclose()
    await file.aclose()
    await saving
    assert SettingsFile(paths).load_settings()[0] == CHOSEN


NAMES = st.sampled_from(
    [
        "scheme",
        "language",
        "zoom",
        "send_key",
        "reading_width",
        "text_font",
        "code_font",
        "smooth_scrolling",
        "wrap_code",
        "wrap_tables",
        "show_timings",
        "announce_sentences",
        "idle_limit_s",
        "patience_s",
        "retries",
        "connections",
        "id",
        "name",
        "base_url",
        "headers",
        "value",
        "tabs",
        "closed",
        "active",
        "conversation_id",
        "scroll_place",
        "message_id",
        "block",
        "offset",
        "geometry",
        "width",
        "sidebar_width",
        "sidebar_shown",
        "batch",
        "source",
        "at_once",
        "usage",
        "period",
        "other",
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
PLACES = st.none() | st.builds(
    ScrollPlace,
    WORDS,
    st.integers(-3_000_000, 2_000_000_000),  # headers and reasoning have negative keys
    st.floats(-1e9, 1e9),
)
JOBS = st.builds(
    BatchJob,
    **{name: st.text(max_size=8) for name in ("source", "output", "template", "system", "model", "schema")},
    connection_id=WORDS,
    streaming=st.booleans(),
    at_once=st.integers(1, 256),
    per_minute=st.floats(0, 1e6),
    retries=st.integers(0, 100),
)
BATCH_TABS = st.builds(lambda batch_id, job: OpenTab(batch_id, batch=replace(job, id=batch_id)), WORDS, JOBS)
WORKSPACES = st.builds(
    Workspace,
    tabs=st.lists(st.builds(OpenTab, WORDS, PLACES) | BATCH_TABS, min_size=1, max_size=3).map(tuple),
    active=st.just(0),
    closed=st.lists(st.builds(OpenTab, WORDS, PLACES, st.none() | st.integers(0, 99)), max_size=3).map(tuple),
    geometry=WORDS,
    width=st.integers(0, 100_000),
    height=st.integers(0, 100_000),
    sidebar_width=st.integers(0, 10_000),
    sidebar_shown=st.booleans(),
    endpoint_folder_open=st.booleans(),
    quick_geometry=st.text(),
    quick_height=st.integers(0, 100_000),
    usage=st.builds(UsageChoice, WORDS.filter(str.isprintable), st.just("USD"), st.just("")),
)
CONNECTIONS = st.builds(
    Connection,
    id=WORDS,
    name=WORDS,
    base_url=st.sampled_from(["https://a.example/v1", "http://127.0.0.1:8080/v1"]),
    headers=st.lists(st.tuples(st.sampled_from(["X-Project", "X-Region"]), WORDS), max_size=2, unique_by=lambda h: h[0])
    .filter(lambda headers: not credential_headers(headers))
    .map(tuple),
    default_model=WORDS,
    api=st.sampled_from(Api),
)


def values_of(rule: Rule) -> st.SearchStrategy[object]:
    """Everything that a rule allows."""
    if rule.choices:
        return st.sampled_from(rule.choices)
    if isinstance(rule.default, str):
        return st.sampled_from(["", "Noto Serif", "文泉驿等宽正黑"]) if rule.short else WORDS
    numbers = {
        bool: st.booleans(),
        int: st.integers(int(rule.lowest), int(rule.highest)),
        float: st.floats(rule.lowest, rule.highest),
    }
    return numbers[type(rule.default)]


SERVER_NAMES = st.text(alphabet="abc 1-é", min_size=1, max_size=10).filter(str.strip)
TOOL_SERVERS = st.builds(
    ToolServer,
    name=SERVER_NAMES,
    command=st.just("npx"),
    arguments=st.lists(st.sampled_from(["-y", "-v", "path with spaces", ""]), max_size=4).map(tuple),
    variables=st.lists(SERVER_NAMES, max_size=2, unique=True).map(tuple),
    enabled=st.booleans(),
) | st.builds(
    ToolServer,
    name=SERVER_NAMES,
    url=st.just("https://example.org/mcp"),
    headers=st.lists(SERVER_NAMES, max_size=2, unique=True).map(tuple),
)
AMOUNTS = st.decimals(0, 1_000_000, places=4)
PRICES = st.builds(
    PriceEntry,
    host=st.sampled_from(["", "api.example.com", "127.0.0.1"]),
    model=st.sampled_from(["gpt-5", "本地 模型"]),
    price=st.none() | st.builds(Price, st.just("USD"), AMOUNTS, st.none() | AMOUNTS, AMOUNTS, st.none(), st.just("")),
    window=st.integers(1, 1_000_000),
)
COLLECTIONS: dict[str, st.SearchStrategy[object]] = {
    "trusted_sites": st.lists(WORDS, max_size=3, unique=True).map(tuple),
    "endpoint_origins": st.lists(WORDS, max_size=3, unique=True).map(tuple),
    "last_models": st.lists(st.tuples(WORDS, WORDS), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    "always_allowed": st.lists(st.tuples(WORDS, WORDS), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    "budgets": st.lists(st.tuples(WORDS, WORDS), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    "waived_budgets": st.lists(st.tuples(WORDS, WORDS), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    "safe_tools": st.lists(WORDS, max_size=3, unique=True).map(tuple),
    "tool_folders": st.lists(WORDS, max_size=3, unique=True).map(tuple),
    "tool_servers": st.lists(TOOL_SERVERS, max_size=3, unique_by=lambda server: server.name).map(tuple),
    "prices": st.lists(PRICES, max_size=3).map(tuple),
    "connections": st.lists(CONNECTIONS, max_size=3, unique_by=lambda connection: connection.id).map(tuple),
}
ALL_SETTINGS = st.builds(
    Settings,
    **COLLECTIONS,  # type: ignore[arg-type]
    **{name: values_of(rule) for name, rule in rules_of(Settings).items() if name not in COLLECTIONS},
)


@given(WORKSPACES)
def test_every_workspace_round_trips(workspace: Workspace) -> None:
    """Regression: after Ctrl+Home the scroll position was in the header, which was ignored at the next start."""
    assert workspace_from(json.loads(json.dumps(asdict(workspace)))) == (workspace, [])


@given(ALL_SETTINGS)
def test_all_settings_round_trip(settings: Settings) -> None:
    table, left_out = settings_to(settings, {})
    assert left_out == []
    assert settings_from(tomllib.loads(tomli_w.dumps(table))) == (settings, {}, [])


def test_the_round_trips_cover_every_field() -> None:
    """A new field must be added to the strategies above, or its round trip is not tested."""
    for made, kind in ((ALL_SETTINGS, Settings), (CONNECTIONS, Connection), (WORKSPACES, Workspace)):
        named = {field.name for field in fields(kind)} - {"kind"}
        assert all(f"{name}=" in repr(made) for name in named), kind


@given(st.dictionaries(NAMES, ANYTHING, max_size=8))
def test_any_file_gives_settings_that_can_be_saved_again(table: dict[str, object]) -> None:
    settings, kept, _ = settings_from(table)
    again, _, wrong = settings_from(settings_to(settings, kept)[0])
    assert again == settings
    assert all(name.startswith(("connections[", "tool_servers")) for name in wrong)
    workspace, _ = workspace_from(table)
    assert workspace_from(json.loads(json.dumps(asdict(workspace)))) == (workspace, [])
