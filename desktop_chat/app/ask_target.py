"""Chooses the connection and key to use, from the command line, the environment and the settings."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_chat.app.ask_arguments import AskArguments
from desktop_chat.app.ask_prompt import WrongUsage
from desktop_chat.app.terminal import print_error
from desktop_chat.app.usage_keeping import UsageKeeping
from desktop_chat.core.azure import with_deployment
from desktop_chat.core.connections import DEMO_NAME, Connections
from desktop_chat.core.entities import Api, Connection, ConnectionKind
from desktop_chat.core.errors import SettingsError
from desktop_chat.core.hosts import host_of
from desktop_chat.core.new_conversation import default_model
from desktop_chat.core.ports import SecretState, SecretStatus
from desktop_chat.core.settings import Preferences
from desktop_chat.core.usage_ledger import UsageOrigin
from desktop_chat.services.certificate_trust import CertificateTrust
from desktop_chat.services.environment import ENVIRONMENT_ID, take_environment
from desktop_chat.services.paths import Paths
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.secrets.key_stamp import KeyStamp, stamped_secrets
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.secrets.redact import redact
from desktop_chat.services.settings_file import SettingsFile
from desktop_chat.ui.text import terminal_text

if TYPE_CHECKING:
    from desktop_chat.services.demo.demo_provider import DemoServer

_COMMAND_LINE_ID = "command-line"


class AskTarget:
    """The available connections, and their providers. Reads the settings but writes nothing. Raises WrongUsage if
    others could have written the settings."""

    def __init__(self, arguments: AskArguments) -> None:
        self._arguments = arguments
        self._demo: DemoServer | None = None
        self._usage: UsageKeeping | None = None
        self.paths = Paths(arguments.data_dir)
        self.keys = KnownKeys()
        logging.lastResort = _TerminalWarnings(self.keys)
        try:
            self.paths.check_settings_directory()
        except SettingsError as error:
            raise WrongUsage(terminal_text.directory_refused(error)) from error
        settings, problem = SettingsFile(self.paths).load_settings(set_aside=False)
        if problem is not None:
            print_error(terminal_text.settings_unread(problem.file))
        wait_s = arguments.timeout_s
        self.preferences = Preferences(
            replace(
                settings,
                idle_limit_s=wait_s,
                patience_s=wait_s,
                retries=arguments.retries,
                safe_tools=(),  # what runs is said on the command line alone
                always_allowed=(),
                tool_folders=tuple(str(folder) for folder in arguments.folders),
                tool_servers=(),
            )
        )
        self.connections = Connections(self.preferences)
        self._environment = take_environment()
        key = self._environment.keys.get(ENVIRONMENT_ID, "")
        self.keys.add(key)
        self.key_stamp = KeyStamp(self.paths.key_stamp_file)
        secrets = self.secrets = stamped_secrets(self.keys, self.key_stamp)
        secrets.listen(_report_keyring)
        self._keys_of_run = {ENVIRONMENT_ID: key, _COMMAND_LINE_ID: key}
        """Keys by connection id that are not in the keyring."""
        trust = CertificateTrust(secrets)
        trust.unconfirmed.add(lambda report: print_error(terminal_text.certificates_unconfirmed(report)))
        self.sdk = Sdk(settings.ca_file, trust.is_confirmed)
        self.providers = ProviderPool(self.connections, secrets, self._keys_of_run, self.sdk, known_keys=self.keys)
        self.providers.unencrypted.add(lambda report: print_error(terminal_text.warning(report)))

    def warm_up(self) -> None:
        """Start loading what a request needs."""
        self.providers.warm_up()

    def keep_usage(self, origin: UsageOrigin) -> None:
        """Record what the requests of this run use, beside the conversations. Where there are none, nothing is
        written."""
        if self.paths.data_dir.is_dir():
            self._usage = UsageKeeping(self.paths.usage_file, self.preferences)
            self._usage.follow(self.providers.exchanges, lambda _: origin)

    async def choose(self) -> Connection | None:
        """Return the connection to use; None if there is none. Raises WrongUsage for an unknown name."""
        connection = await self._chosen()
        if connection is not None and self._arguments.api is not None:
            self.connections.use_api(connection.id, Api(self._arguments.api))
        return connection

    async def _chosen(self) -> Connection | None:
        name, base_url = self._arguments.connection, self._arguments.base_url
        if base_url is not None:
            connection = with_deployment(
                Connection(_COMMAND_LINE_ID, host_of(base_url), base_url, kind=ConnectionKind.ENVIRONMENT)
            )
            self.connections.add_temporary(connection)
            return connection
        if self._environment.connection is not None:
            self.connections.add_temporary(self._environment.connection)
        if name is not None:
            return await self._named(name)
        settings = self.preferences.settings
        stored = settings.connections
        return (
            self._environment.connection
            or self.connections.get(settings.default_connection_id)
            or (stored[0] if len(stored) == 1 else None)
        )

    def model_at(self, connection: Connection) -> str:
        """Return the model to use; empty if none was ever chosen."""
        own = self._arguments.model or ""
        return default_model(connection, self.preferences.settings, lambda _: None, own=own)

    async def aclose(self) -> None:
        """Write what was used, and close the clients."""
        if self._usage is not None:
            await self._usage.aclose()
        await self.providers.aclose()
        if self._demo is not None:
            await self._demo.aclose()

    async def _named(self, name: str) -> Connection:
        connection = self.connections.named(name) or self.connections.get(name)
        if connection is None and name.casefold() == DEMO_NAME.casefold():
            from desktop_chat.services.demo.demo_provider import DemoServer  # noqa: PLC0415  (rarely needed)

            self._demo = DemoServer()
            connection = await self._demo.start()
            self.connections.add_temporary(connection)
        if connection is None:
            names = [known.name for known in self.connections.all()]
            raise WrongUsage(terminal_text.no_such_connection(name, names))
        return connection


class _TerminalWarnings(logging.Handler):
    """Prints warnings while there is no log file, redacted: Python's own handler would not redact them."""

    def __init__(self, keys: KnownKeys) -> None:
        super().__init__(logging.WARNING)
        self._keys = keys

    def emit(self, record: logging.LogRecord) -> None:
        print_error(redact(self.format(record), self._keys.all()))


def _report_keyring(status: SecretStatus) -> None:
    if status.state is SecretState.WAITING:
        print_error(terminal_text.waiting_for_keyring())
