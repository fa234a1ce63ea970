"""Decides whether the certificates in the chosen file are those that the user chose: the settings and the file itself
can be changed by others, the keyring cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_chat.core.key_errors import SecretError
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.ports import Secrets

if TYPE_CHECKING:
    from desktop_chat.core.reports import CertificatesUnconfirmed


class CertificateTrust:
    """Keeps the fingerprint of the file's content in the keyring or, without one, in memory."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._confirmed = ""
        self.unconfirmed: Listeners[CertificatesUnconfirmed] = Listeners()
        """Emits certificates that are not trusted, because nobody confirmed them in this form."""

    async def is_confirmed(self, file: str, content: bytes) -> bool:
        """Return whether the content of a file was confirmed; emits `unconfirmed` if not."""
        from desktop_chat.core.reports import CertificatesUnconfirmed  # noqa: PLC0415  (after the first paint)
        from desktop_chat.services.certificates import fingerprint_of, names_in  # noqa: PLC0415  (after the first paint)

        fingerprint = fingerprint_of(content)
        if fingerprint in {self._confirmed, await self._stored()}:
            return True
        self.unconfirmed.emit(CertificatesUnconfirmed(file, fingerprint, names_in(content)))
        return False

    async def confirm(self, fingerprint: str) -> None:
        """Trust the content with this fingerprint from now on, and no other, as the user decided."""
        self._confirmed = fingerprint
        try:
            await self._secrets.keep_certificates(fingerprint)
        except SecretError:
            return  # confirmed for this run only; the user is asked again at the next start

    async def _stored(self) -> str:
        try:
            return await self._secrets.certificates() or ""
        except SecretError:
            return ""
