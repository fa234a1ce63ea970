"""Asks whether to trust certificates that were changed or never confirmed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from desktop_chat.core.reports import CertificatesUnconfirmed
from desktop_chat.ui.context import Context
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask

_MAX_NAMES = 6


async def ask_to_trust(window: QWidget, context: Context, report: CertificatesUnconfirmed) -> None:
    """Show the certificates and ask; Enter rejects them. Only the certificates shown are trusted, even if the file has
    changed by then."""
    question = Question(window, tr("Trust these certificates?"), tr("Trust"), danger=True)
    question.add_text(
        tr(
            "Whoever issued the certificates in {file} can read what is sent to any server, including keys. "
            "Trust them only if they are yours.",
            file=report.file,
        )
    )
    more = ["..."] if len(report.names) > _MAX_NAMES else []
    question.add_text("\n".join([*report.names[:_MAX_NAMES], *more]))
    question.add_text(tr("Fingerprint (SHA-256): {fingerprint}", fingerprint=_in_groups(report.fingerprint)))
    if await ask(question) == QDialog.DialogCode.Accepted:
        await context.trust_certificates(report.file, report.fingerprint)


def _in_groups(fingerprint: str) -> str:
    """Group the digits by four for comparison."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))
