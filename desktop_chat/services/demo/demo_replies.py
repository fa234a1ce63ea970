"""The demo's replies: canned texts in English and Chinese that show what a reply can look like. They are sample data of
a server, not texts of the user interface, and so are not translated with it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from desktop_chat.core.tool_rounds import REFUSED_RESULT
from desktop_chat.services.demo.demo_image import demo_image
from desktop_chat.services.demo.demo_tools import BROKEN, CITIES, POSTCARD, WAITING, WEATHER

READING_SPEED = 70.0
"""Tokens per second."""

TEXT_ONLY = "demo-text"
"""The model that refuses images and tools."""
MODELS = ("demo", "demo-error", "demo-long", "demo-reasoning", "demo-slow", TEXT_ONLY)
TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "error": ("error", "错误", "出错"),
    "weather": ("weather", "天气"),
    "postcard": ("postcard", "明信片"),
    "broken": ("broken", "故障"),
    "waiting": ("wait", "等待"),
    "image": ("image", "图片"),
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
_TOOLS = {"weather": WEATHER, "postcard": POSTCARD, "broken": BROKEN, "waiting": WAITING}
"""The tool that a kind of reply calls, if it is offered."""

SECTIONS = 40
"""Sections of the long reply: about 5,000 tokens."""
RESULT_LETTERS = 500
"""Characters of a tool's result that the answer quotes."""

_CJK = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]{1,2}|[^\S\n]*[A-Za-z0-9]{1,6}|\n+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DemoReply:
    """A canned reply and its timing. `error`: the server's message after the text, instead of a finish reason. `calls`:
    names and arguments of the tools that it calls, side by side. `image`: a PNG that follows the text."""

    text: str
    reasoning: str = ""
    error: str = ""
    finish_reason: str = "stop"
    first_token_s: float = 0.35
    tokens_per_s: float = READING_SPEED
    calls: tuple[tuple[str, str], ...] = ()
    image: bytes = b""


def tokens_of(text: str) -> list[str]:
    """Split text into pieces about as long as tokens; joined, they are the text again."""
    return _TOKEN.findall(text)


def reply_for(model: str, question: str, *, offered: Collection[str] = (), images: int = 0) -> DemoReply:
    """Return the canned reply to a question, in the question's language. A model for one kind always sends that.

    `offered`: the names of the tools that may be called; `images`: how many images the question has.
    """
    kind = model.removeprefix("demo-") if model in MODELS and model not in {"demo", TEXT_ONLY} else _kind_of(question)
    texts = texts_in(_language_of(question))
    seen = texts["seen"].format(images=images) if images else ""
    head = texts["notice"] + seen
    if kind in _TOOLS and _TOOLS[kind].name in offered:
        calls = tuple((_TOOLS[kind].name, arguments) for arguments in _arguments(kind, question, texts))
        return DemoReply(head + texts[f"{kind}_call"], finish_reason="tool_calls", calls=calls)
    reply = DemoReply(head + texts[kind])
    match kind:
        case "reasoning":
            return replace(reply, reasoning=texts["thoughts"], first_token_s=0.6)
        case "error":
            return replace(reply, error=texts["failure"])
        case "slow":
            return replace(reply, first_token_s=6.0, tokens_per_s=8.0)
        case "cut":
            return replace(reply, finish_reason="length")
        case "long":
            sections = (texts["section"].format(n=n) for n in range(1, SECTIONS + 1))
            reply = replace(reply, text=reply.text + "".join(sections))
        case "image":
            reply = replace(reply, image=demo_image())
    return reply


def answer_after(question: str, results: Sequence[str]) -> DemoReply:
    """Return the reply that uses the results of the tools that were called for a question."""
    kind, texts = _kind_of(question), texts_in(_language_of(question))
    if any(result.startswith(REFUSED_RESULT) for result in results):
        return DemoReply(texts["refused"])
    quoted = "\n".join(f"- {' '.join(result[:RESULT_LETTERS].split())}" for result in results)
    return DemoReply((texts[f"{kind}_answer"] if kind in _TOOLS else texts["any_answer"]).replace("{results}", quoted))


@cache
def texts_in(language: str) -> Mapping[str, str]:
    """Return the texts in a language, "en" or "zh", by kind. In their file, each follows a comment with its kind."""
    content = Path(__file__).with_name(f"replies_{language}.md").read_text(encoding="utf-8").removesuffix("\n")
    _, *parts = re.split(r"\n<!-- (\w+) -->\n", f"\n{content}")
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _arguments(kind: str, question: str, texts: Mapping[str, str]) -> list[str]:
    """Return the arguments of each call, as JSON."""
    folded = question.casefold()
    if kind == "weather":
        cities = [city for city in CITIES if city.casefold() in folded] or texts["cities"].split()
        return [json.dumps({"city": city}, ensure_ascii=False) for city in cities]
    if kind == "postcard":
        return [json.dumps({"to": texts["receiver"].strip(), "text": texts["greeting"].strip()}, ensure_ascii=False)]
    return ["{}"]


def _language_of(question: str) -> str:
    return "zh" if _CJK.search(question) else "en"


def _kind_of(question: str) -> str:
    folded = question.casefold()
    return next((kind for kind, words in TRIGGERS.items() if any(word in folded for word in words)), "help")
