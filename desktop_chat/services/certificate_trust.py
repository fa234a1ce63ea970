"""Says whether the certificates in the chosen file are those that the person chose: the file of settings, which names
the file, and the file itself can be changed by others, the keyring cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_chat.core.errors import SecretError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Secrets

if TYPE_CHECKING:
    from desktop_chat.core.startup_reports import CertificatesUnconfirmed


class CertificateTrust:
    """The fingerprint of the file's content is in the keyring; without one, it holds until the application ends."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._confirmed = ""
        self.unconfirmed: Listeners[CertificatesUnconfirmed] = Listeners()
        """Told of certificates that are not trusted, because nobody chose them as they are."""

    async def is_confirmed(self, file: str, content: bytes) -> bool:
        """Say whether the content of a file is what was chosen, and tell where it is not."""
        from desktop_chat.core.startup_reports import CertificatesUnconfirmed  # noqa: PLC0415  (not before the first paint)
        from desktop_chat.services.certificates import fingerprint_of, names_in  # noqa: PLC0415  (not before the first paint)

        fingerprint = fingerprint_of(content)
        if fingerprint in {self._confirmed, await self._stored()}:
            return True
        self.unconfirmed.emit(CertificatesUnconfirmed(file, fingerprint, names_in(content)))
        return False

    async def confirm(self, fingerprint: str) -> None:
        """Trust what has this fingerprint from now on, as the person said, and nothing else."""
        self._confirmed = fingerprint
        try:
            await self._secrets.keep_certificates(fingerprint)
        except SecretError:
            return  # it is asked again at the next start

    async def _stored(self) -> str:
        try:
            return await self._secrets.certificates() or ""
        except SecretError:
            return ""
