"""Where the token of `serve` comes from: a file, the environment, or the keyring."""

from __future__ import annotations

import os
from pathlib import Path

from desktop_chat.app.ask_prompt import WrongUsage
from desktop_chat.core.endpoint_errors import TokenUnusable
from desktop_chat.core.endpoint_token import endpoint_token
from desktop_chat.core.ports import Secrets
from desktop_chat.services.environment import wipe
from desktop_chat.ui.text.endpoint_text import token_unreadable

TOKEN_VARIABLE = "DESKTOP_CHAT_TOKEN"  # noqa: S105  (its name)
SHORTEST = 16
_MAX_BYTES = 4_096


async def token_for(file: Path | None, secrets: Secrets) -> str:
    """Return the token; the variable is removed, so that no child gets it. Raises WrongUsage for an unreadable file,
    and TokenUnusable."""
    wipe(TOKEN_VARIABLE)
    from_environment = os.environ.pop(TOKEN_VARIABLE, "")
    if file is not None:
        return _checked(_read(file))
    if from_environment:
        return _checked(from_environment)
    return await endpoint_token(secrets)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(_MAX_BYTES).decode()
    except OSError as error:
        raise WrongUsage(token_unreadable(str(file), error.strerror or str(error))) from error
    except UnicodeDecodeError as error:
        raise TokenUnusable from error


def _checked(text: str) -> str:
    token = text.strip()
    if len(token) < SHORTEST or not (token.isascii() and token.isprintable()) or " " in token:
        raise TokenUnusable
    return token
