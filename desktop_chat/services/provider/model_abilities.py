"""Reads from lists of models which of them read images, where the server says so.

Formats: `architecture.input_modalities` (OpenRouter, Hugging Face, Poe), the same at the top level (xAI, Novita),
GitHub's `supported_input_modalities`, `capabilities` as an object (Anthropic, Mistral) or a list (Ollama and
llama.cpp), LM Studio's `type` "vlm", and members such as Fireworks' `supports_image_input`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop_chat.services.provider.json_values import dict_in, text_in

_MODALITIES = ("input_modalities", "supported_input_modalities", "modalities")
_FLAGS = (
    *("vision", "image_input", "supports_vision", "supports_images", "supports_image_input", "supports_image_in"),
    *("supportsVision", "supportsImages"),
)
_WORDS = frozenset({"vision", "image", "images", "image_input", "multimodal"})
_WORDS_OF_CHAT = frozenset({"completion", "chat", "text", "tools", "completions"})
"""Abilities whose list would also name images: Ollama's and llama.cpp's."""
_TYPES = {"vlm": True, "llm": False}
"""LM Studio's types of models for chat."""


def reads_images_in(entry: dict[str, Any]) -> bool | None:
    """Return whether an entry says that its model reads images; None if it does not say."""
    return next(_stated(entry), None)


def _stated(entry: dict[str, Any]) -> Iterator[bool]:
    abilities, architecture = entry.get("capabilities"), dict_in(entry.get("architecture"))
    for place in (architecture, entry, dict_in(abilities)):
        yield from _by_modalities(place)
    for place in (dict_in(abilities), entry):
        yield from _by_flags(place)
    if (kind := text_in(entry.get("type")).lower()) in _TYPES:
        yield _TYPES[kind]
    words = {word for word in abilities if isinstance(word, str)} if isinstance(abilities, list) else set()
    if words & (_WORDS | _WORDS_OF_CHAT):
        yield not words.isdisjoint(_WORDS)


def _by_modalities(place: dict[str, Any]) -> Iterator[bool]:
    for name in _MODALITIES:
        if isinstance(words := place.get(name), list) and words:
            yield "image" in words
    before, arrow, _ = text_in(place.get("modality")).partition("->")  # "text+image->text"
    if arrow:
        yield "image" in before


def _by_flags(place: dict[str, Any]) -> Iterator[bool]:
    for name in _FLAGS:
        flag = place.get(name)
        supported = flag.get("supported") if isinstance(flag, dict) else flag
        if isinstance(supported, bool):
            yield supported
