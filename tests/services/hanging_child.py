"""A thread that hangs in one of several ways, for tests of the hang watch."""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

from desktop_chat.services.hang_watch import HangWatch


def spin(seconds: float) -> None:
    """Hold the GIL in one call of C code, like a lexer."""
    late = time.monotonic() + seconds
    size = 18
    while time.monotonic() < late:
        re.match(r"(a+)+$", "a" * size + "b")
        size += 1


def stop(seconds: float) -> None:
    """Be stopped for a while, as by a debugger or a shell."""
    pid = os.getpid()
    if os.fork() == 0:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
        os._exit(0)
    time.sleep(0.1)


def main(how: str, crash_file: Path) -> None:
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    with crash_file.open("w+", encoding="utf-8") as stream:
        faulthandler.enable(stream)
        watch = HangWatch(stream, limit_s=1.0)
        watch.beat()
        match how:
            case "spin":
                spin(2.0)
            case "spin and die":
                threading.Timer(0, lambda: None).start()
                spin(1e9)
            case "sleep":
                time.sleep(1.5)
            case "stop":
                stop(2.0)
            case "turn":
                for _ in range(15):
                    time.sleep(0.1)
                    watch.beat()
        watch.beat()
        left = crash_file.read_text(encoding="utf-8")
        watch.close()
        watch.close()
        faulthandler.disable()
    print(json.dumps({"left": left}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
