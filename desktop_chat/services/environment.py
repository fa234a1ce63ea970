"""Takes OpenAI's settings from the environment: a connection for this run only, kept in memory and never stored.

The variables are removed, so that child processes do not inherit the key and the SDK does not send it to other servers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.key_errors import KeyInvalid
from desktop_chat.services.secrets.keys import clean_key

ENVIRONMENT_ID = "environment"
DEFAULT_BASE_URL = "https://api.openai.com/v1"
_HEADERS = (("OPENAI_ORG_ID", "OpenAI-Organization"), ("OPENAI_PROJECT_ID", "OpenAI-Project"))
_UNUSED = ("OPENAI_ADMIN_KEY", "OPENAI_WEBHOOK_SECRET", "OPENAI_CUSTOM_HEADERS", "OPENAI_LOG")


@dataclass(frozen=True, slots=True)
class Environment:
    """The connection described by the environment, if any, and its key by connection id."""

    connection: Connection | None = None
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


def take_environment(variables: MutableMapping[str, str] | None = None) -> Environment:
    """Read and remove the variables; the key also from the process's original environment block.

    An invalid key is dropped: the connection then asks for one.
    """
    if variables is None:
        variables = os.environ
        wipe("OPENAI_API_KEY")
    key = variables.pop("OPENAI_API_KEY", "").strip()
    address = variables.pop("OPENAI_BASE_URL", "").strip()
    headers = tuple((header, value) for name, header in _HEADERS if (value := variables.pop(name, "").strip()))
    for name in _UNUSED:
        variables.pop(name, None)
    if not key and not address:
        return Environment()
    from desktop_chat.core.addresses import normalise, without_secrets  # noqa: PLC0415  (rarely needed)
    from desktop_chat.core.azure import with_deployment  # noqa: PLC0415  (rarely needed)

    base_url = without_secrets(normalise(address))
    if not key and not base_url:
        return Environment()
    kind = ConnectionKind.ENVIRONMENT
    connection = with_deployment(
        Connection(ENVIRONMENT_ID, "Environment", base_url or DEFAULT_BASE_URL, headers, kind=kind)
    )
    try:
        return Environment(connection, {ENVIRONMENT_ID: clean_key(key)})
    except KeyInvalid:
        return Environment(connection)


def wipe(name: str) -> None:
    """Overwrite a variable in the original environment block: Linux shows it in /proc/PID/environ even after removal.
    Python has its own copy."""
    if sys.platform != "linux" or name not in os.environ:
        return
    import ctypes  # noqa: PLC0415  (rarely needed)

    library = ctypes.CDLL(None)
    library.getenv.restype = ctypes.c_void_p
    if address := library.getenv(name.encode()):
        ctypes.memset(address, 0, len(ctypes.string_at(address)))
