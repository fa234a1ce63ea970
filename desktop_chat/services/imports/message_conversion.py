"""Makes conversations of ours from the nodes of other programs' trees.

Hidden nodes vanish, the pieces of a reply and the answers of its tools become one message, cycles and lost parents are
mended, and every id is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from desktop_chat.core.attachments import Attachment
from desktop_chat.core.entities import ChatOptions, Conversation, Message, Role, Status
from desktop_chat.core.importing import (
    ImportedConversation,
    ImportedMessage,
    ImportKind,
    PlainMessage,
    Unread,
    UnreadReason,
    derived_id,
    derived_ids,
    one_line,
)
from desktop_chat.core.titles import title_for
from desktop_chat.core.tools import CallStatus, ToolCall, stopped
from desktop_chat.services.imports.nodes import HIDDEN, TOOL, Call, Chat, Node, Part, Reasoning, Result, Text

_REPLIES = frozenset({Role.ASSISTANT, TOOL})
_STORED_ROLES: Mapping[str, str] = {TOOL: Role.ASSISTANT.value} | {role: role.value for role in Role}
_STORED_STATUSES: Mapping[Status, str] = {status: status.value for status in Status}


def converted(chat: Chat) -> Iterator[ImportedConversation | Unread]:
    """Yield the conversation, and what of it could not be read."""
    yield from chat.unread
    chat.key = chat.key or _known_by(chat)
    nodes, twice = _by_key(chat.nodes)
    for key in twice:
        yield Unread(f"{chat.where}, {one_line(key)}", UnreadReason.DUPLICATE)
    ordered = _parents_first(nodes)
    messages, leaf_id = _Messages(chat, ordered).made()
    if not messages:
        yield Unread(chat.where, UnreadReason.NO_MESSAGES)
        return
    moments = [node.at for node in ordered if node.at is not None]
    created = chat.created if chat.created is not None else min(moments, default=1.0)
    updated = max(chat.updated or created, *moments) if moments else chat.updated or created
    own_title = one_line(chat.title)
    conversation = Conversation(
        id=derived_id(chat.kind, chat.key),
        title=own_title or _title_of(messages),
        title_is_own=bool(own_title),
        created_at=created,
        updated_at=updated,
        pinned=chat.pinned,
        leaf_id=leaf_id,
        options=ChatOptions(system_prompt=chat.system_prompt),
    )
    yield ImportedConversation(conversation, tuple(messages))


def _title_of(messages: list[ImportedMessage]) -> str:
    first = next((message for message in messages if message.role == Role.USER), messages[0])
    return title_for(first.text, first.attachments if isinstance(first, Message) else ())


def _known_by(chat: Chat) -> str:
    """Return what tells a conversation without an id from others."""
    first = next((part.text for node in chat.nodes for part in node.parts if isinstance(part, Text)), "")
    return "\n".join((chat.title, str(chat.created or ""), first))


def _by_key(nodes: Iterable[Node]) -> tuple[dict[str, Node], list[str]]:
    """Return the nodes by key, and the keys that occur again with another content."""
    found: dict[str, Node] = {}
    twice: list[str] = []
    for node in nodes:
        if node.key not in found:
            found[node.key] = node
        elif node.parts != found[node.key].parts:
            twice.append(node.key)
    return found, twice


def _parents_first(nodes: dict[str, Node]) -> list[Node]:
    """Return all nodes, each parent before its children. A lost parent makes a root, and so does a cycle's first."""
    children: dict[str, list[Node]] = {}
    roots: list[Node] = []
    for node in nodes.values():
        if node.parent is None or node.parent not in nodes or node.parent == node.key:
            node.parent = None
            roots.append(node)
        else:
            children.setdefault(node.parent, []).append(node)
    ordered: list[Node] = []
    placed: set[str] = set()
    _place(roots, children, placed, ordered)
    if len(ordered) < len(nodes):
        for node in nodes.values():
            if node.key not in placed:
                node.parent = None
                _place([node], children, placed, ordered)
    return ordered


def _place(roots: list[Node], children: dict[str, list[Node]], placed: set[str], ordered: list[Node]) -> None:
    waiting = roots[::-1]
    while waiting:
        node = waiting.pop()
        if node.key in placed:
            continue
        placed.add(node.key)
        ordered.append(node)
        if following := children.get(node.key):
            waiting.extend(reversed(following))


class _Messages:
    """The messages of one conversation."""

    def __init__(self, chat: Chat, ordered: list[Node]) -> None:
        self._chat = chat
        self._ordered = ordered
        self._conversation_id = derived_id(chat.kind, chat.key)
        self._made: dict[str, list[Node]] = {}
        """The nodes of each message, one or those of a whole reply, by the key of the first, in order."""
        self._stands_in: dict[str | None, str | None] = {}
        """For each node, the message that holds it, or for a hidden one, the message above it."""
        self._id_of = derived_ids(chat.kind, chat.key)
        self._ids: dict[str, str] = {}

    def made(self) -> tuple[list[ImportedMessage], str | None]:
        """Return the messages, parents first, and the id of the one that is shown last."""
        shown = self._shown_children()
        made, stands_in = self._made, self._stands_in
        for node in self._ordered:
            key = node.key
            above = stands_in.get(node.parent)
            if node.role == HIDDEN or not node.parts:
                stands_in[key] = above
            elif above is not None and self._continues(above, node, shown):
                made[above].append(node)
                stands_in[key] = above
            else:
                made[key] = [node]
                self._ids[key] = self._id_of(key)
                stands_in[key] = key
        messages = [self._message(nodes) for nodes in made.values()]
        leaf = stands_in.get(self._chat.leaf)
        if leaf is None and messages:
            return messages, messages[-1].id
        return messages, self._ids[leaf] if leaf is not None else None

    def _shown_children(self) -> dict[str | None, int]:
        """Return how many children each node has."""
        counts: dict[str | None, int] = {}
        for node in self._ordered:
            counts[node.parent] = counts.get(node.parent, 0) + 1
        return counts

    def _continues(self, above: str, node: Node, children: dict[str | None, int]) -> bool:
        """Return whether a node goes on with the reply above it: the only child of its last node."""
        if node.role not in _REPLIES:
            return False
        nodes = self._made[above]
        is_reply = nodes[0].role in _REPLIES
        return is_reply and children[node.parent] == 1 and self._is_last_above(node, nodes[-1].key)

    def _is_last_above(self, node: Node, last: str) -> bool:
        return node.parent == last or self._stands_in.get(node.parent) == self._stands_in.get(last)

    def _message(self, nodes: list[Node]) -> ImportedMessage:
        composed = _composed(nodes, self._conversation_id)
        first, last = nodes[0], nodes[-1]
        above = self._stands_in.get(first.parent)
        role = _STORED_ROLES[first.role]
        plain = PlainMessage(
            self._ids[first.key],
            self._conversation_id,
            self._ids[above] if above is not None else None,
            role,
            composed.text,
            _STORED_STATUSES[last.status],
            self._moment(nodes),
            composed.reasoning,
            "",
            self._model(nodes) if first.role in _REPLIES else "",
        )
        sources = first.sources if first is last else tuple([source for each in nodes for source in each.sources])
        if not (last.usage or sources or composed.attachments or composed.calls):
            return plain
        return Message(
            **plain._asdict() | {"role": Role(role), "status": last.status},
            usage=last.usage,
            sources=sources,
            attachments=composed.attachments,
            tool_calls=stopped(composed.calls) if composed.calls else (),
        )

    def _moment(self, nodes: list[Node]) -> float:
        for node in nodes:
            if node.at is not None:
                return node.at
        return self._chat.created or 1.0

    def _model(self, nodes: list[Node]) -> str:
        for node in reversed(nodes):
            if node.model:
                return _model_name(node.model)
        return _model_name(self._chat.model)


@lru_cache(256)
def _model_name(model: str) -> str:
    return one_line(model)


@dataclass(slots=True)
class _Composed:
    text: str = ""
    reasoning: str = ""
    attachments: tuple[Attachment, ...] = ()
    calls: list[ToolCall] = field(default_factory=list)


def _composed(nodes: list[Node], salt: str) -> _Composed:
    """Return the text, reasoning, attachments and calls of a message."""
    parts = nodes[0].parts if len(nodes) == 1 else [part for node in nodes for part in node.parts]
    if len(parts) == 1 and isinstance(parts[0], Text):  # nearly always
        return _Composed(parts[0].text)
    writer = _Writer(nodes[0].key, salt, is_reply=nodes[0].role in _REPLIES)
    for part in parts:
        writer.take(part)
    return writer.done


class _Writer:
    """Joins the parts of a message."""

    def __init__(self, key: str, salt: str, *, is_reply: bool) -> None:
        self.done = _Composed()
        self._key = key
        self._salt = salt
        self._is_reply = is_reply
        self._open: dict[str, int] = {}
        self._round = 0
        self._answered = False

    def take(self, part: Part) -> None:
        done = self.done
        match part:
            case Text():
                done.text = _joined(done.text, part.text)
            case Reasoning():
                done.reasoning = _joined(done.reasoning, part.text)
            case Call():
                self._call(part)
            case Result():
                self._result(part)
            case Attachment():
                if part not in done.attachments:
                    done.attachments = (*done.attachments, part)
                if self._is_reply:
                    done.text = _joined(done.text, f"![](attachment:{part.sha256})")

    def _call(self, part: Call) -> None:
        done, index = self.done, len(self.done.calls)
        self._round += self._answered
        self._answered = False
        done.calls.append(
            ToolCall(
                id="call_" + derived_id(ImportKind.OWN, self._salt, self._key, str(index))[:24],
                name=one_line(part.name, 64) or "tool",
                arguments=part.arguments or "{}",
                status=CallStatus.WRITING,
                round=self._round,
                text_at=len(done.text),
                reasoning_at=len(done.reasoning),
            )
        )
        self._open[part.key or f"#{index}"] = index

    def _result(self, part: Result) -> None:
        if not self._open:
            self._call(Call(part.key, part.name, "{}"))
        key = part.key if part.key in self._open else next(iter(self._open))
        index = self._open.pop(key)
        call = self.done.calls[index]
        self.done.calls[index] = ToolCall(
            id=call.id,
            name=call.name,
            arguments=call.arguments,
            status=CallStatus.FAILED if part.failed else CallStatus.DONE,
            result=part.text,
            images=part.images,
            own_name=call.own_name,
            round=call.round,
            text_at=call.text_at,
            reasoning_at=call.reasoning_at,
        )
        self._answered = True


def _joined(before: str, text: str) -> str:
    return f"{before}\n\n{text}" if before and text else before or text
