"""Reads function calls of the Responses API: output items that are announced, streamed in pieces, and repeated.

The same call may come up to four times: as an announced item, in pieces, as a finished item, and in the last event;
some servers send only one of these. Each part is passed on once. Items of other kinds (custom tools, tools that the
server runs itself) are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_chat.services.provider.delta_coalescer import DeltaCoalescer
from desktop_chat.services.provider.json_values import json_text_in, text_in


@dataclass(slots=True)
class _Item:
    """A call, and what of it was passed on."""

    index: int
    call_id: str = ""
    is_named: bool = False
    has_arguments: bool = False


class FunctionItems:
    """Tracks the calls of one reply: by their own ids, the ids of their items (of which some gateways send a new one in
    each event), or their places (which some servers always give as 0)."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str | int], _Item] = {}
        self._latest: _Item | None = None

    def announce(self, item: dict[str, Any], place: object, coalescer: DeltaCoalescer) -> None:
        """Read an item that has just begun; its arguments follow, even if it contains them already."""
        if item.get("type") == "function_call":
            _name(self._item_of(item, item.get("id"), place), item, "", coalescer)

    def grow(self, event: dict[str, Any], coalescer: DeltaCoalescer) -> None:
        """Read a piece of a call's arguments."""
        if arguments := json_text_in(event.get("delta")):
            item = self._item_of(event, event.get("item_id"), event.get("output_index"))
            item.has_arguments = True
            coalescer.add_call(item.index, "", "", arguments)

    def complete_arguments(self, event: dict[str, Any], coalescer: DeltaCoalescer) -> None:
        """Read the whole arguments of a call, unless they came in pieces."""
        _complete(self._item_of(event, event.get("item_id"), event.get("output_index")), event, coalescer)

    def complete(self, item: dict[str, Any], place: object, coalescer: DeltaCoalescer) -> None:
        """Read a finished item: what was not passed on before."""
        if item.get("type") == "function_call":
            _complete(self._item_of(item, item.get("id"), place), item, coalescer)

    def _item_of(self, holder: dict[str, Any], item_id: object, place: object) -> _Item:
        """Return the call that an event or an item is about: the first that matches and has no other id of its own."""
        call_id = text_in(holder.get("call_id"))
        keys = [("call", call_id), ("item", text_in(item_id)), ("place", place if isinstance(place, int) else "")]
        keys = [key for key in keys if key[1] != ""]
        known = [self._items.get(key) for key in keys]
        if not call_id and not isinstance(place, int):
            known.append(self._latest)
        item = next((one for one in known if one and call_id in {"", one.call_id or call_id}), None)
        item = item or _Item(self._free_index(place if isinstance(place, int) else 0))
        item.call_id = call_id or item.call_id
        self._items.update(dict.fromkeys(keys, item))
        self._latest = item
        return item

    def _free_index(self, wanted: int) -> int:
        taken = {item.index for item in (*self._items.values(), self._latest) if item is not None}
        while wanted in taken:
            wanted += 1
        return wanted


def _complete(item: _Item, holder: dict[str, Any], coalescer: DeltaCoalescer) -> None:
    arguments = "" if item.has_arguments else json_text_in(holder.get("arguments"))
    item.has_arguments = item.has_arguments or bool(arguments)
    _name(item, holder, arguments, coalescer)


def _name(item: _Item, holder: dict[str, Any], arguments: str, coalescer: DeltaCoalescer) -> None:
    """Pass on a call's id and name once, and arguments."""
    name = "" if item.is_named else text_in(holder.get("name"))
    call_id = item.call_id if name else ""
    item.is_named = item.is_named or bool(name)
    if call_id or name or arguments:
        coalescer.add_call(item.index, call_id, name, arguments)
