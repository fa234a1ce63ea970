"""The application's Markdown parser, created on first use so that startup does not pay for it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from desktop_chat.markdown.footnote_rules import footnote_block, footnote_reference
from desktop_chat.markdown.math_rules import math_block, math_inline, track_paragraphs
from desktop_chat.markdown.table_rows import whole_rows

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.token import Token

NEWLINE = re.compile(r"\r\n?|\n")
MAX_NESTING = 40
"""Token levels; deeper nesting is shown as source."""


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough, task lists, formulas and footnotes; HTML is text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- takes a tenth of a second, so only after the first paint
    from markdown_it.rules_block import lheading, paragraph, table  # noqa: PLC0415

    options: dict[str, Any] = {
        "html": False,
        "maxNesting": MAX_NESTING,
        "tasklists": True,
        "strikethrough_single_tilde": True,
    }
    md = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("table", "math_block", math_block, interrupts)
    md.block.ruler.before("table", "footnote_block", footnote_block, interrupts)
    for name, rule in (("paragraph", paragraph), ("lheading", lheading)):
        md.block.ruler.at(name, track_paragraphs(rule))
    md.block.ruler.at("table", whole_rows(table), {"alt": ["paragraph", "reference"]})
    md.inline.ruler.before("escape", "math_inline", math_inline)
    md.inline.ruler.before("link", "footnote_reference", footnote_reference)
    return md


def normalised(text: str) -> str:
    """Return `text` with normalised line ends and NUL replaced, as the parser's rules expect."""
    if "\r" in text:
        text = NEWLINE.sub("\n", text)
    return text.replace("\0", "\ufffd")


def block_tokens(text: str, definitions: dict[str, Any]) -> list[Token]:
    """Parse the block structure of normalised `text`; link definitions are added to the environment `definitions`."""
    md = parser()
    tokens: list[Token] = []
    md.block.parse(text, md, definitions, tokens)
    return tokens
