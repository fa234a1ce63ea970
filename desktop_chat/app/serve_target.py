"""What `serve` serves: the connections of the settings, read again on demand, and a default one."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.ask_target import AskTarget
from desktop_chat.core.settings import Settings
from desktop_chat.services.settings_file import SettingsFile

if TYPE_CHECKING:
    from desktop_chat.app.serve_arguments import ServeArguments
    from desktop_chat.services.endpoint.targets import Defaults


class ServeTarget(AskTarget):
    """As for `ask`, but with the waiting times and retries of the settings. Raises WrongUsage."""

    def __init__(self, arguments: ServeArguments) -> None:
        super().__init__(
            AskArguments(
                data_dir=arguments.data_dir,
                connection=arguments.connection,
                base_url=arguments.base_url,
                model=arguments.model,
            )
        )
        self.reload()

    def reload(self) -> None:
        """Read the settings again."""
        settings, _ = SettingsFile(self.paths).load_settings(set_aside=False)
        self.preferences.update(**{field.name: getattr(settings, field.name) for field in fields(Settings)})
        self.providers.trust(settings.ca_file)

    async def set_defaults(self, defaults: Defaults) -> None:
        """Choose what callers get who name neither connection nor model; what is set already stays. Raises
        WrongUsage."""
        connection = self.connections.get(defaults.connection_id) or await self.choose()
        if connection is None and (known := self.connections.all()):
            connection = known[0]
        if connection is not None:
            defaults.connection_id = connection.id
            defaults.model = defaults.model or self.model_at(connection)
