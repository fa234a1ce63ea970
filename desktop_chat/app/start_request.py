"""Turns the command line of a start into what it asks of the window, whether it is this start's or one that runs."""

from __future__ import annotations

from desktop_chat.app.arguments import Arguments
from desktop_chat.core.connections import DEMO_NAME
from desktop_chat.core.open_request import QUICK_WINDOW, OpenRequest, is_link


def request_of(arguments: Arguments) -> OpenRequest:
    """Return what this or a later start asks of the window."""
    if arguments.prompt is not None and is_link(arguments.prompt):
        from desktop_chat.core.deep_link import parse_link  # noqa: PLC0415  (few starts have a link)

        return parse_link(arguments.prompt)
    connection = DEMO_NAME if arguments.demo else arguments.connection
    window = QUICK_WINDOW if arguments.quick else None
    return OpenRequest(prompt=arguments.prompt, connection=connection, model=arguments.model, window=window)
