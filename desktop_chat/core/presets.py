"""The model servers that can be chosen instead of typing an address: their names, and how they are searched. The list
itself is a resource file (`resources/presets.toml`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from desktop_chat.core.azure import RESOURCE_PLACEHOLDER, is_azure
from desktop_chat.core.entities import Api
from desktop_chat.core.hosts import host_of


@dataclass(frozen=True, slots=True)
class Preset:
    """A well-known model server."""

    name: str
    base_url: str
    """As it is stored; may contain `azure.YOUR_RESOURCE`, which the user replaces."""
    api: Api
    needs_key: bool
    key_page: str = ""
    """The page where keys are issued; empty if none is needed."""
    name_zh: str = ""
    """The Chinese name, if different."""
    note: str = ""
    """Who runs it, or how it differs from others of that name."""
    note_zh: str = ""
    words: tuple[str, ...] = ()
    """Additional search words."""

    def name_in(self, language: str) -> str:
        """Return the name in a language ("zh_CN", "en")."""
        return self.name_zh if self.name_zh and language.startswith("zh") else self.name

    def title_in(self, language: str) -> str:
        """Return the name with its note, in the language's brackets."""
        is_chinese = language.startswith("zh")
        note, (opening, closing) = (self.note_zh, "（）") if is_chinese else (self.note, (" (", ")"))
        return f"{self.name_in(language)}{opening}{note}{closing}" if note else self.name_in(language)

    @property
    def host(self) -> str:
        """The host, with the port if the address has one."""
        return urlsplit(self.base_url).netloc

    @property
    def blank(self) -> str:
        """The part of the address that the user fills in; empty for most."""
        return RESOURCE_PLACEHOLDER if RESOURCE_PLACEHOLDER in self.host.split(".") else ""


def presets_from(table: Mapping[str, Any]) -> tuple[Preset, ...]:
    """Return the presets of a parsed file. Raises KeyError, TypeError or ValueError if the file is wrong: a bug."""
    return tuple(
        Preset(
            name=entry["name"],
            base_url=entry["base_url"],
            api=Api(entry["api"]),
            needs_key=bool(entry["needs_key"]),
            key_page=entry.get("key_page", ""),
            name_zh=entry.get("name_zh", ""),
            note=entry.get("note", ""),
            note_zh=entry.get("note_zh", ""),
            words=tuple(entry.get("words", ())),
        )
        for entry in table["preset"]
    )


def search(presets: Iterable[Preset], query: str) -> list[Preset]:
    """Return the presets that contain each word of a query in a name, a search word or the address. Those whose name,
    in either language, starts with the query come first."""
    words = _folded(query).split()
    found = [preset for preset in presets if all(word in _all_words(preset) for word in words)]
    whole = " ".join(words)
    return sorted(found, key=lambda preset: not any(_folded(name).startswith(whole) for name in _names(preset)))


def preset_at(presets: Iterable[Preset], base_url: str) -> Preset | None:
    """Return the preset that an address belongs to, or None."""
    host = host_of(base_url)
    return next((preset for preset in presets if _is_at(preset, base_url, host)), None)


def _is_at(preset: Preset, base_url: str, host: str) -> bool:
    return bool(host) and (host_of(preset.base_url) == host or bool(preset.blank and is_azure(base_url)))


def _names(preset: Preset) -> tuple[str, ...]:
    return (preset.name, preset.name_zh or preset.name, *preset.words)


def _all_words(preset: Preset) -> str:
    return _folded("\n".join((*_names(preset), preset.note, preset.note_zh, preset.base_url)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
