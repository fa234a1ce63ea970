"""Tests an unsaved connection with a real request, and describes the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_chat.core.azure import deployment_in, is_azure
from desktop_chat.core.entities import Connection
from desktop_chat.core.errors import ChatError, ProviderError, WrongAddress
from desktop_chat.core.missing_v1 import find_v1, may_lack_v1
from desktop_chat.core.ports import Providers
from desktop_chat.ui.connections.preset_list import all_presets
from desktop_chat.ui.text.error_text import sentence
from desktop_chat.ui.text.translation import tr


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a test: a sentence, its tone ("success", "warning", "danger"), and what was found."""

    text: str
    tone: str
    error: ChatError | None = None
    models: tuple[str, ...] = ()
    better: Connection | None = None
    """The connection with "/v1" in its address, if a server responds only there."""


async def check_connection(providers: Providers, connection: Connection, key: str) -> CheckResult:
    """Request the model list, and if only "/v1" may be missing, the one there; all with this key and on this host."""

    async def models_at(other: Connection) -> list[str]:
        return await providers.models_at(other, key)

    try:
        models = await models_at(connection)
    except ProviderError as error:
        found = await find_v1(connection, models_at) if may_lack_v1(connection, error) else None
        return _failed(connection, error, found[0] if found is not None else None)
    return CheckResult(_success(connection, models), "success", models=tuple(models))


def _failed(connection: Connection, error: ProviderError, better: Connection | None) -> CheckResult:
    if better is not None:
        text = tr("No model server responds at this address, but one does at {address}.", address=better.base_url)
        return CheckResult(text, "warning", error, better=better)
    if isinstance(error, WrongAddress) and any(preset.base_url == connection.base_url for preset in all_presets()):
        text = tr("This server does not list its models, so enter a model name. The key was not checked.")
        return CheckResult(text, "warning", error)
    return CheckResult(sentence(error, connection=connection.name), "danger", error)


def _success(connection: Connection, models: Sequence[str]) -> str:
    if deployment := deployment_in(connection.base_url):
        return tr("The connection works. The model is your deployment {name}.", name=deployment)
    if is_azure(connection.base_url):
        return tr(
            "The connection works. Azure lists the models it can deploy, so enter the name of your own deployment "
            "as the model."
        )
    if models:
        return tr("The connection works. The server lists %n model(s).", n=len(models))
    return tr("The connection works, but the server lists no models, so enter a model name.")
