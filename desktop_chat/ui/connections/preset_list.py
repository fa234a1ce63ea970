"""Loads the list of well-known model servers when it is first needed, never at startup."""

from __future__ import annotations

from functools import cache

from desktop_chat.core.presets import Preset, presets_from
from desktop_chat.ui.resources import resource_text


@cache
def all_presets() -> tuple[Preset, ...]:
    """Return the presets in the order of the file."""
    import tomllib  # noqa: PLC0415  (may not be needed otherwise)

    return presets_from(tomllib.loads(resource_text("presets.toml")))
