"""What `serve` serves: the connections of the settings, read again on demand, and a default one."""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)
_Stamp = tuple[int, int, int]


class ServeTarget(AskTarget):
    """As for `ask`, but with the waiting times and retries of the settings. Raises WrongUsage."""

    def __init__(self, arguments: ServeArguments) -> None:
        self._given = ("", "")
        """The connection and the model that are the defaults whatever the settings say; empty where they decide."""
        self._defaults: Defaults | None = None
        self._read: _Stamp | None = None
        """Which file was read."""
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
        """Read the settings again. What was read before stays in effect if the file has become unreadable."""
        before, self._read = self._read, self._stamp()
        settings, problem = SettingsFile(self.paths).load_settings(set_aside=False)
        if problem is not None and not problem.members and before is not None:
            logger.warning("%s cannot be read: %s", problem.file, problem.detail)
            return
        self.preferences.update(**{field.name: getattr(settings, field.name) for field in fields(Settings)})
        self.providers.trust(settings.ca_file)
        self._follow_defaults()

    def reload_if_changed(self) -> bool:
        """Read the settings again if another process has saved them since; return whether that was so."""
        if self._stamp() == self._read:
            return False
        self.reload()
        return True

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
        """Choose what callers get who name neither connection nor model, now and whenever the settings are read again;
        what is set already stays, and so does what the command line or the environment says. Raises WrongUsage."""
        chosen = self.connections.get(defaults.connection_id) or await self.choose()
        given = self._arguments
        is_given = bool(defaults.connection_id or given.connection or given.base_url or self._environment.connection)
        self._given = (chosen.id if is_given and chosen is not None else "", defaults.model)
        self._defaults = defaults
        self._follow_defaults()

    def _follow_defaults(self) -> None:
        if (defaults := self._defaults) is None:
            return
        connection_id, model = self._given
        if not connection_id:
            usual = self.connections.get(self.preferences.settings.default_connection_id) or self._first()
            connection_id = usual.id if usual is not None else ""
        connection = self.connections.get(connection_id)  # a given one may have been removed; no other replaces it
        defaults.connection_id = connection_id
        defaults.model = model or (self.model_at(connection) if connection is not None else "")

    def _stamp(self) -> _Stamp | None:
        """Return what differs once the file is another one; it is never changed in place."""
        try:
            found = self.paths.settings_file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _first(self) -> Connection | None:
        """Return the first connection; the demo is only used by those who name it."""
        return next((one for one in self.connections.all() if one.kind is not ConnectionKind.DEMO), None)
