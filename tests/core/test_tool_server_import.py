"""The configurations that other programs use become servers; secrets stay out of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_chat.core.tool_server_import import ImportProblem, read_servers

STDIO: dict[str, Any] = {"command": "npx", "args": ["-y", "server", "/tmp/x"], "env": {"TOKEN": "s3cret"}}


ZED = {"command": {"path": "npx", "args": STDIO["args"], "env": STDIO["env"]}}
LOCAL = {"type": "local", "command": ["npx", *STDIO["args"]], "environment": STDIO["env"]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"mcpServers": {"files": STDIO}}),
        json.dumps({"servers": {"files": {"type": "stdio", **STDIO}}, "inputs": []}),
        json.dumps({"mcp": {"servers": {"files": STDIO}}}),
        json.dumps({"context_servers": {"files": ZED}}),
        json.dumps({"mcp": {"files": LOCAL}}),
        json.dumps({"files": STDIO}),
        json.dumps({"files": STDIO})[1:-1] + ",",
        '{ // a comment\n "mcpServers": { "files": ' + json.dumps(STDIO) + ", /* more */ }, }",
    ],
)
def test_all_shapes(text: str) -> None:
    found = read_servers(text)
    assert found.problems == ()
    (imported,) = found.servers
    server = imported.server
    assert (server.name, server.command, server.arguments) == ("files", "npx", ("-y", "server", "/tmp/x"))
    assert server.variables == ("TOKEN",)
    assert imported.values == {"TOKEN": "s3cret"}
    assert "s3cret" not in repr(imported)


def test_addresses_in_strings_are_no_comments() -> None:
    text = (
        '{"mcpServers": {"web": {"serverUrl": "https://example.org/mcp", "headers": {"Authorization": "Bearer abc"}}}}'
    )
    (imported,) = read_servers(text).servers
    assert imported.server.url == "https://example.org/mcp"
    assert imported.server.headers == ("Authorization",)
    assert imported.values == {"Authorization": "Bearer abc"}


def test_a_server_without_a_name_gets_one() -> None:
    (imported,) = read_servers(json.dumps({"command": "npx", "args": ["-y", "@scope/server-files@1.2"]})).servers
    assert imported.server.name == "server-files"


def test_placeholders_have_to_be_entered() -> None:
    env = {"A": "${input:key}", "B": "<your key>", "C": "YOUR_API_KEY", "D": "real", "E": ""}
    (imported,) = read_servers(json.dumps({"x": {"command": "c", "env": env}})).servers
    assert imported.missing == ("A", "B", "C", "E")
    assert imported.values == {"D": "real"}
    assert imported.server.variables == ("A", "B", "C", "D", "E")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"type": "stdio"}, ImportProblem.NOTHING_TO_START),
        ({"command": "x", "url": "https://example.org"}, ImportProblem.NOTHING_TO_START),
        ({"url": "ftp://example.org"}, ImportProblem.NOTHING_TO_START),
        ({"type": "sse", "url": "https://example.org/sse"}, ImportProblem.OLD_TRANSPORT),
        ({"command": "x", "args": ["--key=sk-abcdefghijkl1234567890"]}, ImportProblem.KEY_IN_COMMAND),
        ({"url": "https://example.org/mcp?api_key=abcdefghijklmn"}, ImportProblem.KEY_IN_ADDRESS),
        ({"url": "https://user:word@example.org/mcp"}, ImportProblem.KEY_IN_ADDRESS),
    ],
)
def test_what_is_not_taken_over(entry: dict[str, object], problem: ImportProblem) -> None:
    assert read_servers(json.dumps({"mcpServers": {"x": entry}})).problems == (("x", problem),)


@pytest.mark.parametrize(("text", "problem"), [("hello", ImportProblem.NOT_JSON), ("{}", ImportProblem.NO_SERVERS)])
def test_what_has_no_servers(text: str, problem: ImportProblem) -> None:
    assert read_servers(text).problems == (("", problem),)


def test_names_are_permitted_and_free() -> None:
    text = json.dumps({"mcpServers": {"a/b": STDIO, "a-b": STDIO, "": STDIO, "x" * 99: STDIO}})
    names = [imported.server.name for imported in read_servers(text, ["a-b"]).servers]
    assert names == ["a-b-2", "a-b-3", "server", "x" * 40]


def test_disabled_servers_stay_so() -> None:
    (imported,) = read_servers(json.dumps({"x": {**STDIO, "disabled": True}})).servers
    assert imported.server.enabled is False


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["mcpServers", "servers", "command", "args", "env", "url", "x", ""]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read(value: object) -> None:
    read_servers(json.dumps(value))
