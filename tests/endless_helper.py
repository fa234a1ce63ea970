"""The helper process with an additional language, "endless", whose lexer never finishes."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from desktop_chat.markdown.highlight import Lexer
from desktop_chat.services import highlight_worker

ENDLESS = "endless"
COMMAND = (sys.executable, "-I", __file__)


class EndlessLexer:
    """Backtracks practically forever, inside one call that holds the GIL."""

    def get_tokens(self, _text: str) -> list[tuple[object, str]]:
        re.match(r"(a+)+$", "a" * 100 + "b")
        return []


def lexer_for(language: str) -> Lexer | None:
    return EndlessLexer() if language == ENDLESS else _lexer_for(language)


if __name__ == "__main__":
    _lexer_for = highlight_worker.lexer_for
    highlight_worker.lexer_for = lexer_for
    highlight_worker.run()
