"""Creates services that are not needed before the first paint, and imports them only then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_chat.core.installation import Installation
    from desktop_chat.core.ports import LocalServers


def make_local_servers() -> LocalServers:
    """Return the finder of model servers on this computer."""
    from desktop_chat.services.local_servers import LocalServerFinder  # noqa: PLC0415

    return LocalServerFinder()


async def check_certificates(file: Path) -> str:
    """Implement `Context.check_certificates`."""
    from desktop_chat.services.certificates import check_certificates  # noqa: PLC0415

    return await check_certificates(file)


def find_installation() -> Installation:
    """Return how this copy of the application was installed."""
    from desktop_chat.services.find_installation import find_installation  # noqa: PLC0415

    return find_installation()
