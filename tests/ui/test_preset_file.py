"""Each preset in the file can be used as it is, and each common name leads to one."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest

from desktop_chat.core.addresses import normalise, secret_parameters
from desktop_chat.core.entities import Api
from desktop_chat.core.hosts import host_of, is_loopback, needs_key
from desktop_chat.core.presets import Preset, preset_at, search
from desktop_chat.ui.connections.preset_list import all_presets
from desktop_chat.ui.resources import resource_text

MEMBERS = {"name", "name_zh", "note", "note_zh", "words", "base_url", "key_page", "api", "needs_key", "source", "read"}
ENTRIES: list[dict[str, Any]] = tomllib.loads(resource_text("presets.toml"))["preset"]
TITLES = [preset.title_in("en") for preset in all_presets()]


@pytest.mark.parametrize("preset", all_presets(), ids=TITLES)
def test_a_preset_is_valid(preset: Preset) -> None:
    assert normalise(preset.base_url) == preset.base_url
    assert host_of(preset.base_url)
    assert secret_parameters(preset.base_url) == []
    assert preset.needs_key is needs_key(preset.base_url) is not is_loopback(preset.base_url)
    assert preset.base_url.startswith("https://" if preset.needs_key else "http://127.0.0.1:")
    assert bool(preset.key_page) is preset.needs_key
    assert not preset.key_page or preset.key_page.startswith("https://")
    assert preset_at(all_presets(), preset.base_url) is preset


@pytest.mark.parametrize("entry", ENTRIES, ids=TITLES)
def test_a_preset_names_its_source(entry: dict[str, Any]) -> None:
    assert set(entry) <= MEMBERS
    assert entry["source"].startswith("https://")
    assert isinstance(entry["read"], dt.date)
    assert entry["api"] in set(Api)
    chinese = f"{entry.get('name_zh', '')}{entry.get('note_zh', '')}"
    assert bool(chinese) >= ("note" in entry), "what is explained in English is explained in Chinese"


def test_presets_are_unique() -> None:
    for language in ("en", "zh_CN"):
        titles = [preset.title_in(language) for preset in all_presets()]
        assert len(set(titles)) == len(titles)
    assert len({preset.base_url for preset in all_presets()}) == len(all_presets())


@pytest.mark.parametrize(
    ("query", "hosts"),
    [
        ("gpt", {"api.openai.com"}),
        ("azure", {"your-resource.openai.azure.com"}),
        ("claude", {"api.anthropic.com"}),
        ("谷歌", {"generativelanguage.googleapis.com"}),
        ("grok", {"api.x.ai"}),
        ("深度求索", {"api.deepseek.com"}),
        ("通义千问", {"dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com"}),
        ("dashscope", {"dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com"}),
        ("月之暗面", {"api.moonshot.cn", "api.moonshot.ai"}),
        ("moonshot", {"api.moonshot.cn", "api.moonshot.ai"}),
        ("智谱", {"open.bigmodel.cn", "api.z.ai"}),
        ("硅基流动", {"api.siliconflow.cn", "api.siliconflow.com"}),
        ("硅基流动 国内", {"api.siliconflow.cn"}),
        ("minimax", {"api.minimaxi.com", "api.minimax.io"}),
        ("豆包", {"ark.cn-beijing.volces.com"}),
        ("火山", {"ark.cn-beijing.volces.com"}),
        ("英伟达", {"integrate.api.nvidia.com"}),
        ("llama", {"127.0.0.1:11434", "127.0.0.1:8080", "127.0.0.1:9931"}),
    ],
)
def test_a_common_name_finds_its_servers(query: str, hosts: set[str]) -> None:
    assert {preset.host for preset in search(all_presets(), query)} == hosts
