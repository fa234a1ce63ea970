"""The command line of `desktop-chat serve`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from desktop_chat.app.argument_types import add_data_directory, address, words
from desktop_chat.core.hosts import is_loopback

MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class ServeArguments:
    """The parsed command line of `serve`."""

    data_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    connection: str | None = None
    base_url: str | None = None
    model: str | None = None
    token_file: Path | None = None
    origins: tuple[str, ...] = ()
    """Origins whose pages may use the endpoint."""
    allow_network: bool = False
    controlled: bool = False
    """Whether the window runs it: commands come from standard input, events go to standard output."""


def parse_serve(argv: Sequence[str]) -> ServeArguments:
    """Return the arguments. If they are invalid, print a sentence to standard error and exit with code 2."""
    parser = _parser()
    found = parser.parse_args(argv)
    if not found.allow_network and not is_loopback(f"http://{_bracketed(found.host)}"):
        parser.error(
            f"{found.host} can be reached by other computers; add --allow-network if they may use your models with "
            "the token"
        )
    found.origins = tuple(dict.fromkeys(found.origins))
    return ServeArguments(**vars(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desktop-chat serve",
        description=(
            "Let programs and pages on this computer use your models without your keys: OpenAI's API at /v1, a simple "
            "stream at /api/chat/stream, and a chat page. Prints READY and the address when it listens."
        ),
        epilog="Every call needs the token: from --token-file, else DESKTOP_CHAT_TOKEN, else the one in your keyring.",
        allow_abbrev=False,
    )
    option = parser.add_argument
    add_data_directory(parser, "read settings and connections from")
    option("--host", type=words, default="127.0.0.1", metavar="HOST", help="listen at this address (127.0.0.1)")
    option("--port", type=_port, default=0, metavar="PORT", help="listen at this port; 0 is any free one (0)")
    option(
        "--allow-network",
        action="store_true",
        help="with --host: let other computers reach it; whoever has the token can use your models",
    )
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--connection", type=words, metavar="NAME", help="the connection of callers that name none")
    server.add_argument("--base-url", type=address, metavar="URL", help="serve this server (key: OPENAI_API_KEY)")
    option("--model", type=words, metavar="NAME", help="the model of callers that name none")
    option("--token-file", type=Path, metavar="FILE", help="read the token from FILE")
    option(
        "--allow-origin",
        dest="origins",
        type=_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of this origin use it, such as http://localhost:3000 (repeatable)",
    )
    option("--controlled", action="store_true", help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= MAX_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to {MAX_PORT}")
    return int(text)


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text.lower())
        is_origin = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_origin = False
    if not is_origin or text.lower() != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise argparse.ArgumentTypeError(f"{text!r} is not an origin, such as http://localhost:3000")
    return text.lower()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
