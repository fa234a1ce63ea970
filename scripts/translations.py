"""Keeps resources/i18n in sync with the code's strings, since Qt's own extractor does not know our ``tr``.

    python scripts/translations.py          update both .ts files and compile them
        python scripts/translations.py --check  change nothing; fail if something is missing or stale

Finished translations are kept. A string that is no longer in the code is dropped. English needs only its plurals, which
are derived from ``(s)`` and ``(es)``; other plurals are translated by hand in the English file.
"""

from __future__ import annotations

import argparse
import ast
import re
import string
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "desktop_chat" / "ui"
FOLDER = ROOT / "resources" / "i18n"
CONTEXT = "DesktopChat"
FORMS = {"zh_CN": 1, "en": 2}


@dataclass(frozen=True, slots=True)
class Word:
    """One string of the code: where it first occurs, and whether it counts something."""

    source: str
    numerus: bool
    place: str
    about: str = ""

    @property
    def key(self) -> str:
        """What it is found by: other strings with the same source may be about something else."""
        return key_of(self.source, self.about)


@dataclass(frozen=True, slots=True)
class Translation:
    """The translation of a string in a .ts file: one form, or one per plural form of the language."""

    forms: tuple[str, ...]
    finished: bool


def key_of(source: str, about: str) -> str:
    """Return the key of a string, as gettext forms it."""
    return f"{about}\x04{source}" if about else source


class NotALiteral(Exception):
    """A ``tr`` call whose text cannot be extracted."""


def words_of(sources: Path) -> dict[str, Word]:
    """Return every string passed to ``tr`` below a folder, in file order."""
    found: dict[str, Word] = {}
    for path in sorted(sources.rglob("*.py")):
        for word in words_in(path.read_text(encoding="utf-8"), path.relative_to(sources.parent.parent).as_posix()):
            known = found.get(word.key)
            if known and known.numerus != word.numerus:
                raise NotALiteral(f"{word.place}: {word.source!r} is used with and without n")
            found.setdefault(word.key, word)
    return found


def words_in(code: str, name: str) -> list[Word]:
    """Return the strings passed to ``tr`` in one file. Raises ``NotALiteral`` for a computed one."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    ours = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "tr"]
    return [_word(call, name) for call in sorted(ours, key=lambda call: (call.lineno, call.col_offset))]


def _word(call: ast.Call, name: str) -> Word:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    text = call.args[0] if len(call.args) == 1 else None
    about = named.get("about", ast.Constant(""))
    if not (_is_text(text) and _is_text(about)):
        raise NotALiteral(f"{name}:{call.lineno}: tr() takes one string literal, and one for what it is about")
    return Word(ast.literal_eval(text), "n" in named, name, ast.literal_eval(about))


def _is_text(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def read(path: Path) -> dict[str, Translation]:
    """Return the translations of a .ts file; empty if it does not exist yet."""
    if not path.exists():
        return {}
    known = {}
    for message in ET.parse(path).getroot().iter("message"):  # noqa: S314 - our own file
        target = message.find("translation")
        if target is None or target.get("type") in {"vanished", "obsolete"}:
            continue
        plural = [form.text or "" for form in target.iter("numerusform")]
        forms = tuple(plural) or (target.text or "",)
        key = key_of(message.findtext("source") or "", message.findtext("comment") or "")
        known[key] = Translation(forms, target.get("type") != "unfinished")
    return known


def updated(words: dict[str, Word], known: dict[str, Translation], language: str) -> str:
    """Return the content of a .ts file for these strings, with the known translations."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    for word in words.values():
        if word.numerus or language != "en":
            lines += _message(word, _translation(word, known.get(word.key), language))
    return "\n".join([*lines, "</context>", "</TS>", ""])


def _translation(word: Word, known: Translation | None, language: str) -> Translation:
    count = FORMS[language] if word.numerus else 1
    if known and len(known.forms) == count:
        return known
    if language == "en" and english_plurals(word.source):
        return Translation(english_plurals(word.source), finished=True)
    return Translation(("",) * count, finished=False)


def english_plurals(source: str) -> tuple[str, ...]:
    """Return both forms of "%n new message(s)"; empty if the source does not spell its plural that way."""
    if not re.search(r"\((?:e?s)\)", source):
        return ()
    return re.sub(r"\((?:e?s)\)", "", source), re.sub(r"\((e?s)\)", r"\1", source)


def _message(word: Word, translation: Translation) -> list[str]:
    kind = "" if translation.finished else ' type="unfinished"'
    if word.numerus:
        forms = "".join(f"<numerusform>{escape(form)}</numerusform>" for form in translation.forms)
    else:
        forms = escape(translation.forms[0])
    return [
        '    <message numerus="yes">' if word.numerus else "    <message>",
        f'        <location filename="{word.place}"/>',
        f"        <source>{escape(word.source)}</source>",
        *([f"        <comment>{escape(word.about)}</comment>"] if word.about else []),
        f"        <translation{kind}>{forms}</translation>",
        "    </message>",
    ]


def complaints(words: dict[str, Word], known: dict[str, Translation], language: str) -> list[str]:
    """Return what keeps a language from being complete, as sentences."""
    expected = {key: word for key, word in words.items() if word.numerus or language != "en"}
    result = [f"obsolete in {language}: {key!r}" for key in known if key not in expected]
    for key, word in expected.items():
        result += _faults(word, known.get(key), language)
    return result


def _faults(word: Word, translation: Translation | None, language: str) -> list[str]:
    if translation is None:
        return [f"missing in {language}: {word.source!r}"]
    if not translation.finished or not all(translation.forms):
        return [f"unfinished in {language}: {word.source!r}"]
    if len(translation.forms) != (FORMS[language] if word.numerus else 1):
        return [f"wrong number of plural forms in {language}: {word.source!r}"]
    return [
        f"different placeholders in {language}: {word.source!r} and {form!r}"
        for form in translation.forms
        if placeholders(form) != placeholders(word.source)
    ]


def placeholders(text: str) -> set[str]:
    """Return the ``{names}`` in a text, and ``%n``; "braces" if its braces are not valid placeholders."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        names = {"braces"}
    return names | ({"%n"} if "%n" in text else set())


def compiled(ts: Path) -> bytes:
    """Return the .qm file of a .ts file as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        qm = Path(folder) / "compiled.qm"
        tool = Path(sys.executable).with_name("pyside6-lrelease")
        subprocess.run([str(tool), "-silent", str(ts), "-qm", str(qm)], check=True, capture_output=True)
        return qm.read_bytes()


def update() -> list[str]:
    """Rewrite and compile every language; return what still needs translation."""
    words = words_of(SOURCES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    left: list[str] = []
    for language in FORMS:
        ts = FOLDER / f"desktop_chat_{language}.ts"
        ts.write_text(updated(words, read(ts), language), encoding="utf-8")
        ts.with_suffix(".qm").write_bytes(compiled(ts))
        left += complaints(words, read(ts), language)
    return left


def check() -> list[str]:
    """Return every mismatch between the committed files and the code."""
    words = words_of(SOURCES)
    result: list[str] = []
    for language in FORMS:
        ts = FOLDER / f"desktop_chat_{language}.ts"
        result += complaints(words, read(ts), language)
        if not ts.exists() or ts.with_suffix(".qm").read_bytes() != compiled(ts):
            result.append(f"stale: {ts.with_suffix('.qm').name}")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if something is out of sync")
    if parser.parse_args().check:
        faults = check()
        print("\n".join(faults) or "translations are complete")
        return 1 if faults else 0
    left = update()
    print("\n".join(left) or "translations are complete")
    return 0


if __name__ == "__main__":
    sys.exit(main())
