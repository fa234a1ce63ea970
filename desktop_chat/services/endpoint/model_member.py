"""Reads a request's body, and replaces its model without touching any other byte."""

from __future__ import annotations

import json
from typing import Any

from desktop_chat.core.endpoint_errors import BodyInvalid

_BLANK = " \t\n\r"
_value_at = json.JSONDecoder().raw_decode


class RequestBody:
    """A JSON object as it was sent. Raises BodyInvalid for anything else."""

    def __init__(self, content: bytes) -> None:
        try:
            self._text = content.decode()
            self.members: dict[str, Any] = {}
            self._models: list[tuple[int, int]] = []
            self._inside = self._read()
            str(self.members.get("model")).encode()
        except (ValueError, IndexError, RecursionError):
            raise BodyInvalid("The body must be a JSON object in UTF-8.") from None
        model = self.members.get("model", "")
        if not isinstance(model, str):
            raise BodyInvalid("`model` must be a string.")
        self.model = model

    def with_model(self, model: str) -> bytes:
        """Return the body with another model; all other bytes are those that were sent."""
        if model == self.model:
            return self._text.encode()
        name = json.dumps(model)
        if not self._models:
            comma = ", " if self.members else ""
            return f'{self._text[: self._inside]}"model": {name}{comma}{self._text[self._inside :]}'.encode()
        text = self._text
        for start, end in reversed(self._models):
            text = f"{text[:start]}{name}{text[end:]}"
        return text.encode()

    def _read(self) -> int:
        """Read all members; return where the first begins. Raises ValueError, IndexError."""
        text = self._text
        at = self._expect(0, "{")
        inside = at
        at = self._skip(at)
        while text[at] != "}" or self.members:
            name, at = _value_at(text, self._expect(at, '"') - 1)
            start = self._skip(self._expect(at, ":"))
            self.members[name], at = _value_at(text, start)
            if name == "model":
                self._models.append((start, at))
            at = self._skip(at)
            if text[at] == "}":
                break
            at = self._expect(at, ",")
        if self._skip(at + 1) != len(text):
            raise ValueError
        return inside

    def _skip(self, at: int) -> int:
        text, end = self._text, len(self._text)
        while at < end and text[at] in _BLANK:
            at += 1
        return at

    def _expect(self, at: int, character: str) -> int:
        at = self._skip(at)
        if self._text[at] != character:
            raise ValueError
        return at + 1
