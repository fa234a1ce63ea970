"""Opens what another start of the application or a link asks for: a tab whose composer is filled, and never sent."""

from __future__ import annotations

from dataclasses import replace

from desktop_chat.core.entities import ChatOptions
from desktop_chat.core.new_conversation import default_model, default_options
from desktop_chat.core.open_request import OpenRequest
from desktop_chat.ui.context import Context
from desktop_chat.ui.tabs.tab_manager import TabManager


def open_request(request: OpenRequest, context: Context, tabs: TabManager) -> bool:
    """Begin the conversation that is asked for, if one is; return whether its connection is known. What comes from a
    link is marked as such."""
    if replace(request, activation=None) == OpenRequest():
        return True
    options = options_for(request, context)
    tabs.begin(options, request.prompt or "")
    is_filled = bool(request.prompt) or options is not None
    if request.from_link and is_filled and tabs.current is not None:
        tabs.current.tell_of_link(is_cut=request.is_cut)
    return options is not None or not request.connection


def options_for(request: OpenRequest, context: Context) -> ChatOptions | None:
    """Return None for what a new tab has by itself."""
    settings, connections = context.preferences.settings, context.connections
    if request.connection:
        found = connections.named(request.connection) or connections.get(request.connection)
        if found is None:
            return None
        return ChatOptions(found.id, default_model(found, settings, context.models.get, own=request.model or ""))
    if request.model:
        return replace(default_options(connections, settings, context.models.get), model=request.model)
    return None
