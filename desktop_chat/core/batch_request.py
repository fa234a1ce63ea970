"""One row of a batch as it is sent: read from a line in the shape of OpenAI's batch API, or made from a template.

The shape is that of https://platform.openai.com/docs/guides/batch: `custom_id`, `method`, `url` and `body`. What the
provider knows by its own name (messages, temperature, limits, effort) goes through it, with all its knowledge of
servers; every other member of a body is passed on as it is, if the connection has the API that the row is written for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_chat.core.batch_errors import BatchProblem
from desktop_chat.core.entities import Api, Role
from desktop_chat.core.prompt import Prompt, PromptMessage, RequestSlot

_URLS = {
    "/v1/chat/completions": Api.CHAT_COMPLETIONS,
    "/chat/completions": Api.CHAT_COMPLETIONS,
    "/v1/responses": Api.RESPONSES,
    "/responses": Api.RESPONSES,
}
_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
}
_KNOWN_ROLES = frozenset({*_ROLES, "tool", "function"})
_HARMLESS = {"n": (1,), "logprobs": (False,), "top_logprobs": (0,), "modalities": (["text"],), "background": (False,)}
"""Members that cannot be passed on, with the values that ask for nothing."""
_UNSUPPORTED = frozenset({*_HARMLESS, "audio", "stream_options", "functions", "function_call"})
"""Their answers would be lost: only one choice and only text and tool calls are read."""


class RowInvalid(Exception):
    """A row cannot be sent; `names` are the members that it concerns."""

    def __init__(self, problem: BatchProblem, *names: str) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.names = names


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A row as it is sent, apart from what is decided for the whole batch."""

    custom_id: str
    messages: tuple[PromptMessage, ...]
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    streaming: bool | None = None
    members: tuple[tuple[str, Any], ...] = ()
    """Other members of the body, passed on as they are; "messages" among them replaces `messages`."""
    document: str = ""
    """The digest of a document that is still to be read, and stands for its text in `messages`; empty for none."""

    @property
    def offers_tools(self) -> bool:
        """Whether the answer may be tool calls."""
        return any(name == "tools" for name, _ in self.members)

    def prompt(
        self, *, streaming: bool, members: Mapping[str, Any], wait_s: float, slot: RequestSlot | None = None
    ) -> Prompt:
        """Return the prompt to send. `members` are those of the whole batch; the row's own come first."""
        return Prompt(
            self.messages,
            self.model,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            reasoning_effort=self.reasoning_effort,
            streaming=streaming if self.streaming is None else self.streaming,
            members=tuple((dict(members) | dict(self.members)).items()),
            idle_limit_s=wait_s,
            patience_s=max(wait_s, 600.0),
            slot=slot,
        )

    def digest(self, schema: str) -> str:
        """Return what tells this question from any other: 32 hexadecimal characters. `schema` is the schema's text."""
        said = [
            [(message.role, message.text) for message in self.messages],
            self.temperature,
            self.max_tokens,
            self.reasoning_effort,
            self.members,
            self.model,
            schema,
        ]
        text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def texts(self) -> list[str]:
        """Return all text that a model reads of it."""
        other = [json.dumps(value, ensure_ascii=False) for name, value in self.members if name in {"messages", "tools"}]
        return [*(message.text for message in self.messages), *other]


def request_from(line: Mapping[str, Any], api: Api) -> BatchRequest:
    """Read a line for a connection with this API. Raises RowInvalid."""
    custom_id = line.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id:
        raise RowInvalid(BatchProblem.NO_ID)
    body = line.get("body")
    if not isinstance(body, dict):
        raise RowInvalid(BatchProblem.WRONG_MEMBERS, "body")
    own_api = _api_of(line, body)
    left = {name: value for name, value in body.items() if value is not None}
    if refused := [name for name in left if name in _UNSUPPORTED and left[name] not in _HARMLESS.get(name, ())]:
        raise RowInvalid(BatchProblem.UNSUPPORTED, *refused)
    for name in _HARMLESS:
        left.pop(name, None)
    read = _read_chat if own_api is Api.CHAT_COMPLETIONS else _read_response
    values, messages, plain = read(left)
    if own_api is not api:
        foreign = [*left, *([] if plain is not None else ["messages" if "messages" in body else "input"])]
        if foreign:
            raise RowInvalid(BatchProblem.OTHER_API, *foreign)
    if plain is None:
        left["messages" if own_api is Api.CHAT_COMPLETIONS else "input"] = messages
    return BatchRequest(custom_id, plain or (), members=tuple(left.items()), **values)


def schema_members(schema: Mapping[str, Any], api: Api) -> dict[str, Any]:
    """Return the members of a request that ask for an answer which fits a schema."""
    form = {"name": "answer", "schema": dict(schema), "strict": _is_closed(schema)}
    if api is Api.RESPONSES:
        return {"text": {"format": {"type": "json_schema", **form}}}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def _is_closed(schema: object) -> bool:
    """Return whether a schema has the form that OpenAI demands of strict ones: objects with all members required and no
    others. See https://platform.openai.com/docs/guides/structured-outputs."""
    if isinstance(schema, list):
        return all(map(_is_closed, schema))
    if not isinstance(schema, dict):
        return True
    members = schema.get("properties")
    if schema.get("type") == "object" or members is not None:
        names = set(members) if isinstance(members, dict) else set()
        required = schema.get("required", [])
        if schema.get("additionalProperties") is not False or not isinstance(required, list) or names != set(required):
            return False
    return all(_is_closed(value) for value in schema.values() if isinstance(value, dict | list))


def _api_of(line: Mapping[str, Any], body: Mapping[str, Any]) -> Api:
    method = line.get("method")
    if method is not None and method != "POST":
        raise RowInvalid(BatchProblem.WRONG_URL, f"method {method}")
    url = line.get("url")
    if url is None:
        return Api.CHAT_COMPLETIONS if "messages" in body or "input" not in body else Api.RESPONSES
    api = _URLS.get(url) if isinstance(url, str) else None
    if api is None:
        raise RowInvalid(BatchProblem.WRONG_URL, str(url))
    return api


_Read = tuple[dict[str, Any], Any, "tuple[PromptMessage, ...] | None"]
"""Named values, the messages as they are, and as the provider's own if they are plain text."""


def _read_chat(left: dict[str, Any]) -> _Read:
    values = _common(left)
    limits = [_taken(left, name, _is_count) for name in ("max_completion_tokens", "max_tokens")]
    values["max_tokens"] = next((limit for limit in limits if limit is not None), None)
    values["reasoning_effort"] = _taken(left, "reasoning_effort", _is_text)
    messages = left.pop("messages", None)
    if not isinstance(messages, list) or not messages or not all(map(_is_message, messages)):
        raise RowInvalid(BatchProblem.WRONG_MEMBERS, "messages")
    return values, messages, _plain(messages)


def _read_response(left: dict[str, Any]) -> _Read:
    values = _common(left)
    values["max_tokens"] = _taken(left, "max_output_tokens", _is_count)
    reasoning = left.get("reasoning")
    if isinstance(reasoning, dict) and set(reasoning) == {"effort"} and _is_text(reasoning["effort"]):
        values["reasoning_effort"] = left.pop("reasoning")["effort"]
    asked = left.pop("input", None)
    items = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise RowInvalid(BatchProblem.WRONG_MEMBERS, "input")
    plain = _plain([{name: value for name, value in item.items() if (name, value) != _KIND} for item in items])
    if plain is not None and (instructions := _taken(left, "instructions", _is_text)):
        plain = (PromptMessage(Role.SYSTEM, instructions), *plain)
    return values, items, plain


_KIND = ("type", "message")


def _common(left: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": _taken(left, "model", _is_text) or "",
        "temperature": _taken(left, "temperature", _is_number),
        "streaming": _taken(left, "stream", lambda value: isinstance(value, bool)),
    }


def _taken(left: dict[str, Any], name: str, is_valid: Callable[[Any], bool]) -> Any:
    value = left.pop(name, None)
    if value is not None and not is_valid(value):
        raise RowInvalid(BatchProblem.WRONG_MEMBERS, name)
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and str(value.get("role")) in _KNOWN_ROLES


def _plain(messages: Sequence[Mapping[str, Any]]) -> tuple[PromptMessage, ...] | None:
    """Return messages as the provider's own; None if they have more than a role and a text."""
    if not all(
        set(each) == {"role", "content"} and str(each["role"]) in _ROLES and isinstance(each["content"], str)
        for each in messages
    ):
        return None
    return tuple(PromptMessage(_ROLES[each["role"]], each["content"]) for each in messages)
