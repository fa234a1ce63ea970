"""The one Markdown dialect of the program, made when it is first needed so that a start does not pay for it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NEWLINE = re.compile(r"\r\n?|\n")
MAX_NESTING = 40
"""Token levels; what is nested deeper is shown as its source."""


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough and task lists; HTML is text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- costs a tenth of a second, after the first paint

    options: dict[str, Any] = {"html": False, "maxNesting": MAX_NESTING, "tasklists": True}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def normalised(text: str) -> str:
    """Return `text` with the line ends and the replaced NUL that the parser's rules expect."""
    if "\r" in text:
        text = NEWLINE.sub("\n", text)
    return text.replace("\0", "\ufffd")


def block_tokens(text: str, definitions: dict[str, Any]) -> list[Token]:
    """Parse the block structure of normalised `text`; `definitions` is the environment that link definitions join."""
    md = parser()
    tokens: list[Token] = []
    md.block.parse(text, md, definitions, tokens)
    return tokens
