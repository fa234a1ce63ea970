"""What a list of models says of how much each one reads."""

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
def test_each_server_has_its_own_word_for_it(entry: dict[str, object]) -> None:
    assert windows_in({"data": [{"id": "a", **entry}, {"id": "b"}]}) == {"a": 8192}


@pytest.mark.parametrize("value", ["8192", None, True, 0, -1, 3.5, [8192], {"n": 1}, 12])
def test_what_is_no_number_of_tokens_is_passed_over(value: object) -> None:
    assert windows_in({"data": [{"id": "a", "context_length": value, "meta": value}]}) == {}


@pytest.mark.parametrize("parsed", [None, 3, "text", [], {}, {"data": {}}, {"data": [1, None, []]}])
def test_what_is_no_list_says_nothing(parsed: object) -> None:
    assert windows_in(parsed) == {}
