"""What a batch is: its input, its output and how it is asked. The key is not part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from desktop_chat.core.entities import new_id
from desktop_chat.core.field_rules import between

DEFAULT_AT_ONCE, MAX_AT_ONCE = 8, 256
DEFAULT_RETRIES, MAX_RETRIES = 5, 100
MAX_PER_MINUTE = 1_000_000.0


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A batch. `source` is a JSONL file, a CSV file or a folder; `output` a JSONL file, to which answers are appended.

    `template` and `system` are templates, for tables and folders; `model` is empty if each row names its own.
    """

    id: str = field(default_factory=new_id)
    source: str = ""
    output: str = ""
    template: str = ""
    system: str = ""
    connection_id: str = ""
    model: str = ""
    schema: str = ""
    """The path of a JSON schema that each answer has to fit; empty for none."""
    streaming: bool = True
    at_once: int = between(DEFAULT_AT_ONCE, 1, MAX_AT_ONCE)
    """How many requests may run at the same time."""
    per_minute: float = between(0.0, 0.0, MAX_PER_MINUTE)
    """Requests per minute; 0 for as many as the server takes."""
    retries: int = between(DEFAULT_RETRIES, 0, MAX_RETRIES)

    @property
    def name(self) -> str:
        """The name of the input."""
        return PurePath(self.source).name or self.source
