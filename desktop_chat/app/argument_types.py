"""Types of command-line arguments; each raises ArgumentTypeError with a sentence for invalid ones."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from desktop_chat.services.paths import marked_directory, portable_directory

_MAX_SECONDS = 86_400.0
_MAX_RETRIES = 100


def directory(text: str) -> Path:
    """Return the absolute path of a directory, which need not exist."""
    path = Path(text).expanduser()
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("the directory name must not be empty")
    return path.absolute()


def add_data_directory(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Add the options for the data directory; a marker file beside the packaged program sets it too."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--data-dir", type=directory, metavar="DIR", default=marked_directory(), help=f"{purpose} DIR")
    place.add_argument(
        "--portable", dest="data_dir", action=_Portable, nargs=0, help=f"{purpose} a folder beside the packaged program"
    )


class _Portable(argparse.Action):
    """Implements --portable: all data is kept beside the packaged program."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: object) -> None:
        data_dir = portable_directory()
        if data_dir is None:
            parser.error("--portable is for the packaged program; name a directory with --data-dir")
        setattr(namespace, self.dest, data_dir)


def words(text: str) -> str:
    """Return text that is valid Unicode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("it is not UTF-8 text") from None
    return text


def address(text: str) -> str:
    """Return the base URL of a server."""
    from desktop_chat.core.addresses import normalise, without_secrets  # noqa: PLC0415  (only `ask` has addresses)
    from desktop_chat.core.hosts import host_of  # noqa: PLC0415

    base_url = normalise(words(text))
    if without_secrets(base_url) != base_url:
        raise argparse.ArgumentTypeError("keys do not belong in the address; set OPENAI_API_KEY instead")
    if not host_of(base_url):
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https address")
    return base_url


def seconds(text: str) -> float:
    """Return a waiting time above 0 and up to a day."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= _MAX_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0 and up to {_MAX_SECONDS:.0f}")
    return number


def retries(text: str) -> int:
    """Return a number of retries."""
    if not (text.isascii() and text.isdecimal() and int(text) <= _MAX_RETRIES):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {_MAX_RETRIES}")
    return int(text)
