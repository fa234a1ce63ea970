"""Checks answers against the JSON schema of a batch, which the user wrote; the answers are not trusted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_chat.core.batch_errors import AnswerInvalid, BatchProblem, BatchRefused

MAX_SCHEMA = 1_000_000
MAX_WORDS = 500
_FENCE = "```"


class AnswerCheck:
    """Reads a schema. Raises BatchRefused. `text` is what tells it from any other."""

    def __init__(self, path: Path) -> None:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415  (a tenth of a second)
        from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]  # noqa: PLC0415
        from referencing import Registry  # noqa: PLC0415

        schema = _schema_in(path)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise BatchRefused(BatchProblem.BAD_SCHEMA, str(path), detail=error.message[:MAX_WORDS]) from None
        self.schema = schema
        self.text = json.dumps(schema, sort_keys=True)
        self._validator = Draft202012Validator(dict(schema), registry=Registry())  # an empty registry fetches nothing

    async def check(self, text: str) -> Any:
        """Return an answer as JSON; a code fence around it is left out. Raises AnswerInvalid."""
        return await asyncio.to_thread(self._checked, text)

    def _checked(self, text: str) -> Any:
        try:
            value = json.loads(_unfenced(text.strip()))
            error = next(self._validator.iter_errors(value), None)
        except (ValueError, RecursionError) as problem:
            raise AnswerInvalid(str(problem)[:MAX_WORDS]) from None
        except Exception as problem:  # a reference that leads nowhere: jsonschema raises anything
            raise AnswerInvalid(type(problem).__name__) from problem
        if error is not None:
            place = ".".join(map(str, error.absolute_path))
            raise AnswerInvalid((f"{place}: {error.message}" if place else error.message)[:MAX_WORDS])
        return value


def _unfenced(text: str) -> str:
    """Return a text without the code fence around it."""
    if not (text.startswith(_FENCE) and text.endswith(_FENCE)):
        return text
    return text.removesuffix(_FENCE).partition("\n")[2]


def _schema_in(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as stream:
            schema = json.loads(stream.read(MAX_SCHEMA).decode("utf-8-sig"))
    except OSError as error:
        raise BatchRefused(BatchProblem.UNREADABLE, str(path), detail=error.strerror or str(error)) from None
    except (ValueError, RecursionError) as error:
        raise BatchRefused(BatchProblem.BAD_SCHEMA, str(path), detail=str(error)[:MAX_WORDS]) from None
    if not isinstance(schema, dict):
        raise BatchRefused(BatchProblem.BAD_SCHEMA, str(path))
    return schema
