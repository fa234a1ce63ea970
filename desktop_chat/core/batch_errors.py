"""Why a batch cannot begin or go on, and why an answer does not count, as exceptions with codes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from desktop_chat.core.errors import ChatError

SHOWN = 10
"""At most this many lines or names are kept of a problem; `count` says how many there are."""


class BatchProblem(StrEnum):
    """What is wrong with the input, the template, the output or the schema."""

    UNREADABLE = "unreadable"
    """`detail` is the system's reason."""
    NOT_TEXT = "not_text"
    """A table is neither UTF-8 nor GBK."""
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NO_JSON = "no_json"
    """Lines that are no JSON objects."""
    NO_ID = "no_id"
    """Lines without a `custom_id`."""
    DUPLICATE_IDS = "duplicate_ids"
    """`lines` are the repetitions, `names` the ids."""
    WRONG_URL = "wrong_url"
    """Lines for another method or endpoint; `names` are these."""
    WRONG_MEMBERS = "wrong_members"
    """Members of a body whose values are not what the API allows."""
    UNSUPPORTED = "unsupported"
    """Members of a body that cannot be passed on."""
    OTHER_API = "other_api"
    """Members of a body that the connection's API does not have."""
    UNEVEN = "uneven"
    """Lines of a table with more or fewer fields than its header, or with unbalanced quotes."""
    BAD_COLUMNS = "bad_columns"
    """Columns of a table without a name, or with the name of another."""
    NO_TEMPLATE = "no_template"
    """`names` are the fields that a template could use."""
    BAD_TEMPLATE = "bad_template"
    """A brace without its partner; `detail` is what follows it."""
    UNKNOWN_FIELDS = "unknown_fields"
    """`names` are the fields that a template may use, `detail` those that do not exist."""
    NOT_FOR_JSONL = "not_for_jsonl"
    """A template or system prompt was given for requests that are complete."""
    BAD_SCHEMA = "bad_schema"
    OUTPUT_FOREIGN = "output_foreign"
    """The output contains something else; `lines` is where."""
    OUTPUT_LOCKED = "output_locked"
    OUTPUT_FAILED = "output_failed"
    """The output cannot be opened or written; `detail` is the system's reason."""
    OUTPUT_IS_INPUT = "output_is_input"
    OTHER_ROWS = "other_rows"
    """The output has answers to rows with these ids (`names`) but other content."""
    INPUT_CHANGED = "input_changed"
    """The input was changed while the batch ran."""


class BatchRefused(ChatError):
    """The batch cannot begin or go on. `place` is the file; `lines` count from 1."""

    code = "batch_refused"

    def __init__(
        self,
        problem: BatchProblem,
        place: str = "",
        *,
        lines: Sequence[int] = (),
        names: Sequence[str] = (),
        detail: str = "",
    ) -> None:
        super().__init__(detail)
        self.problem = problem
        self.place = place
        self.count = max(len(lines), len(names))
        self.lines = tuple(lines[:SHOWN])
        self.names = tuple(names[:SHOWN])


class AnswerInvalid(ChatError):
    """An answer is no JSON, or does not fit the schema; `detail` says where."""

    code = "answer_invalid"
