"""The arguments and the result of a tool call as lines to read: typed values, texts in full, replacements as a diff.

A value can never look like another argument: names begin at the left edge, and every line of a value is indented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple
from unicodedata import combining

from desktop_chat.markdown.visible_text import visible, visible_line

JSON, NAME, REMOVED, ADDED = "json", "name", "removed", "added"
_REPLACEMENTS = (
    ("old_text", "new_text"),
    ("old_string", "new_string"),
    ("oldText", "newText"),
    ("old_str", "new_str"),
    ("oldString", "newString"),
)
_MOST = 2_000_000
"""Characters of JSON that are read; longer ones are shown as they are."""
_MAX_COMPARED = 300
"""Lines of each text that are compared; longer ones are shown one after the other."""
_INDENT = "  "
MAX_LINES = 20_000
"""Lines of one text; see `lines_in`."""
_BREAK = "\u21b5"
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
MAX_CHARACTERS = 400
"""Characters of a piece of a line."""
_JOINERS = "\u200d\ufe0f"


class Line(NamedTuple):
    """One line, and how it is shown: as JSON, as the name of an argument, as removed or added, or plainly."""

    text: str
    style: str = ""
    joins: bool = False
    """It goes on with the line above, which is too long to be laid out at once."""


def pieces_of(line: Line) -> list[Line]:
    """Return a line in pieces that are laid out one by one; a letter keeps its marks."""
    text, style, joins = line
    if len(text) <= MAX_CHARACTERS:
        return [line]
    found = []
    start = 0
    while len(text) - start > MAX_CHARACTERS:
        end = start + MAX_CHARACTERS
        while end - start > MAX_CHARACTERS // 2 and (
            combining(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS
        ):
            end -= 1
        found.append(Line(text[start:end], style, joins))
        start, joins = end, True
    return [*found, Line(text[start:], style, joins)]


def lines_in(text: str, style: str = "") -> list[Line]:
    """Return the lines of a text. What follows the first MAX_LINES is one long line with a sign for each break: every
    character is shown, but millions of lines would stop the window."""
    lines = text.split("\n", MAX_LINES)
    lines[MAX_LINES:] = [rest.replace("\n", _BREAK) for rest in lines[MAX_LINES:]]
    return [Line(line, style) for line in lines]


def has_many_values(source: str) -> bool:
    """Return whether JSON, perhaps broken, has more values than can be printed one below the other."""
    if sum(map(source.count, "[{,")) <= MAX_LINES:
        return False
    return sum(map(_STRING.sub("", source).count, "[{,")) > MAX_LINES


def argument_lines(source: str) -> list[Line] | None:
    """Return the arguments in a JSON object; None if it is none."""
    found = _parsed(source)
    return list(_object_lines(found)) if isinstance(found, dict) else None


def result_lines(text: str) -> list[Line]:
    """Return the lines of a result; JSON in a single line is printed in several."""
    if text[:1] in {"{", "["} and "\n" not in text.strip():
        found = _parsed(text)
        if isinstance(found, dict | list):
            return [Line(line, JSON) for line in _printed(found)]
    return lines_in(visible(text).strip("\n"))


def summary(source: str, most: int = 80) -> str:
    """Return the first arguments on one line, for a card that is folded."""
    found = _parsed(source)
    if not isinstance(found, dict):
        return ""
    parts: list[str] = []
    for value in found.values():
        words = visible_line(value[:most]) if isinstance(value, str) else _short(value)
        if words:
            parts.append(words)
        if sum(len(part) for part in parts) > most:
            break
    return ", ".join(parts)[:most]


def _short(value: Any) -> str:
    return "" if isinstance(value, dict | list) else json.dumps(value)


def _parsed(source: str) -> Any:
    if len(source) > _MOST or has_many_values(source):
        return None
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        return None


def _object_lines(found: Mapping[str, Any]) -> Iterator[Line]:
    pairs = {
        old: new for old, new in _REPLACEMENTS if isinstance(found.get(old), str) and isinstance(found.get(new), str)
    }
    for name, value in found.items():
        shown = visible_line(name)
        if name in pairs:
            yield Line(f"{shown} → {visible_line(pairs[name])}", NAME)
            yield from diff_lines(value, found[pairs[name]])
        elif name not in pairs.values():
            yield from _value_lines(shown, value)


def _value_lines(name: str, value: Any) -> Iterator[Line]:
    if isinstance(value, str) and "\n" in value:
        yield Line(f"{name}:", NAME)
        for line in lines_in(visible(value)):
            yield Line(_INDENT + line.text)
    elif isinstance(value, list) and value and all(_replaces(one) for one in value):
        yield Line(f"{name}:", NAME)
        for one in value:
            for inner in _object_lines(one):
                yield Line(_INDENT + inner.text, inner.style)
    elif isinstance(value, dict | list) and value:
        yield Line(f"{name}:", NAME)
        for printed in _printed(value):
            yield Line(_INDENT + printed, JSON)
    else:
        yield Line(f"{name}: {visible(json.dumps(value, ensure_ascii=False))}", NAME)


def _replaces(value: Any) -> bool:
    return isinstance(value, dict) and any(
        isinstance(value.get(old), str) and isinstance(value.get(new), str) for old, new in _REPLACEMENTS
    )


def _printed(value: Any) -> list[str]:
    try:
        return visible(json.dumps(value, ensure_ascii=False, indent=2)).split("\n")
    except RecursionError:
        return [_short(value)]


def diff_lines(old: str, new: str) -> Iterator[Line]:
    """Return what a replacement removes and adds, each line with its sign."""
    before, after = visible(old).split("\n"), visible(new).split("\n")
    if max(len(before), len(after)) > _MAX_COMPARED:
        yield from _signed("-", before, REMOVED)
        yield from _signed("+", after, ADDED)
        return
    for change, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            yield from _signed(" ", before[start:end], "")
        else:
            yield from _signed("-", before[start:end], REMOVED)
            yield from _signed("+", after[first:last], ADDED)


def _signed(sign: str, lines: list[str], style: str) -> Iterator[Line]:
    for line in lines:
        yield Line(f"{_INDENT}{sign} {line}", style)
