"""Declares a field's default and valid values, and reads it from a file that anyone may have edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar

T = TypeVar("T")
Number = TypeVar("Number", int, float)

_RULE = "rule"
_LARGEST = 2**53
"""Whole numbers up to here are exact in JSON."""
_SHORT = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """Valid values: of the default's type; one of `choices`, if any; numbers from `lowest` to `highest`; strings that
    are `short` have at most 200 characters, all printable."""

    default: Any
    choices: tuple[Any, ...] = ()
    lowest: float = 0
    highest: float = _LARGEST
    short: bool = False

    def read(self, value: object, name: str, wrong: list[str]) -> Any:
        """Return the value as the field stores it; for an invalid one the default, with its name added to `wrong`."""
        if not self.allows(value):
            wrong.append(name)
            return self.default
        return float(value) if isinstance(self.default, float) and isinstance(value, int) else value

    def plain(self, value: Any) -> Any:
        """Return the value in the form written to a file."""
        return value

    def allows(self, value: object) -> bool:
        kind = type(self.default)
        if type(value) is not kind and not (kind is float and type(value) is int):
            return False
        if self.choices:
            return value in self.choices
        if isinstance(value, str):
            return not self.short or (len(value) <= _SHORT and value.isprintable())
        return not isinstance(value, int | float) or isinstance(value, bool) or self.lowest <= value <= self.highest


class _TextSequence(Rule):
    """A list of strings."""

    __slots__ = ()

    def read(self, value: object, name: str, wrong: list[str]) -> Any:
        if not isinstance(value, list):
            wrong.append(name)
            return self.default
        wrong.extend(f"{name}[{at}]" for at, text in enumerate(value, 1) if not isinstance(text, str))
        return tuple(text for text in value if isinstance(text, str))

    def plain(self, value: Any) -> Any:
        return list(value)


class _TextList(_TextSequence):
    """A list of strings without duplicates."""

    __slots__ = ()

    def read(self, value: object, name: str, wrong: list[str]) -> Any:
        return tuple(dict.fromkeys(super().read(value, name, wrong)))


class _TextTable(Rule):
    """A table of strings, as pairs of name and string."""

    __slots__ = ()

    def read(self, value: object, name: str, wrong: list[str]) -> Any:
        if not isinstance(value, dict):
            wrong.append(name)
            return self.default
        wrong.extend(f"{name}.{key}" for key, text in value.items() if not isinstance(text, str))
        return tuple((key, text) for key, text in value.items() if isinstance(text, str))

    def plain(self, value: Any) -> Any:
        return dict(value)


def one_of(default: T, *others: T) -> T:
    """Declare a field that holds one of these values."""
    return _field_with(default, Rule(default, choices=(default, *others)))


def between(default: Number, lowest: Number, highest: Number) -> Number:
    """Declare a field that holds a number from `lowest` to `highest`."""
    return _field_with(default, Rule(default, lowest=lowest, highest=highest))


def any_number(default: Number) -> Number:
    """Declare a field that holds a number, possibly negative; other number fields reject negatives."""
    return _field_with(default, Rule(default, lowest=-_LARGEST))


def short_text() -> str:
    """Declare a field that holds a one-line name."""
    return _field_with("", Rule("", short=True))


def text_sequence() -> tuple[str, ...]:
    """Declare a field that holds strings in order, perhaps several times."""
    return _field_with((), _TextSequence(()))


def text_list(*default: str) -> tuple[str, ...]:
    """Declare a field that holds strings without duplicates."""
    return _field_with(default, _TextList(default))


def text_table() -> tuple[tuple[str, str], ...]:
    """Declare a field that holds strings by name."""
    return _field_with((), _TextTable(()))


def rules_of(kind: type[Any]) -> dict[str, Rule]:
    """Return a dataclass's rules by field name: those declared, else a rule by type for strings, numbers and flags."""
    found = {each.name: each.metadata.get(_RULE) or _plain_rule(each) for each in fields(kind)}
    return {name: rule for name, rule in found.items() if rule is not None}


def read_fields(kind: type[Any], table: Mapping[str, Any], wrong: list[str], place: str = "") -> dict[str, Any]:
    """Return the dataclass fields found in `table`. The names of invalid ones, prefixed with `place`, are added to
    `wrong`."""
    rules = rules_of(kind)
    return {name: rule.read(table[name], place + name, wrong) for name, rule in rules.items() if name in table}


def plain_fields(value: Any) -> dict[str, Any]:
    """Return the dataclass fields that have a rule, in the form written to a file."""
    return {name: rule.plain(getattr(value, name)) for name, rule in rules_of(type(value)).items()}


def _field_with(default: T, rule: Rule) -> T:
    return field(default=default, metadata={_RULE: rule})


def _plain_rule(declared: Field[Any]) -> Rule | None:
    default = "" if declared.default is MISSING and declared.type == "str" else declared.default
    return Rule(default) if type(default) in {str, int, float, bool} else None
