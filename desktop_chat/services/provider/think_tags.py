"""Tells reasoning in the text from the answer: `<think>...</think>` at the very start of a reply.

Servers that run a model without a parser for its reasoning send both in one text. Some leave out the opening tag too,
because the model's template has it in the prompt (DeepSeek R1, QwQ, Qwen3). Anywhere else the tags are what the reply
talks about.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from desktop_chat.core.deltas import Delta, ReasoningDelta, RecastDelta, RefusalDelta, TextDelta

_NAMES = ("think", "thinking", "thought", "reasoning", "seed:think")
_TAGS = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[think]": "[/think]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi
}
"""Opening tags and what closes them, in small letters."""
_OPENING = re.compile("|".join(map(re.escape, _TAGS)), re.IGNORECASE)
_CLOSING = re.compile("|".join(map(re.escape, _TAGS.values())), re.IGNORECASE)
_CLOSING_BY_OPENING = {opening: re.compile(re.escape(closing), re.IGNORECASE) for opening, closing in _TAGS.items()}
_EDGES = tuple({tag[0] for tag in _TAGS})
_LONGEST = max(map(len, (*_TAGS, *_TAGS.values())))
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_LINE_END = re.compile(r"[ \t]*\r?\n")
_EMPTY_LINE = re.compile(r"[ \t]*\r?\n[ \t]*\r?\n")
_HELD_LIMIT = 4_096
"""Characters that wait for more; a reply that begins with more white space than this has no tag."""


class _State(Enum):
    START = auto()
    """Nothing but white space came, or it follows a closed tag: an opening tag may come."""
    INSIDE = auto()
    """Between the tags."""
    TEXT = auto()
    """The answer, as far as can be told: a closing tag alone would show that all of it was reasoning."""
    DONE = auto()
    """The answer for certain."""


class ThinkTagParser:
    """Sorts the deltas of one reply. The result does not depend on how the text was cut."""

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._closing = _CLOSING
        self._said: list[str] = []
        self._thought = False
        self._block_begun = False
        self._last_thought = ""
        """The last letter of reasoning that was given out."""

    def sort(self, deltas: list[Delta], *, last: bool = False) -> list[Delta]:
        """Return the deltas with reasoning apart; a few characters may wait for what follows, unless this is the `last`
        time."""
        if self._state is _State.DONE or (not last and self._is_plain(deltas)):
            return deltas
        sorted_: list[Delta] = []
        for delta in deltas:
            if isinstance(delta, TextDelta):
                self._take(delta.text, sorted_)
                continue
            if isinstance(delta, RefusalDelta):
                self._release(sorted_)
            elif isinstance(delta, ReasoningDelta) and self._state is not _State.INSIDE:
                self._note_reasoning(delta.text, sorted_)
            sorted_.append(delta)
        if last:
            self._release(sorted_)
        return sorted_

    def _is_plain(self, deltas: list[Delta]) -> bool:
        """Note a piece of text in which no tag can begin, the usual one; say whether that is all there is."""
        if self._held or self._state is not _State.TEXT or len(deltas) != 1 or type(deltas[0]) is not TextDelta:
            return False
        text = deltas[0].text
        if "<" in text or "[" in text or "◁" in text:
            return False
        self._said.append(text)
        return True

    def _note_reasoning(self, text: str, out: list[Delta]) -> None:
        """The server keeps reasoning apart: a closing tag in the text means nothing then."""
        self._thought = self._thought or bool(text.strip())
        if self._thought and self._state is _State.TEXT:
            self._release(out)

    def _take(self, text: str, out: list[Delta], *, last: bool = False) -> None:
        """Take text, in as many steps as it has parts."""
        text, self._held = self._held + text, ""
        if len(text) > _HELD_LIMIT and self._state is _State.START and not text[:_HELD_LIMIT].strip():
            self._begin_text()
        while text:
            match self._state:
                case _State.START:
                    text = self._start(text, last=last)
                case _State.INSIDE:
                    text = self._inside(text, out, last=last)
                case _State.TEXT:
                    text = self._watch(text, out, last=last)
                case _State.DONE:
                    out.append(TextDelta(text))
                    text = ""

    def _release(self, out: list[Delta]) -> None:
        """Give out what waits: nothing more of its kind is to come."""
        self._take("", out, last=True)
        self._state = _State.DONE
        self._said.clear()

    def _begin_text(self) -> None:
        """From here on it is text; where reasoning was told apart already, nothing is looked for any more."""
        self._state = _State.DONE if self._thought else _State.TEXT

    def _start(self, text: str, *, last: bool) -> str:
        begin = text.lstrip()
        if self._thought:
            text = begin  # white space between the reasoning and the answer
        head = begin[:_LONGEST].lower()
        if opening := _OPENING.match(begin):
            self._state, self._closing = _State.INSIDE, _CLOSING_BY_OPENING[opening.group().lower()]
            self._block_begun = False
            return begin[opening.end() :]
        if closing := _CLOSING.match(begin):
            self._thought = True
            return begin[closing.end() :]
        if not last and any(tag.startswith(head) for pair in _TAGS.items() for tag in pair):
            self._held = text
            return ""
        self._begin_text()
        return text

    def _inside(self, text: str, out: list[Delta], *, last: bool) -> str:
        if not self._block_begun:
            text = text.lstrip()
        end, after = self._closing_in(text, last=last)
        thought = text[:end].rstrip()
        if thought:
            gap = "\n\n" if self._thought and not self._block_begun else ""
            out.append(ReasoningDelta(gap + thought))
            self._thought = self._block_begun = True
            self._last_thought = thought[-1]
        if after < 0:
            self._hold_inside("" if last else text[len(thought) :], out)
            return ""
        self._state, self._thought = _State.START, True
        return text[after:]

    def _hold_inside(self, text: str, out: list[Delta]) -> None:
        if len(text) > _HELD_LIMIT:
            out.append(ReasoningDelta(text))
            self._last_thought = text[-1]
            text = ""
        self._held = text

    def _closing_in(self, text: str, *, last: bool) -> tuple[int, int]:
        """Return where the reasoning in `text` ends, and where the answer begins; -1 while that is open."""
        for tag in self._closing.finditer(text):
            quoted = (self._last_thought + text[: tag.start()]).endswith("`")
            if quoted and tag.end() == len(text) and not last:
                return tag.start(), -1
            if not (quoted and text.startswith("`", tag.end())):
                return tag.start(), tag.end()
        return len(text) if last else _cut_before_tag(text), -1

    def _watch(self, text: str, out: list[Delta], *, last: bool) -> str:
        if not any(edge in text for edge in _EDGES):
            self._say(text, out)
            return ""
        tag = _CLOSING.search(text)
        if tag is None:
            end = len(text) if last else _cut_before_tag(text)
            self._say(text[:end], out)
            self._held = text[end:]
            return ""
        self._say(text[: tag.start()], out)
        verdict = self._ends_reasoning(text[tag.end() :], last=last)
        if verdict is None:
            self._held = text[tag.start() :]
            return ""
        if not verdict:
            self._state = _State.DONE  # the reply is about the tag
            return text[tag.start() :]
        self._thought, self._state = True, _State.START
        self._said.clear()
        out.append(RecastDelta())
        return text[tag.end() :]

    def _say(self, text: str, out: list[Delta]) -> None:
        if text:
            self._said.append(text)
            out.append(TextDelta(text))

    def _ends_reasoning(self, after: str, *, last: bool) -> bool | None:
        """Say whether a closing tag without an opening one ends reasoning; None while more must be seen.

        It does where it stands alone on its line, or at the end of its line before an empty one; outside of code, and
        where no opening tag was mentioned.
        """
        before = "".join(self._said)
        line = before[before.rfind("\n") + 1 :]
        if len(_FENCE.findall(before)) % 2 or line.count("`") % 2 or _OPENING.search(before):
            return False
        if not line.strip() and len(line) < 4:
            return _verdict(_LINE_END, after, last=last)
        return _verdict(_EMPTY_LINE, after, last=last)


def _verdict(wanted: re.Pattern[str], after: str, *, last: bool) -> bool | None:
    """Say whether `after` begins as wanted, or is all there is; None while that cannot be told."""
    if wanted.match(after):
        return True
    if after.strip(" \t\r\n") or after.count("\n") > 1:
        return False
    return True if last else None


def _cut_before_tag(text: str) -> int:
    """Return the end of `text` without what may be the beginning of a closing tag."""
    for at in range(max(0, len(text) - _LONGEST), len(text)):
        if text[at] in _EDGES and any(tag.startswith(text[at:].lower()) for tag in _TAGS.values()):
            return at
    return len(text)
