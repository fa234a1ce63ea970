"""Translates texts into the user's language, through Qt if there is a window and without it on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache

from desktop_chat.ui.resources import resource_path

CONTEXT = "DesktopChat"


_ABOUT_END = "\x04"


def tr(text: str, *, n: int | None = None, about: str = "", **values: object) -> str:
    """Return `text` in the current language, with `{names}` filled from `values` and `%n` from `n`.

    Takes string literals, so that `scripts/translations.py` can find them. Without `values`, braces are literal.
    `about` is for a text that another language says in several ways: it tells which one is meant.
    """
    qt = sys.modules.get("PySide6.QtCore")
    if qt is not None and qt.QCoreApplication.instance() is not None:
        translated: str = qt.QCoreApplication.translate(CONTEXT, text, about or None, -1 if n is None else n)
    else:
        translated = _on_terminal(text_key(text, about), text, n)
    return translated.format(**values) if values else translated


def text_key(text: str, about: str) -> str:
    """Return what a text is found by in a list of translations, as in the lists of gettext."""
    return f"{about}{_ABOUT_END}{text}" if about else text


def language_of(preferred: list[str]) -> str:
    """Return the first preferred language that has a translation, else English.

    Systems write `zh-CN`, `zh_CN` or `zh-Hans-CN`; readers of other Chinese scripts read this one more easily than
    English.
    """
    for name in preferred:
        language = name.replace("_", "-").split("-")[0].split(".")[0].lower()
        if language in {"zh", "en", "c", "posix"}:
            return "zh_CN" if language == "zh" else "en"
    return "en"


def _on_terminal(key: str, text: str, n: int | None) -> str:
    language = language_of([os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)])
    forms = _catalogue(language).get(key, (text,))
    return forms[0 if n == 1 else -1].replace("%n", str(n))


@cache
def _catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """Read a language's translations: one form, or one per plural form."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415  (a window never needs it)

    tree = ET.parse(resource_path(f"i18n/desktop_chat_{language}.ts"))  # noqa: S314  (our own file)
    found = {}
    for message in tree.iter("message"):
        translation = message.find("translation")
        if translation is not None:
            forms = tuple(form.text or "" for form in translation.iter("numerusform")) or (translation.text or "",)
            if all(forms):
                found[text_key(message.findtext("source", ""), message.findtext("comment", ""))] = forms
    return found
