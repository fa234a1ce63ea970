"""Arguments are checked against schemas that anybody may have written."""

from __future__ import annotations

import urllib.request
from collections.abc import AsyncIterator
from typing import Any

import pytest

from desktop_chat.services.schema_check import SchemaCheck, problem_of

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer", "maximum": 7}}},
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.fixture
async def check() -> AsyncIterator[SchemaCheck]:
    check = SchemaCheck()
    yield check
    check.end()


@pytest.mark.parametrize("arguments", [{"city": "Rome"}, {"city": "Rome", "days": [1, 7]}, {"city": ""}])
async def test_arguments_that_fit(check: SchemaCheck, arguments: dict[str, Any]) -> None:
    assert await check.check(WEATHER, arguments) == ""


@pytest.mark.parametrize(("arguments", "words"), [
    ({}, "the arguments do not fit the schema: 'city' is a required property"),
    ({"city": 1}, "the arguments['city'] do not fit the schema: 1 is not of type 'string'"),
    ({"city": "Rome", "days": [1, 9]}, "the arguments['days'][1] do not fit the schema: 9 is greater than"),
    ({"city": "Rome", "town": ""}, "the arguments do not fit the schema: Additional properties are not allowed"),
])  # fmt: skip
async def test_what_is_wrong_is_named(check: SchemaCheck, arguments: dict[str, Any], words: str) -> None:
    problem = await check.check(WEATHER, arguments)
    assert problem.startswith(words)
    assert len(problem) < 400


def test_words_about_huge_arguments_are_short() -> None:
    assert len(problem_of({"properties": {"a": {"type": "string"}}}, {"a": [0] * 100_000})) < 400


def test_references_within_a_schema_and_older_drafts_count() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"n": {"type": "integer"}}, "properties": {"n": {"$ref": "#/definitions/n"}},
    }  # fmt: skip
    assert problem_of(schema, {"n": 1}) == ""
    assert "not of type 'integer'" in problem_of(schema, {"n": "1"})


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
    {"$schema": [], "type": "string"},
    {"properties": {"a" * 30 + "!": {"minLength": "x"}}},
], ids=lambda schema: str(schema)[:60])  # fmt: skip
def test_a_hostile_or_broken_schema_costs_nothing(schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *where, **_: asked.append(where))
    text = "a" * 30 + "!"
    assert problem_of(schema, {"a": text, text: text}) == ""
    assert asked == []
