"""The context windows in a list of models."""

from __future__ import annotations

import pytest

from desktop_chat.services.provider.model_windows import windows_in


@pytest.mark.parametrize(
    "entry",
    [
        {"context_length": 8192},
        {"max_model_len": 8192, "root": "/models/a"},
        {"context_window": 8192, "active": True},
        {"max_context_length": 8192},
        {"max_input_tokens": 8192},
        {"meta": {"n_ctx": 8192, "n_ctx_train": 131072}},
    ],
)
def test_each_servers_name_for_it_is_known(entry: dict[str, object]) -> None:
    assert windows_in({"data": [{"id": "a", **entry}, {"id": "b"}]}) == {"a": 8192}


@pytest.mark.parametrize("value", ["8192", None, True, 0, -1, 3.5, [8192], {"n": 1}, 12])
def test_invalid_numbers_are_ignored(value: object) -> None:
    assert windows_in({"data": [{"id": "a", "context_length": value, "meta": value}]}) == {}


@pytest.mark.parametrize("parsed", [None, 3, "text", [], {}, {"data": {}}, {"data": [1, None, []]}])
def test_other_json_contains_no_windows(parsed: object) -> None:
    assert windows_in(parsed) == {}
