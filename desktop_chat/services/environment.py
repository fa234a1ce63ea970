"""Takes what the environment says about OpenAI: shown as a connection of this run, kept in memory, never stored.

The variables are removed, so that no child process inherits the key and the SDK sends none of them to another server.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.errors import KeyInvalid
from desktop_chat.services.keys import clean_key

ENVIRONMENT_ID = "environment"
DEFAULT_BASE_URL = "https://api.openai.com/v1"
_HEADERS = (("OPENAI_ORG_ID", "OpenAI-Organization"), ("OPENAI_PROJECT_ID", "OpenAI-Project"))
_UNUSED = ("OPENAI_ADMIN_KEY", "OPENAI_WEBHOOK_SECRET", "OPENAI_CUSTOM_HEADERS", "OPENAI_LOG")


@dataclass(frozen=True, slots=True)
class Environment:
    """The connection that the environment describes, if it does, and its key by the connection's id."""

    connection: Connection | None = None
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


def take_environment(variables: MutableMapping[str, str] | None = None) -> Environment:
    """Read the variables and remove them. A key that cannot be one is left out: the connection then asks for it."""
    variables = os.environ if variables is None else variables
    key = variables.pop("OPENAI_API_KEY", "").strip()
    base_url = variables.pop("OPENAI_BASE_URL", "").strip()
    headers = tuple((header, value) for name, header in _HEADERS if (value := variables.pop(name, "").strip()))
    for name in _UNUSED:
        variables.pop(name, None)
    if not key and not base_url:
        return Environment()
    connection = Connection(
        ENVIRONMENT_ID, "Environment", base_url or DEFAULT_BASE_URL, headers, kind=ConnectionKind.ENVIRONMENT
    )
    try:
        return Environment(connection, {ENVIRONMENT_ID: clean_key(key)})
    except KeyInvalid:
        return Environment(connection)
