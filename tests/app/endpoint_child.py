"""A program that speaks the protocol of the endpoint's process, and serves nothing: what it is told, it writes to a
file; what it should tell, it is told as "token" after a word. It ends with its input, as the real one does."""

from __future__ import annotations

import json
import os
import sys

from desktop_chat.core.endpoint_control import (
    ChangeToken,
    EndpointFailed,
    EndpointReady,
    StartServing,
    StopServing,
    decode_command,
    encode,
)

PORT = 43_210


def tell(*events: object) -> None:
    for event in events:
        sys.stdout.buffer.write(encode(event))  # type: ignore[arg-type]
    sys.stdout.buffer.flush()


def main(mode: str, file: str) -> None:
    """Be the child: "ready" listens, "taken" fails, "dies" ends at once, "stuck" never ends by itself."""
    with open(file, "a", buffering=1, encoding="utf-8") as log:  # noqa: PTH123
        about = {"pid": os.getpid(), "environment": sorted(os.environ), "values": [*os.environ.values(), *sys.argv]}
        print(json.dumps(about), file=log)
        for line in sys.stdin.buffer:
            log.write(line.decode())
            command = decode_command(line)
            if isinstance(command, StartServing):
                if mode == "taken" and command.port:
                    tell(EndpointFailed("port_taken", str(command.port)))
                    return
                if mode == "dies":
                    return
                tell(EndpointReady(f"http://127.0.0.1:{command.port or PORT}"))
            elif isinstance(command, ChangeToken) and command.token.startswith("["):
                sys.stdout.buffer.write("".join(f"{json.dumps(each)}\n" for each in json.loads(command.token)).encode())
                sys.stdout.buffer.flush()
            elif isinstance(command, StopServing) and mode != "stuck":
                return
    while mode == "stuck":
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
