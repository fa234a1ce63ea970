"""Checks the arguments of tool calls against the tools' schemas, which anybody may have written.

A hostile schema could take for ever (patterns that backtrack, references that multiply) or send us anywhere (references
to other addresses). So the number of steps is bounded, nothing is fetched, and rules that need a search are left to the
tool itself. What cannot be checked counts as fitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from desktop_chat.services.worker import Worker

MAX_STEPS = 20_000
"""Rules that are applied; each takes some microseconds."""
_WORDS = 300
"""Characters of what is wrong."""
_LEFT_TO_THE_TOOL = (
    "pattern",
    "patternProperties",
    "uniqueItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "format",
)

_Keyword = Callable[[Any, Any, Any, Any], Iterator[Any] | None]


class SchemaCheck:
    """Checks on a thread of its own, where the library is loaded when first needed: that takes 0.15 s."""

    def __init__(self) -> None:
        self._worker = Worker("schemas")

    async def check(self, schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
        """Return why `arguments` do not fit `schema`, in words for the model; empty if they do. Never fails."""
        return await self._worker.submit(problem_of, schema, arguments)

    def end(self) -> None:
        """Accept no more work; the thread ends."""
        self._worker.end()


def problem_of(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """See `SchemaCheck.check`."""
    from jsonschema import validators  # type: ignore[import-untyped]  # noqa: PLC0415  (has no types; slow to load)

    try:
        kind = validators.validator_for(schema, default=validators.Draft202012Validator)
        bounded = validators.extend(kind, _Budget().keywords_of(kind.VALIDATORS))
        # A registry of the specifications alone: the default one fetches other addresses.
        checking = bounded(schema, registry=validators.SPECIFICATIONS)
        error = next(checking.iter_errors(dict(arguments)), None)
    except Exception:  # noqa: BLE001  (whatever a broken schema causes in the library; the tool checks by itself, too)
        return ""
    if error is None:
        return ""
    place = "".join(f"[{step!r}]" for step in error.absolute_path)
    return f"the arguments{place} do not fit the schema: {error.message[:_WORDS]}"


class _OutOfStepsError(Exception):
    """A schema needs more steps than allowed."""


class _Budget:
    """Counts the steps of one check."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def keywords_of(self, keywords: Mapping[str, _Keyword]) -> dict[str, _Keyword]:
        """Return a schema's rules, bounded."""
        bounded = {name: self._bounded(keyword) for name, keyword in keywords.items()}
        bounded["additionalProperties"] = self._bounded(_without_patterns(keywords["additionalProperties"]))
        return bounded | dict.fromkeys(_LEFT_TO_THE_TOOL, _fits)

    def _bounded(self, keyword: _Keyword) -> _Keyword:
        def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            self._left -= 1
            if self._left < 0:
                raise _OutOfStepsError
            yield from keyword(validator, value, instance, schema) or ()

        return check


def _without_patterns(keyword: _Keyword) -> _Keyword:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if "patternProperties" not in schema:
            yield from keyword(validator, value, instance, schema) or ()

    return check


def _fits(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:
    return None
