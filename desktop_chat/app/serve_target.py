"""What `serve` serves: the connections of the settings, read again on demand, and a default one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.ask_target import AskTarget
from desktop_chat.core.entities import Connection, ConnectionKind
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

    def take_over(self, connections: Iterable[Connection], keys: Mapping[str, tuple[str, str]]) -> None:
        """Use connections and keys that are in the window's memory alone; `keys`: key and host by connection id. Raises
        KeyInvalid."""
        for temporary in connections:
            self.connections.add_temporary(temporary)
        for connection_id, (key, host) in keys.items():
            connection = self.connections.get(connection_id)
            if connection is None or connection.kind is ConnectionKind.STORED:
                self.secrets.keep_in_memory(connection_id, key, host)
            else:
                self.keys.add(key)
                self._keys_of_run[connection_id] = key

    async def set_defaults(self, defaults: Defaults) -> None:
        """Choose what callers get who name neither connection nor model; what is set already stays. Raises
        WrongUsage."""
        connection = self.connections.get(defaults.connection_id) or await self.choose() or self._first()
        if connection is not None:
            defaults.connection_id = connection.id
            defaults.model = defaults.model or self.model_at(connection)

    def _first(self) -> Connection | None:
        """Return the first connection; the demo is only used by those who name it."""
        return next((one for one in self.connections.all() if one.kind is not ConnectionKind.DEMO), None)
