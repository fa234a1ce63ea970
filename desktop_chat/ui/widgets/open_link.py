"""Opens an address in the browser after the user confirmed it or chose to trust its site."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from desktop_chat import HOME_PAGE
from desktop_chat.core.public_hosts import is_public_host
from desktop_chat.core.settings import Preferences
from desktop_chat.ui.text.address_text import AddressWords, link_words, looks_deceptive, other_host_in
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.async_dialog import Question, ask

_WEB = frozenset({"http://", "https://"})
_SAFE_SCHEMES = _WEB | {"mailto:"}


async def ask_to_open(page: QWidget, preferences: Preferences, url: str, text: str = "") -> None:
    """Ask, and open the address if the user agrees. Schemes other than web and mail are ignored.

    The address opened is exactly the one shown. If it could be mistaken for another one, or the link's `text` names
    another one, a warning is shown and Enter cancels. Links to trusted sites open at once, unless they look deceptive.
    """
    words = link_words(url)
    if words.scheme not in _SAFE_SCHEMES or not words.host:
        return
    claimed_host = other_host_in(text, url)
    deceptive = bool(claimed_host) or looks_deceptive(url)
    can_be_trusted = not deceptive and _is_site(words)
    if can_be_trusted and words.host in preferences.settings.trusted_sites:
        _open(words)
        return
    question = Question(page, tr("Open this link?"), tr("Open"), danger=deceptive)
    question.add_address(words.scheme, words.host, words.rest)
    trust: QCheckBox | None = None
    if claimed_host:
        question.add_text(
            tr("Be careful: the text of this link says {host}, but it leads elsewhere.", host=claimed_host)
        )
    elif deceptive:
        question.add_text(tr("Be careful: this address could be mistaken for another one."))
    elif can_be_trusted:
        trust = question.add_choice(tr("Don't ask again for this site"))
    if await ask(question) != QDialog.DialogCode.Accepted:
        return
    if trust is not None and trust.isChecked():
        preferences.trust_site(words.host)
    _open(words)


def open_releases() -> None:
    """Open the application's download page at the user's request; the address is built in, so it needs no
    confirmation."""
    QDesktopServices.openUrl(QUrl(f"{HOME_PAGE}/releases"))


def _is_site(words: AddressWords) -> bool:
    """Return whether a link leads to a site on the internet. On this computer or its network, a link may trigger an
    action, so each one needs confirmation."""
    return words.scheme in _WEB and is_public_host(urlsplit(str(words)).hostname or "")


def _open(words: AddressWords) -> None:
    QDesktopServices.openUrl(QUrl(str(words), QUrl.ParsingMode.StrictMode))
