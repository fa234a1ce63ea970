"""Well-known servers are found by their English and Chinese names, and recognised by their addresses."""

from __future__ import annotations

import pytest

from desktop_chat.core.entities import Api
from desktop_chat.core.presets import Preset, preset_at, presets_from, search

QWEN = Preset(
    "Qwen", "https://dash.example/v1", Api.CHAT_COMPLETIONS, True, "https://k.example", "通义千问", "Cloud", "国内"
)
KIMI = Preset("Kimi", "https://moon.example/v1", Api.CHAT_COMPLETIONS, True, words=("月之暗面", "Moonshot"))
AZURE = Preset("Azure OpenAI", "https://your-resource.openai.azure.com/openai/v1", Api.RESPONSES, True)
LOCAL = Preset("Here", "http://127.0.0.1:1234/v1", Api.CHAT_COMPLETIONS, False)
ALL = (QWEN, KIMI, AZURE, LOCAL)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", list(ALL)),
        ("qwen", [QWEN]),
        ("  QWEN  cloud ", [QWEN]),
        ("千问", [QWEN]),
        ("月之暗面", [KIMI]),
        ("ｋｉｍｉ", [KIMI]),
        ("moon.example", [KIMI]),
        ("openai", [AZURE]),
        ("127.0.0.1", [LOCAL]),
        ("nothing", []),
        ("xx", []),
    ],
)
def test_a_preset_is_found_by_its_names(query: str, found: list[Preset]) -> None:
    assert search(ALL, query) == found


def test_a_name_that_starts_with_the_query_comes_first() -> None:
    openai = Preset("OpenAI", "https://api.openai.com/v1", Api.CHAT_COMPLETIONS, True)
    assert search((AZURE, openai), "open") == [openai, AZURE]
    two_words = Preset("Open AI", "https://x.example/v1", Api.CHAT_COMPLETIONS, True)
    assert search((AZURE, two_words), "open  ai") == [two_words, AZURE]
    assert search(ALL, "cloud 国内") == [QWEN], "what is noted of it counts in both languages"


def test_names_follow_the_language() -> None:
    assert (QWEN.name_in("en"), QWEN.title_in("en")) == ("Qwen", "Qwen (Cloud)")
    assert Preset("Z", "u", Api.RESPONSES, True, name_zh="智谱").title_in("zh_CN") == "智谱"
    assert (QWEN.name_in("zh_CN"), QWEN.title_in("zh_CN")) == ("通义千问", "通义千问（国内）")
    assert KIMI.title_in("zh_CN") == KIMI.title_in("en") == "Kimi"


def test_an_address_identifies_its_preset() -> None:
    assert preset_at(ALL, "https://dash.example/other") is QWEN
    assert preset_at(ALL, "https://mine.openai.azure.com/openai/v1") is AZURE
    assert preset_at(ALL, "https://mine.cognitiveservices.azure.com/openai/v1") is AZURE
    assert preset_at(ALL, "http://127.0.0.1:1234") is LOCAL
    assert preset_at(ALL, "http://127.0.0.1:1235") is None
    assert preset_at(ALL, "") is None
    assert AZURE.blank == "your-resource"
    assert QWEN.blank == ""


def test_a_file_is_read_as_it_stands() -> None:
    entry = {"name": "x", "base_url": "u", "api": "responses", "needs_key": True}
    more = {"key_page": "k", "name_zh": "z", "note": "n", "note_zh": "nz", "words": ["a", "b"]}
    assert presets_from({"preset": [entry, {**entry, **more, "needs_key": False}]}) == (
        Preset("x", "u", Api.RESPONSES, needs_key=True),
        Preset("x", "u", Api.RESPONSES, False, "k", "z", "n", "nz", ("a", "b")),
    )


def test_a_wrong_file_is_a_bug() -> None:
    with pytest.raises(KeyError):
        presets_from({"preset": [{"name": "x"}]})
    with pytest.raises(ValueError, match="telepathy"):
        presets_from({"preset": [{"name": "x", "base_url": "u", "api": "telepathy", "needs_key": True}]})
