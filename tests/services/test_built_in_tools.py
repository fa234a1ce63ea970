"""The built-in tools do what they say and nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.tools import Tool, ToolResult
from desktop_chat.services.tools.argument_check import problem_of
from desktop_chat.services.tools.calculate import CalculationError, calculate, calculate_tool
from desktop_chat.services.tools.chosen_folders import ChosenFolders
from desktop_chat.services.tools.current_time import current_time_tool
from desktop_chat.services.tools.read_files import MAX_CHARACTERS, list_folder_tool, read_file_tool


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("2 ^ 10", "1024"),
        ("7 // 2 + 7 % 2", "4"),
        ("sqrt(16) - -1", "5.0"),
        ("mean(3, 4, 8)", "5.0"),
        ("round(2.567, 2)", "2.57"),
        ("3 × 4 ÷ 2 − 1", "5.0"),
        ("1 < 2", "True"),
        ("factorial(20)", "2432902008176640000"),
    ],
)
def test_calculations(expression: str, value: str) -> None:
    assert calculate(expression) == value


UNREADABLE = [
    "9**9**9",
    "factorial(99999)",
    "__import__('os')",
    "(1).real",
    "[1][0]",
    "'a'*9",
    "1/0",
    "sqrt(-1)",
    "x",
    "1;2",
    "(-8)**0.5",
    "1e308*10",
    "max()",
    "True",
    "comb(10**9, 10**8)",
    "round(1, 10**9)",
    "sum(*(1,))",
    "lambda: 1",
    "pi(1)",
    "1 if 1 else 2",
    "lcm(2**4000, 3**2500)",
    "3(4)",
]


@pytest.mark.parametrize("expression", [*UNREADABLE, "(" * 500, "-" * 900 + "1"])
def test_what_is_not_calculated(expression: str) -> None:
    with pytest.raises(CalculationError):
        calculate(expression)


@given(st.text(alphabet="0123456789.+-*/%()^ abcdefghilmnopqrstu,<=", max_size=60))
def test_any_text_has_a_value_or_an_error(expression: str) -> None:
    with suppress(CalculationError):
        assert calculate(expression)


async def test_a_calculation_that_fails_is_words_for_the_model() -> None:
    assert await calculate_tool().run({"expression": "1/0"}) == ToolResult("The expression divides by zero.", True)
    assert await calculate_tool().run({"expression": "1+1"}) == ToolResult("2")


async def test_the_time_in_a_zone() -> None:
    told = (await current_time_tool().run({"time_zone": "Asia/Shanghai"})).text
    moment = datetime.fromisoformat(told.split(", ")[1].split(" ")[0])
    assert moment.utcoffset() is not None
    assert told.endswith("+08:00 (Asia/Shanghai)")
    assert not (await current_time_tool().run({})).is_error


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "\0"])
async def test_a_zone_that_does_not_exist(zone: str) -> None:
    assert (await current_time_tool().run({"time_zone": zone})).is_error


# --- files --------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "deep").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / "a.txt").write_text("hello\r\nthere", encoding="utf-8")
    (inside / "deep" / "gb.txt").write_bytes("你好，世界".encode("gb18030"))
    (inside / "image.bin").write_bytes(b"\0\1\2")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "good.txt").symlink_to(inside / "a.txt")
    os.mkfifo(inside / "pipe")
    return tmp_path


async def read(home: Path, path: str, **more: Any) -> ToolResult:
    tool = read_file_tool(lambda: ChosenFolders([str(home / "inside")]))
    return await tool.run({"path": path.replace("HOME", str(home)), **more})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "hello\nthere"),
        ("HOME/inside/a.txt", "hello\nthere"),
        ("deep/../a.txt", "hello\nthere"),
        ("good.txt", "hello\nthere"),
        ("deep/gb.txt", "你好，世界"),
    ],
)
async def test_files_inside_are_read(home: Path, path: str, text: str) -> None:
    assert await read(home, path) == ToolResult(text)


OUTSIDE = ["../outside/secret.txt", "HOME/outside/secret.txt", "link.txt", "folder/secret.txt", "/etc/passwd"]
UNREADABLE_FILES = ["pipe", "image.bin", "deep", "no.txt", "", "a.txt/x", "\0", "~/.bashrc"]


@pytest.mark.parametrize("path", [*OUTSIDE, *UNREADABLE_FILES])
async def test_nothing_else_is_read(home: Path, path: str) -> None:
    result = await read(home, path)
    assert result.is_error
    assert "secret" not in result.text.replace("secret.txt", "")


async def test_without_folders_nothing_is_read(home: Path) -> None:
    tool = read_file_tool(lambda: ChosenFolders([]))
    assert (await tool.run({"path": str(home / "inside" / "a.txt")})).is_error


async def test_a_part_that_becomes_a_link_meanwhile_leads_nowhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ChosenFolders([str(home / "inside")])
    real = folders.find("deep/gb.txt")
    (home / "inside" / "deep").rename(home / "inside" / "old")
    (home / "inside" / "deep").symlink_to(home / "outside")
    (home / "outside" / "gb.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(OSError, match=r"gb\.txt|deep|directory|link"):
        folders.read(real, 100)


async def test_a_long_file_comes_in_parts(home: Path) -> None:
    (home / "inside" / "long.txt").write_text("x" * (MAX_CHARACTERS + 10), encoding="utf-8")
    first = (await read(home, "long.txt")).text
    assert f"offset {MAX_CHARACTERS}" in first
    assert await read(home, "long.txt", offset=MAX_CHARACTERS) == ToolResult("x" * 10)


async def test_of_a_huge_file_the_beginning_is_read(home: Path) -> None:
    (home / "inside" / "big.txt").write_bytes(b"0123456789abcde\n" * 400_000)
    with (home / "inside" / "big.txt").open("ab") as big:
        big.truncate(6_000_000_000)
    assert (await read(home, "big.txt")).text.startswith("0123456789abcde\n")


async def test_folders_are_listed(home: Path) -> None:
    tool = list_folder_tool(lambda: ChosenFolders([str(home / "inside")]))
    listing = (await tool.run({"path": str(home / "inside")})).text.split("\n")
    assert listing[0].startswith("a.txt (12 bytes")
    assert {"deep/", "link.txt (a link)", "folder (a link)"} <= set(listing)
    assert (await tool.run({})).text == f"{home / 'inside'}/"
    assert (await tool.run({"path": "folder"})).is_error
    assert (await tool.run({"path": ".."})).is_error


# --- arguments ----------------------------------------------------------------------------------------------------


def problem(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    return problem_of(Tool("t", "s", "t", "", schema, ""), arguments)


def test_arguments_that_fit_and_that_do_not() -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    assert problem(schema, {"n": 1}) == ""
    assert "'n' is a required property" in problem(schema, {})
    assert problem(schema, {"n": "x"}).startswith("n: ")
    assert "unexpected" in problem(schema, {"n": 1, "m": 2})


def doubling(levels: int) -> dict[str, Any]:
    """Return a schema whose check would take 2 ** levels steps."""
    parts = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(levels)}
    return {"$defs": {**parts, f"l{levels}": {"type": "object"}}, "$ref": "#/$defs/l0"}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "file:///etc/passwd"},
        {"properties": {"n": {"pattern": "(a+)+$"}}},
        {"patternProperties": {"(a+)+$": {}}, "additionalProperties": False},
        {"properties": {"n": {"type": "no such type"}}},
        {"properties": 3},
        doubling(40),
    ],
)
def test_hostile_schemas_cost_nothing_and_leave_it_to_the_tool(schema: dict[str, Any]) -> None:
    assert problem(schema, {"n": "a" * 40 + "!", "a" * 40 + "!": 1}) == ""
