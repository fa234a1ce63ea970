"""Errors of models that lack an ability, which only requests with images or tools need."""

from __future__ import annotations

from desktop_chat.core.errors import ProviderError


class ImagesRefused(ProviderError):
    """The model, or its server, does not read images."""

    code = "images_refused"


class ToolsRefused(ProviderError):
    """The model, or its server, cannot call tools."""

    code = "tools_refused"
