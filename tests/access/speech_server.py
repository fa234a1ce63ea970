"""A Speech Dispatcher without a voice: it records what a screen reader says.

Implements the part of the Speech Synthesis Interface Protocol (SSIP) that screen readers use:
https://htmlpreview.github.io/?https://github.com/brailcom/speechd/blob/master/doc/ssip.html
"""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

_TAG = re.compile(r"<[^<>]*>")
_ANSWERS = {
    "HISTORY GET CLIENT_ID": ("245-1", "245 OK CLIENT ID SENT"),
    "LIST OUTPUT_MODULES": ("250-silent", "250 OK MODULES LIST SENT"),
    "LIST SYNTHESIS_VOICES": ("249-nobody\ten\tnone", "249 OK VOICE LIST SENT"),
    "GET OUTPUT_MODULE": ("251-silent", "251 OK GET RETURNED"),
    "GET LANGUAGE": ("251-en", "251 OK GET RETURNED"),
    "GET RATE": ("251-0", "251 OK GET RETURNED"),
    "GET PITCH": ("251-0", "251 OK GET RETURNED"),
    "GET VOLUME": ("251-0", "251 OK GET RETURNED"),
}


class SpeechServer:
    """Listens on a socket file; `spoken` contains each sentence, letter and key in order."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._writers: set[asyncio.StreamWriter] = set()
        self.spoken: list[str] = []

    @property
    def address(self) -> str:
        """Return the value for the environment variable SPEECHD_ADDRESS."""
        return f"unix_socket:{self._socket}"

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self._socket)

    async def aclose(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await _line(reader):
                await self._answer(line, reader, writer)
        except ConnectionError:
            return  # the screen reader was killed
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command, _, rest = line.partition(" ")
        if command == "SPEAK":
            _send(writer, "230 OK RECEIVING DATA")
            self._note(await _data(reader))
            _send(writer, f"225-{len(self.spoken)}", "225 OK MESSAGE QUEUED")
        elif command in {"CHAR", "KEY"}:
            self._note(rest)
            _send(writer, f"225-{len(self.spoken)}", "225 OK MESSAGE QUEUED")
        elif command == "QUIT":
            _send(writer, "231 HAPPY HACKING")
        else:
            _send(writer, *_ANSWERS.get(line, ("210 OK",)))
        await writer.drain()

    def _note(self, text: str) -> None:
        words = " ".join(html.unescape(_TAG.sub("", text)).split())
        if words:
            self.spoken.append(words)


async def _line(reader: asyncio.StreamReader) -> str:
    return (await reader.readline()).decode().strip()


async def _data(reader: asyncio.StreamReader) -> str:
    """Return the text to speak, which ends with a line containing only a dot."""
    lines = []
    while (line := (await reader.readline()).decode()) and line.rstrip("\r\n") != ".":
        lines.append(line.removeprefix("."))
    return "".join(lines)


def _send(writer: asyncio.StreamWriter, *lines: str) -> None:
    writer.write("".join([f"{line}\r\n" for line in lines]).encode())
