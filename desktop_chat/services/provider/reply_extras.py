"""Reads what servers send beside the text: the sources of an answer, and images that the model made.

Sources are numbered in the server's order, because the text refers to them by number. Perplexity and xAI send
`citations` and `search_results`, OpenRouter, OpenAI and Azure `annotations`; images are OpenRouter's `images`, and
items of the Responses API. Images join the text as Markdown, where the transcript shows them as cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from desktop_chat.core.deltas import SourcesDelta, TextDelta
from desktop_chat.core.entities import Source
from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer, whole_characters
from desktop_chat.services.provider.json_values import dict_in, dicts_in, text_in

BESIDE = frozenset({"citations", "search_results", "annotations", "images", "sources"})
"""Members that this file reads."""
MAX_SOURCES = 100
_URL_LIMIT, _TITLE_LIMIT = 2_000, 300
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=]+)", re.IGNORECASE)


class ReplyExtras:
    """Remembers what one reply has named, so that repetitions add nothing."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._images: set[int] = set()
        self._read: list[object] = [None] * 4

    def read(self, holder: dict[str, Any], coalescer: DeltaCoalescer) -> None:
        """Add what an object (a chunk, a delta, a message) holds beside its text."""
        # In this order: numbers in the text count the citations, and the others know their titles.
        lists = [holder.get(name) for name in ("citations", "search_results", "sources", "annotations")]
        if lists != self._read:
            self._read = lists
            before = dict(self._titles)
            for values in lists:
                self.name(_sources_in(values))
            if self._titles != before:
                coalescer.add(self.sources())
        for image in dicts_in(holder.get("images")):
            address = image.get("image_url") or image.get("url")
            self.show(text_in(address.get("url") if isinstance(address, dict) else address), coalescer)

    def name(self, sources: Iterable[tuple[str, str]]) -> None:
        """Note addresses and titles of sources."""
        for url, title in sources:
            if url in self._titles:
                self._titles[url] = self._titles[url] or title
            elif len(self._titles) < MAX_SOURCES:
                self._titles[url] = title

    def sources(self) -> SourcesDelta:
        """Return all that were named."""
        return SourcesDelta(tuple(Source(url, title) for url, title in self._titles.items()))

    def show(self, address: str, coalescer: DeltaCoalescer) -> None:
        """Add an image to the text, once. An address that is neither data nor of the web is left out."""
        address = address.strip()
        if data := _IMAGE_DATA.fullmatch(address):
            kind = data.group(1).lower()
            address = f"data:image/{'jpeg' if kind == 'jpg' else kind};base64,{data.group(2)}"
        elif not _WEB.fullmatch(address):
            return
        if hash(address) in self._images:
            return
        self._images.add(hash(address))
        address = address.replace("(", "%28").replace(")", "%29")
        gap = "\n\n" if TextDelta in coalescer.kinds else ""
        coalescer.say(TextDelta, f"{gap}![]({address})\n\n")

    def show_data(self, data: str, kind: str, coalescer: DeltaCoalescer) -> None:
        """Add an image given as base64, in a format such as "png"."""
        self.show(f"data:image/{kind};base64,{data}", coalescer)


def sources_in_annotations(annotations: object) -> list[tuple[str, str]]:
    """Return addresses and titles of annotations of the Responses API, or of a message."""
    return list(_sources_in(annotations))


def _sources_in(values: object) -> Iterator[tuple[str, str]]:
    for value in values if isinstance(values, list) else ():
        url, title = value, ""
        if isinstance(value, dict):
            inner = dict_in(value.get("url_citation")) or value
            url, title = inner.get("url") or inner.get("link"), text_in(inner.get("title"))
        if isinstance(url, str) and _WEB.fullmatch(url.strip()) and len(url) <= _URL_LIMIT:
            yield whole_characters(url.strip()), _plain(title)


def _plain(title: str) -> str:
    head = whole_characters(title[: 4 * _TITLE_LIMIT])
    return " ".join("".join(c if c.isprintable() else " " for c in head).split())[:_TITLE_LIMIT]
