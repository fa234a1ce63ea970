"""Every text in the code is translated, with the same placeholders, and compiled."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = Path(__file__).parents[2] / "scripts" / "translations.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


translations = _loaded()


def test_both_languages_are_complete_and_compiled() -> None:
    assert translations.check() == []


def test_chinese_has_its_own_ellipsis() -> None:
    file = Path(__file__).parents[2] / "resources" / "i18n" / "desktop_chat_zh_CN.ts"
    forms = [form for translation in translations.read(file).values() for form in translation.forms]
    assert [form for form in forms if form.endswith("...")] == []


def test_strings_are_found_with_their_plurals() -> None:
    code = 'label(tr("One"))\ntr("%n message(s)", n=3)\ntr("Hello " "{name}", name=who)\nself.tr("not ours")'
    found = [(word.source, word.numerus) for word in translations.words_in(code, "a.py")]
    assert found == [("One", False), ("%n message(s)", True), ("Hello {name}", False)]


@pytest.mark.parametrize(
    "code", ["tr(text)", 'tr(f"Hi {name}")', 'tr("a" + b)', "tr()", 'tr("a", "b")', 'tr("a", about=b)']
)
def test_a_string_that_cannot_be_extracted_is_rejected(code: str) -> None:
    with pytest.raises(translations.NotALiteral, match=r"a\.py:1"):
        translations.words_in(code, "a.py")


def test_a_translation_survives_the_next_update(tmp_path: Path) -> None:
    words = {
        word.source: word for word in translations.words_in('tr("Stop")\ntr("A & <B>")\ntr("%n day(s)", n=1)', "a.py")
    }
    ts = tmp_path / "zh.ts"
    ts.write_text(translations.updated(words, {}, "zh_CN"), encoding="utf-8")
    assert translations.complaints(words, translations.read(ts), "zh_CN") == [
        f"unfinished in zh_CN: {source!r}" for source in words
    ]
    done = {
        "Stop": translations.Translation(("停止",), finished=True),
        "A & <B>": translations.Translation(("甲 & <乙>",), finished=True),
        "%n day(s)": translations.Translation(("%n 天",), finished=True),
    }
    ts.write_text(translations.updated(words, done, "zh_CN"), encoding="utf-8")
    again = translations.updated(words, translations.read(ts), "zh_CN")
    assert again == ts.read_text(encoding="utf-8")
    assert translations.complaints(words, translations.read(ts), "zh_CN") == []
    assert translations.compiled(ts).startswith(b"\x3c\xb8\x64\x18")


def test_a_string_is_translated_for_what_it_is_about(tmp_path: Path) -> None:
    found = translations.words_in('tr("Start")\ntr("Start", about="a <batch>")', "a.py")
    words = {word.key: word for word in found}
    assert len(words) == 2
    done = {
        word.key: translations.Translation((text,), finished=True)
        for word, text in zip(found, ("启动", "开始"), strict=True)
    }
    ts = tmp_path / "zh.ts"
    ts.write_text(translations.updated(words, done, "zh_CN"), encoding="utf-8")
    assert translations.read(ts) == done
    assert translations.complaints(words, done, "zh_CN") == []
    assert translations.complaints({found[0].key: found[0]}, done, "zh_CN") != []


def test_a_string_removed_from_the_code_is_dropped(tmp_path: Path) -> None:
    known = {"Gone": translations.Translation(("没了",), finished=True)}
    assert translations.complaints({}, known, "zh_CN") == ["obsolete in zh_CN: 'Gone'"]
    assert "Gone" not in translations.updated({}, known, "zh_CN")


def test_a_lost_placeholder_is_detected() -> None:
    words = {word.source: word for word in translations.words_in('tr("Hi {name}, %n left", n=1, name=2)', "a.py")}
    for wrong in ("嗨 {nom}，剩 %n", "嗨 {name}", "嗨 %n", "嗨 {name}，{ 剩 %n"):
        known = {"Hi {name}, %n left": translations.Translation((wrong,), finished=True)}
        assert len(translations.complaints(words, known, "zh_CN")) == 1
    known = {"Hi {name}, %n left": translations.Translation(("剩 %n，{name}",), finished=True)}
    assert translations.complaints(words, known, "zh_CN") == []


def test_english_plurals_are_derived_from_the_source() -> None:
    assert translations.english_plurals("%n new message(s)") == ("%n new message", "%n new messages")
    assert translations.english_plurals("%n search(es)") == ("%n search", "%n searches")
    assert translations.english_plurals("%n left") == ()
    words = {word.source: word for word in translations.words_in('tr("%n new message(s)", n=1)\ntr("Stop")', "a.py")}
    text = translations.updated(words, {}, "en")
    assert "<numerusform>%n new messages</numerusform>" in text
    assert "Stop" not in text
