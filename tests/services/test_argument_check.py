"""Arguments are checked against schemas that anybody may have written."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest

from desktop_chat.core.tools import Tool
from desktop_chat.services.tools.argument_check import MAX_WORDS, problem_of

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer", "maximum": 7}}},
    "required": ["city"],
    "additionalProperties": False,
}


def problem(schema: dict[str, Any], arguments: dict[str, Any]) -> str:
    return problem_of(Tool("weather", "", "weather", "", schema, "1"), arguments)


@pytest.mark.parametrize("arguments", [{"city": "Rome"}, {"city": "Rome", "days": [1, 7]}, {"city": ""}])
def test_arguments_that_fit(arguments: dict[str, Any]) -> None:
    assert problem(WEATHER, arguments) == ""


@pytest.mark.parametrize(("arguments", "words"), [
    ({}, "'city' is a required property"),
    ({"city": 1}, "city: 1 is not of type 'string'"),
    ({"city": "Rome", "days": [1, 9]}, "days.1: 9 is greater than"),
    ({"city": "Rome", "town": ""}, "Additional properties are not allowed"),
])  # fmt: skip
def test_what_is_wrong_is_named(arguments: dict[str, Any], words: str) -> None:
    assert problem(WEATHER, arguments).startswith(words)


def test_words_about_huge_arguments_are_short() -> None:
    assert len(problem({"properties": {"a": {"type": "string"}}}, {"a": [0] * 100_000})) == MAX_WORDS


def test_references_within_a_schema_count() -> None:
    schema = {
        "definitions": {"n": {"type": "integer"}}, "properties": {"n": {"$ref": "#/definitions/n"}},
    }  # fmt: skip
    assert problem(schema, {"n": 1}) == ""
    assert "not of type 'integer'" in problem(schema, {"n": "1"})


MULTIPLIES = {
    "$defs": {"0": {"type": "object"}, **{str(n): {"allOf": [{"$ref": f"#/$defs/{n - 1}"}] * 2} for n in range(1, 40)}},
    "$ref": "#/$defs/39",
}
ELSEWHERE = "http://127.0.0.1:9/schema"


@pytest.mark.parametrize("schema", [
    {"properties": {"a": {"pattern": "^(a+)+$"}}},
    {"patternProperties": {"^(a+)+$": {"type": "integer"}}, "additionalProperties": False},
    {"patternProperties": {"^(a+)+$": True}, "unevaluatedProperties": False},
    MULTIPLIES,
    {"$ref": "#"},
    {"$ref": ELSEWHERE},
    {"$dynamicRef": ELSEWHERE},
    {"$schema": ELSEWHERE, "type": "object"},
    {"x": {"y": {"$id": ELSEWHERE, "$ref": "#/z"}}, "$ref": "#/x/y"},
    {"properties": {"a": {"type": "no such type"}}},
    {"properties": 5},
    {"type": 5, "required": 5},
    {"properties": {"a" * 30 + "!": {"minLength": "x"}}},
], ids=lambda schema: str(schema)[:60])  # fmt: skip
def test_a_hostile_or_broken_schema_costs_nothing(schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *where, **_: asked.append(where))
    text = "a" * 30 + "!"
    assert problem(schema, {"a": text, text: text}) == ""
    assert asked == []
