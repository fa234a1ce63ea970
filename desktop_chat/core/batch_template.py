"""Prompts from a template: `{name}` stands for a field of the row, `{{` and `}}` for braces."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """A template: texts and, between them, names of fields. What a field contains is never read as a template."""

    texts: tuple[str, ...]
    fields: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the template with its fields filled in."""
        parts = [self.texts[0]]
        for field, text in zip(self.fields, self.texts[1:], strict=True):
            parts += (values[field], text)
        return "".join(parts)


def parse_template(text: str, known: Collection[str]) -> Template:
    """Parse a template that may use the fields `known`. Raises BatchRefused for a brace without its partner, and for
    unknown fields."""
    texts, fields, at = [""], [], 0
    for piece in _PIECE.finditer(text):
        texts[-1] += text[at : piece.start()]
        at = piece.end()
        field = piece.group(1)
        if field is not None:
            fields.append(field.strip())
            texts.append("")
        elif len(piece.group()) == 2:
            texts[-1] += piece.group()[0]
        else:
            raise BatchRefused(BatchProblem.BAD_TEMPLATE, detail=text[piece.start() : piece.start() + 30])
    texts[-1] += text[at:]
    if missing := [field for field in dict.fromkeys(fields) if field not in known]:
        raise BatchRefused(BatchProblem.UNKNOWN_FIELDS, names=tuple(known), detail=", ".join(missing))
    return Template(tuple(texts), tuple(fields))
