"""Opens an address in the browser, but only after the person saw where it leads and agreed."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from desktop_chat.ui.address_words import link_words, looks_deceptive
from desktop_chat.ui.asking import Question, ask
from desktop_chat.ui.i18n import tr

_SAFE_SCHEMES = frozenset({"http://", "https://", "mailto:"})


async def ask_to_open(page: QWidget, url: str) -> None:
    """Ask, and open the address if the person agrees. Other schemes than those of the web and mail are passed over.

    What is opened is what was shown, letter by letter. Where an address may be taken for another one, this is said, and
    Enter cancels.
    """
    words = link_words(url)
    if words.scheme not in _SAFE_SCHEMES or not words.host:
        return
    deceptive = looks_deceptive(url)
    question = Question(page, tr("Open this link?"), tr("Open"), danger=deceptive)
    question.add_address(words.scheme, words.host, words.rest)
    if deceptive:
        question.add_text(tr("Look closely: this address is written so that it can be taken for another one."))
    if await ask(question) == QDialog.DialogCode.Accepted:
        QDesktopServices.openUrl(QUrl(str(words), QUrl.ParsingMode.StrictMode))
