"""Checks a call's arguments against the tool's JSON schema, which may be hostile.

Nothing is fetched, the number of steps is bounded, and keywords whose cost the schema's author decides (patterns,
uniqueness, unevaluated members) are left to the tool itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from desktop_chat.core.tools import Tool

MAX_STEPS = 20_000
MAX_WORDS = 500
_LEFT_OUT = ("pattern", "patternProperties", "uniqueItems", "unevaluatedItems", "unevaluatedProperties", "format")


class _TooManyStepsError(Exception):
    """The check was ended."""


def problem_of(tool: Tool, arguments: Mapping[str, Any]) -> str:
    """Return why arguments do not fit the tool's schema, in words for the model; empty if they fit, or if that cannot
    be decided here. Import jsonschema takes a tenth of a second, so call it on a thread."""
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    try:
        error = next(_validator_of(tool.schema).iter_errors(dict(arguments)), None)
    except (_TooManyStepsError, RecursionError, Unresolvable):
        return ""
    except Exception:  # noqa: BLE001  (a schema that is none: jsonschema raises anything; the tool decides)
        return ""
    if error is None:
        return ""
    place = ".".join(map(str, error.absolute_path))
    return (f"{place}: {error.message}" if place else error.message)[:MAX_WORDS]


def _validator_of(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415
    from jsonschema.validators import extend  # type: ignore[import-untyped]  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    steps = _Steps()
    keywords = {
        name: steps.counted(name, check)
        for name, check in Draft202012Validator.VALIDATORS.items()
        if name not in _LEFT_OUT
    }
    kind = extend(Draft202012Validator, dict.fromkeys(_LEFT_OUT) | keywords)
    return kind(dict(schema), registry=Registry())  # an empty registry fetches nothing


class _Steps:
    """Counts the keywords that are looked at."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def counted(self, name: str, check: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
        """Return a keyword's check that counts. Raises _TooManyStepsError."""

        @functools.wraps(check)
        def step(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
            self._left -= 1
            if self._left < 0:
                raise _TooManyStepsError
            if name == "additionalProperties" and "patternProperties" in schema:
                return iter(())
            return iter(check(validator, value, instance, schema) or ())

        return step
