"""Adds a missing "/v1" to a connection's address at the user's request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import Connection
from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.missing_v1 import find_v1
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import confirm


async def use_v1(page: QWidget, context: Context, connection: Connection, ask_again: Callable[[], None]) -> None:
    """Look for a model server below "/v1" on the same host. If there is one, save that address and call `ask_again`;
    else tell the user and offer the settings."""

    async def models_at(other: Connection) -> list[str]:
        return await context.providers.models_at_address(connection.id, other.base_url)

    try:
        found = await find_v1(connection, models_at)
    except SecretError as error:
        text = sentence(error)
    else:
        if found is not None and context.connections.get(connection.id) == connection:
            other, models = found
            context.connections.put(other)
            if models:
                context.models.put(other, models)
            ask_again()
            return
        text = tr("No model server responds at {address}/v1 either. Check the address.", address=connection.base_url)
    if await confirm(page, tr("Address not changed"), text, tr("Open settings")):
        context.navigator.open_settings("connections")
