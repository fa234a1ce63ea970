"""Conversations with every kind of part, as Hypothesis draws them and by hand, for the tests of export."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from desktop_chat.core.attachments import Attachment, AttachmentKind
from desktop_chat.core.entities import (
    ChatOptions,
    Conversation,
    Failure,
    Message,
    Role,
    Source,
    Status,
    Summary,
    Timing,
    Usage,
)
from desktop_chat.core.exporting import ExportedConversation
from desktop_chat.core.left_out import LeftOut
from desktop_chat.core.tools import FINAL, ToolCall

_TEXTS = st.text(max_size=40)
_SECONDS = st.none() | st.floats(0, 1e6)
_TIMES = st.floats(0, 4e9)
_COUNTS = st.integers(0, 2**31 - 1)
_NAMES = st.integers(0, 9).map(lambda number: f"{number:064x}")

ATTACHMENTS = st.builds(
    Attachment,
    kind=st.sampled_from(AttachmentKind),
    name=_TEXTS,
    media_type=_TEXTS,
    size=_COUNTS,
    sha256=_NAMES,
    width=_COUNTS,
    text_sha256=st.just("") | _NAMES,
    page_sha256s=st.lists(_NAMES, max_size=2).map(tuple),
    pages_left_out=_COUNTS,
)
CALLS = st.builds(
    ToolCall,
    id=_TEXTS,
    name=_TEXTS,
    arguments=_TEXTS,
    status=st.sampled_from(sorted(FINAL)),
    result=_TEXTS,
    images=st.lists(ATTACHMENTS, max_size=1).map(tuple),
    server=_TEXTS,
    own_name=_TEXTS,
    round=_COUNTS,
    text_at=_COUNTS,
    reasoning_at=_COUNTS,
    seconds=_SECONDS,
)
OPTIONS = st.builds(
    ChatOptions,
    connection_id=_TEXTS,
    model=_TEXTS,
    system_prompt=_TEXTS,
    temperature=_SECONDS,
    max_tokens=st.none() | _COUNTS,
    reasoning_effort=st.none() | _TEXTS,
    streaming=st.booleans(),
    sent_from_id=_TEXTS,
    tools=st.lists(_TEXTS, max_size=2).map(tuple),
)
_TOKENS = st.none() | _COUNTS
_USAGES = st.none() | st.builds(Usage, _TOKENS, _TOKENS, _TOKENS, _TOKENS)
_PARTS: dict[str, st.SearchStrategy[Any]] = {
    "failure": st.none() | st.builds(Failure, _TEXTS, _TEXTS, _SECONDS),
    "sources": st.lists(st.builds(Source, _TEXTS, _TEXTS), max_size=2).map(tuple),
    "left_out": st.sets(st.sampled_from(LeftOut)).map(lambda parts: tuple(part for part in LeftOut if part in parts)),
    "attachments": st.lists(ATTACHMENTS, max_size=2).map(tuple),
    "tool_calls": st.lists(CALLS, max_size=2).map(tuple),
    "summary": st.none() | st.builds(Summary, _COUNTS, st.booleans()),
}
_TIMINGS = st.none() | st.builds(Timing, _SECONDS, _SECONDS, _SECONDS)


@st.composite
def conversations(draw: st.DrawFn, *, is_plain: bool = False) -> ExportedConversation:
    """Draw a conversation whose messages are a tree; plain ones consist of text and numbers."""
    found = draw(
        st.builds(
            Conversation,
            title=_TEXTS,
            title_is_own=st.booleans(),
            created_at=_TIMES,
            updated_at=_TIMES,
            pinned=st.booleans(),
            trashed_at=st.none() | _TIMES,
            leaf_id=st.none() | _TEXTS,
            draft=_TEXTS,
            draft_attachments=st.lists(ATTACHMENTS, max_size=1).map(tuple),
            options=OPTIONS,
        )
    )
    messages: list[Message] = []
    for number in range(draw(st.integers(0, 6))):
        parent = draw(st.none() | st.sampled_from(messages)) if messages else None
        messages.append(draw(_message(f"{found.id}-{number}", found.id, parent.id if parent else None, is_plain)))
    return ExportedConversation(found, tuple(messages))


def _message(own_id: str, conversation_id: str, parent_id: str | None, is_plain: bool) -> st.SearchStrategy[Message]:
    return st.builds(
        Message,
        **({} if is_plain else _PARTS),
        id=st.just(own_id),
        conversation_id=st.just(conversation_id),
        parent_id=st.just(parent_id),
        role=st.sampled_from(Role),
        text=_TEXTS,
        status=st.sampled_from([status for status in Status if status is not Status.RUNNING]),
        created_at=_TIMES,
        reasoning=_TEXTS,
        connection_name=_TEXTS,
        model=_TEXTS,
        finish_reason=st.none() | _TEXTS,
        usage=_USAGES,
        timing=_TIMINGS,
        skipped_events=_COUNTS,
    )
