"""Highlights the code of exported documents: in the helper process, which a hostile text cannot keep busy for long."""

from __future__ import annotations

import time

from desktop_chat.core.highlighting import Highlighting, HighlightJob, JobState
from desktop_chat.markdown.highlight import is_plain, lexer_text
from desktop_chat.markdown.node_html import Marks
from desktop_chat.markdown.nodes import Code

_STEP_S = 0.001


def marks_of(code: Code, highlighting: Highlighting) -> Marks:
    """Return the marks of each line; none for code that no lexer knows or that takes too long. Blocks."""
    if is_plain(code.language):
        return ()
    job = HighlightJob(code.language, lexer_text(code.text))
    highlighting.ask(job)
    while job.state is JobState.OPEN:
        highlighting.check()
        time.sleep(_STEP_S)
    return [line for piece in job.pieces for line in piece] if job.state is JobState.DONE else ()
