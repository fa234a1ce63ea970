"""The text that benchmarks stream: every kind of block in the same mix at any length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from desktop_chat.core.entities import Message, Role, Status

TOKEN = 4
"""Characters."""
PARAGRAPH = "Some words with **bold** ones, `code` and more of the usual prose that a model writes when it explains. "
SECTION = (
    "## A heading\n\n"
    + PARAGRAPH * 3
    + "\n\n- first item of a list\n- second item, a little longer than the first\n- third\n\n```python\n"
    + "".join(f"value_{n} = compute({n}, 'text')  # note\n" for n in range(12))
    + "```\n\n| name | value |\n|---|--:|\n"
    + "".join(f"| row {n} | {n * n} |\n" for n in range(6))
    + "\n> a quote of one line\n\n"
    + PARAGRAPH * 2
    + "\n\n"
)


def tokens(start: int = 0) -> Iterator[str]:
    """Yield the same text repeatedly, two tokens at a time."""
    letters = islice(cycle(SECTION), start, None)
    while True:
        yield "".join(islice(letters, 2 * TOKEN))


def text_of(token_count: int) -> str:
    """Return about this many tokens, in whole sections, so that no construct is open at the end."""
    return SECTION * max(1, round(token_count * TOKEN / len(SECTION)))


def message(number: int, text: str, role: Role = Role.ASSISTANT, status: Status = Status.COMPLETE) -> Message:
    return Message(f"m{number}", "c", None, role, text, status, 1.7e9, model="bench")
