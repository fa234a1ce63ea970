"""Templates, tables, requests and output lines of batches: read, checked, and the same after writing."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.batch_lines import BatchAnswer, is_torn, latest, line_of, row_in, said_in, text_in
from desktop_chat.core.batch_request import RowInvalid, request_from, schema_members
from desktop_chat.core.batch_table import read_table, written_table
from desktop_chat.core.batch_template import parse_template
from desktop_chat.core.entities import Api, Failure, Message, Role, Status, Timing, Usage
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.tools import CallStatus, ToolCall

CHAT = Api.CHAT_COMPLETIONS
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))


# --- templates --------------------------------------------------------------------------------------------------------


def test_fields_are_filled_and_braces_doubled() -> None:
    template = parse_template("{{{name}}}: { text }", ["name", "text"])
    assert template.filled({"name": "{text}", "text": "{{x}}"}) == "{{text}}: {{x}}"


@given(TEXT, TEXT)
def test_what_a_field_contains_is_never_a_template(text: str, value: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    template = parse_template(f"{escaped}{{field}}{escaped}", ["field"])
    assert template.filled({"field": value}) == f"{text}{value}{text}"


@pytest.mark.parametrize("text", ["{", "}", "a {b", "{a} }", "{a}}", "{{a}"])
def test_a_brace_needs_its_partner(text: str) -> None:
    with pytest.raises(BatchRefused) as refused:
        parse_template(text, ["a"])
    assert refused.value.problem is BatchProblem.BAD_TEMPLATE


def test_unknown_fields_are_named_with_the_known_ones() -> None:
    with pytest.raises(BatchRefused) as refused:
        parse_template("{a} {b.__class__} {c} {c}", ["a", "d"])
    assert refused.value.problem is BatchProblem.UNKNOWN_FIELDS
    assert refused.value.detail == "b.__class__, c"
    assert refused.value.names == ("a", "d")


# --- tables -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1), st.sampled_from(",;\t"))
def test_a_table_is_read_as_it_was_written(rows: list[tuple[str, str]], delimiter: str) -> None:
    rows = [row for row in rows if any(row)]
    assume(rows)
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows([("first", "second"), *rows])
    table = read_table(written.getvalue())
    assert table.columns == ("first", "second")
    assert list(table.rows) == rows


def test_rows_know_their_lines_and_empty_lines_do_not_count() -> None:
    table = read_table('a,b\n\n1,"x\ny"\n2,z\n')
    assert table.lines == (3, 5)
    assert table.rows[0] == ("1", "x\ny")


def problem_of(text: str) -> tuple[BatchProblem, tuple[int, ...], tuple[str, ...]]:
    with pytest.raises(BatchRefused) as refused:
        read_table(text)
    return refused.value.problem, refused.value.lines, refused.value.names


def test_tables_that_do_not_fit_are_refused_with_their_lines() -> None:
    assert problem_of("a,b\n1,2\n3\n4,5,6\n") == (BatchProblem.UNEVEN, (3, 4), ())
    assert problem_of('a,b\n1,2\n"3,4\n') == (BatchProblem.UNEVEN, (3,), ())
    assert problem_of("a,a,\n1,2,3\n") == (BatchProblem.BAD_COLUMNS, (), ("a", "3"))
    assert problem_of("a,b\n\n") == (BatchProblem.EMPTY, (), ())
    assert problem_of("")[0] is BatchProblem.EMPTY


def test_a_spreadsheet_runs_nothing() -> None:
    written = written_table([("a", "=1+1", "-5", "@x", 'say "hi"', "two\nlines")])
    assert next(csv.reader(io.StringIO(written, newline=""))) == ["a", "'=1+1", "'-5", "'@x", 'say "hi"', "two\nlines"]


# --- requests ---------------------------------------------------------------------------------------------------------


def line(body: object, **others: Any) -> dict[str, Any]:
    return {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body} | others


QUESTION = {
    "model": "m",
    "messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
}


def test_what_the_provider_knows_goes_by_its_name_and_the_rest_is_passed_on() -> None:
    body = QUESTION | {
        "temperature": 0.5,
        "max_completion_tokens": 9,
        "reasoning_effort": "low",
        "stream": False,
        "seed": 7,
        "n": 1,
        "user": None,
        "response_format": {"type": "json_object"},
    }
    request = request_from(line(body), CHAT)
    assert [(message.role, message.text) for message in request.messages] == [("system", "Be brief."), ("user", "Hi")]
    assert dict(request.members) == {"seed": 7, "response_format": {"type": "json_object"}}
    prompt = request.prompt(streaming=True, members={"seed": 1, "top_p": 0.1}, wait_s=30)
    assert (prompt.model, prompt.temperature, prompt.max_tokens, prompt.reasoning_effort) == ("m", 0.5, 9, "low")
    assert prompt.streaming is False
    assert dict(prompt.members) == {"seed": 7, "top_p": 0.1, "response_format": {"type": "json_object"}}
    assert (prompt.idle_limit_s, prompt.patience_s) == (30, 600)


def test_messages_with_more_than_text_are_sent_as_they_are() -> None:
    image = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "low"}}]
    messages = [{"role": "user", "content": image}, {"role": "user", "content": "And?", "name": "Ann"}]
    request = request_from(line({"model": "m", "messages": messages}), CHAT)
    assert dict(request.members) == {"messages": messages}
    assert "AA" in request.texts()[0]


def test_rows_for_responses_are_read_too_and_translated_if_they_are_plain() -> None:
    body = {"model": "m", "instructions": "Be brief.", "input": "Hi", "reasoning": {"effort": "low"}}
    row = line(body | {"max_output_tokens": 5}, url="/v1/responses")
    for api in Api:
        request = request_from(row, api)
        assert [message.text for message in request.messages] == ["Be brief.", "Hi"]
        assert (request.reasoning_effort, request.max_tokens, request.members) == ("low", 5, ())
    items = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]
    rich = line({"model": "m", "input": items, "truncation": "auto"}, url="/v1/responses")
    assert dict(request_from(rich, Api.RESPONSES).members) == {"input": items, "truncation": "auto"}
    assert names_of(rich, CHAT) == (BatchProblem.OTHER_API, ("truncation", "input"))


def names_of(row: dict[str, Any], api: Api = CHAT) -> tuple[BatchProblem, tuple[str, ...]]:
    with pytest.raises(RowInvalid) as invalid:
        request_from(row, api)
    return invalid.value.problem, invalid.value.names


@pytest.mark.parametrize(
    ("row", "problem", "names"),
    [
        (line(QUESTION, custom_id=""), BatchProblem.NO_ID, ()),
        (line(QUESTION, custom_id=7), BatchProblem.NO_ID, ()),
        (line(QUESTION, method="GET"), BatchProblem.WRONG_URL, ("method GET",)),
        (line(QUESTION, url="/v1/embeddings"), BatchProblem.WRONG_URL, ("/v1/embeddings",)),
        (line([]), BatchProblem.WRONG_MEMBERS, ("body",)),
        (line({"model": "m"}), BatchProblem.WRONG_MEMBERS, ("messages",)),
        (line(QUESTION | {"messages": []}), BatchProblem.WRONG_MEMBERS, ("messages",)),
        (line(QUESTION | {"messages": [{"content": "Hi"}]}), BatchProblem.WRONG_MEMBERS, ("messages",)),
        (line(QUESTION | {"messages": [{"role": ["user"]}]}), BatchProblem.WRONG_MEMBERS, ("messages",)),
        (line({"input": []}, url="/v1/responses"), BatchProblem.WRONG_MEMBERS, ("input",)),
        (line(QUESTION | {"temperature": "warm"}), BatchProblem.WRONG_MEMBERS, ("temperature",)),
        (line(QUESTION | {"max_tokens": True}), BatchProblem.WRONG_MEMBERS, ("max_tokens",)),
        (line(QUESTION | {"n": 2, "logprobs": True}), BatchProblem.UNSUPPORTED, ("n", "logprobs")),
        (line(QUESTION | {"audio": {"voice": "x"}}), BatchProblem.UNSUPPORTED, ("audio",)),
    ],
)
def test_rows_that_cannot_be_sent_are_refused_by_name(
    row: dict[str, Any], problem: BatchProblem, names: tuple[str, ...]
) -> None:
    assert names_of(row) == (problem, names)


def test_items_with_an_odd_role_are_passed_on_as_they_are() -> None:
    items = [{"role": ["user"], "content": "Hi"}]
    request = request_from(line({"input": items}, url="/v1/responses"), Api.RESPONSES)
    assert dict(request.members)["input"] == items


def test_any_difference_in_a_question_changes_its_digest() -> None:
    base = request_from(line(QUESTION), CHAT)
    others = [
        request_from(line(QUESTION | {"temperature": 0}), CHAT),
        request_from(line(QUESTION | {"seed": 1}), CHAT),
        request_from(line(QUESTION | {"model": "n"}), CHAT),
        request_from(line(QUESTION | {"messages": QUESTION["messages"][1:]}), CHAT),
    ]
    assert len({base.digest(""), base.digest("{}"), *(other.digest("") for other in others)}) == 6
    assert request_from(line(QUESTION, custom_id="b"), CHAT).digest("") == base.digest("")


def test_a_schema_is_strict_only_if_it_is_closed() -> None:
    inner = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    closed = inner | {"additionalProperties": False}
    outer = {"type": "object", "properties": {"a": closed}, "required": ["a"], "additionalProperties": False}
    opened = outer | {"properties": {"a": inner}}
    sent = schema_members(outer, CHAT)["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "answer", "schema": outer, "strict": True}}
    assert schema_members(opened, CHAT)["response_format"]["json_schema"]["strict"] is False
    assert schema_members({"anyOf": [inner]}, Api.RESPONSES)["text"]["format"]["strict"] is False


# --- output -----------------------------------------------------------------------------------------------------------


def message(text: str, **others: Any) -> Message:
    return Message("id", "", None, Role.ASSISTANT, text, Status.COMPLETE, 1.0, model="m", **others)


USAGE = Usage(10, 5, 2, 1)


@given(TEXT, TEXT, st.none() | st.builds(Failure, st.just("provider_fault"), TEXT))
def test_a_line_is_read_as_it_was_written(custom_id: str, text: str, failure: Failure | None) -> None:
    answer = BatchAnswer(message(text, timing=Timing(0.1, None, 0.5)), failure, 3, usage=USAGE)
    written = line_of(custom_id, "digest", answer)
    assert written.count(b"\n") == 1
    row = row_in(written, 42)
    assert row is not None
    assert (row.custom_id, row.digest, row.usage, row.seconds, row.at) == (custom_id, "digest", USAGE, 0.5, 42)
    assert (row.code, row.status) == (("provider_fault", "failed") if failure else ("", "complete"))
    assert text_in(said_in(written)) == text


@given(TEXT, st.data())
def test_every_beginning_of_a_line_is_torn_and_nothing_else_is(text: str, data: st.DataObject) -> None:
    written = line_of("a", "d", BatchAnswer(message(text)))
    cut = data.draw(st.integers(0, len(written) - 1))
    assert is_torn(written[:cut])
    assert is_torn(written[:cut] + b"\0\0\0")
    assert not is_torn(b"x" + written[:cut])


def test_a_line_has_the_shape_of_the_batch_api_and_ours_behind_it() -> None:
    call = ToolCall("c1", "look", '{"a": 1}', CallStatus.STOPPED)
    answer = BatchAnswer(
        message(
            "Hi", usage=USAGE, reasoning="Hm", tool_calls=(call,), finish_reason="stop", left_out=(LeftOut.TEMPERATURE,)
        ),
        parsed={"a": 1},
    )
    said = json.loads(line_of("a", "d", answer))
    body = said["response"]["body"]
    assert said["response"]["status_code"] == 200
    assert said["error"] is None
    assert body["choices"][0]["finish_reason"] == "stop"
    assert body["choices"][0]["message"] == {
        "role": "assistant",
        "content": "Hi",
        "refusal": None,
        "reasoning_content": "Hm",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}],
    }
    assert body["usage"] == {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 1},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    assert (said["status"], said["left_out"], said["parsed"]) == ("complete", ["temperature"], {"a": 1})


def test_other_lines_are_not_ours() -> None:
    whole = json.loads(line_of("a", "d", BatchAnswer(message("Hi"))))
    for changed in ({"custom_id": 1}, {"input_sha256": None}, {"status": "great"}):
        assert row_in(json.dumps(whole | changed).encode()) is None
    assert row_in(b"[]") is None
    assert row_in(b"\xff{") is None
    assert row_in(b"[" * 100_000) is None
    assert text_in({"response": {"body": {"choices": [{"message": {"content": None}}]}}}) == ""


def test_the_last_line_of_a_row_counts() -> None:
    lines = [line_of("a", "d", BatchAnswer(message(""), Failure("x"))), line_of("a", "d", BatchAnswer(message("Hi")))]
    rows = latest(row for each in lines if (row := row_in(each)))
    assert rows["a"].code == ""
