"""Names the parts of a request that were left out because the server rejects them for the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from desktop_chat.core.left_out import LeftOut
from desktop_chat.ui.text.translation import tr

_NAMES: dict[LeftOut, Callable[[], str]] = {
    LeftOut.TEMPERATURE: lambda: tr("temperature"),
    LeftOut.MAX_TOKENS: lambda: tr("max tokens"),
    LeftOut.REASONING_EFFORT: lambda: tr("reasoning effort"),
    LeftOut.STREAMING: lambda: tr("streaming"),
    LeftOut.ONE_PIECE: lambda: tr("reply in one piece"),
    LeftOut.USAGE: lambda: tr("token usage"),
    LeftOut.STORE: lambda: tr("the option not to store replies"),
    LeftOut.REASONING_SUMMARY: lambda: tr("reasoning summary"),
    LeftOut.TOOLS: lambda: tr("tools"),
    LeftOut.IMAGES: lambda: tr("images"),
}


def left_out_line(parts: Iterable[LeftOut]) -> str:
    """Return one or two sentences about what was left out and why; empty for nothing."""
    parts = tuple(parts)
    names = [_NAMES[part]() for part in parts if part in _NAMES]
    left = (
        tr("Not sent, because the server does not accept it for this model: {names}.", names=_listed(names))
        if names
        else ""
    )
    if LeftOut.SYSTEM_ROLE in parts:
        moved = tr("The system prompt was added to the first message.")
        left = (
            tr("{sentence} {remedy}", sentence=left, remedy=moved)
            if left
            else tr(
                "The system prompt was added to the first message, because the server does not accept it for this "
                "model."
            )
        )
    if LeftOut.TOOL_SERVERS in parts:
        absent = tr("Some of the chosen tools were not offered, because their server does not run.")
        left = tr("{sentence} {remedy}", sentence=left, remedy=absent) if left else absent
    return left


def _listed(names: list[str]) -> str:
    listed = names[0]
    for name in names[1:]:
        listed = tr("{names}, {name}", names=listed, name=name)
    return listed
