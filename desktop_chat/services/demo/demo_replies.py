"""The demo's replies: canned texts in English and Chinese that show what a reply can look like. They are sample data of
a server, not texts of the user interface, and so are not translated with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

READING_SPEED = 70.0
"""Tokens per second."""

MODELS = ("demo", "demo-error", "demo-long", "demo-reasoning", "demo-slow")
TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "error": ("error", "错误", "出错"),
    "slow": ("slow", "慢"),
    "reasoning": ("reasoning", "think", "推理", "思考"),
    "cut": ("cut", "limit", "截断"),
    "long": ("long", "长"),
    "table": ("table", "表格"),
    "code": ("code", "python", "代码", "程序"),
    "markdown": ("markdown", "格式"),
    "chinese": ("chinese", "中文"),
}
"""Words in a prompt that select a reply; the first matching kind wins."""

SECTIONS = 40
"""Sections of the long reply: about 5,000 tokens."""

_CJK = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]{1,2}|[^\S\n]*[A-Za-z0-9]{1,6}|\n+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DemoReply:
    """A canned reply and its timing. `error`: the server's message after the text, instead of a finish reason."""

    text: str
    reasoning: str = ""
    error: str = ""
    finish_reason: str = "stop"
    first_token_s: float = 0.35
    tokens_per_s: float = READING_SPEED


def tokens_of(text: str) -> list[str]:
    """Split text into pieces about as long as tokens; joined, they are the text again."""
    return _TOKEN.findall(text)


def reply_for(model: str, question: str) -> DemoReply:
    """Return the canned reply to a question, in the question's language. A model for one kind always sends that."""
    kind = model.removeprefix("demo-") if model in MODELS and model != "demo" else _kind_of(question)
    texts = texts_in("zh" if _CJK.search(question) else "en")
    text = texts["notice"] + texts[kind]
    match kind:
        case "reasoning":
            return DemoReply(text, reasoning=texts["thoughts"], first_token_s=0.6)
        case "error":
            return DemoReply(text, error=texts["failure"])
        case "slow":
            return DemoReply(text, first_token_s=6.0, tokens_per_s=8.0)
        case "cut":
            return DemoReply(text, finish_reason="length")
        case "long":
            return DemoReply(text + "".join(texts["section"].format(n=n) for n in range(1, SECTIONS + 1)))
    return DemoReply(text)


@cache
def texts_in(language: str) -> Mapping[str, str]:
    """Return the texts in a language, "en" or "zh", by kind. In their file, each follows a comment with its kind."""
    content = Path(__file__).with_name(f"replies_{language}.md").read_text(encoding="utf-8").removesuffix("\n")
    _, *parts = re.split(r"\n<!-- (\w+) -->\n", f"\n{content}")
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _kind_of(question: str) -> str:
    folded = question.casefold()
    return next((kind for kind, words in TRIGGERS.items() if any(word in folded for word in words)), "help")
